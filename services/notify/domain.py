"""Notice and contact: states and their order, retry pauses, facts of each template. No I/O."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict

from shared.contracts.applications import ContactChannel, WithdrawalReason
from shared.contracts.drafts import Addressee
from shared.contracts.envelope import Sealed
from shared.contracts.notices import NoticeTemplate

State = Literal["planned", "failed", "sent"]
AttemptState = Literal["sending", "accepted", "retry", "permanent", "interrupted"]

# One repeat after each pause; after the last one the notice has failed.
PAUSES = (
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=6),
    *[timedelta(hours=24)] * 6,  # a mail server may be away over a long weekend
)
MAX_ATTEMPTS = len(PAUSES) + 1
JITTER = 0.1

NO_CHANNEL = "no_channel"
EXHAUSTED = "attempts_exhausted"
EXPIRED = "expired"  # what the message says would not be true any more

_NOTICE_IDS = uuid.UUID("5f0c2b0e-8a53-5c57-9d0f-6d1d7a9e4a10")
_RANK: dict[State, int] = {"planned": 0, "failed": 1, "sent": 2}


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SubmittedFacts(_Record):
    template: Literal["submitted"] = "submitted"


class Item(_Record):
    """One thing to redo, in the words of the officers' list of reasons."""

    item: str
    reason: str


class ReturnedFacts(_Record):
    template: Literal["returned"] = "returned"
    items: tuple[Item, ...]
    note: str | None
    due_on: date


class RejectedFacts(_Record):
    template: Literal["rejected"] = "rejected"
    reason: str
    note: str | None


class IssuedFacts(_Record):
    template: Literal["issued"] = "issued"
    registration_number: str
    valid_until: date
    first_report_on: date | None


class WithdrawnFacts(_Record):
    template: Literal["withdrawn"] = "withdrawn"
    reason: WithdrawalReason


class OverdueFacts(_Record):
    """To the division head, whose address the office has configured."""

    template: Literal["overdue"] = "overdue"
    to: str
    reference: str
    promise: Literal["verification", "issue"]
    passed_at: datetime


class _DraftFacts(_Record):
    """About a draft: nobody is known by name yet, and the event says where to send it."""

    to: Addressee


class _KeptFacts(_DraftFacts):
    draft_code: Sealed
    keeps_until: datetime

    @property
    def deadline(self) -> datetime:
        return self.keeps_until

    @property
    def secret(self) -> tuple[str, Sealed]:
        """The field that the message tells, and its sealed value."""
        return "draft_code", self.draft_code


class DraftKeptFacts(_KeptFacts):
    template: Literal["draft_kept"] = "draft_kept"


class DraftExpiringFacts(_KeptFacts):
    template: Literal["draft_expiring"] = "draft_expiring"


class CodeFacts(_DraftFacts):
    template: Literal["code"] = "code"
    code: Sealed
    expires_at: datetime

    @property
    def deadline(self) -> datetime:
        return self.expires_at

    @property
    def secret(self) -> tuple[str, Sealed]:
        return "code", self.code


DraftFacts = DraftKeptFacts | DraftExpiringFacts | CodeFacts
Facts = (
    SubmittedFacts
    | ReturnedFacts
    | RejectedFacts
    | IssuedFacts
    | WithdrawnFacts
    | OverdueFacts
    | DraftFacts
)


class Contact(_Record):
    """How to reach the person of one application; `version` is the application's.

    Of a draft neither name nor reference is known.
    """

    application_id: str
    version: int
    reference: str
    full_name: str
    email: Sealed | None
    mobile: Sealed | None
    mobile_has_whatsapp: bool
    preferred_channel: ContactChannel

    @property
    def is_reachable(self) -> bool:
        """Somebody with neither telephone nor mailbox is told at the office."""
        return self.mobile is not None or self.email is not None

    def address(self, channel: ContactChannel) -> tuple[str, Sealed] | None:
        """Field name and sealed address for a channel; None: not to be reached by it."""
        if channel == "email":
            return ("email", self.email) if self.email else None
        if channel == "whatsapp" and not self.mobile_has_whatsapp:
            return None
        return ("mobile", self.mobile) if self.mobile else None

    def best_channel(self, available: Sequence[ContactChannel]) -> ContactChannel | None:
        """The preferred channel when it is available, else the first that reaches the person."""
        wanted_first = sorted(available, key=lambda name: name != self.preferred_channel)
        return next((name for name in wanted_first if self.address(name)), None)


class Notice(_Record):
    """One message to one person about one event; `version` grows with each change of state.

    While `planned`, `due_at` says when it may be claimed (again): a claim moves it into the
    future, so that a notice whose process died becomes due by itself. Of those that are due the
    urgent ones go first; after its deadline none goes out. When an officer has a failed one tried
    again, the attempts made until then are `earlier_attempts`.
    """

    id: str
    event_id: str
    correlation_id: str
    application_id: str
    facts: Facts
    state: State = "planned"
    version: int = 1
    attempts: int = 0
    earlier_attempts: int = 0
    happened_at: datetime
    due_at: datetime
    urgent: bool = False
    deadline: datetime | None = None
    claimed_by: str | None = None
    text_version: int | None = None  # of the words of the last attempt; 0 are the program's
    finished_at: datetime | None = None
    reason: str | None = None

    @property
    def template(self) -> NoticeTemplate:
        return self.facts.template

    @property
    def is_exhausted(self) -> bool:
        return self.attempts - self.earlier_attempts >= MAX_ATTEMPTS


def contact_of_draft(draft_id: str, to: Addressee) -> Contact:
    """The addressee of a message about a draft, as a contact."""
    on_phone: ContactChannel = "whatsapp" if to.mobile_has_whatsapp else "sms"
    return Contact(
        application_id=draft_id,
        version=1,
        reference="",
        full_name="",
        email=to.email,
        mobile=to.mobile,
        mobile_has_whatsapp=to.mobile_has_whatsapp,
        preferred_channel=on_phone if to.mobile else "email",
    )


def contact_of_office(application_id: str, reference: str) -> Contact:
    """The office itself: its address stands in the configuration, in the clear."""
    return Contact(
        application_id=application_id,
        version=1,
        reference=reference,
        full_name="",
        email=None,
        mobile=None,
        mobile_has_whatsapp=False,
        preferred_channel="email",
    )


def notice_id(event_id: str, template: NoticeTemplate) -> str:
    """The same event gives the same notice, however often it comes."""
    return str(uuid.uuid5(_NOTICE_IDS, f"{event_id}:{template}"))


def advances(current: State, new: State) -> bool:
    """Whether a late outcome may replace the present one: `sent` is never taken back.

    `failed` may still become `sent`: the provider's acceptance is a fact.
    """
    return _RANK[new] > _RANK[current]


def next_pause(attempts: int, asked: timedelta | None, chance: float) -> timedelta | None:
    """How long to wait after attempt number `attempts`; None when that was the last.

    `asked` is the pause the provider wants at least; `chance` (0 to 1) spreads the repeats.
    """
    if attempts >= MAX_ATTEMPTS:
        return None
    pause = PAUSES[attempts - 1] * (1 - JITTER + 2 * JITTER * chance)
    return max(pause, asked) if asked else pause
