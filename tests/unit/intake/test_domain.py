"""States and what may be amended."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain import (
    STATE_LABELS,
    Application,
    State,
    amendable_items,
    mask_name,
    merged,
    open_items,
)
from shared.errors import Conflict

STATES: tuple[State, ...] = get_args(State)
NOW = datetime(2026, 11, 24, tzinfo=UTC)


def application(state: State = "submitted", *, in_regency: bool = True) -> Application:
    return Application(
        id="a",
        reference="AK1-x",
        birth_date="2001-08-27",
        draft_token_hash="h",
        notice_version="1",
        submitted_at=NOW,
        pages={"contact": {"values": {"ktp_in_regency": in_regency}, "warnings": []}},
        documents={"identity_card": {}, "diploma": {}, "photo": {}},
        state=state,
    )


def back(*items: str) -> Application:
    found = application("returned")
    found.returned = {"items": [{"item": item} for item in items]}
    return found


def test_every_state_has_a_label() -> None:
    assert set(STATE_LABELS) == set(STATES)


@given(st.lists(st.sampled_from(STATES), max_size=12))
def test_an_end_is_an_end(moves: list[State]) -> None:
    found = application()
    for to in moves:
        was = found.state
        moved = found.move(to)
        assert moved == (found.state != was)
        if was in {"issued", "rejected"}:
            assert not moved
        if was == "approved":
            assert found.state in {"approved", "issued"}


def test_only_newer_events_of_a_source_count() -> None:
    found = application()
    assert found.hear("/services/verification", 3)
    assert not found.hear("/services/verification", 3)
    assert not found.hear("/services/verification", 2)
    assert found.hear("/services/cards", 1)


def test_the_timeline_is_in_order_of_time() -> None:
    found = application()
    found.note("returned", NOW.replace(hour=3))
    found.note("review_started", NOW.replace(hour=2))
    assert [entry["what"] for entry in found.timeline] == ["review_started", "returned"]


@pytest.mark.parametrize("state", [state for state in STATES if state != "returned"])
def test_nothing_is_amended_unless_returned(state: State) -> None:
    found = application(state)
    found.returned = {"items": [{"item": "identity"}]}
    with pytest.raises(Conflict):
        found.guard_amendment("identity")


def test_only_returned_items_are_amended() -> None:
    found = back("identity", "documents.diploma")
    found.guard_amendment("identity")
    found.guard_amendment("documents.graduation_letter")  # stands in for the diploma
    for item in ("contact", "documents.photo", "documents.domicile_letter"):
        with pytest.raises(Conflict):
            found.guard_amendment(item)


def test_open_items_shrink_as_they_are_redone() -> None:
    found = back("identity", "documents.diploma")
    assert open_items(found) == ("identity", "documents.diploma")
    found.amendment = {"pages": {"identity": {}}, "documents": {}}
    assert open_items(found) == ("documents.diploma",)
    found.amendment["documents"]["graduation_letter"] = {}
    assert open_items(found) == ()


def test_a_returned_diploma_goes_when_a_graduation_letter_stands_in() -> None:
    found = back("documents.diploma")
    found.amendment = {"pages": {}, "documents": {"graduation_letter": {"new": True}}}
    _, documents = merged(found)
    assert set(documents) == {"identity_card", "photo", "graduation_letter"}
    found = back("documents.photo")
    found.amendment = {"pages": {}, "documents": {"photo": {"new": True}}}
    _, documents = merged(found)
    assert documents == {"identity_card": {}, "diploma": {}, "photo": {"new": True}}


def test_what_was_amended_ends_with_the_state_and_its_images_are_given_up() -> None:
    def image(*keys: str) -> dict[str, Any]:
        return {"pages": [{"key": key} for key in keys]}

    found = back("documents.photo")
    found.documents["photo"] = image("sent")
    found.amendment = {"pages": {}, "documents": {"photo": image("sent", "redone")}}
    assert not found.move("returned")
    assert found.amendment
    assert found.move("withdrawn")
    assert not found.amendment
    assert found.discarded == ["redone"]
    assert found.move("approved"), "a decision beats a withdrawal"
    assert found.discarded == ["redone"]


def test_an_address_amended_to_elsewhere_opens_the_domicile_letter() -> None:
    found = back("contact")
    elsewhere = {"values": {"ktp_in_regency": False}, "warnings": []}
    found.amendment = {"pages": {"contact": elsewhere}, "documents": {}}
    assert open_items(found) == ("documents.domicile_letter",)
    assert "documents.domicile_letter" in amendable_items(found)


@pytest.mark.parametrize(
    ("name", "masked"),
    [("Siti Aminah", "S••• A•••••"), ("Mu'min", "M•••••"), ("X", "X"), ("A" * 60, "A••••••")],
)
def test_a_masked_name_tells_first_letters_only(name: str, masked: str) -> None:
    assert mask_name(name) == masked
