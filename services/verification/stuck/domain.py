"""Work that failed and waits for an officer: a card that could not be drawn, a message not sent."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from services.verification.officers.domain import Officer
from shared.dates import date_and_time
from shared.errors import Conflict, Invalid, NotFound

Kind = Literal["card", "notice"]
State = Literal["waiting", "asked", "aside"]
ASK_AGAIN = timedelta(minutes=15)  # then the request itself may be stuck
NOTE_SHORTEST, NOTE_LONGEST = 2, 300


class Gone(NotFound):
    """Ini sudah tidak macet, atau sudah ditangani rekan Anda. Daftar terbaru ada di bawah."""

    code = "not_stuck"


class Handled(Conflict):
    """A colleague was faster."""

    code = "handled"


@dataclass(frozen=True)
class Failure:
    """One failed card or message; `by`, `by_id`, `at` and `note` tell what an officer did last.

    `source_id` is the id of the card or of the message; of a message about a draft,
    `application_id` is the draft's.
    """

    kind: Kind
    source_id: str
    application_id: str
    cause: str
    failed_at: datetime
    template: str = ""
    channel: str | None = None
    of_draft: bool = False
    state: State = "waiting"
    version: int = 1
    by: str = ""
    by_id: str = ""
    at: datetime | None = None
    note: str = ""

    @property
    def id(self) -> str:
        return f"{self.kind}:{self.source_id}"

    @property
    def case_id(self) -> str | None:
        return None if self.of_draft else self.application_id

    def is_being_tried(self, now: datetime) -> bool:
        return self.state == "asked" and self.at is not None and now - self.at < ASK_AGAIN


def asked(failure: Failure, officer: Officer, now: datetime) -> Failure:
    """Tried again; the same officer's second click changes nothing."""
    _require_listed(failure)
    if failure.is_being_tried(now):
        if failure.by_id == officer.id:
            return failure
        raise Handled(f"{_who(failure)} sudah memintanya dicoba lagi. Tunggu hasilnya sebentar.")
    return _step(failure, "asked", officer, now, "")


def set_aside(failure: Failure, officer: Officer, now: datetime, note: str) -> Failure:
    _require_listed(failure)
    return _step(failure, "aside", officer, now, checked_note(note))


def taken_up(failure: Failure, officer: Officer, now: datetime) -> Failure:
    """On the list again."""
    if failure.state != "aside":
        raise Handled("Ini sudah ada di daftar yang perlu ditangani.")
    return _step(failure, "waiting", officer, now, "")


def checked_note(text: str) -> str:
    note = " ".join(text.split())
    if not NOTE_SHORTEST <= len(note) <= NOTE_LONGEST:
        raise Invalid(f"Tulis alasan menyisihkan, {NOTE_SHORTEST} sampai {NOTE_LONGEST} huruf.")
    return note


def _require_listed(failure: Failure) -> None:
    if failure.state == "aside":
        raise Handled(f"{_who(failure)} sudah menyisihkan ini. Lihat di tab Disisihkan.")


def _who(failure: Failure) -> str:
    return f"{failure.by} (pada {date_and_time(failure.at)})" if failure.at else failure.by


def _step(failure: Failure, state: State, officer: Officer, now: datetime, note: str) -> Failure:
    return replace(
        failure,
        state=state,
        version=failure.version + 1,
        by=officer.name,
        by_id=officer.id,
        at=now,
        note=note,
    )
