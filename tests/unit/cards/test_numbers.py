"""Registration numbers: the office's template, and templates that are refused at start."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.cards.numbers import BadTemplateError, NumberTemplate, SequenceReset, number_template
from shared.office import load_office

DEFAULT = "{regency:4}{issue_date:%d%m%y}{sequence:06d}"
DAY = date(2026, 11, 24)


def checked(
    template: str = DEFAULT, boxes: tuple[int, ...] = (4, 6, 6), reset: SequenceReset = "yearly"
) -> NumberTemplate:
    return number_template(template, reset, boxes, "1404")


def test_the_number_of_the_office_file_has_16_digits_regency_date_sequence() -> None:
    card = load_office().card
    template = checked(card.number_template, card.number_boxes, card.sequence_reset)
    assert template.number("1404", DAY, 123) == "1404241126000123"


def test_another_shape_is_a_matter_of_configuration() -> None:
    template = checked("AK1{sequence:05d}{issue_date:%m%y}", (3, 5, 4))
    assert template.number("1404", DAY, 7) == "AK1000071126"


@pytest.mark.parametrize("sequence", [0, -1, 1_000_000])
def test_a_sequence_that_does_not_fit_gives_no_number(sequence: int) -> None:
    with pytest.raises(ValueError, match="does not fit 6 digits"):
        checked().number("1404", DAY, sequence)


@pytest.mark.parametrize(
    ("template", "says"),
    [
        ("{regency:4}{issue_date:%d%m%y}", "without {sequence"),
        ("{regency:4}{sequence:06d}", "without %y or %Y"),
        ("{issue_date:%d%m}{sequence:06d}", "without %y or %Y"),
        ("{regency:4}{issue_date:%d%m%Y}{sequence:06d}", "18 characters, 16 at most"),
        ("{issue_date:%y}{sequence:06d}", "16 boxes for 8 characters"),
        ("{issue_date:%y}{sequence}", "is none of"),
        ("{issue_date:%y}{sequence:6d}", "is none of"),  # pads with blanks
        ("{issue_date:%y}{sequence:06x}", "is none of"),
        ("{issue_date:%B %y}{sequence:06d}", "is none of"),  # of any width
        ("{issue_date}{sequence:06d}", "is none of"),
        ("{regency:6}{issue_date:%y}{sequence:06d}", "is none of"),
        ("{regency.__class__}{issue_date:%y}{sequence:06d}", "is none of"),
        ("{regency!r:4}{issue_date:%y}{sequence:06d}", "is none of"),
        ("{nik:16}", "is none of"),
        ("{}", "is none of"),
        ("no {issue_date:%y}{sequence:06d}", "only 0-9 and A-Z"),
        ("AK1-{issue_date:%y}{sequence:06d}", "only 0-9 and A-Z"),  # boxes group a number
        ("{issue_date:%m-%y}{sequence:06d}", "is none of"),
        ("{issue_date:%y}{sequence:06d", "unmatched '{'"),
        ("}{sequence:06d}", "Single '}'"),
    ],
)
def test_a_template_that_cannot_work_is_refused_and_says_why(template: str, says: str) -> None:
    with pytest.raises(BadTemplateError, match=says.replace("{", r"\{").replace("}", r"\}")):
        checked(template)


def test_a_sequence_that_never_begins_again_needs_no_year() -> None:
    template = checked("{regency:4}{sequence:08d}", (4, 8), "never")
    assert template.number("1404", DAY, 12345678) == "140412345678"


days = st.dates(date(2026, 1, 1), date(2099, 12, 31))
sequences = st.integers(1, 999_999)


@given(days, days, sequences, sequences)
def test_two_cards_never_get_the_same_number(
    one: date, other: date, first: int, second: int
) -> None:
    """A running number comes once in a year."""
    template = checked()
    if (one.year, first) != (other.year, second):
        assert template.number("1404", one, first) != template.number("1404", other, second)
