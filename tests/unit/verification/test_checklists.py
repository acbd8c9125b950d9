"""The checklists as data, and the result that follows from what was found."""

from __future__ import annotations

from typing import get_args

import pytest

from services.verification.review.checklists import CHECKLISTS, result_of
from services.verification.review.decisions import Found
from services.verification.review.domain import CheckResult
from services.verification.review.reasons import RETURN_REASONS
from shared.contracts.applications import DocumentKind

ALL: dict[str, CheckResult] = {each.code: "matches" for each in CHECKLISTS["identity_card"]}


def test_every_kind_has_items_that_nine_keys_answer() -> None:
    assert set(CHECKLISTS) == set(get_args(DocumentKind))
    for items in CHECKLISTS.values():
        assert 1 <= len(items) <= 9
        assert len({each.code for each in items}) == len(items)


def test_what_an_item_asks_for_is_a_reason_of_the_list() -> None:
    asked = {each.asks for items in CHECKLISTS.values() for each in items if each.asks}
    for item, code in asked:
        assert code in {reason.code for reason in RETURN_REASONS[item]}


@pytest.mark.parametrize(
    ("items", "result"),
    [
        (ALL, "matches"),
        ({}, None),
        ({**ALL} | {"nik": "does_not_match"}, "does_not_match"),
        ({"nik": "does_not_match", "picture": "unreadable"}, "unreadable"),
        ({code: found for code, found in ALL.items() if code != "nik"}, None),
        ({"picture": "unreadable"}, "unreadable"),
        ({**ALL, "made_up": "unreadable"}, "matches"),
    ],
)
def test_the_result_follows_from_the_items(
    items: dict[str, CheckResult], result: CheckResult | None
) -> None:
    assert result_of("identity_card", items) == result


def test_all_match_never_covers_what_was_found_in_an_item() -> None:
    found = Found({"nik": "unreadable", "made_up": "matches"}, rest_matches=True)
    items = found.complete("identity_card")
    assert items == ALL | {"nik": "unreadable"}
    assert result_of("identity_card", items) == "unreadable"
