"""What the status page shows: found by reference and birth date, changed only by events."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.intake import store
from services.intake.applications import get_application, item_label
from services.intake.checking.check import how_it_stands
from services.intake.checking.standing import Stands, due_days
from services.intake.checking.words import told, told_unissued
from services.intake.continuing import possible_kinds, renewable_from
from services.intake.domain import (
    STATE_LABELS,
    WITHDRAWABLE,
    Application,
    Entry,
    State,
    mask_name,
    open_items,
    unchanged_pages,
)
from services.intake.finish.estimate import Expected, Rules, expected_card, expected_finish
from services.intake.intake import Intake
from services.intake.references import normalise_reference
from services.intake.surveys.offer import is_open
from services.intake.timeline import Line, Step, lines_of, steps_of
from shared import clock
from shared.card_standing import SHOWN, ReportDue, Standing
from shared.contracts.applications import ApplicationKind
from shared.dates import day_and_date, long_date
from shared.errors import AppError, NotFound
from shared.office import Office
from shared.storage import CARDS, SEALED
from shared.web import limits
from shared.web.limits import Limit

_PER_NETWORK = Limit("status_network", 40, 900)  # phones behind one carrier share an address
_PER_REFERENCE = Limit("status_reference", 5, 900)


class NoSuchApplication(NotFound):
    """Nomor pendaftaran atau tanggal lahir tidak cocok. Periksa lagi keduanya, lalu coba lagi."""

    code = "no_such_application"


class TooManyLookups(AppError):
    """Terlalu banyak percobaan. Tunggu beberapa menit, lalu coba lagi."""

    status = 429
    code = "too_many_tries"

    def __init__(self, seconds: int) -> None:
        super().__init__()
        self.seconds = seconds


@dataclass(frozen=True)
class ReturnedItem:
    """`item` is a page id or `documents.<kind>`; `done` when it was redone but not sent yet.

    A page that was saved just as it had been is done, too, and `unchanged`.
    """

    item: str
    label: str
    reason: str
    done: bool
    unchanged: bool = False


@dataclass(frozen=True)
class Returned:
    items: tuple[ReturnedItem, ...]
    note: str | None
    due_on: date
    ready: bool  # everything is redone: it can be sent


@dataclass(frozen=True)
class CardView:
    """`next_report` is the report that is awaited; of a card that is active."""

    registration_number: str
    issued_on: date
    valid_until: date
    renewable_from: date
    report_due_on: tuple[date, ...]
    standing: Standing
    word: str
    next_report: ReportDue | None
    is_active: bool

    @property
    def is_void(self) -> bool:
        """There is a newer one, or it was taken back: nobody should print it."""
        return self.standing in {"superseded", "revoked"}

    @property
    def reports(self) -> tuple[ReportDue, ...]:
        """Those that are still to come."""
        first = self.next_report.line_no if self.next_report else len(self.report_due_on) + 1
        lines = enumerate(self.report_due_on, 1)
        return tuple(ReportDue(line_no, on) for line_no, on in lines if line_no >= first)


@dataclass(frozen=True)
class Status:
    """`next_step` says what is awaited, from whom, until when; `expected` when it is finished.

    `follow_ups` are the kinds of application that can be made with the card today. `standing` is
    that of the card, also of one that ended before it was issued and is none.
    """

    application_id: str
    reference: str
    state: State
    state_label: str
    masked_name: str
    next_step: str
    expected: Expected | None
    timeline: tuple[Line, ...]
    steps: tuple[Step, ...]
    returned: Returned | None
    card: CardView | None
    standing: Standing | None
    withdrawable: bool
    follow_ups: tuple[ApplicationKind, ...]
    survey_open: bool

    @property
    def heading(self) -> str:
        """The state, or what became of the card since."""
        if self.standing and self.standing != "valid":
            return SHOWN[self.standing]
        return self.state_label

    @property
    def may_begin_anew(self) -> bool:
        """It ended without a card, and there is no other."""
        return self.state == "withdrawn" or (self.card is None and self.standing == "revoked")


async def find_application(
    intake: Intake, reference: str, birth_date: date | None, address: str
) -> Application:
    """The application somebody asks for with its reference and birth date.

    Raises the same `NoSuchApplication` for an unknown reference and for a wrong date, and
    `TooManyLookups` after five failures with one reference, or forty of one network, in 15 minutes.
    """
    reading = intake.uow.reading()
    known = normalise_reference(reference)
    keys = [(_PER_NETWORK, limits.network(address))]
    if known:
        keys.append((_PER_REFERENCE, known))
    wait = await limits.hit_all(reading, *keys)  # as a failure, before it is looked at
    if wait:
        raise TooManyLookups(wait)
    found = await store.find_by_reference(reading, known) if known else None
    wanted = birth_date.isoformat() if birth_date else ""
    if found is None or not hmac.compare_digest(found.birth_date, wanted):
        raise NoSuchApplication
    for counted in keys:
        await limits.give_back(reading, *counted)
    return found


async def get_status(intake: Intake, application_id: str) -> Status:
    """The status for somebody who has shown that it is theirs."""
    application = await get_application(intake.uow.reading(), application_id)
    stands = await how_it_stands(intake, application)
    return status_of(application, intake.office, await _expected(intake, application), stands)


async def read_card(intake: Intake, application_id: str) -> tuple[str, bytes]:
    """File name and PDF of the issued card, sealed once it is; raises `NotFound`, `Unavailable`."""
    application = await get_application(intake.uow.reading(), application_id)
    card = card_to_hand_out(application)
    sealed = application.after_issue.get("sealed")
    bucket, stored = (SEALED, sealed) if sealed else (CARDS, card)
    pdf = await intake.storage.get(bucket, stored["object_key"], stored["sha256"])
    return f"{card_name(card)}.pdf", pdf


def card_to_hand_out(application: Application) -> Mapping[str, Any]:
    """The issued card, unless it counts no more: nobody should go on with it."""
    if application.card is None:
        raise NotFound("Kartu AK-1 belum diterbitkan. Lihat perkembangannya di halaman status.")
    if "revoked" in application.after_issue:
        raise NotFound(
            "Kartu ini sudah diganti atau dicabut. Lihat keterangannya di halaman status."
        )
    return application.card


def card_name(card: Mapping[str, Any]) -> str:
    """What its file is called, without the ending."""
    return f"AK1-{card['registration_number']}"


def status_of(
    application: Application, office: Office, expected: Expected | None, stands: Stands | None
) -> Status:
    """`stands` is how the card stands, when there is one."""
    return Status(
        application_id=application.id,
        reference=application.reference,
        state=application.state,
        state_label=STATE_LABELS[application.state],
        masked_name=mask_name(application.pages["identity"]["values"]["full_name"]),
        next_step=_next_step(application, office, stands),
        expected=expected,
        timeline=lines_of(application),
        steps=steps_of(application, *_when(expected, office)),
        returned=_returned(application),
        card=_card(application, office, stands),
        standing=stands.standing if stands else None,
        withdrawable=application.state in WITHDRAWABLE,
        follow_ups=possible_kinds(application, office, clock.today(), stands),
        survey_open=is_open(application),
    )


async def _expected(intake: Intake, application: Application) -> Expected | None:
    rules = Rules(intake.office.promise, intake.queue.calendar)
    if application.is_never_issued:
        return None
    if application.state == "approved":
        return expected_card(rules, _last(application, "approved")["at"], clock.now())
    if application.state not in {"submitted", "under_review"}:
        return None
    reading = intake.uow.reading()
    return expected_finish(
        rules,
        since=_last(application, "submitted", "amended")["at"],
        ahead=await intake.queue.ahead_of(reading, application.submitted_at),
        pace=await intake.queue.pace(reading),
        now=clock.now(),
    )


def _last(application: Application, *what: str) -> Entry:
    return next(entry for entry in reversed(application.timeline) if entry["what"] in what)


def _when(expected: Expected | None, office: Office) -> tuple[str, str]:
    """When an officer decides, and when the card is there."""
    if expected is None:
        return "", "Setelah disetujui."
    day = day_and_date(expected.on)
    if expected.is_late:
        return "Segera.", "Segera."
    if expected.ahead is None:
        return "", f"Biasanya dalam beberapa menit, paling lambat {day}."
    if expected.basis == "queue":
        return f"Diperkirakan {day}.", "Beberapa menit setelah disetujui."
    checked = office.promise.verification_working_days
    return f"Paling lama {checked} hari kerja.", f"Setelah disetujui, paling lambat {day}."


def _returned(application: Application) -> Returned | None:
    returned = application.returned
    if application.state != "returned" or returned is None:
        return None
    waiting, unchanged = open_items(application), unchanged_pages(application)
    items = [
        ReturnedItem(
            each["item"],
            item_label(each["item"]),
            each["reason"],
            done=each["item"] not in waiting,
            unchanged=each["item"] in unchanged,
        )
        for each in returned["items"]
    ]
    named = {each.item for each in items}
    items += [
        ReturnedItem(item, item_label(item), "Alamat KTP Anda di luar kabupaten.", done=False)
        for item in waiting
        if item not in named
    ]
    return Returned(
        tuple(items), returned["note"], date.fromisoformat(returned["due_on"]), not waiting
    )


def _card(application: Application, office: Office, stands: Stands | None) -> CardView | None:
    card = application.card
    if card is None or stands is None:
        return None
    return CardView(
        registration_number=card["registration_number"],
        issued_on=date.fromisoformat(card["issued_on"]),
        valid_until=date.fromisoformat(card["valid_until"]),
        renewable_from=renewable_from(application, office),
        report_due_on=due_days(card),
        standing=stands.standing,
        word=stands.word,
        next_report=stands.due if stands.is_active else None,
        is_active=stands.is_active,
    )


def _next_step(application: Application, office: Office, stands: Stands | None) -> str:
    if application.state == "issued" and stands is not None:
        return told(stands, office)
    if application.is_never_issued and stands is not None:
        return told_unissued(stands, office)
    if application.state == "returned" and application.returned:
        due = long_date(date.fromisoformat(application.returned["due_on"]))
        return f"Perbaiki bagian yang disebut di bawah, lalu kirim lagi paling lambat {due}."
    if application.state == "withdrawn":
        return _why_withdrawn(application)
    texts: dict[State, str] = {
        "submitted": (
            "Permohonan Anda menunggu diperiksa petugas. Anda tidak perlu melakukan apa pun."
        ),
        "under_review": (
            "Petugas sedang memeriksa data dan berkas Anda. Anda tidak perlu melakukan apa pun."
        ),
        "returned": "Perbaiki bagian yang disebut di bawah, lalu kirim lagi.",
        "approved": "Permohonan disetujui. Kartu Anda sedang dibuat.",
        "rejected": (
            "Permohonan ditolak. Alasannya ada di bawah. "
            f"Bila ada pertanyaan, hubungi kantor: {office.identity.telephone}."
        ),
        "issued": "Kartu AK-1 Anda sudah terbit.",
    }
    return texts[application.state]


def _why_withdrawn(application: Application) -> str:
    if _last(application, "withdrawn")["reason"] == "applicant_request":
        return (
            "Permohonan ini sudah dibatalkan atas permintaan Anda. "
            "Bila nanti memerlukan kartu AK-1, Anda boleh mendaftar lagi."
        )
    due = long_date(date.fromisoformat(_last(application, "returned")["due_on"]))
    return (
        f"Permohonan ini ditutup karena perbaikan tidak kami terima sampai {due}. "
        "Anda boleh mendaftar lagi kapan saja."
    )
