"""The service clock: until when the office promised the step a case is in (domain.md 3.4).

The clock runs in working time and stands still while a case is with the applicant: a second round
has what the rounds before left. Passing a case on begins the second promise; a case given back
for another check still has to keep its first. All of it follows from what the case says of itself,
so that events in any order give the same moment.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from services.verification.review.domain import Case, Lane, PromiseName
from shared.office import Promise, load_office
from shared.working_days import WorkingCalendar, load_calendar

Mark = Literal["amber", "red"]
_LATE = 4  # amber when no more than this part of the promise is left: a quarter
_OF_LANE: dict[Lane, PromiseName] = {
    "new": "verification",
    "approval": "issue",
    "approved": "issue",
}


@dataclass(frozen=True)
class ServiceClock:
    """The promises of the office on its calendar."""

    promise: Promise
    calendar: WorkingCalendar

    def due_at(self, case: Case) -> datetime | None:
        """The end of the promise for the step the case is in."""
        match promise_of(case.lane):
            case "verification":
                left = self.length("verification") - self._used(case)
                return self.calendar.after(case.current.at, max(left, timedelta(0)))
            case "issue":
                begun = case.forwarded.at if case.forwarded else case.queued_at
                return self.calendar.after(begun, self.length("issue"))
            case None:
                return None

    def length(self, name: PromiseName) -> timedelta:
        days = {
            "verification": self.promise.verification_working_days,
            "issue": self.promise.issue_working_days,
        }
        return days[name] * self.calendar.day_length

    def amber_until(self, lane: Lane, now: datetime) -> datetime:
        """Cases of the lane that are due by then have used three quarters of their promise."""
        name = promise_of(lane)
        return self.calendar.after(now, self.length(name) / _LATE) if name else now

    def mark(self, lane: Lane, due_at: datetime | None, now: datetime) -> Mark | None:
        if due_at is None or promise_of(lane) is None:
            return None
        if due_at <= now:
            return "red"
        return "amber" if due_at <= self.amber_until(lane, now) else None

    def _used(self, case: Case) -> timedelta:
        """The working time that the rounds before the present one took."""
        returns = case.returns or ((case.returned.at,) if case.returned else ())
        sent = [version.at for version in case.versions]
        used = timedelta(0)
        for at in returns:
            begun = max((each for each in sent if each <= at), default=at)
            used += self.calendar.between(begun, at)
        return used


def promise_of(lane: Lane) -> PromiseName | None:
    """What runs while a case waits in this lane."""
    return _OF_LANE.get(lane)


_clock: list[ServiceClock] = []


def use_clock(clock: ServiceClock) -> None:
    """Reckon with this clock from now on; the service calls it once when it starts."""
    _clock[:] = [clock]


def service_clock() -> ServiceClock:
    """The clock of this process, by the files of the repository unless told otherwise."""
    if not _clock:
        use_clock(ServiceClock(load_office().promise, load_calendar()))
    return _clock[0]
