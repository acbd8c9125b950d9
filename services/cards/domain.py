"""The card: states, dates, reports, what ended it; pure, no I/O (domain.md 3.6, 4.2, 8.2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal

from shared.card_standing import STATUS_BITS, CardFacts, Outcome, next_report, standing
from shared.contracts.applications import ApplicationKind, PageRef
from shared.contracts.cards import RevocationReason
from shared.contracts.envelope import Sealed
from shared.contracts.registry import RemovalReason, ReportAnswer, ReportChannel
from shared.contracts.reviews import Holder, Signatory
from shared.dates import add_months

CardState = Literal["allocated", "issued", "failed", "expired", "revoked"]
Happening = Literal[
    "allocated",
    "issued",
    "failed",
    "retried",
    "resigned",
    "expired",
    "revoked",
    "reported",
    "placed",
    "removed",
    "report_overdue",
]
IN_USE: tuple[CardState, ...] = ("allocated", "failed", "issued")
RENDER_ATTEMPTS = 5

# A card that was never issued can be revoked, too: it must not appear after all. One that
# was issued is allocated again when it is signed anew after a stolen key.
_LEGAL: Mapping[CardState, frozenset[CardState]] = {
    "allocated": frozenset({"issued", "failed", "revoked"}),
    "failed": frozenset({"allocated", "revoked"}),
    "issued": frozenset({"allocated", "expired", "revoked"}),
    "expired": frozenset(),
    "revoked": frozenset(),
}


# A card not issued yet stands as it will once it is.
_STANDS_AS: Mapping[CardState, Literal["issued", "expired", "revoked"]] = {
    "allocated": "issued",
    "failed": "issued",
    "issued": "issued",
    "expired": "expired",
    "revoked": "revoked",
}


class IllegalTransition(Exception):
    """The card is not in a state that allows this."""


@dataclass(frozen=True)
class Report:
    """A periodic report; `line_no` from 1. The officer is who took it at the counter."""

    line_no: int
    reported_on: date
    reported_at: datetime
    answer: ReportAnswer
    channel: ReportChannel
    officer_name: str | None = None
    officer_nip: str | None = None


@dataclass(frozen=True)
class HolderOutcome:
    """What became of the holder in the register of job seekers."""

    outcome: Outcome
    on: date
    at: datetime
    reason: RemovalReason | None = None

    @property
    def is_about_the_person(self) -> bool:
        """Else it was about the old card alone, and a renewal ends it."""
        return self.reason not in ("expired", "report_overdue")


@dataclass(frozen=True)
class Revocation:
    """`at` is when the office asked for it, or when the card that replaces it was issued."""

    reason: RevocationReason
    at: datetime


@dataclass(frozen=True)
class Moment:
    """A line of the card's history. `event_id` leads to who did it, in the desk's audit log."""

    at: datetime
    what: Happening
    detail: str | None = None
    event_id: str | None = None


@dataclass(frozen=True)
class Card:
    """One copy of a card, of one application. `version` counts its changes.

    A correction or a replacement has the number and the dates of the copy before it
    (`replaces_card_id`) and counts `copy_no` up; `replaced_by` is the card that was allocated to
    follow this one. Sealed fields stay sealed. `status` is what the status list says at
    `status_index`. `resigned` counts how often a stolen key had it signed anew.
    Cards from before the signed QR have no token and a `check_code_hash`.
    """

    card_id: str
    application_id: str
    reference: str
    registration_number: str
    state: CardState
    version: int
    holder: Holder
    photo: PageRef
    signatory: Signatory
    issued_on: date
    valid_until: date
    report_due_on: tuple[date, ...]
    check_code: Sealed
    allocated_at: datetime
    check_code_hash: str | None = None
    approved_at: datetime | None = None
    kind: ApplicationKind = "new"
    copy_no: int = 1
    replaces_card_id: str | None = None
    replaced_by: str | None = None
    legal_basis: str | None = None
    token: bytes | None = None
    token_id: str | None = None
    status_index: int | None = None
    status: int = 0
    next_due_on: date | None = None
    reports: tuple[Report, ...] = ()
    outcome: HolderOutcome | None = None
    revocation: Revocation | None = None
    resigned: int = 0
    render_attempts: int = 0
    pdf: Mapping[str, Any] | None = None
    phone_image: Mapping[str, Any] | None = None
    history: tuple[Moment, ...] = ()

    def to(self, state: CardState) -> Card:
        """The card in its next state; raises `IllegalTransition`."""
        if state not in _LEGAL[self.state]:
            raise IllegalTransition(f"{self.state} -> {state}")
        return replace(self, state=state)

    def may_become(self, state: CardState) -> bool:
        return state in _LEGAL[self.state]

    def noting(
        self, at: datetime, what: Happening, detail: str | None = None, event_id: str | None = None
    ) -> Card:
        return replace(self, history=(*self.history, Moment(at, what, detail, event_id)))

    @property
    def is_duplicate(self) -> bool:
        """Whether the card says DUPLIKAT: a copy for one lost or damaged, not a correction."""
        return self.kind == "replacement" and self.copy_no > 1

    @property
    def was_approved_at(self) -> datetime:
        return self.approved_at or self.allocated_at

    @property
    def object_key(self) -> str:
        """Where the PDF lies: the same for every try, so that drawing it twice is harmless.

        Signed anew it lies beside the earlier one, which counts until its issue is told.
        """
        return f"{self._drawn_key}.pdf"

    def sealed_key(self, sha256: str) -> str:
        """Where a sealed PDF lies: each seal is another file."""
        return f"{self.object_prefix}-{sha256[:16]}.pdf"

    @property
    def phone_image_key(self) -> str:
        return f"{self._drawn_key}.png"

    @property
    def _drawn_key(self) -> str:
        return f"{self.object_prefix}-{self.resigned}" if self.resigned else self.object_prefix

    @property
    def object_prefix(self) -> str:
        """What the names of all its objects begin with, and of no other card's."""
        return f"cards/{self.issued_on.year}/{self.card_id}"

    @property
    def is_in_use(self) -> bool:
        """Neither over nor taken back; it may still have to be drawn."""
        return self.state in IN_USE

    @property
    def never_appeared(self) -> bool:
        """Revoked before it was issued: nobody has its objects, and nobody will."""
        return self.state == "revoked" and self.pdf is None


