"""Working days of the office: weekdays without holidays, read from a file the office keeps."""

from __future__ import annotations

import math
import tomllib
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, model_validator

from shared.clock import OFFICE_ZONE
from shared.dates import DAYS

DEFAULT_FILE = Path(__file__).parent.parent.parent / "deploy" / "working_days.toml"
_DAY = timedelta(days=1)


class Holiday(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    day: date
    name: str


class WorkingCalendar(BaseModel):
    """`weekdays` by their Indonesian names; a day is worked from `opens` to `closes`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    weekdays: tuple[str, ...]
    opens: time
    closes: time
    holidays: tuple[Holiday, ...] = ()

    @model_validator(mode="after")
    def _can_be_reckoned_with(self) -> WorkingCalendar:
        if not self.weekdays or not set(self.weekdays) <= set(DAYS):
            raise ValueError(f"weekdays: one or more of {', '.join(DAYS)}")
        if self.opens >= self.closes:
            raise ValueError("opens must be before closes")
        return self

    def is_working_day(self, day: date) -> bool:
        return DAYS[day.weekday()] in self.weekdays and day not in _days_off(self)

    def first_from(self, moment: datetime) -> datetime:
        """When work on something that comes at `moment` can begin, in the office's time."""
        local = moment.astimezone(OFFICE_ZONE)
        if self.is_working_day(local.date()) and local.time() < self.closes:
            return max(local, self._at(local.date(), self.opens))
        return self._at(self.add(local.date(), 1), self.opens)

    def add(self, day: date, working_days: int) -> date:
        """The day that is so many working days after `day`."""
        while working_days > 0:
            day += _DAY
            working_days -= self.is_working_day(day)
        return day

    def last_before(self, day: date, most: int) -> tuple[date, ...]:
        """The working days before `day`, at most so many, oldest first."""
        found: list[date] = []
        while len(found) < most:
            day -= _DAY
            if self.is_working_day(day):
                found.append(day)
        return tuple(reversed(found))

    def finish(self, start: datetime, work: float) -> date:
        """The day on which `work`, in working days, is done when it begins at `start`."""
        begin = self.first_from(start)
        closes = self._at(begin.date(), self.closes)
        left_today = (closes - begin) / (closes - self._at(begin.date(), self.opens))
        if work <= left_today:
            return begin.date()
        return self.add(begin.date(), math.ceil(work - left_today))

    def _at(self, day: date, hour: time) -> datetime:
        return datetime.combine(day, hour, OFFICE_ZONE)


@cache
def _days_off(calendar: WorkingCalendar) -> frozenset[date]:
    return frozenset(holiday.day for holiday in calendar.holidays)


@cache
def load_calendar(path: Path | None = None) -> WorkingCalendar:
    """Read the file (TOML); raises `pydantic.ValidationError` naming what is wrong."""
    text = (path or DEFAULT_FILE).read_text("utf-8")
    return WorkingCalendar.model_validate(tomllib.loads(text))
