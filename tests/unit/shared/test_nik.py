"""The NIK as typed by people."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.nik import InvalidNik, nik_warnings, parse_nik

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Isi NIK Anda, 16 angka seperti di KTP."),
        ("   ", "Isi NIK Anda, 16 angka seperti di KTP."),
        ("140402270801000", "NIK harus 16 angka. Anda mengisi 15 angka."),
        ("14040227080100011", "NIK harus 16 angka. Anda mengisi 17 angka."),
        ("14040227080100O1", "NIK hanya boleh berisi angka."),
        ("１４04022708010001", "NIK hanya boleh berisi angka."),
        ("9904022708010001", "NIK ini tidak dikenali. Periksa lagi angka di KTP Anda."),
        ("1404023202010001", "NIK ini tidak dikenali. Periksa lagi angka di KTP Anda."),
        ("1404023102010001", "NIK ini tidak dikenali. Periksa lagi angka di KTP Anda."),
        ("1404022708010000", "NIK ini tidak dikenali. Periksa lagi angka di KTP Anda."),
    ],
)
def test_wrong_niks_say_what_to_do(text: str, message: str) -> None:
    with pytest.raises(InvalidNik) as caught:
        parse_nik(text, TODAY)
    assert str(caught.value) == message


def test_spaces_are_accepted_and_a_woman_is_recognised() -> None:
    nik = parse_nik("1404 0267 0801 0001", TODAY)
    assert (nik.digits, nik.birth_date, nik.sex) == ("1404026708010001", date(2001, 8, 27), "P")
    assert nik.masked == "1404••••••••0001"


def test_the_century_is_the_one_of_a_plausible_age() -> None:
    assert parse_nik("1404022708650001", TODAY).birth_date == date(1965, 8, 27)


def test_differences_to_the_form_are_warnings() -> None:
    nik = parse_nik("1404022708010001", TODAY)
    assert nik_warnings(nik, date(2001, 8, 27), "L") == ()
    assert nik_warnings(nik, date(2001, 8, 28), "P") == ("nik_birth_date", "nik_sex")


@given(st.text(max_size=30))
def test_any_text_is_a_nik_or_a_message(text: str) -> None:
    try:
        nik = parse_nik(text, TODAY)
    except InvalidNik as error:
        message = str(error)
        assert message.endswith(".")
    else:
        assert len(nik.digits) == 16
