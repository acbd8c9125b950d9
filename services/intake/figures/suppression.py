"""Which counts of a published column must be hidden so that no small one can be reckoned. Pure.

A count of 1 to 4 could point to a person. Hiding it alone does not help where the sum is published:
the sum less the others gives it back. Then the next smallest is hidden too, until what is hidden
can have come about in more than one way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

SMALL = 5  # the smallest count that is shown; zero is shown as well, it is nobody


def is_small(count: int) -> bool:
    return 0 < count < SMALL


@dataclass(frozen=True)
class Hidden:
    """The places of a column to hide, and whether its sum must be hidden too."""

    cells: frozenset[int]
    total: bool


def hide(counts: Sequence[int]) -> Hidden:
    """For a column whose sum is published."""
    small = [place for place, each in enumerate(counts) if is_small(each)]
    if is_small(sum(counts)):
        return Hidden(frozenset(small), total=True)
    others = sorted(
        (place for place, each in enumerate(counts) if each >= SMALL),
        key=lambda place: (counts[place], place),
    )
    for more in range(len(others) + 1):
        if _is_safe([counts[each] for each in small], [counts[each] for each in others[:more]]):
            return Hidden(frozenset([*small, *others[:more]]), total=False)
    return Hidden(frozenset([*small, *others]), total=True)


def _is_safe(small: Sequence[int], others: Sequence[int]) -> bool:
    """Whether the sum of the hidden counts, which readers can reckon, leaves the small ones open.

    A reader may know which of them are small, thus at least 1 and at most 4, and that the others
    are at least 5: more than one sum of the small ones must remain possible.
    """
    if not small:
        return True
    total, least, most = sum(small) + sum(others), len(small), len(small) * (SMALL - 1)
    if others:
        return total - len(others) * SMALL > least
    return len(small) > 1 and total >= SMALL and least < total < most
