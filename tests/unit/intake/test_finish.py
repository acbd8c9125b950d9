"""When an application will be finished: from the queue's pace, else as promised, never in silence."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.intake.finish.estimate import (
    ENOUGH,
    Pace,
    Rules,
    expected_card,
    expected_finish,
    pace_of,
)
from shared.office import Promise
from shared.working_days import WorkingCalendar

RULES = Rules(
    Promise(verification_working_days=1, issue_working_days=1),
    WorkingCalendar(
        weekdays=("Senin", "Selasa", "Rabu", "Kamis", "Jumat"), opens=time(8), closes=time(16)
    ),
)
TUESDAY = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)  # ten o'clock at the office
WEEK = tuple(date(2026, 11, day) for day in (17, 18, 19, 20, 23))


def test_the_queue_tells_the_day() -> None:
    pace = Pace(answers=100, days=5)  # 20 a day
    soon = expected_finish(RULES, since=TUESDAY, ahead=3, pace=pace, now=TUESDAY)
    assert (soon.on, soon.basis, soon.ahead) == (date(2026, 11, 24), "queue", 3)
    assert not soon.breaks_promise
    later = expected_finish(RULES, since=TUESDAY, ahead=39, pace=pace, now=TUESDAY)
    assert later.on == date(2026, 11, 26)  # 2.5 days of work, three quarters of it today
    crowded = expected_finish(RULES, since=TUESDAY, ahead=200, pace=pace, now=TUESDAY)
    assert crowded.on == date(2026, 12, 10)
    assert crowded.promised_on == date(2026, 11, 26)
    assert crowded.breaks_promise
    assert not crowded.is_late


def test_too_few_answers_tell_no_pace() -> None:
    for pace in (None, Pace(ENOUGH - 1, 5)):
        told = expected_finish(RULES, since=TUESDAY, ahead=7, pace=pace, now=TUESDAY)
        assert (told.on, told.basis) == (date(2026, 11, 26), "promise")
        assert not told.is_late


def test_a_broken_promise_is_told() -> None:
    sent = TUESDAY - timedelta(days=7)
    told = expected_finish(RULES, since=sent, ahead=0, pace=None, now=TUESDAY)
    assert told.on == date(2026, 11, 19)
    assert told.is_late
    assert told.breaks_promise
    today = expected_finish(RULES, since=sent, ahead=0, pace=Pace(50, 5), now=TUESDAY)
    assert today.on == date(2026, 11, 24)
    assert today.breaks_promise
    assert not today.is_late


def test_what_comes_on_a_saturday_is_promised_from_monday() -> None:
    saturday = datetime(2026, 11, 28, 3, 0, tzinfo=UTC)
    told = expected_finish(RULES, since=saturday, ahead=0, pace=None, now=saturday)
    assert told.on == date(2026, 12, 2)


def test_the_card_of_an_approved_application() -> None:
    told = expected_card(RULES, TUESDAY, TUESDAY)
    assert (told.on, told.ahead) == (date(2026, 11, 25), None)
    assert expected_card(RULES, TUESDAY, TUESDAY + timedelta(days=3)).is_late


@given(
    st.integers(0, 3000),
    st.integers(ENOUGH, 2000),
    st.integers(1, 5),
    st.timedeltas(timedelta(0), timedelta(days=400)),
)
def test_the_day_is_a_working_day_not_in_the_past(
    ahead: int, answers: int, days: int, later: timedelta
) -> None:
    now = TUESDAY + later
    told = expected_finish(RULES, since=now, ahead=ahead, pace=Pace(answers, days), now=now)
    assert RULES.calendar.is_working_day(told.on)
    assert not told.is_late
    behind = expected_finish(RULES, since=now, ahead=ahead + 1, pace=Pace(answers, days), now=now)
    assert behind.on >= told.on


def test_a_pace_is_counted_from_the_first_answer() -> None:
    assert pace_of({}, WEEK) is None
    assert pace_of({WEEK[0]: 20, WEEK[4]: 30}, WEEK) == Pace(50, 5)
    assert pace_of({WEEK[3]: 20, WEEK[4]: 30}, WEEK) == Pace(50, 2)
    saturday = date(2026, 11, 21)
    assert pace_of({saturday: 12}, WEEK) == Pace(12, 1)
