"""The figures as they were a moment ago: reckoned at most once a minute, for all who ask."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from pymongo.errors import PyMongoError

from services.intake.figures import store
from services.intake.figures.counting import Period, count, months_until, publish, shown
from services.intake.figures.working_time import WorkingClock, decision_of
from shared import clock
from shared.observability import get_logger
from shared.office import Office
from shared.uow import Scope
from shared.working_days import WorkingCalendar

KEPT_SECONDS = 60.0
_AWAY_SECONDS = 5.0  # how long figures that could not be renewed are shown before the next try
_LONGEST_WAIT = timedelta(days=200)  # no application that is decided now is older
_log = get_logger(__name__)


@dataclass(frozen=True)
class Figures:
    """`months` are oldest first; `waiting` is None for one to four."""

    at: datetime
    months: tuple[tuple[date, Period], ...]
    total: Period
    waiting: int | None
    promised_days: int
    hours_of_day: float


@dataclass
class Board:
    """One for the process. While the database is away the last figures stay, with their time."""

    _figures: Figures | None = None
    _until: float = 0.0
    _reading: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def read(self, scope: Scope, office: Office, calendar: WorkingCalendar) -> Figures:
        """Raises `PyMongoError` only when there were no figures yet."""
        if self._figures is not None and self._reading.locked():
            return self._figures  # nobody waits for the one who renews them
        async with self._reading:
            if self._figures is not None and time.monotonic() < self._until:
                return self._figures
            try:
                figures = await reckon(scope, office, calendar, clock.now())
            except PyMongoError as error:
                if self._figures is None:
                    raise
                _log.warning("figures.not_renewed", error=type(error).__name__)
                self._until = time.monotonic() + _AWAY_SECONDS
                return self._figures
            self._figures, self._until = figures, time.monotonic() + KEPT_SECONDS
            return figures


async def reckon(scope: Scope, office: Office, calendar: WorkingCalendar, at: datetime) -> Figures:
    """The figures of the last twelve months, as of `at`."""
    today = at.astimezone(clock.OFFICE_ZONE).date()
    months = months_until(today)
    since = datetime.combine(months[0], datetime.min.time(), clock.OFFICE_ZONE)
    working = WorkingClock(calendar, months[0] - _LONGEST_WAIT, today)
    decisions = [
        decision
        async for events in store.find_decided(scope, since)
        if (decision := decision_of(events, working))
    ]
    promised = office.promise.verification_working_days
    counts = count(
        months,
        await store.count_received(scope, since),
        decisions,
        promised * working.hours_of_day,
    )
    periods, total = publish(counts)
    return Figures(
        at=at,
        months=tuple(zip(months, periods, strict=True)),
        total=total,
        waiting=shown(await store.count_waiting(scope)),
        promised_days=promised,
        hours_of_day=working.hours_of_day,
    )
