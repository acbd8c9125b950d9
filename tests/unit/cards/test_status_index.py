"""Places in the status lists: each exactly once, in an order that tells nothing."""

from __future__ import annotations

from itertools import pairwise

from services.cards.publishing.indexes import LIST_SIZE, shuffled


def test_no_place_of_a_list_is_given_twice() -> None:
    """A fifth of them: of so many random places some two thousand would be the same."""
    places = [shuffled(position, 0, b"s" * 16) for position in range(0, LIST_SIZE, 5)]
    assert len(set(places)) == len(places)
    assert all(0 <= place < LIST_SIZE for place in places)
    rising = sum(1 for one, next_one in pairwise(places) if one < next_one)
    assert 0.48 < rising / len(places) < 0.52


def test_each_list_and_each_secret_has_an_order_of_its_own() -> None:
    first = [shuffled(position, 0, b"s" * 16) for position in range(20)]
    assert first != [shuffled(position, 1, b"s" * 16) for position in range(20)]
    assert first != [shuffled(position, 0, b"t" * 16) for position in range(20)]
