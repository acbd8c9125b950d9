"""When two people look like one: names that sound alike with the same birth date or phone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from services.verification.duplicates.domain import checked_reason, is_name_alike, likeness
from services.verification.search.store import SearchRow
from shared.contracts.envelope import Sealed
from shared.errors import Invalid

ONE = SearchRow(
    id="1",
    reference="AK1-1",
    full_name="Muhammad Fauzan Hidayat",
    born=date(2001, 8, 5),
    subdistrict="Tembilahan",
    education="smk",
    state="submitted",
    kind="new",
    submitted_at=datetime(2026, 11, 24, tzinfo=UTC),
    nik=Sealed(k="", n="", c=""),
    nik_index="a",
    phone_index="p",
    names=(),
    numbers=(),
)
OTHER = replace(ONE, id="2", nik_index="b", phone_index="q")


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Muhammad Fauzan Hidayat", "Hidajat Fauzan Moh.", True),
        ("Muhammad Fauzan Hidayat", "M. Fauzan Hidayat", True),
        ("Muhammad Fauzan Hidayat", "Mohamad Fuazan Hidayat", True),
        ("Nur Hayati", "Nurhayati", True),
        ("Soekarno", "Sukarno", True),
        ("Siti Aminah", "Siti Aisyah", False),
        ("Muhammad Ali", "Muhammad Adi", False),
        ("Siti", "Siti Aminah", False),
        ("Andi Andi Putra", "Andi Budi Putra", True),
    ],
)
def test_names_alike(one: str, other: str, alike: bool) -> None:
    assert is_name_alike(one, other) is alike
    assert is_name_alike(other, one) is alike


def test_why_two_may_be_one() -> None:
    assert likeness(ONE, OTHER) == ("name_and_birth_date",)
    assert likeness(ONE, replace(OTHER, born=date(2001, 5, 8))) == ("name_and_birth_date",)
    assert likeness(ONE, replace(OTHER, born=date(1999, 8, 5))) == ()
    assert likeness(ONE, replace(OTHER, full_name="Orang Lain")) == ()
    far = replace(OTHER, full_name="Orang Lain", born=date(1990, 1, 1))
    assert likeness(ONE, replace(far, phone_index="p")) == ("phone",)
    assert likeness(ONE, replace(far, nik_index="a")) == ("nik",)
    nameless = replace(far, phone_index="")
    assert likeness(replace(ONE, phone_index=""), nameless) == ()


@pytest.mark.parametrize("text", ["", "  \n ", "beda", "x" * 301])
def test_a_reason_is_asked_for(text: str) -> None:
    with pytest.raises(Invalid, match="5 sampai 300"):
        checked_reason(text)
