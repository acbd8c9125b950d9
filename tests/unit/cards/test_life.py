"""The states of a card, its reports, and what became of its holder; pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from typing import get_args

import pytest

from services.cards.domain import (
    Card,
    CardState,
    HolderOutcome,
    IllegalTransition,
    Report,
    Revocation,
    ending,
    reporting,
    with_status,
)
from shared.contracts.applications import PageRef
from shared.contracts.envelope import Sealed
from shared.contracts.reviews import Signatory
from tests.contract.samples import holder

AT = datetime(2027, 5, 20, 3, tzinfo=UTC)
DUE = (date(2027, 5, 24), date(2027, 11, 24), date(2028, 5, 24))
HOUR = timedelta(hours=1)
CARD = Card(
    card_id="c1",
    application_id="a1",
    reference="AK1-7K3M9QX2TV8",
    registration_number="1404241126000123",
    state="issued",
    version=2,
    holder=holder(),
    photo=PageRef(key="k", sha256="0" * 64, width=3, height=4, size=1),
    signatory=Signatory(role="Pengantar Kerja", name="CONTOH", nip="1" * 18),
    issued_on=date(2026, 11, 24),
    valid_until=date(2028, 11, 24),
    report_due_on=DUE,
    check_code=Sealed(k="k1", n="n", c="c"),
    allocated_at=AT,
)


def report(line_no: int, at: datetime = AT) -> Report:
    return Report(line_no, at.date(), at, "still_looking", "counter")


def status(card: Card, today: date) -> int:
    return with_status(card, grace_days=30, today=today).status


@pytest.mark.parametrize("state", get_args(CardState))
def test_an_ended_card_stays_ended(state: CardState) -> None:
    for end in ("expired", "revoked"):
        with pytest.raises(IllegalTransition):
            replace(CARD, state=end).to(state)


@pytest.mark.parametrize("state", ["allocated", "failed", "issued"])
def test_every_card_that_has_not_ended_can_be_taken_back(state: CardState) -> None:
    assert replace(CARD, state=state).to("revoked").state == "revoked"


def test_only_an_issued_card_expires() -> None:
    assert CARD.to("expired").state == "expired"
    assert not replace(CARD, state="allocated").may_become("expired")


def test_reports_and_outcomes_end_up_the_same_in_any_order() -> None:
    reports = [report(1), report(2, AT - HOUR), report(1, AT + HOUR)]
    outcomes = [
        HolderOutcome("removed", AT.date(), AT, "withdrew"),
        HolderOutcome("placed", AT.date(), AT + HOUR),
    ]
    ends = []
    facts: list[Report | HolderOutcome] = [*reports, *outcomes]
    for order in permutations(facts):
        card = CARD
        for fact in order:
            card = reporting(card, fact) if isinstance(fact, Report) else ending(card, fact)
        ends.append(card)
    assert all(end == ends[0] for end in ends)
    assert ends[0].reports == (reports[2], reports[1])
    assert ends[0].outcome == outcomes[1]


def test_the_bits_follow_from_reports_outcome_and_revocation() -> None:
    late = DUE[0] + timedelta(days=1)
    assert status(CARD, DUE[0]) == 0
    assert status(CARD, late) == 2
    assert status(reporting(CARD, report(1)), late) == 0
    placed = ending(CARD, HolderOutcome("placed", AT.date(), AT))
    assert status(placed, late) == 3
    revoked = replace(placed, state="revoked", revocation=Revocation("false_data", AT))
    assert status(revoked, late) == 1


def test_a_card_that_ended_by_its_date_keeps_its_bits() -> None:
    after = CARD.valid_until + timedelta(days=1)
    for bits in (0, 2, 3):
        assert status(replace(CARD, status=bits), after) == bits
        assert status(replace(CARD, status=bits, state="expired"), after) == bits


def test_the_awaited_report_is_known_until_the_last_was_made() -> None:
    def due(card: Card) -> date | None:
        return with_status(card, grace_days=30, today=DUE[0]).next_due_on

    assert due(CARD) == DUE[0]
    assert due(reporting(CARD, report(2))) == DUE[2]
    assert due(reporting(CARD, report(3))) is None


def test_only_a_copy_for_a_lost_or_damaged_card_is_a_duplicate() -> None:
    assert replace(CARD, kind="replacement", copy_no=2).is_duplicate
    assert not replace(CARD, kind="replacement", copy_no=1).is_duplicate
    assert not replace(CARD, kind="correction", copy_no=2).is_duplicate
