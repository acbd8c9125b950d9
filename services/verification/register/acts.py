"""What officers do with a registration; pure. Who left the list does not come back (8.3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import get_args

from services.verification.officers.domain import Officer
from services.verification.register.domain import (
    REPORT_OPENS,
    Placement,
    ReasonToRevoke,
    Recall,
    RegisterStep,
    Registration,
    Removal,
    Report,
)
from services.verification.register.labels import REMOVAL_BY_OFFICER, REVOCATION
from services.verification.register.refusals import AlreadyEnded, NoReportNow, OwnCard
from shared.card_standing import ReportDue
from shared.clock import OFFICE_ZONE
from shared.contracts.registry import RemovalReason, ReportAnswer
from shared.dates import long_date
from shared.errors import Invalid

TEXT_LONGEST = 100
NOTE_LONGEST = 300


@dataclass(frozen=True)
class AskedPlacement:
    """What the form says of the work that was found; `placed_on` is an ISO date."""

    placed_on: str = ""
    employer: str = ""
    position: str = ""
    place: str = ""


@dataclass(frozen=True)
class AskedEnd:
    """Why somebody leaves the list or a card is taken back, as the form says."""

    reason: str = ""
    note: str = ""


def open_line(registration: Registration, today: date) -> ReportDue | None:
    """The line of the card that a report fills today: the last whose time has come."""
    awaited = registration.due
    if awaited is None or today > registration.card.valid_until:
        return None
    dates = enumerate(registration.card.report_due_on, 1)
    lines = [ReportDue(number, on) for number, on in dates if number >= awaited.line_no]
    return max(
        (each for each in lines if each.on - REPORT_OPENS <= today),
        key=lambda each: each.line_no,
        default=None,
    )


def take_report(
    registration: Registration,
    officer: Officer,
    now: datetime,
    answer: ReportAnswer,
    grace_days: int,
) -> Registration:
    """Fill the line that is open today."""
    officer.require("take_reports")
    _require_not_own(registration, officer)
    today = now.astimezone(OFFICE_ZONE).date()
    _require_live(registration, grace_days, today)
    line = open_line(registration, today)
    if line is None:
        raise NoReportNow(_why_not(registration, today))
    report = Report(
        number=registration.card.number,
        line_no=line.line_no,
        due_on=line.on,
        reported_on=today,
        answer=answer,
        officer_name=officer.name,
        officer_nip=officer.nip,
        at=now,
    )
    return _step(registration, "reported", officer, now, reports=(*registration.reports, report))


def place(
    registration: Registration, officer: Officer, now: datetime, asked: AskedPlacement
) -> Registration:
    """The person works: the end of the spell that everybody hopes for."""
    _require_may_end(registration, officer)
    if not registration.is_live:
        raise AlreadyEnded(registration)
    today = now.astimezone(OFFICE_ZONE).date()
    placement = Placement(
        placed_on=_checked_day(asked.placed_on, registration.cards[0].issued_on, today),
        employer=_checked_text(asked.employer, "nama pemberi kerja"),
        position=_checked_text(asked.position, "jabatan"),
        place=_checked_text(asked.place, "kabupaten atau kota tempat kerja"),
        officer_name=officer.name,
        at=now,
    )
    return _step(registration, "placed", officer, now, placement=placement)


def remove(
    registration: Registration, officer: Officer, now: datetime, asked: AskedEnd
) -> Registration:
    """The person leaves the list for another reason than work."""
    _require_may_end(registration, officer)
    if not registration.is_live:
        raise AlreadyEnded(registration)
    reason = _known_removal(asked.reason)
    removal = Removal(
        reason=reason,
        removed_on=now.astimezone(OFFICE_ZONE).date(),
        at=now,
        officer_name=officer.name,
        note=_checked_note(asked.note, is_needed=reason == "office"),
    )
    return _step(registration, "removed", officer, now, removal=removal)


def recall(
    registration: Registration, officer: Officer, now: datetime, asked: AskedEnd
) -> Registration:
    """Take the present card back; it may be that of somebody who works already."""
    _require_may_end(registration, officer)
    card = registration.card
    if card.ended is not None or registration.is_recalled:
        raise AlreadyEnded(registration)
    note = _checked_note(asked.note, is_needed=True)
    taken_back = Recall(
        card_id=card.card_id,
        reason=_known_revocation(asked.reason),
        note=note or "",
        officer_name=officer.name,
        at=now,
    )
    return _step(registration, "recalled", officer, now, recall=taken_back)


def _require_may_end(registration: Registration, officer: Officer) -> None:
    officer.require("end_registrations")
    _require_not_own(registration, officer)


def _require_not_own(registration: Registration, officer: Officer) -> None:
    """Nobody acts on a card that concerns himself."""
    if officer.nik_index is not None and officer.nik_index == registration.person.nik_index:
        raise OwnCard


def _require_live(registration: Registration, grace_days: int, today: date) -> None:
    is_active = registration.is_live and not registration.is_recalled
    if not is_active or registration.card.ended is not None:
        raise AlreadyEnded(registration)
    if registration.standing(grace_days, today) == "removed":  # the rules will say so in minutes
        raise NoReportNow(
            f"Masa tenggang {grace_days} hari untuk melapor sudah habis. "
            "Pemegang kartu dihapuskan dari daftar dan harus mendaftar lagi untuk kartu baru."
        )


def _why_not(registration: Registration, today: date) -> str:
    card, due = registration.card, registration.due
    if today > card.valid_until:
        return (
            f"Masa berlaku kartu ini habis pada {long_date(card.valid_until)}. "
            "Pemegangnya harus mendaftar lagi untuk kartu baru."
        )
    if due is None:
        return (
            "Semua laporan kartu ini sudah dicatat. "
            f"Kartu berlaku sampai {long_date(card.valid_until)}."
        )
    return (
        f"Laporan ke-{due.line_no} baru bisa dicatat mulai {long_date(due.on - REPORT_OPENS)}. "
        f"Jatuh temponya {long_date(due.on)}."
    )


def _checked_day(text: str, first: date, today: date) -> date:
    try:
        day = date.fromisoformat(text.strip())
    except ValueError as error:
        raise Invalid("Isi tanggal mulai bekerja, misalnya 3 Mei 2027.") from error
    if day > today:
        raise Invalid("Tanggal mulai bekerja belum tiba. Catat setelah orangnya bekerja.")
    if day < first:
        raise Invalid(
            f"Tanggal mulai bekerja tidak boleh sebelum kartu terbit, {long_date(first)}."
        )
    return day


def _checked_text(text: str, what: str) -> str:
    value = " ".join(text.split())
    if not 2 <= len(value) <= TEXT_LONGEST:
        raise Invalid(f"Isi {what}, 2 sampai {TEXT_LONGEST} huruf.")
    return value


def _checked_note(text: str, *, is_needed: bool) -> str | None:
    note = " ".join(text.split())
    if not note and not is_needed:
        return None
    if not 2 <= len(note) <= NOTE_LONGEST:
        raise Invalid(f"Tulis penjelasan, 2 sampai {NOTE_LONGEST} huruf.")
    return note


def _known_removal(text: str) -> RemovalReason:
    found = next((each for each in REMOVAL_BY_OFFICER if each == text), None)
    if found is None:
        raise Invalid("Pilih alasan menghapus dari daftar.")
    return found


def _known_revocation(text: str) -> ReasonToRevoke:
    reasons: tuple[ReasonToRevoke, ...] = get_args(ReasonToRevoke)
    found = next((each for each in reasons if each == text), None)
    if found is None:
        raise Invalid(f"Pilih alasan mencabut kartu: {', '.join(REVOCATION.values()).lower()}.")
    return found


def _step(
    registration: Registration, act: str, officer: Officer, now: datetime, **values: object
) -> Registration:
    last = RegisterStep(act=act, officer_id=officer.id, name=officer.name, at=now)
    return registration.model_copy(
        update={**values, "version": registration.version + 1, "last_step": last}
    )
