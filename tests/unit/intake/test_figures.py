"""The public figures: working time, months, and what must not be told."""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time

import pytest

from services.intake.figures import Figures
from services.intake.figures.counting import (
    Counts,
    Period,
    Share,
    count,
    months_until,
    publish,
)
from services.intake.figures.suppression import SMALL, hide
from services.intake.figures.working_time import Decision, Event, WorkingClock, decision_of
from services.intake.web.chart import Bars, bar_chart
from services.intake.web.pages_figures import _chart, line_of
from shared.clock import OFFICE_ZONE
from shared.working_days import Holiday, WorkingCalendar

CALENDAR = WorkingCalendar(
    weekdays=("Senin", "Selasa", "Rabu", "Kamis", "Jumat"),
    opens=time(8),
    closes=time(16),
    holidays=(Holiday(day=date(2026, 11, 25), name="Libur contoh"),),
)
CLOCK = WorkingClock(CALENDAR, date(2026, 11, 1), date(2026, 12, 31))


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment in November 2026, in the office's time; the 23rd is a Monday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=OFFICE_ZONE).astimezone(UTC)


def hours(*events: tuple[str, datetime]) -> float | None:
    decision = decision_of([Event(*event) for event in events], CLOCK)
    return None if decision is None else round(decision.hours, 2)


class TestWorkingTime:
    @pytest.mark.parametrize(
        ("sent", "decided", "expected"),
        [
            (at(23, 9), at(23, 11, 30), 2.5),
            (at(23, 15), at(24, 9), 2.0),  # over night
            (at(20, 15), at(23, 9), 2.0),  # over a weekend
            (at(24, 15), at(26, 9), 2.0),  # over a holiday
            (at(23, 3), at(23, 8, 30), 0.5),  # sent before the office opens
            (at(23, 20), at(24, 8, 30), 0.5),  # sent after it closed
            (at(21, 10), at(22, 10), 0.0),  # an officer on a Sunday
            (at(23, 10), at(24, 10), 8.0),  # one working day
        ],
    )
    def test_only_opening_hours_count(
        self, sent: datetime, decided: datetime, expected: float
    ) -> None:
        assert hours(("submitted", sent), ("approved", decided)) == expected

    def test_the_clock_stands_still_while_the_applicant_amends(self) -> None:
        assert (
            hours(
                ("submitted", at(23, 9)),
                ("returned", at(23, 10)),
                ("amended", at(27, 9)),
                ("rejected", at(27, 11)),
            )
            == 3.0
        )

    def test_a_decision_without_the_amendment_that_led_to_it(self) -> None:
        assert (
            hours(("submitted", at(23, 9)), ("returned", at(23, 10)), ("approved", at(24, 10)))
            == 1.0
        )

    def test_the_first_decision_counts_and_disorder_does_no_harm(self) -> None:
        events = [
            ("approved", at(23, 11)),
            ("submitted", at(23, 9)),
            ("rejected", at(24, 11)),
        ]
        assert {hours(*order) for order in itertools.permutations(events)} == {2.0}
        assert hours(("submitted", at(23, 9)), ("returned", at(23, 10))) is None


def counts(received: int = 0, prompt: int = 0, late: int = 0) -> Counts:
    return Counts(received, (2.0,) * prompt + (20.0,) * late, late)


class TestCounting:
    def test_twelve_months_the_present_one_last(self) -> None:
        months = months_until(date(2026, 3, 31))
        assert len(months) == 12
        assert (months[0], months[-1]) == (date(2025, 4, 1), date(2026, 3, 1))

    def test_months_are_those_of_the_office(self) -> None:
        months = months_until(date(2026, 11, 24))
        late_evening = datetime(2026, 10, 31, 18, tzinfo=UTC)  # 1 November in Tembilahan
        made = count(months, {"2026-11": 7}, [Decision(late_evening, 9.0)], 8.0)
        assert made[-1] == Counts(7, (9.0,), 1)
        assert made[-2] == Counts(0, (), 0)

    def test_what_is_large_is_told_exactly(self) -> None:
        periods, total = publish([counts(40, 30, 10), counts(10, 10, 0)])
        assert periods[0] == Period(40, 40, 2.0, Share(75))
        assert periods[1] == Period(10, 10, 2.0, Share(100))
        assert total == Period(50, 50, 2.0, Share(80))

    def test_nothing_is_nothing(self) -> None:
        periods, total = publish([counts()] * 12)
        assert set(periods) == {total} == {Period(0, 0, None, None)}

    def test_few_late_ones_are_told_as_a_bound(self) -> None:
        periods, _ = publish([counts(100, 98, 2), counts(100, 97, 3), counts(100, 2, 98)])
        assert [each.in_time for each in periods] == [
            Share(96, "at_least"),
            Share(96, "at_least"),
            Share(4, "at_most"),
        ]

    def test_a_month_of_few_is_told_by_nothing(self) -> None:
        periods, total = publish([counts(60, 60, 0), counts(3, 3, 0), counts(20, 20, 0)])
        assert periods[1] == Period(None, None, None, None)
        assert periods[2] == Period(None, None, None, None)  # else the sum would tell the 3
        assert periods[0].received == 60
        assert total.received == 83

    def test_a_sum_of_few_is_not_told(self) -> None:
        _, total = publish([counts(1, 1, 0), counts(2, 2, 0)])
        assert total == Period(None, None, None, None)


