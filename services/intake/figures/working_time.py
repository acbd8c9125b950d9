"""How long the office had an application in its hands, in working hours. Pure.

The clock runs in opening hours only and stands still while the application is with the applicant.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from shared.clock import OFFICE_ZONE
from shared.working_days import WorkingCalendar

_DECISIONS = frozenset({"approved", "rejected"})


@dataclass(frozen=True)
class Event:
    """`what` is `submitted`, `returned`, `amended`, `approved` or `rejected`."""

    what: str
    at: datetime


@dataclass(frozen=True)
class Decision:
    at: datetime
    hours: float


class WorkingClock:
    """Working hours passed since `first`; the calendar is asked once for each day."""

    def __init__(self, calendar: WorkingCalendar, first: date, last: date) -> None:
        self.opens = calendar.opens.hour + calendar.opens.minute / 60
        self.hours_of_day = calendar.closes.hour + calendar.closes.minute / 60 - self.opens
        count = max((last - first).days + 1, 1)
        days = (first + timedelta(days=number) for number in range(count))
        self.worked = [day.toordinal() for day in days if calendar.is_working_day(day)]

    def reading(self, moment: datetime) -> float:
        local = moment.astimezone(OFFICE_ZONE)
        ordinal = local.toordinal()
        before = bisect_right(self.worked, ordinal)
        if not before or self.worked[before - 1] != ordinal:
            return before * self.hours_of_day
        hour = local.hour + local.minute / 60 + local.second / 3600
        today = min(max(hour - self.opens, 0.0), self.hours_of_day)
        return (before - 1) * self.hours_of_day + today


def decision_of(events: Sequence[Event], clock: WorkingClock) -> Decision | None:
    """The first final decision; None when there is none among the events."""
    hours = 0.0
    since: datetime | None = None
    for event in sorted(events, key=lambda each: each.at):
        if event.what in {"submitted", "amended"}:
            since = since or event.at
            continue
        if since is not None:
            hours += clock.reading(event.at) - clock.reading(since)
            since = None
        if event.what in _DECISIONS:
            return Decision(event.at, hours)
    return None