def reporting(card: Card, report: Report) -> Card:
    """The card with a report on its line; of two for one line the later one counts."""
    if not 1 <= report.line_no <= len(card.report_due_on):
        raise ValueError(f"card {card.card_id} has no line {report.line_no}")
    others = [each for each in card.reports if each.line_no != report.line_no]
    same = [each for each in card.reports if each.line_no == report.line_no]
    counts = max([*same, report], key=lambda each: each.reported_at)
    lines = sorted([*others, counts], key=lambda each: each.line_no)
    return replace(card, reports=tuple(lines))


def ending(card: Card, outcome: HolderOutcome) -> Card:
    """The card with what became of its holder; of two the later one counts."""
    if card.outcome is not None and card.outcome.at > outcome.at:
        return card
    return replace(card, outcome=outcome)


def with_status(card: Card, *, grace_days: int, today: date) -> Card:
    """The card with its bits of the status list, and the report that is awaited."""
    lines = [report.line_no for report in card.reports]
    due = next_report(card.report_due_on, lines)
    facts = CardFacts(
        state=_STANDS_AS[card.state],
        valid_until=card.valid_until,
        report_due_on=card.report_due_on,
        reported_lines=lines,
        revocation_reason=card.revocation.reason if card.revocation else None,
        outcome=card.outcome.outcome if card.outcome else None,
    )
    row = standing(facts, grace_days=grace_days, today=today)
    status = card.status if row == "expired" else STATUS_BITS[row]
    return replace(card, status=status, next_due_on=due.on if due else None)


def report_dates(issued_on: date, interval_months: int, lines: int) -> tuple[date, ...]:
    """Due dates of the periodic reports: month 6, 12, 18."""
    return tuple(add_months(issued_on, interval_months * n) for n in range(1, lines + 1))
