"""Screens: each is read by itself, with the answers given before."""

from __future__ import annotations

from typing import Any

import pytest

from services.intake.forms import ANSWER_PAGES, PAGES, form_of
from services.intake.forms.fields import Known, Reading
from services.intake.forms.screens import (
    ParsedScreen,
    asked_screens,
    find_screen,
    parse_screen,
    screen_of,
)
from services.intake.web.pages_screens import proposed
from shared.office import load_office
from tests.unit.intake import answers_example

OFFICE = load_office()
READING = Reading(answers_example.EXAMPLE_DAY, OFFICE, Known(has_whatsapp=True))


def read(
    page_id: str, screen_id: str, known: dict[str, Any], values: dict[str, Any]
) -> ParsedScreen:
    page = PAGES[page_id]
    screen = find_screen(page, screen_id)
    assert screen is not None
    return parse_screen(page, screen, known, form_of(values), READING)


@pytest.mark.parametrize("page_id", ANSWER_PAGES)
def test_every_question_of_a_page_stands_on_one_screen(page_id: str) -> None:
    page = PAGES[page_id]
    asked = [name for screen in page.screens for name in screen.names]
    fields = [field.name for field in page.fields if field.kind != "computed"]
    assert sorted(asked) == sorted([*fields, *(group.name for group in page.groups)])
    assert screen_of(page, asked[-1]) == page.screens[-1]


@pytest.mark.parametrize("page_id", ANSWER_PAGES)
def test_a_page_filled_screen_by_screen_is_the_page_filled_at_once(page_id: str) -> None:
    known: dict[str, Any] = {}
    example = answers_example.PAGES[page_id]
    for screen in asked_screens(PAGES[page_id], example):
        parsed = read(page_id, screen.id, known, example)
        assert not parsed.errors
        known = parsed.values
    assert not parsed.open
    for name, value in example.items():
        assert known[name] == value


def test_what_other_screens_lack_is_no_error_of_this_one() -> None:
    parsed = read("identity", "body", {}, {"height_cm": "1580", "nik": "not of this screen"})
    assert list(parsed.errors) == ["height_cm"]
    parsed = read("identity", "body", {}, {"height_cm": "158", "full_name": "not of this screen"})
    assert not parsed.errors
    assert parsed.values["height_cm"] == 158
    assert not parsed.values.get("full_name")
    assert "nik" in parsed.open


def test_an_answer_changed_on_one_screen_opens_the_other_that_hangs_on_it() -> None:
    known = answers_example.PAGES["experience"]
    working = {**known, "employment_status": "employed"}
    working["experience"] = [{**known["experience"][0], "still_working": True, "year_out": None}]
    parsed = read("experience", "employment", working, {"employment_status": "unemployed"})
    assert not parsed.errors
    assert parsed.open == {"jobs"}
    assert parsed.values["experience"][0]["employer_name"] == "Toko Contoh & Anak"


def test_another_wanted_job_asks_for_its_code_again_and_for_no_other() -> None:
    known = {**answers_example.PAGES["preferences"], "occupation_code_2": "5230"}
    parsed = read("preferences", "occupations", known, {**known, "occupation_1": "Sopir truk"})
    assert parsed.open == {"occupation_codes"}
    assert parsed.values["occupation_code_1"] is None
    assert parsed.values["industry_1"] is None
    assert parsed.values["occupation_code_2"] == "5230"
    same = read("preferences", "occupations", known, known)
    assert not same.open


def test_warnings_are_known_as_soon_as_both_answers_are() -> None:
    first = read("identity", "nik", {}, {"nik": "1404056708010002"})
    assert first.warnings == ()
    birth = {**answers_example.PAGES["identity"], "sex": "L"}
    assert read("identity", "birth", first.values, birth).warnings == ("nik_sex",)


def test_the_nik_proposes_what_was_not_answered_yet() -> None:
    birth = find_screen(PAGES["identity"], "birth")
    assert birth is not None
    form, note = proposed(birth, {"nik": "1404056708010002"}, {})
    assert (form["birth_date-day"], form["birth_date-year"]) == (["27"], ["2001"])
    assert form["sex"] == ["P"]
    assert "NIK" in note
    answered = {"nik": "1404056708010002", "birth_date": "2000-01-02", "sex": "L"}
    form, note = proposed(birth, answered, {})
    assert (form["birth_date-day"], form["sex"], note) == (["2"], ["L"], "")
