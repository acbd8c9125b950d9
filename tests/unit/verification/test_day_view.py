"""The day view: its times, its medians, and charts that say the same as the numbers."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from xml.etree import ElementTree as ET

import pytest

from services.verification.figures import charts
from services.verification.figures.pages import duration
from services.verification.figures.period import Period, between, named, point_name
from services.verification.figures.summary import median
from services.verification.review.facts import age_group
from shared.errors import Invalid

TODAY = date(2026, 11, 24)


def parsed(chart: str) -> ET.Element:
    return ET.fromstring(chart)  # noqa: S314  # our own


def test_a_time_is_whole_days_of_the_office() -> None:
    day = Period(TODAY, TODAY)
    assert day.begins == datetime(2026, 11, 23, 17, tzinfo=UTC)
    assert day.ends == datetime(2026, 11, 24, 17, tzinfo=UTC)
    assert day.text == "Selasa, 24 November 2026"
    assert day.shifted(-1) == Period(date(2026, 11, 23), date(2026, 11, 23))
    week = named("7-hari", TODAY)
    assert week == Period(date(2026, 11, 18), TODAY)
    assert week.shifted(-1).last == date(2026, 11, 17)
    assert len(week.points()) == 7
    year = between("2025-12-01", "2026-11-24", TODAY)
    assert [point_name(each) for each in year.points()][:2] == ["Des 2025", "Jan 2026"]
    assert point_name("2026-11-04") == "4 Nov"


@pytest.mark.parametrize(
    ("first", "last", "says"),
    [
        ("", "2026-11-01", "Pilih tanggal awal"),
        ("2026-02-30", "2026-11-01", "Pilih tanggal awal"),
        ("2026-11-02", "2026-11-01", "Tukar keduanya"),
        ("2025-11-01", "2026-11-24", "paling lama 366 hari"),
        ("2026-11-24", "2026-11-25", "belum punya angka"),
        ("1999-12-31", "1999-12-31", "belum punya angka"),
    ],
)
def test_a_time_that_is_none_is_named(first: str, last: str, says: str) -> None:
    with pytest.raises(Invalid, match=says):
        between(first, last, TODAY)


def test_the_median_is_the_one_in_the_middle() -> None:
    assert median(Counter()) is None
    assert median(Counter({"10": 1, "20": 1, "900": 1})) == 20
    assert median(Counter({"10": 5, "900": 4})) == 10
    assert [duration(each) for each in (None, 50, 60, 130, 24 * 60, 3000)] == [
        "Belum ada",
        "50 menit",
        "1 jam",
        "2 jam 10 menit",
        "1 hari",
        "2 hari 2 jam",
    ]


def test_people_are_counted_in_the_age_groups_of_the_reports() -> None:
    at = datetime(2026, 11, 23, 17, 30, tzinfo=UTC)  # already the 24th at the office
    born = (date(2006, 11, 24), date(2006, 11, 25), date(1971, 11, 24), date(2020, 1, 1))
    assert [age_group(each, at) for each in born] == ["20-29", "15-19", "55+", "0-14"]


def test_a_chart_is_sound_and_holds_every_number() -> None:
    series = [charts.Series("Masuk <b>", "a", [3, 0, 12]), charts.Series("Selesai", "b", [1, 2, 7])]
    chart = parsed(charts.columns("x", 'Judul & "isi"', ["1", "2", "<3>"], series))
    assert chart.findtext("title") == 'Judul & "isi"'
    heights = [float(each.attrib["height"]) for each in chart.iter("rect")]
    assert len(heights) == 6
    assert heights[2] == 0
    assert heights[4] == pytest.approx(4 * heights[0], abs=0.5)
    assert "Masuk <b>: 15 seluruhnya." in "".join(chart.itertext())
    for each in chart.iter():
        assert "style" not in each.attrib


def test_empty_charts_stand_too() -> None:
    parsed(charts.columns("x", "Kosong", [], []))
    parsed(charts.columns("x", "Nol", ["1"], [charts.Series("Masuk", "a", [0])]))
    parsed(charts.bars("x", "Nol", [("Kurang", 0)], "a"))
    parsed(charts.share(0, 0))


@pytest.mark.parametrize("highest", [0, 1, 3, 4, 5, 9, 20, 21, 99, 100, 101, 7_654, 1_000_000])
def test_the_scale_reaches_the_highest_in_few_round_steps(highest: int) -> None:
    top, marks = charts._scale(highest)
    assert top >= max(1, highest)
    assert len(marks) <= 5
    assert marks[-1] == top
