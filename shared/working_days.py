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

DEFAULT_FILE = Path(__file__).parent.parent / "deploy" / "working_days.toml"
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

    @property
    def day_length(self) -> timedelta:
        """The working time of one day."""
        midnight = date.min
        return datetime.combine(midnight, self.closes) - datetime.combine(midnight, self.opens)

    def after(self, start: datetime, work: timedelta) -> datetime:
        """The moment when so much working time has passed since `start`."""
        begin = self.first_from(start)
        left_today = self._at(begin.date(), self.closes) - begin
        if work <= left_today:
            return begin + work
        # the last day may be used up to its end, hence the whole days before it are one fewer
        days, rest = divmod(work - left_today, self.day_length)
        if not rest:
            days, rest = days - 1, self.day_length
        return self._at(self.add(begin.date(), days + 1), self.opens) + rest

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The working time from `start` to `end`."""
        passed, day = timedelta(0), start.astimezone(OFFICE_ZONE).date()
        while day <= end.astimezone(OFFICE_ZONE).date():
            if self.is_working_day(day):
                opens, closes = self._at(day, self.opens), self._at(day, self.closes)
                passed += max(min(closes, end) - max(opens, start), timedelta(0))
            day += _DAY
        return passed

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
