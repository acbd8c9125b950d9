"""Reckon the day on which an application will be finished. Pure.

Officers take the oldest first, so the work before an answer is what waits before it, done at the
pace of the last working days. A card follows an approval within minutes. Too few answers tell no
pace: then only what the office has promised can be said.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from shared.clock import OFFICE_ZONE
from shared.office import Promise
from shared.working_days import WorkingCalendar

PACE_DAYS = 5  # working days looked back
ENOUGH = 10  # answers in that time from which a pace can be told
_CAUTION = 1.25  # a day that is kept is worth more to people than an early one


@dataclass(frozen=True)
class Pace:
    """So many answers in so many working days."""

    answers: int
    days: int


@dataclass(frozen=True)
class Expected:
    """`ahead` wait before this one, None when it does not wait; told at the moment `at`."""

    on: date
    promised_on: date
    basis: Literal["queue", "promise"]
    ahead: int | None
    at: datetime

    @property
    def is_late(self) -> bool:
        """Whether the day itself has passed: we can only say sorry."""
        return self.on < self.at.astimezone(OFFICE_ZONE).date()

    @property
    def breaks_promise(self) -> bool:
        return self.is_late or self.on > self.promised_on


@dataclass(frozen=True)
class Rules:
    """What the office promises, and when it works."""

    promise: Promise
    calendar: WorkingCalendar

    def promised(self, since: datetime) -> date:
        """For one that came to the officers at `since`: the day the card is there."""
        days = self.promise.verification_working_days + self.promise.issue_working_days
        return self.calendar.add(self.calendar.first_from(since).date(), days)

    def promised_card(self, approved_at: datetime) -> date:
        begin = self.calendar.first_from(approved_at).date()
        return self.calendar.add(begin, self.promise.issue_working_days)


def expected_finish(
    rules: Rules, *, since: datetime, ahead: int, pace: Pace | None, now: datetime
) -> Expected:
    """For an application that waits for the officers since `since`, with `ahead` before it."""
    promised = rules.promised(since)
    if pace is None or pace.answers < ENOUGH or pace.days < 1:
        return Expected(promised, promised, "promise", ahead, now)
    work = (ahead + 1) * pace.days / pace.answers * _CAUTION
    return Expected(rules.calendar.finish(now, work), promised, "queue", ahead, now)


def expected_card(rules: Rules, approved_at: datetime, now: datetime) -> Expected:
    """For an approved application, whose card is being made."""
    promised = rules.promised_card(approved_at)
    return Expected(promised, promised, "promise", None, now)


def pace_of(answers_by_day: dict[date, int], working_days: tuple[date, ...]) -> Pace | None:
    """The pace in these working days, counted from the first on which anything was answered.

    Answers on a day off count as well; a queue that began yesterday is not diluted by days before.
    """
    if not answers_by_day:
        return None
    first = min(answers_by_day)
    days = sum(day >= first for day in working_days)
    return Pace(sum(answers_by_day.values()), max(days, 1))
