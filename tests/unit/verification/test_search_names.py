"""Spellings of one name have one key, slips of the hand are near, other names are not."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.verification.search.names import is_near, name_keys, name_words
from services.verification.search.typed import LONGEST, Typed, read_typed
from shared.errors import Invalid


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Soekarno", "Sukarno"),
        ("Djoko Widjojo", "Joko Wijoyo"),
        ("Tjipto", "Cipto"),
        ("Jusuf", "Yusuf"),
        ("Arief", "Arif"),
        ("Moh. Ali", "Muhammad Ali"),
        ("MUH ALI", "Mohamad Ali"),
        ("Mochammad", "Mohammad"),
        ("Achmad", "Ahmad"),
        ("Akhmad", "Ahmad"),
        ("Abd. Rahman", "Abdul Rahman"),
        ("Novi", "Nofi"),
        ("Ma'ruf", "Maruf"),
        ("Aisyah", "Aisya"),
        ("Sjahrir", "Syahrir"),
        ("Priyono", "Priono"),
        ("Anne Ratna", "Ane Ratna"),
        ("José", "Jose"),
        ("Hj. Siti binti Ali", "St. Ali"),
    ],
)
def test_spellings_of_one_name(one: str, other: str) -> None:
    assert name_words(one) == name_words(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Sari", "Sri"), ("Budi", "Rudi"), ("Ali", "Adi"), ("Dewi", "Desi")]
)
def test_other_names_keep_their_own_keys(one: str, other: str) -> None:
    assert name_words(one) != name_words(other)


@pytest.mark.parametrize(
    ("typed", "name", "near"),
    [
        ("rzki", "riski", False),
        ("fauzn", "fauzan", True),
        ("fuazan", "fauzan", True),  # two letters swapped
        ("hidyaat", "hidayat", True),
        ("kurniwan", "kurniawan", True),
        ("kurnaiwna", "kurniawan", True),  # two slips in a long word
        ("ali", "adi", False),  # short words must be right
        ("sutrisno", "sutarno", False),
    ],
)
def test_slips_of_the_hand(typed: str, name: str, near: bool) -> None:
    assert is_near(typed, name) is near
    assert is_near(name, typed) is near


def test_three_words_are_one_key_whatever_their_order() -> None:
    assert "a|b|c" in name_keys(("c", "a", "b"))
    assert len(name_keys(("aa", "bb", "cc", "dd", "ee", "ff"))) == 6 + 15 + 20 + 5


def test_keys_hold_words_pairs_in_any_order_and_neighbours_as_one() -> None:
    assert set(name_keys(name_words("Nur Hayati"))) == {"nur", "hayati", "hayati|nur", "nurhayati"}
    assert set(name_keys(name_words("Hayati Nur"))) >= {"hayati|nur"}


@given(st.text())
def test_any_text_has_few_words_of_letters(text: str) -> None:
    words = name_words(text)
    assert len(words) <= 6
    assert all(word.isalpha() for word in words if word)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1404 0467 0801 0001", Typed(number="1404046708010001")),
        ("0812-0000-0001", Typed(mobile="+6281200000001")),
        ("+62 812 0000 0001", Typed(mobile="+6281200000001")),
        ("ak1-7k3m9qx2twp", Typed(reference="AK1-7K3M9QX2TWP")),
        ("AK1 7K3", Typed(reference="AK1-7K3")),
        ("27-08-2001", Typed(born=date(2001, 8, 27))),
        ("2001-08-27", Typed(born=date(2001, 8, 27))),
        ("budi 27 Agustus 2001", Typed(born=date(2001, 8, 27), words=("budi",))),
        ("budi 27/8/2001 sari", Typed(born=date(2001, 8, 27), words=("budi", "sari"))),
        (".*(a+)+$", Typed(words=("a",))),
        ("560/12/AK-1/2019", Typed(number="56012AK12019")),
    ],
)
def test_what_was_typed(text: str, expected: Typed) -> None:
    assert read_typed(text) == expected


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("   \t ", "Ketik nama"),
        ("?!*[]{}", "tidak berisi huruf"),
        ("a" * 10_000, f"paling banyak {LONGEST} huruf"),
        ("31-02-2001", "tidak ada di kalender"),
        ("1404", "belum lengkap"),
        ("satu dua tiga empat lima enam tujuh", "paling banyak 6 kata"),
    ],
)
def test_what_cannot_be_searched_says_what_to_type(text: str, says: str) -> None:
    with pytest.raises(Invalid, match=says):
        read_typed(text)


@given(st.text(max_size=120))
def test_any_text_is_read_or_refused_kindly(text: str) -> None:
    with suppress(Invalid):
        assert read_typed(text).kinds
