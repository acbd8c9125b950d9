"""What a person who checks a card is told: the table of domain.md 8.2, row by row."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from shared.card_standing import (
    SHOWN,
    STATUS_BITS,
    CardFacts,
    ReportDue,
    Standing,
    next_report,
    standing,
)

END = date(2028, 11, 24)
DUE = (date(2027, 5, 24), date(2027, 11, 24), date(2028, 5, 24))
CARD = CardFacts("issued", END, DUE)
GRACE = 30
DAY = timedelta(days=1)


def on(today: date, card: CardFacts = CARD) -> Standing:
    return standing(card, grace_days=GRACE, today=today)


def test_a_card_is_valid_until_the_day_after_a_report_was_due() -> None:
    assert on(DUE[0]) == "valid"
    assert on(DUE[0] + DAY) == "report_overdue"
    assert on(DUE[0] + GRACE * DAY) == "report_overdue"
    assert on(DUE[0] + (GRACE + 1) * DAY) == "removed"


def test_a_report_holds_until_the_next_one_is_due() -> None:
    reported = replace(CARD, reported_lines={1})
    assert on(DUE[0] + DAY, reported) == "valid"
    assert on(DUE[1], reported) == "valid"
    assert on(DUE[1] + DAY, reported) == "report_overdue"


def test_after_the_last_report_a_card_is_valid_to_its_last_day() -> None:
    reported = replace(CARD, reported_lines={1, 2, 3})
    assert on(END, reported) == "valid"
    assert on(END + DAY, reported) == "expired"


def test_a_line_left_empty_does_not_count_once_a_later_one_is_filled() -> None:
    assert on(DUE[0] + DAY, replace(CARD, reported_lines={2})) == "valid"
    assert next_report(DUE, {2}) == ReportDue(3, DUE[2])
    assert next_report(DUE, ()) == ReportDue(1, DUE[0])
    assert next_report(DUE, {3}) is None


@pytest.mark.parametrize("today", [DUE[0], DUE[0] + 99 * DAY, END + DAY])
def test_what_the_office_took_back_is_said_before_anything_else(today: date) -> None:
    revoked = replace(CARD, state="revoked", outcome="placed")
    assert on(today, replace(revoked, revocation_reason="superseded")) == "superseded"
    assert on(today, replace(revoked, revocation_reason="false_data")) == "revoked"


def test_the_holders_outcome_is_said_while_the_card_lasts() -> None:
    late = DUE[0] + DAY
    assert on(late, replace(CARD, outcome="placed")) == "placed"
    assert on(late, replace(CARD, outcome="removed")) == "removed"
    assert on(END + DAY, replace(CARD, outcome="placed")) == "expired"
    assert on(late, replace(CARD, state="expired", outcome="placed")) == "expired"


def test_each_row_has_words_and_bits() -> None:
    assert set(SHOWN) == set(STATUS_BITS)
    assert [row for row, bits in STATUS_BITS.items() if bits == 1] == ["superseded", "revoked"]
    assert [row for row, bits in STATUS_BITS.items() if bits == 2] == ["report_overdue", "removed"]
