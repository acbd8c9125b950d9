"""Events of verification: what became of a job seeker after the card (domain.md 3.6, 8.3)."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar, Literal

from shared.contracts.cards import RevocationReason
from shared.contracts.envelope import EventData

ReportAnswer = Literal["still_looking", "data_changed"]
ReportChannel = Literal["online", "counter"]
RemovalReason = Literal[
    "report_overdue", "expired", "withdrew", "moved_out", "died", "double", "office"
]


class JobSeekerReported(EventData):
    """A periodic report was taken; `line_no` 1 to 3 is its line on the card.

    `next_due_on` is None after the last line. The officer is who took it at the counter.
    """

    TYPE: ClassVar[str] = "job_seeker.reported.v1"

    card_id: str
    application_id: str
    reference: str
    line_no: int
    answer: ReportAnswer
    channel: ReportChannel
    reported_on: date
    next_due_on: date | None
    officer_name: str | None = None
    officer_nip: str | None = None
    reported_at: datetime


class JobSeekerPlaced(EventData):
    """The person works; the card is no longer active."""

    TYPE: ClassVar[str] = "job_seeker.placed.v1"

    card_id: str
    application_id: str
    reference: str
    placed_on: date
    placed_at: datetime


class JobSeekerRemoved(EventData):
    """The person is no longer in the list of job seekers; the card is no longer active."""

    TYPE: ClassVar[str] = "job_seeker.removed.v1"

    card_id: str
    application_id: str
    reference: str
    reason: RemovalReason
    removed_on: date
    removed_at: datetime


class CardRevocationRequested(EventData):
    """A placement officer takes a card back; cards answers with `card.revoked`."""

    TYPE: ClassVar[str] = "card.revocation_requested.v1"

    card_id: str
    application_id: str
    reference: str
    reason: RevocationReason
    requested_at: datetime


class CardSealed(EventData):
    """A card's PDF with the seal of an official, in bucket `sealed`."""

    TYPE: ClassVar[str] = "card.sealed.v1"

    card_id: str
    application_id: str
    reference: str
    seal: Literal["bsre"]
    object_key: str
    sha256: str
    size: int
    sealed_at: datetime
