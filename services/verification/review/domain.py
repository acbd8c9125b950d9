"""A case: one application at the officers' desk, its states and who may do what (domain.md 8.1)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict

from services.verification.officers.domain import Officer
from services.verification.review.refusals import (
    AlreadyDecided,
    Claimed,
    NotClaimed,
)
from shared.contracts.applications import (
    Answers,
    ApplicationKind,
    Channel,
    Contact,
    DocumentKind,
    DocumentRef,
    ReplacementReason,
    WithdrawalReason,
)
from shared.contracts.reviews import ReturnedItem

State = Literal[
    "submitted",
    "under_review",
    "returned",
    "rejected",
    "approved",
    "issued",
    "printed",
    "collected",
    "withdrawn",
    "not_issued",
]
Lane = Literal[
    "new",
    "approval",
    "returned",
    "approved",
    "print",
    "hand_over",
    "done",
    "rejected",
    "withdrawn",
]
PromiseName = Literal["verification", "issue"]
CheckResult = Literal["matches", "does_not_match", "unreadable"]
DUPLICATE = "one_open_application"
# warnings that hang on other applications and cards
LIVE = frozenset(
    {
        DUPLICATE,
        "unknown_previous_card",
        "previous_card_of_another",
        "previous_card_replaced",
        "previous_card_revoked",
        "previous_card_expired",
        "previous_holder_left",
    }
)
LEASE = timedelta(minutes=15)
HAS_CARD: frozenset[State] = frozenset({"issued", "printed", "collected"})
OPEN: frozenset[State] = frozenset({"submitted", "under_review", "returned"})


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Claim(_Part):
    """One officer works on the case until the lease ends."""

    officer_id: str
    name: str
    until: datetime


class Version(_Part):
    """What the applicant sent in one round; `number` is the version of the application then."""

    number: int
    at: datetime
    answers: Answers
    documents: tuple[DocumentRef, ...]
    changed: tuple[str, ...] = ()
    entered_by: str | None = None


class Check(_Part):
    """What an officer found in a document; it holds for this very upload only.

    `result` follows from the items of the checklist, None while it is not settled. Checks made
    before there were checklists have no items.
    """

    document_id: str
    result: CheckResult | None
    items: dict[str, CheckResult] = {}
    note: str | None = None


class CaseWarning(_Part):
    """A rule of domain.md 5.12 that asks for an officer's answer before approval."""

    rule: str
    answer: str | None = None


class Returned(_Part):
    items: tuple[ReturnedItem, ...]
    note: str | None
    due_on: date
    at: datetime


class Withdrawal(_Part):
    """The applicant's side ended it; heard maybe after a decision, which then stands."""

    reason: WithdrawalReason
    at: datetime


class Step(_Part):
    """The last act that moved the case, to tell a colleague who came too late."""

    act: str
    officer_id: str
    name: str
    at: datetime
    note: str | None = None


class Proposal(_Part):
    """A rejection that an officer proposes; `note` is for the applicant."""

    reason_code: str
    note: str | None = None


class Forwarded(_Part):
    """Checked by an officer, waiting for a placement officer; `note` is for that colleague."""

    officer_id: str
    name: str
    at: datetime
    note: str | None = None
    proposal: Proposal | None = None


class GivenBack(_Part):
    """A placement officer wants the case checked again; `note` says what."""

    officer_id: str
    name: str
    at: datetime
    note: str


class Collector(_Part):
    """Who got the paper card: the holder himself, or a named person and what he is to him."""

    name: str | None = None
    relation: str | None = None


