"""What the status page shows: found by reference and birth date, changed only by events."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from services.intake import store
from services.intake.applications import get_application, item_label
from services.intake.domain import STATE_LABELS, Application, Entry, State, mask_name, open_items
from services.intake.intake import Intake
from services.intake.references import normalise_reference
from shared.code_lists import CONTACT_CHANNEL
from shared.dates import long_date
from shared.errors import AppError, NotFound
from shared.office import Office
from shared.storage import CARDS
from shared.uow import Scope
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
class Line:
    """One line of the timeline; `items` are further lines below it."""

    at: datetime
    title: str
    text: str = ""
    items: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReturnedItem:
    """`item` is a page id or `documents.<kind>`; `done` when it was redone but not sent yet."""

    item: str
    label: str
    reason: str
    done: bool


@dataclass(frozen=True)
class Returned:
    items: tuple[ReturnedItem, ...]
    note: str | None
    due_on: date
    ready: bool  # everything is redone: it can be sent


@dataclass(frozen=True)
class CardView:
    registration_number: str
    issued_on: date
    valid_until: date
    report_due_on: tuple[date, ...]


@dataclass(frozen=True)
class Status:
    """`next_step` says what is awaited, from whom, until when."""

    application_id: str
    reference: str
    state: State
    state_label: str
    masked_name: str
    next_step: str
    timeline: tuple[Line, ...]
    returned: Returned | None
    card: CardView | None


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
    await _count(reading, keys)
    found = await store.find_by_reference(reading, known) if known else None
    wanted = birth_date.isoformat() if birth_date else ""
    if found is None or not hmac.compare_digest(found.birth_date, wanted):
        raise NoSuchApplication
    await _give_back(reading, keys)
    return found


async def _count(scope: Scope, keys: list[tuple[Limit, str]]) -> None:
    """Count the attempt as a failure, before it is made; one that is refused is not counted."""
    for number, (limit, key) in enumerate(keys):
        wait = await limits.hit(scope, limit, key)
        if wait:
            await _give_back(scope, keys[: number + 1])
            raise TooManyLookups(wait)


async def _give_back(scope: Scope, keys: list[tuple[Limit, str]]) -> None:
    for limit, key in keys:
        await limits.give_back(scope, limit, key)


async def get_status(intake: Intake, application_id: str) -> Status:
    """The status for somebody who has shown that it is theirs."""
    application = await get_application(intake.uow.reading(), application_id)
    return status_of(application, intake.office)


async def read_card(intake: Intake, application_id: str) -> tuple[str, bytes]:
    """File name and PDF of the issued card; raises `NotFound` before that, `Unavailable`."""
    application = await get_application(intake.uow.reading(), application_id)
    card = application.card
    if card is None:
        raise NotFound("Kartu AK-1 belum diterbitkan. Lihat perkembangannya di halaman status.")
    pdf = await intake.storage.get(CARDS, card["object_key"], card["sha256"])
    return f"AK1-{card['registration_number']}.pdf", pdf


def status_of(application: Application, office: Office) -> Status:
    return Status(
        application_id=application.id,
        reference=application.reference,
        state=application.state,
        state_label=STATE_LABELS[application.state],
        masked_name=mask_name(application.pages["identity"]["values"]["full_name"]),
        next_step=_next_step(application, office),
        timeline=tuple(_LINES[entry["what"]](entry) for entry in application.timeline),
        returned=_returned(application),
        card=_card(application.card),
    )


def _returned(application: Application) -> Returned | None:
    returned = application.returned
    if application.state != "returned" or returned is None:
        return None
    waiting = open_items(application)
    items = [
        ReturnedItem(
            each["item"], item_label(each["item"]), each["reason"], each["item"] not in waiting
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


def _card(card: dict[str, Any] | None) -> CardView | None:
    if card is None:
        return None
    return CardView(
        registration_number=card["registration_number"],
        issued_on=date.fromisoformat(card["issued_on"]),
        valid_until=date.fromisoformat(card["valid_until"]),
        report_due_on=tuple(date.fromisoformat(day) for day in card["report_due_on"]),
    )


def _next_step(application: Application, office: Office) -> str:
    promise = office.promise
    if application.state == "returned" and application.returned:
        due = long_date(date.fromisoformat(application.returned["due_on"]))
        return f"Perbaiki bagian yang disebut di bawah, lalu kirim lagi paling lambat {due}."
    texts: dict[State, str] = {
        "submitted": (
            "Permohonan Anda menunggu diperiksa petugas, paling lama "
            f"{promise.verification_working_days} hari kerja. Anda tidak perlu melakukan apa pun."
        ),
        "under_review": (
            "Petugas sedang memeriksa data dan berkas Anda. Anda tidak perlu melakukan apa pun."
        ),
        "returned": "Perbaiki bagian yang disebut di bawah, lalu kirim lagi.",
        "approved": (
            "Permohonan disetujui. Kartu Anda sedang dibuat, paling lama "
            f"{promise.issue_working_days} hari kerja."
        ),
        "rejected": (
            "Permohonan ditolak. Alasannya ada di bawah. "
            f"Bila ada pertanyaan, hubungi kantor: {office.identity.telephone}."
        ),
        "issued": "Kartu AK-1 Anda sudah terbit. Unduh kartu di halaman ini.",
    }
    return texts[application.state]


def _returned_line(entry: Entry) -> Line:
    due = long_date(date.fromisoformat(entry["due_on"]))
    note = f" Catatan petugas: {entry['note']}" if entry["note"] else ""
    items = tuple(f"{item_label(each['item'])}: {each['reason']}" for each in entry["items"])
    return Line(
        entry["at"], "Perlu diperbaiki", f"Kirim perbaikan paling lambat {due}.{note}", items
    )


def _rejected_line(entry: Entry) -> Line:
    note = f" Catatan petugas: {entry['note']}" if entry["note"] else ""
    return Line(entry["at"], "Permohonan ditolak", f"{entry['reason']}{note}")


_LINES: dict[str, Callable[[Entry], Line]] = {
    "submitted": lambda e: Line(
        e["at"], "Permohonan dikirim", "Data dan berkas Anda sudah kami terima."
    ),
    "review_started": lambda e: Line(
        e["at"], "Mulai diperiksa", "Petugas mulai memeriksa data dan berkas Anda."
    ),
    "returned": _returned_line,
    "amended": lambda e: Line(
        e["at"],
        "Perbaikan dikirim",
        "Petugas akan memeriksa lagi.",
        tuple(map(item_label, e["changed"])),
    ),
    "rejected": _rejected_line,
    "approved": lambda e: Line(e["at"], "Permohonan disetujui", "Kartu AK-1 Anda sedang dibuat."),
    "issued": lambda e: Line(
        e["at"],
        "Kartu AK-1 terbit",
        f"Nomor pendaftaran {e['registration_number']}. Kartu dapat diunduh.",
    ),
    "notice_sent": lambda e: Line(
        e["at"],
        "Pesan terkirim",
        f"Kami mengirim pesan kepada Anda lewat {CONTACT_CHANNEL.get(e['channel'], e['channel'])}.",
    ),
    "notice_failed": lambda e: Line(
        e["at"],
        "Pesan tidak terkirim",
        "Pesan kami tidak sampai kepada Anda. Lihat perkembangan di halaman ini.",
    ),
}
