"""The office's working days: weekends, holidays, opening hours, and files that cannot be."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.clock import OFFICE_ZONE
from shared.working_days import Holiday, WorkingCalendar, load_calendar

WEEK = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat")
CHRISTMAS = date(2026, 12, 25)  # a Friday
CALENDAR = WorkingCalendar(
    weekdays=WEEK,
    opens=time(8),
    closes=time(16),
    holidays=(Holiday(day=CHRISTMAS, name="Natal"),),
)


def at(day: int, hour: int, minute: int = 0, month: int = 12) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=OFFICE_ZONE)


def test_weekends_and_holidays_are_no_working_days() -> None:
    assert CALENDAR.is_working_day(date(2026, 12, 24))
    for free in (CHRISTMAS, date(2026, 12, 26), date(2026, 12, 27)):
        assert not CALENDAR.is_working_day(free)
    assert CALENDAR.add(date(2026, 12, 24), 1) == date(2026, 12, 28)
    assert CALENDAR.add(date(2026, 12, 24), 0) == date(2026, 12, 24)
    assert CALENDAR.last_before(date(2026, 12, 28), 2) == (date(2026, 12, 23), date(2026, 12, 24))


@pytest.mark.parametrize(
    ("comes", "begins"),
    [
        (at(24, 7), at(24, 8)),  # before the office opens
        (at(24, 10, 30), at(24, 10, 30)),
        (at(24, 16), at(28, 8)),  # closed for the day; then a holiday and a weekend
        (at(26, 11), at(28, 8)),
        (datetime(2026, 12, 22, 20, 0, tzinfo=UTC), at(23, 8)),  # 3 in the night here
    ],
)
def test_work_begins_when_the_office_is_open(comes: datetime, begins: datetime) -> None:
    assert CALENDAR.first_from(comes) == begins


@pytest.mark.parametrize(
    ("start", "work", "done"),
    [
        (at(22, 8), 1.0, date(2026, 12, 22)),
        (at(22, 12), 0.5, date(2026, 12, 22)),
        (at(22, 12), 0.6, date(2026, 12, 23)),
        (at(22, 12), 1.6, date(2026, 12, 24)),
        (at(24, 15), 0.5, date(2026, 12, 28)),
        (at(26, 9), 0.1, date(2026, 12, 28)),
    ],
)
def test_work_is_done_on_a_working_day(start: datetime, work: float, done: date) -> None:
    assert CALENDAR.finish(start, work) == done


@given(
    st.timedeltas(timedelta(0), timedelta(days=400)),
    st.floats(0, 60),
    st.floats(0, 10),
)
def test_more_work_is_never_done_earlier(later: timedelta, work: float, more: float) -> None:
    start = at(1, 0) + later
    day = CALENDAR.finish(start, work)
    assert CALENDAR.is_working_day(day)
    assert start.astimezone(OFFICE_ZONE).date() <= day <= CALENDAR.finish(start, work + more)


HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("start", "work", "until"),
    [
        (at(22, 10), 8 * HOUR, at(23, 10)),  # one working day on
        (at(22, 8), 8 * HOUR, at(22, 16)),
        (at(22, 8), 16 * HOUR, at(23, 16)),
        (at(22, 20), 8 * HOUR, at(23, 16)),  # sent in the evening
        (at(24, 15), 8 * HOUR, at(28, 15)),  # over Christmas and a weekend
        (at(26, 11), 2 * HOUR, at(28, 10)),
        (at(24, 15), 0 * HOUR, at(24, 15)),
        (at(26, 11), 0 * HOUR, at(28, 8)),
    ],
)
def test_a_promise_ends_in_working_time(start: datetime, work: timedelta, until: datetime) -> None:
    assert CALENDAR.after(start, work) == until
    assert CALENDAR.between(start, until) == work


def test_no_work_is_done_while_the_office_is_closed() -> None:
    assert CALENDAR.between(at(24, 16), at(28, 8)) == timedelta(0)
    assert CALENDAR.between(at(24, 15), at(28, 9)) == 2 * HOUR
    assert CALENDAR.between(at(28, 9), at(24, 15)) == timedelta(0)


@given(st.timedeltas(timedelta(0), timedelta(days=60)), st.integers(0, 60 * 80))
def test_working_time_is_kept_to_the_minute(later: timedelta, minutes: int) -> None:
    start, work = at(1, 0) + later, timedelta(minutes=minutes)
    assert CALENDAR.between(start, CALENDAR.after(start, work)) == work


@pytest.mark.parametrize(
    "wrong",
    [
        {"weekdays": ()},
        {"weekdays": ("Monday",)},
        {"opens": time(16), "closes": time(8)},
    ],
)
def test_a_calendar_nobody_can_work_by_is_refused(wrong: dict[str, object]) -> None:
    right = {"weekdays": WEEK, "opens": time(8), "closes": time(16)}
    with pytest.raises(ValidationError):
        WorkingCalendar.model_validate(right | wrong)


def test_the_file_of_the_office_is_read() -> None:
    calendar = load_calendar()
    assert not calendar.is_working_day(CHRISTMAS)
    assert not calendar.is_working_day(date(2027, 1, 1))
    assert calendar.is_working_day(date(2026, 11, 24))
