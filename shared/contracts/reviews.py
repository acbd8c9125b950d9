"""Events of verification: what officers decided."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar, Literal

from shared.contracts.applications import (
    Address,
    ApplicationKind,
    EducationRow,
    ExperienceRow,
    MaritalStatus,
    PageRef,
    Religion,
    Sex,
    SkillRow,
)
from shared.contracts.envelope import Contract, EventData, Sealed


class ReviewStarted(EventData):
    """An officer claimed the application for the first time in this round."""

    TYPE: ClassVar[str] = "review.started.v1"

    application_id: str
    reference: str
    started_at: datetime


class ReviewOverdue(EventData):
    """A promise of the office was not kept; comes once for each promise of an application.

    `promise` is the `verification` or, after it, the `issue` of the card.
    """

    TYPE: ClassVar[str] = "review.overdue.v1"

    application_id: str
    reference: str
    promise: Literal["verification", "issue"]
    due_at: datetime


class ReturnedItem(Contract):
    """`item` is a page of the form (`identity`, `education` …) or `documents.<kind>`.

    `reason_code` is of domain.md 6.5; `reason` is its text for the applicant.
    """

    item: str
    reason_code: str
    reason: str


class CardPrinted(EventData):
    """The paper card lies at the office."""

    TYPE: ClassVar[str] = "card.printed.v1"

    application_id: str
    reference: str
    printed_at: datetime


class CardCollected(EventData):
    """The paper card was handed over; `by_other`: not to its holder himself."""

    TYPE: ClassVar[str] = "card.collected.v1"

    application_id: str
    reference: str
    by_other: bool
    collected_at: datetime


class ApplicationReturned(EventData):
    TYPE: ClassVar[str] = "application.returned.v1"

    application_id: str
    reference: str
    items: tuple[ReturnedItem, ...]
    note: str | None = None
    due_on: date
    returned_at: datetime


class ApplicationRejected(EventData):
    TYPE: ClassVar[str] = "application.rejected.v1"

    application_id: str
    reference: str
    reason_code: str
    reason: str
    note: str | None = None
    rejected_at: datetime


class Signatory(Contract):
    role: str
    name: str
    nip: str


class Holder(Contract):
    """What the card prints of its holder (domain.md 4.7)."""

    full_name: str
    nik: Sealed
    birth_place: str
    birth_date: date
    sex: Sex
    religion: Religion
    marital_status: MaritalStatus
    address: Address
    mobile: Sealed | None = None
    education: tuple[EducationRow, ...]
    skills: tuple[SkillRow, ...] = ()
    experience: tuple[ExperienceRow, ...] = ()


class ApplicationApproved(EventData):
    """`previous_registration_number` names the card that a kind other than `new` is about."""

    TYPE: ClassVar[str] = "application.approved.v1"

    application_id: str
    reference: str
    kind: ApplicationKind
    holder: Holder
    photo: PageRef
    signatory: Signatory
    approved_at: datetime
    previous_registration_number: str | None = None
