"""Number, validity, states of a card; what is printed from a record."""

from __future__ import annotations

from datetime import date

import pytest

from services.cards.domain import report_dates
from services.cards.printing import address_line, education_rows, experience_rows
from shared.contracts.applications import Address, EducationRow, ExperienceRow, SkillRow
from shared.dates import add_months


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 11, 24), 24, date(2028, 11, 24)),
        (date(2028, 2, 29), 24, date(2030, 2, 28)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
    ],
)
def test_months_end_on_the_same_day_or_the_last_of_the_month(
    day: date, months: int, later: date
) -> None:
    assert add_months(day, months) == later


def test_reports_are_due_at_month_6_12_18() -> None:
    assert report_dates(date(2026, 11, 24), 6, 3) == (
        date(2027, 5, 24),
        date(2027, 11, 24),
        date(2028, 5, 24),
    )


def test_the_highest_education_comes_first_and_says_when_not_completed() -> None:
    def row(level: str, year: int, *, completed: bool = True) -> EducationRow:
        return EducationRow.model_validate(
            {
                "form_level": level,
                "completed": completed,
                "institution": "x",
                "major": None,
                "year_out": year,
            }
        )

    rows = education_rows((row("smp", 2015), row("s1", 2022, completed=False), row("sma", 2018)))
    assert [each.level for each in rows] == [
        "S1 (tidak tamat)",
        "SMA/MA/sederajat",
        "SMP/sederajat",
    ]


def test_jobs_come_newest_first_then_skills() -> None:
    rows = experience_rows(
        (SkillRow(name="Las listrik", year=2019), SkillRow(name="Komputer")),
        (
            ExperienceRow(position="Kasir", employer_name="A", year_in=2018, year_out=2018),
            ExperienceRow(position="Sopir", employer_name="B", year_in=2020, still_working=True),
        ),
    )
    assert [(each.text, each.years) for each in rows] == [
        ("Sopir, B", "2020-kini"),
        ("Kasir, A", "2018"),
        ("Las listrik", "2019"),
        ("Komputer", ""),
    ]


def test_the_address_is_one_line_without_empty_parts() -> None:
    address = Address(
        street="Parit 6",
        rt="003",
        regency_code="14.04",
        regency_name="Kabupaten Indragiri Hilir",
        subdistrict_name="Tembilahan",
        village_name="Tembilahan Kota",
    )
    assert address_line(address) == (
        "Parit 6, RT 003, Tembilahan Kota, Kec. Tembilahan, Kabupaten Indragiri Hilir"
    )
