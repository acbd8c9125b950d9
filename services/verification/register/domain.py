"""A registration: one spell of a person in the register of job seekers (domain.md 3.6, 8.3).

It begins with the first card and goes on with each copy and renewal. That a report is due or late
follows from dates; only the two ends, placed and removed, are kept.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Literal

from pydantic import BaseModel, ConfigDict

from shared.card_standing import CardFacts, Outcome, ReportDue, Standing, next_report, standing
from shared.contracts.applications import ApplicationKind
from shared.contracts.cards import RevocationReason
from shared.contracts.registry import RemovalReason, ReportAnswer

# Where it stands in the lists: by the card if that has ended, else by what became of its holder.
Lane = Literal["live", "placed", "removed", "expired", "revoked"]
RegisterStanding = Literal[Standing, "report_due"]
ReasonToRevoke = Literal["false_data", "court_order", "office_error"]
_RULES: frozenset[RemovalReason] = frozenset({"expired", "report_overdue"})
REPORT_OPENS = timedelta(days=14)  # before the due date


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class RegisteredPerson(_Part):
    full_name: str
    nik_index: str
    subdistrict: str


class CardEnd(_Part):
    reason: RevocationReason | Literal["expired"]
    at: datetime


class RegisteredCard(_Part):
    """One card or copy; a renewal has a number, dates and report lines of its own."""

    card_id: str
    application_id: str
    reference: str
    number: str
    copy_no: int
    kind: ApplicationKind
    issued_on: date
    valid_until: date
    report_due_on: tuple[date, ...]
    issued_at: datetime
    ended: CardEnd | None = None


class Report(_Part):
    """A line of the card that was filled; `number` tells which card's, its copies included."""

    number: str
    line_no: int
    due_on: date
    reported_on: date
    answer: ReportAnswer
    officer_name: str
    officer_nip: str | None
    at: datetime


class Placement(_Part):
    placed_on: date
    employer: str
    position: str
    place: str
    officer_name: str
    at: datetime


class Removal(_Part):
    """`officer_name` is None where the rules removed, not an officer."""

    reason: RemovalReason
    removed_on: date
    at: datetime
    officer_name: str | None = None
    note: str | None = None


class Recall(_Part):
    """An officer takes the card back; cards answers with `card.revoked`."""

    card_id: str
    reason: ReasonToRevoke
    note: str
    officer_name: str
    at: datetime


class RegisterStep(_Part):
    """The last thing that changed it, to tell a colleague who came too late."""

    act: str
    officer_id: str
    name: str
    at: datetime


