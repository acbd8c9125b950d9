"""States never go back, pauses grow, the right channel is chosen, ids are deterministic."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import get_args

import pytest

from services.notify.domain import (
    MAX_ATTEMPTS,
    PAUSES,
    Contact,
    State,
    advances,
    next_pause,
    notice_id,
)
from shared.contracts.applications import ContactChannel
from tests.unit.notify.events import sealed


def test_states_only_advance() -> None:
    moves = {
        (current, new)
        for current, new in itertools.product(get_args(State), repeat=2)
        if advances(current, new)
    }
    assert moves == {("planned", "failed"), ("planned", "sent"), ("failed", "sent")}


@pytest.mark.parametrize("outcomes", list(itertools.permutations(get_args(State))))
def test_any_order_of_outcomes_ends_as_sent(outcomes: tuple[State, ...]) -> None:
    state: State = "planned"
    for new in outcomes:
        state = new if advances(state, new) else state
    assert state == "sent"


def test_pauses_grow_and_end() -> None:
    pauses = [next_pause(attempt, None, 0.5) for attempt in range(1, MAX_ATTEMPTS + 1)]
    assert pauses == [*PAUSES, None]
    assert list(PAUSES) == sorted(PAUSES)


@pytest.mark.parametrize("chance", [0.0, 1.0])
def test_jitter_is_a_tenth(chance: float) -> None:
    expected = timedelta(seconds=30) * (0.9 + 0.2 * chance)
    assert next_pause(1, None, chance) == pytest.approx(expected, abs=timedelta(milliseconds=1))


def test_provider_may_ask_for_longer_but_not_for_shorter() -> None:
    assert next_pause(1, timedelta(hours=1), 0.5) == timedelta(hours=1)
    assert next_pause(1, timedelta(seconds=1), 0.5) == timedelta(seconds=30)


def test_notice_id_follows_from_event_and_template() -> None:
    assert notice_id("e1", "issued") == notice_id("e1", "issued")
    assert (
        len({notice_id("e1", "issued"), notice_id("e1", "returned"), notice_id("e2", "issued")})
        == 3
    )
    assert (
        notice_id("e1", "issued") == "746c6e0c-dca4-5c57-909d-803026740dd0"
    )  # a release that changes it would send twice


def contact(*, preferred: ContactChannel, email: bool = True, whatsapp: bool = True) -> Contact:
    return Contact(
        application_id="a1",
        version=1,
        reference="AK1-1",
        full_name="Contoh",
        email=sealed("a1", "email", "a@b.example") if email else None,
        mobile=sealed("a1", "mobile", "+6281200000001"),
        mobile_has_whatsapp=whatsapp,
        preferred_channel=preferred,
    )


@pytest.mark.parametrize(
    ("person", "available", "expected"),
    [
        (contact(preferred="whatsapp"), ["email"], "email"),
        (contact(preferred="email", email=False), ["email"], None),
        (contact(preferred="email", email=False), ["email", "sms"], "sms"),
        (contact(preferred="sms"), ["whatsapp", "sms", "email"], "sms"),
        (contact(preferred="whatsapp", whatsapp=False), ["whatsapp", "email"], "email"),
        (contact(preferred="whatsapp"), [], None),
    ],
)
def test_best_channel(
    person: Contact, available: list[ContactChannel], expected: ContactChannel | None
) -> None:
    assert person.best_channel(available) == expected
