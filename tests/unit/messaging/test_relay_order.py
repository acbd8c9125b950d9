"""Which outbox rows a relay may claim: per aggregate never a newer one before an older one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from shared.messaging.relay import _unbroken, _unlocked

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def row(number: Any, key: str, *, locked: bool = False) -> dict[str, Any]:
    until = NOW + timedelta(seconds=9) if locked else None
    return {"_id": number, "key": key, "locked_until": until}


def test_a_key_with_an_older_locked_row_waits() -> None:
    rows = [row(1, "a", locked=True), row(2, "b"), row(3, "a")]
    assert [each["_id"] for each in _unlocked(rows, set(), NOW)] == [2]


def test_a_key_locked_in_an_older_window_waits() -> None:
    assert _unlocked([row(9, "a"), row(10, "b")], {"a"}, NOW) == [row(10, "b")]


def test_an_expired_lock_is_free_again() -> None:
    rows = [{"_id": 1, "key": "a", "locked_until": NOW - timedelta(seconds=1)}]
    assert _unlocked(rows, set(), NOW) == rows


def test_a_row_lost_to_another_relay_stops_its_key() -> None:
    rows = [row(1, "a"), row(2, "b"), row(3, "a")]
    assert [each["_id"] for each in _unbroken(rows, set[Any]((2, 3)))] == [2]


ROWS = st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), max_size=20)


@given(ROWS, st.sets(st.integers(min_value=0, max_value=20)))
def test_what_is_published_is_a_prefix_of_every_key(
    shape: list[tuple[str, bool]], won: set[Any]
) -> None:
    rows = [row(number, key, locked=locked) for number, (key, locked) in enumerate(shape)]
    published = _unbroken(_unlocked(rows, set(), NOW), won)
    for key in "abc":
        of_key = [each["_id"] for each in rows if each["key"] == key]
        sent = [each["_id"] for each in published if each["key"] == key]
        assert sent == of_key[: len(sent)]
