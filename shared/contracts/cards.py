"""Events of cards: number, PDF, failure, end."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar, Literal

from shared.contracts.applications import ApplicationKind
from shared.contracts.envelope import Contract, EventData, Sealed

# `superseded`: a newer card or copy took its place; the others are a decision of the office.
RevocationReason = Literal["superseded", "false_data", "court_order", "office_error"]


class StoredObject(Contract):
    """An object of bucket `cards`."""

    key: str
    sha256: str
    size: int


class CardAllocated(EventData):
    """The number is fixed; rendering is the next step, of cards itself."""

    TYPE: ClassVar[str] = "card.allocated.v1"

    card_id: str
    application_id: str
    registration_number: str


class CardIssued(EventData):
    """The PDF lies in bucket `cards`.

    `check_code` is the code printed for checking by hand, sealed as field `check_code` of the
    application. Cards issued before it carry `check_code_hash`, the SHA-256 (hex) of a code of 128
    bits. `token_id` (hex) names the signed QR in logs; `status_index` is its place in the status
    lists. `replaces_card_id` is the card or copy that ends with this one; a correction or a
    replacement keeps the number and counts `copy_no` up.
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
    check_code_hash: str | None = None
    issued_at: datetime
    kind: ApplicationKind = "new"
    copy_no: int = 1
    replaces_card_id: str | None = None
    check_code: Sealed | None = None
    token_id: str | None = None
    status_index: int | None = None
    phone_image: StoredObject | None = None


class CardRevoked(EventData):
    """The card counts no more; `replaced_by` is the card that took its place."""

    TYPE: ClassVar[str] = "card.revoked.v1"

    card_id: str
    application_id: str
    reference: str
    registration_number: str
    reason: RevocationReason
    revoked_at: datetime
    replaced_by: str | None = None


class CardExpired(EventData):
    """The day after `valid_until` came."""

    TYPE: ClassVar[str] = "card.expired.v1"

    card_id: str
    application_id: str
    reference: str
    registration_number: str
    valid_until: date
    expired_at: datetime


class CardFailed(EventData):
    """Rendering gave up; an officer must look. `cause` holds no personal data."""

    TYPE: ClassVar[str] = "card.failed.v1"

    card_id: str
    application_id: str
    reference: str
    registration_number: str
    cause: str
    failed_at: datetime
