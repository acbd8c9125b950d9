"""What the number of an old card tells, and what cannot be asked for with it."""

from __future__ import annotations

from datetime import date

import pytest

from services.intake.forms import form_of, parse_page
from services.intake.forms.old_card import issued_on
from shared.office import load_office

OFFICE = load_office()
TODAY = date(2026, 11, 24)
EXPIRED = 'jadi sudah habis. Pilih "Kartu baru", atau periksa lagi nomornya.'


@pytest.mark.parametrize(
    ("number", "day"),
    [
        ("1404241124000001", date(2024, 11, 24)),
        ("1404 241124 000001", date(2024, 11, 24)),
        ("1404.290224.000001", date(2024, 2, 29)),
        ("1405241124000001", None),
        ("1404056708010002", None),
        ("1404310224000001", None),
        ("14042411240000011", None),
        ("560/123/AK.1/2024", None),
        ("DTK-AK1-0001-1124", None),
    ],
)
def test_the_day_is_read_only_where_it_certainly_stands(number: str, day: date | None) -> None:
    assert issued_on(number, OFFICE) == day


@pytest.mark.parametrize(
    ("kind", "number", "said"),
    [
        ("renewal", "1404231124000001", EXPIRED),
        ("renewal", "1404241124000001", ""),
        ("renewal", "1404241224000001", ""),
        ("renewal", "1404251224000001", "habis, yaitu 25 November 2026. Kembalilah saat itu"),
        ("renewal", "1404251126000001", "kartu terbit 25 November 2026, padahal"),
        ("correction", "1404251224000001", ""),
        ("correction", "1404231124000001", EXPIRED),
        ("replacement", "1404231124000001", EXPIRED),
        ("new", "1404231124000001", ""),
        ("renewal", "560/123/AK.1/2020", ""),
    ],
)
def test_what_cannot_be_asked_for_is_said_at_the_number(kind: str, number: str, said: str) -> None:
    values = {
        "kind": kind,
        "previous_registration_number": number,
        "correction_pages": ["contact"],
        "replacement_reason": "lost",
        "notice_acknowledged": True,
    }
    errors = parse_page("start", form_of(values), TODAY, OFFICE).errors
    assert set(errors) == ({"previous_registration_number"} if said else set())
    assert said in errors.get("previous_registration_number", "")
