"""The live queue: who waits, and how fast answers came. Read seldom, shown to everybody."""

from __future__ import annotations

import asyncio
import bisect
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from services.intake import store
from services.intake.finish.estimate import PACE_DAYS, Pace, pace_of
from shared import clock
from shared.uow import Scope
from shared.working_days import WorkingCalendar

T = TypeVar("T")

_WAITING_SECONDS = 5.0
_PACE_SECONDS = 120.0
_MOST = 5000  # of those that wait, oldest first; beyond it nobody counts any more


@dataclass
class _Kept(Generic[T]):
    """A value read at most once in so many seconds, however many ask at the same time."""

    seconds: float
    _value: T | None = None
    _until: float = 0.0
    _reading: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def get(self, read: Callable[[], Awaitable[T]]) -> T:
        async with self._reading:
            if self._value is None or time.monotonic() >= self._until:
                self._value = await read()
                self._until = time.monotonic() + self.seconds
            return self._value


@dataclass(frozen=True)
class _Paced:
    pace: Pace | None


@dataclass
class Queue:
    """One for the process."""

    calendar: WorkingCalendar
    _waiting: _Kept[list[datetime]] = field(default_factory=lambda: _Kept(_WAITING_SECONDS))
    _pace: _Kept[_Paced] = field(default_factory=lambda: _Kept(_PACE_SECONDS))

    async def ahead_of(self, scope: Scope, submitted_at: datetime) -> int:
        """How many older applications wait for an officer."""
        waiting = await self._waiting.get(lambda: store.find_waiting_since(scope, _MOST))
        return bisect.bisect_left(waiting, submitted_at)

    async def pace(self, scope: Scope) -> Pace | None:
        """How fast answers came in the last working days, today not counted."""
        return (await self._pace.get(lambda: self._read_pace(scope))).pace

    async def _read_pace(self, scope: Scope) -> _Paced:
        today = clock.today()
        days = self.calendar.last_before(today, PACE_DAYS)
        begin = datetime.combine(days[0], datetime.min.time(), clock.OFFICE_ZONE)
        end = begin + timedelta(days=(today - days[0]).days)
        return _Paced(pace_of(await store.count_answers_by_day(scope, begin, end), days))
