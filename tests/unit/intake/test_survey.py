"""The satisfaction survey: what may be answered, and what is known of who answers."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, get_args

import pytest

from services.intake.domain import Application, State
from services.intake.surveys import ELEMENTS, read_answers, standing_of
from services.intake.surveys.groups import age_group, groups_of, highest
from shared.contracts.surveys import Scores, SurveyAnswered

GOOD: dict[str, object] = {each.name: "4" for each in ELEMENTS}
TODAY = date(2026, 11, 24)


def application(state: State = "issued", **pages: dict[str, Any]) -> Application:
    return Application(
        id="a",
        reference="AK1-7K3M9QX2TD4",
        birth_date="2001-11-25",
        draft_token_hash="",
        notice_version="2026-11",
        submitted_at=datetime(2026, 11, 23, tzinfo=UTC),
        pages={name: {"values": values} for name, values in pages.items()},
        documents={},
        state=state,
    )


class TestAnswers:
    def test_the_nine_elements_are_those_of_the_event(self) -> None:
        assert sorted(each.name for each in ELEMENTS) == sorted(Scores.model_fields)
        assert all(len(set(each.answers)) == 4 for each in ELEMENTS)

    @pytest.mark.parametrize("four", ["4", 4])
    def test_digits_of_a_form_and_numbers_of_the_api(self, four: object) -> None:
        answered, errors = read_answers(dict.fromkeys(GOOD, four), "  Tambah\r\nloket \x00 ")
        assert errors == {}
        assert answered is not None
        assert set(answered.scores.model_dump().values()) == {4}
        assert answered.suggestion == "Tambah\nloket"

    @pytest.mark.parametrize("bad", ["", "0", "5", 0, 5, 2.0, True, None, "dua", [1], "٣"])
    def test_anything_else_is_named(self, bad: object) -> None:
        answered, errors = read_answers({**GOOD, "time": bad}, None)
        assert answered is None
        assert errors == {"time": "Waktu: pilih satu jawaban."}

    def test_errors_stand_in_the_order_of_the_page(self) -> None:
        _, errors = read_answers({}, "x" * 501)
        assert list(errors) == [*(each.name for each in ELEMENTS), "suggestion"]
        assert "501" in errors["suggestion"]

    @pytest.mark.parametrize(
        "text",
        ["WA 0812-0000-0000", "NIK 1404 0567 0801 0002", "tulis ke siti@contoh.example"],
    )
    def test_what_would_name_a_person_is_refused(self, text: str) -> None:
        assert list(read_answers(GOOD, text)[1]) == ["suggestion"]

    @pytest.mark.parametrize("text", ["Buka jam 07.00-17.00", "Antre 3 hari, ijazah 2019", "", 7])
    def test_ordinary_words_are_not(self, text: object) -> None:
        assert read_answers(GOOD, text)[1] == {}


class TestOffer:
    @pytest.mark.parametrize("state", get_args(State))
    def test_it_is_open_after_the_end_and_once(self, state: State) -> None:
        ended = state in {"issued", "rejected"}
        one = application(state)
        assert standing_of(one) == ("open" if ended else "closed")
        one.survey_answered = True
        assert standing_of(one) == "answered"


class TestGroups:
    @pytest.mark.parametrize(
        ("born", "group"),
        [
            (date(2011, 11, 24), "15-19"),
            (date(2006, 11, 25), "15-19"),
            (date(2006, 11, 24), "20-29"),
            (date(1996, 11, 24), "30-44"),
            (date(1981, 11, 25), "30-44"),
            (date(1981, 11, 24), "45-54"),
            (date(1971, 11, 24), "55+"),
        ],
    )
    def test_age(self, born: date, group: str) -> None:
        assert age_group(born, TODAY) == group

    def test_the_highest_level_that_was_completed(self) -> None:
        rows = [
            {"form_level": "smp", "completed": True},
            {"form_level": "smk", "completed": True},
            {"form_level": "s1", "completed": False},
        ]
        assert highest(rows) == "smk"
        assert highest(rows[2:]) == "s1"
        assert highest([]) == "none"

    def test_a_page_that_a_kind_does_not_ask_for_may_be_missing(self) -> None:
        groups = groups_of(application(identity={"sex": "P"}), TODAY)
        assert (groups.kind, groups.sex, groups.age_group) == ("new", "P", "20-29")
        known = groups_of(
            application(
                start={"kind": "renewal"},
                identity={"sex": "L"},
                education={"education": [{"form_level": "d3"}]},
                experience={"employment_status": "employed"},
            ),
            TODAY,
        )
        assert (known.kind, known.education, known.employment_status) == (
            "renewal",
            "d3",
            "employed",
        )

    def test_the_event_has_no_room_for_a_person(self) -> None:
        assert set(SurveyAnswered.model_fields) == {
            *("survey_id", "scores", "suggestion"),
            *("kind", "sex", "age_group", "education", "employment_status"),
            *("answered_on", "answered_hour"),
        }