class Registration(_Part):
    """The aggregate; its id is that of its first card, so that each card can open only one."""

    id: str
    version: int
    person: RegisteredPerson
    cards: tuple[RegisteredCard, ...]
    reports: tuple[Report, ...] = ()
    placement: Placement | None = None
    removal: Removal | None = None
    recall: Recall | None = None
    last_step: RegisterStep | None = None

    @property
    def card(self) -> RegisteredCard:
        """The card that counts now."""
        return self.cards[-1]

    @property
    def is_live(self) -> bool:
        return self.placement is None and self.removal is None

    @property
    def is_recalled(self) -> bool:
        """An officer takes the present card back."""
        return self.recall is not None and self.recall.card_id == self.card.card_id

    @property
    def lane(self) -> Lane:
        ended = self.card.ended
        if ended is not None and ended.reason != "superseded":
            return "expired" if ended.reason == "expired" else "revoked"
        if self.placement is not None:
            return "placed"
        return "removed" if self.removal is not None else "live"

    @property
    def outcome(self) -> Outcome | None:
        if self.placement is not None:
            return "placed"
        return "removed" if self.removal is not None else None

    def goes_on_with(self, card: RegisteredCard, approved_at: datetime | None) -> bool:
        """Whether a card that takes the place of one of these belongs to this spell.

        Who has left the list does not come back by a new number: that begins a new spell, unless
        he left after it was approved, because he works or for another reason of his own. A copy
        has a new number, too, when it was approved after the last day of the card before.
        """
        if self.is_live or any(each.number == card.number for each in self.cards):
            return True
        left = self.placement or self.removal
        by_the_rules = self.removal is not None and self.removal.reason in _RULES
        return not by_the_rules and bool(left and approved_at and left.at > approved_at)

    @property
    def due(self) -> ReportDue | None:
        """The report that is awaited, whatever the date."""
        if not self.is_live:
            return None
        return next_report(self.card.report_due_on, self._reported)

    @property
    def ended_on(self) -> datetime | None:
        """When it came to stand where it stands in the lists, unless it is live."""
        match self.lane:
            case "live":
                end: CardEnd | Placement | Removal | None = None
            case "expired" | "revoked":
                end = self.card.ended
            case "placed":
                end = self.placement
            case "removed":
                end = self.removal
        return end.at if end else None

    @property
    def _reported(self) -> tuple[int, ...]:
        return tuple(each.line_no for each in self.reports if each.number == self.card.number)

    def report_on(self, line_no: int) -> Report | None:
        """What was reported on a line of the present card."""
        mine = (each for each in self.reports if each.number == self.card.number)
        return next((each for each in mine if each.line_no == line_no), None)

    def holds(self, card_id: str) -> bool:
        return any(each.card_id == card_id for each in self.cards)

    def standing(self, grace_days: int, today: date) -> RegisterStanding:
        """As a person who checks the card is told, and where a report may be taken now."""
        ended = self.card.ended
        state: Literal["issued", "expired", "revoked"] = "issued"
        if ended is not None:
            state = "expired" if ended.reason == "expired" else "revoked"
        facts = CardFacts(
            state=state,
            valid_until=self.card.valid_until,
            report_due_on=self.card.report_due_on,
            reported_lines=self._reported,
            revocation_reason=ended.reason if ended and ended.reason != "expired" else None,
            outcome=self.outcome,
        )
        stands = standing(facts, grace_days=grace_days, today=today)
        if stands == "valid" and self.due is not None and self.due.on - REPORT_OPENS <= today:
            return "report_due"
        return stands


def enter(card: RegisteredCard, person: RegisteredPerson) -> Registration:
    """A new spell, with its first card."""
    return Registration(id=card.card_id, version=1, person=person, cards=(card,))


def follow(
    registration: Registration, card: RegisteredCard, person: RegisteredPerson
) -> Registration:
    """The spell goes on with a copy or a renewal, which takes the place of the card before.

    One that is heard of late takes its place among the others by the time of its issue.
    """
    cards = sorted((*registration.cards, card), key=lambda each: each.issued_at)
    ended = [
        each
        if each.ended
        else each.model_copy(update={"ended": CardEnd(reason="superseded", at=following.issued_at)})
        for each, following in pairwise(cards)
    ]
    newest = cards[-1]
    return _changed(
        registration,
        "issued",
        newest.issued_at,
        cards=(*ended, newest),
        person=person if newest is card else registration.person,
    )


def end_card(registration: Registration, card_id: str, end: CardEnd) -> Registration:
    """Note the end of one of its cards; a card ends once."""
    cards = tuple(
        each.model_copy(update={"ended": end})
        if each.card_id == card_id and each.ended is None
        else each
        for each in registration.cards
    )
    if cards == registration.cards:
        return registration
    act = "expired" if end.reason == "expired" else "revoked"
    return _changed(registration, act, end.at, cards=cards)


def drop(
    registration: Registration, reason: RemovalReason, removed_on: date, at: datetime
) -> Registration:
    """The rules take the person off the list; nothing to do for one who has left already."""
    if not registration.is_live:
        return registration
    removal = Removal(reason=reason, removed_on=removed_on, at=at)
    return _changed(registration, "dropped", at, removal=removal)


def is_forsaken(registration: Registration, grace_days: int, today: date) -> bool:
    """No report came although the days of grace are over."""
    due = registration.due
    return due is not None and today > due.on + timedelta(days=grace_days)


def _changed(registration: Registration, act: str, at: datetime, **values: object) -> Registration:
    """One version on, by the system."""
    last = RegisterStep(act=act, officer_id="", name="Sistem", at=at)
    return registration.model_copy(
        update={**values, "version": registration.version + 1, "last_step": last}
    )