def solutions(shown: Sequence[int | None], total: int) -> list[set[int]]:
    """For each hidden place, which counts a reader who knows the rules can still think of."""
    hidden = [place for place, number in enumerate(shown) if number is None]
    rest = total - sum(number or 0 for number in shown)
    found: list[set[int]] = [set() for _ in hidden]
    for tries in itertools.product(range(1, rest + 1), repeat=len(hidden)):
        if sum(tries) == rest and any(0 < each < SMALL for each in tries):
            for place, each in enumerate(tries):
                found[place].add(each)
    return found


class TestHiding:
    @pytest.mark.parametrize(
        ("column", "cells", "total"),
        [
            ([10, 0, 7], set(), False),
            ([10, 3, 7], {1, 2}, False),
            ([10, 3, 2], {1, 2}, False),
            ([10, 4, 4], {0, 1, 2}, False),  # a sum of 8 could only be 4 and 4
            ([10, 1, 1], {0, 1, 2}, False),  # a sum of 2 could only be 1 and 1
            ([0, 3, 0], {1}, True),
            ([1, 5, 0], {0, 1}, True),  # 6 less the five that are known to be many
            ([4, 4, 0], {0, 1}, True),
            ([1, 1, 1, 1, 1], {0, 1, 2, 3, 4}, True),
        ],
    )
    def test_examples(self, column: list[int], cells: set[int], total: bool) -> None:
        hidden = hide(column)
        assert (set(hidden.cells), hidden.total) == (cells, total)

    def test_no_small_count_can_be_reckoned_from_the_sum(self) -> None:
        dice = random.Random(4)
        for _ in range(400):
            column = [dice.choice((0, 1, 2, 3, 4, 5, 6, 9, 12)) for _ in range(4)]
            hidden = hide(column)
            assert all(not 0 < each < SMALL or n in hidden.cells for n, each in enumerate(column))
            if hidden.total:
                continue
            shown = [None if n in hidden.cells else each for n, each in enumerate(column)]
            for place, possible in zip(
                sorted(hidden.cells), solutions(shown, sum(column)), strict=True
            ):
                if column[place] < SMALL:
                    assert len(possible) > 1, (column, shown)


class TestWords:
    def test_a_line_of_the_table(self) -> None:
        line = line_of("Nov 2026", Period(1234, 1200, 3.5, Share(96, "at_least")), 8.0)
        assert (line.received, line.decided) == ("1.234", "1.200")
        assert (line.median, line.in_time) == ("3,5 jam", "minimal 96%")
        line = line_of("Nov 2026", Period(None, None, None, None), 8.0)
        assert {line.received, line.decided, line.median, line.in_time} == {"–"}
        assert line_of("", Period(9, 9, 12.0, Share(3, "at_most")), 8.0).median == "1,5 hari"
        assert line_of("", Period(9, 9, 0.2, Share(100)), 8.0).median == "di bawah 1 jam"

    def test_bars_are_as_long_as_their_numbers_and_hidden_ones_are_not_drawn(self) -> None:
        svg = bar_chart([Bars("<Nov>", (200, 100)), Bars("Des", (None, 0))], 'Judul "x"')
        widths = [float(each) for each in re.findall(r'<rect [^>]*width="([\d.]+)"', svg)]
        assert len(widths) == 2
        assert widths[0] == pytest.approx(2 * widths[1])
        assert "&lt;Nov&gt;" in svg
        assert 'aria-label="Judul &#34;x&#34;"' in svg
        assert "style" not in svg
        assert svg.count(">–<") == 1


def test_nothing_is_drawn_while_there_is_nothing_to_show() -> None:
    months = months_until(date(2026, 11, 24))
    for some, drawn in ((0, False), (4, False), (5, True)):
        periods, total = publish([counts()] * 11 + [counts(some, some)])
        shown = Figures(at(24, 9), tuple(zip(months, periods, strict=True)), total, 0, 1, 8.0)
        assert (_chart(shown) is not None) == drawn
