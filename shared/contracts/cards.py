"""Events of cards: number, PDF, failure."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from shared.contracts.envelope import EventData


class CardAllocated(EventData):
    """The number is fixed; rendering is the next step, of cards itself."""

    TYPE: ClassVar[str] = "card.allocated.v1"

    card_id: str
    application_id: str
    registration_number: str


class CardIssued(EventData):
    """The PDF lies in bucket `cards`.

    `check_code_hash` is the SHA-256 (hex) of the random code in the QR, so that intake can answer a
    check without the code travelling anywhere.
    """

    TYPE: ClassVar[str] = "card.issued.v1"

    card_id: str
    application_id: str
    reference: str
    registration_number: str
    issued_on: date
    valid_until: date
    report_due_on: tuple[date, ...]
    object_key: str
    sha256: str
    size: int
    check_code_hash: str
    issued_at: datetime


class CardFailed(EventData):
    """Rendering gave up; an officer must look. `cause` holds no personal data."""

    TYPE: ClassVar[str] = "card.failed.v1"

    card_id: str
    application_id: str
    reference: str
    registration_number: str
    cause: str
    failed_at: datetime