class Case(_Part):
    """The aggregate. `queued_at` orders the lists: waiting since, or in this state since.

    `due_at` is the end of the promise for the step the case is in, None while nothing was
    promised: the store reckons it (`promise.py`). `returns` are the ends of earlier rounds: when
    the case went back to the applicant or, checked already, was passed on before; `broken` are the
    promises that were not kept. `paper`: the office prints the card and hands it over, unless
    it was revoked meanwhile.
    """

    id: str
    reference: str
    kind: ApplicationKind
    channel: Channel
    submitted_at: datetime
    state: State
    version: int
    queued_at: datetime
    nik_index: str
    versions: tuple[Version, ...]
    phone_index: str = ""
    claim: Claim | None = None
    started_round: int = 0
    checks: dict[DocumentKind, Check] = {}
    warnings: tuple[CaseWarning, ...] = ()
    forwarded: Forwarded | None = None
    given_back: GivenBack | None = None
    returned: Returned | None = None
    last_step: Step | None = None
    withdrawal: Withdrawal | None = None
    previous_registration_number: str | None = None
    replacement_reason: ReplacementReason | None = None
    correction_pages: tuple[str, ...] = ()
    purpose: str | None = None
    entered_by: str | None = None
    due_at: datetime | None = None
    returns: tuple[datetime, ...] = ()
    broken: tuple[PromiseName, ...] = ()
    paper: bool = False
    collector: Collector | None = None

    @property
    def current(self) -> Version:
        return self.versions[-1]

    @property
    def is_reachable(self) -> bool:
        """Whether a message can be sent; else the officers tell the applicant."""
        return has_address(self.current.answers.contact)

    @property
    def round(self) -> int:
        return len(self.versions)

    @property
    def typists(self) -> frozenset[str]:
        """Officers who typed it, or a correction of it, for the applicant."""
        return frozenset(filter(None, (self.entered_by, *(v.entered_by for v in self.versions))))

    @property
    def lane(self) -> Lane:
        match self.state:
            case "submitted" | "under_review":
                return "approval" if self.forwarded else "new"
            case "issued":
                return "print" if self.paper else "done"
            case "printed":
                return "hand_over" if self.paper else "done"
            case "collected" | "not_issued":
                return "done"
            case "returned" | "approved" | "rejected" | "withdrawn":
                return self.state

    def held_by(self, now: datetime) -> Claim | None:
        """The living claim, if any."""
        return self.claim if self.claim and self.claim.until > now else None

    def check_of(self, document: DocumentRef) -> Check | None:
        check = self.checks.get(document.kind)
        return check if check and check.document_id == document.document_id else None

    def result_of(self, document: DocumentRef) -> CheckResult | None:
        """What was found in it, None while that is not settled."""
        check = self.check_of(document)
        return check.result if check else None

    def document(self, document_id: str) -> DocumentRef | None:
        """A document of any version."""
        every = (each for version in reversed(self.versions) for each in version.documents)
        return next((each for each in every if each.document_id == document_id), None)


def has_address(contact: Contact) -> bool:
    """Somebody who came to the counter may have neither telephone nor mailbox."""
    return contact.mobile is not None or contact.email is not None


def shown_state(state: State, lane: Lane, held: Claim | None) -> str:
    """The state in the eyes of an officer: a lease that ended is no review any more."""
    if state != "under_review":
        return state
    if lane == "approval":
        return lane
    return "under_review" if held else "submitted"


def claim(case: Case, officer: Officer, now: datetime) -> Case:
    """Take or renew the claim; a colleague's claim must have ended first."""
    officer.require("check_cases")
    if case.state not in {"submitted", "under_review"}:
        raise AlreadyDecided(case)
    held = case.held_by(now)
    if held and held.officer_id != officer.id:
        raise Claimed(held)
    kept = Claim(officer_id=officer.id, name=officer.name, until=now + LEASE)
    if held and case.started_round == case.round:
        # Renewed: nothing that a colleague could have missed, so open pages stay good.
        return case.model_copy(update={"claim": kept})
    return step(
        case,
        "claimed",
        officer,
        now,
        state="under_review",
        claim=kept,
        started_round=max(case.started_round, case.round),
    )


def release(case: Case, officer: Officer, now: datetime) -> Case:
    """Give the claim back; a forwarded case goes on waiting for approval."""
    require_claim(case, officer, now)
    state: State = "under_review" if case.forwarded else "submitted"
    return step(case, "released", officer, now, state=state, claim=None)


def end_without_card(case: Case, revoked_at: datetime) -> Case:
    """Its card was revoked while it was made; only the issue of it, heard of late, ends this."""
    if case.state != "approved":
        return case
    return case.model_copy(
        update={
            "state": "not_issued",
            "version": case.version + 1,
            "queued_at": revoked_at,
            "forwarded": None,
        }
    )


def withdraw(case: Case, withdrawal: Withdrawal) -> Case:
    """End an open case for good.

    Where the officers were faster their decision stands: the applicant may have read it already,
    and a card may be on its way. The case then only notes what was asked.
    """
    noted = {"withdrawal": withdrawal, "version": case.version + 1}
    if case.state not in OPEN:
        return case.model_copy(update=noted)
    return case.model_copy(
        update={
            **noted,
            "state": "withdrawn",
            "queued_at": withdrawal.at,
            "claim": None,
            "forwarded": None,
        }
    )


def require_claim(case: Case, officer: Officer, now: datetime) -> None:
    """The officer must hold the claim.

    One that ran out and that nobody took counts as renewed by the act itself: what an officer has
    typed is not lost to the clock.
    """
    officer.require("check_cases")
    if case.state not in {"submitted", "under_review"}:
        raise AlreadyDecided(case)
    held = case.held_by(now)
    if held and held.officer_id != officer.id:
        raise Claimed(held)
    if case.claim is None or case.claim.officer_id != officer.id:
        raise NotClaimed


def step(
    case: Case,
    act: str,
    officer: Officer,
    now: datetime,
    *,
    note: str | None = None,
    **values: object,
) -> Case:
    """The case one version on, with the act that moved it."""
    last = Step(act=act, officer_id=officer.id, name=officer.name, at=now, note=note)
    return case.model_copy(update={**values, "version": case.version + 1, "last_step": last})
