"""Where each card lies on an A4 sheet, and where it is cut; pure geometry in millimetres.

Two columns and five rows of CR80 cards. The sheet is turned on its long edge: the back of a card
lies in the other column of the same row. Places count from the top left corner.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Side = Literal["front", "back"]

SHEET = (210.0, 297.0)
CARD = (85.6, 54.0)
COLUMNS, ROWS = 2, 5
PER_SHEET = COLUMNS * ROWS
GAP = (8.0, 3.0)
MARK_FROM, MARK_LONG = 0.5, 2.0  # a mark begins so far outside the card; ends 5 mm from the edge


@dataclass(frozen=True, slots=True)
class Place:
    """The top left corner of a card."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Mark:
    """A line along which is cut, from one end to the other."""

    x1: float
    y1: float
    x2: float
    y2: float


def place_of(index: int, side: Side) -> Place:
    """Of the card number `index` (0 to 9) of a sheet, row by row as seen from the front."""
    row, column = divmod(index, COLUMNS)
    if not 0 <= row < ROWS:
        raise ValueError(f"no place {index} on a sheet")
    if side == "back":
        column = COLUMNS - 1 - column
    return Place(
        _margin(0, COLUMNS) + column * (CARD[0] + GAP[0]),
        _margin(1, ROWS) + row * (CARD[1] + GAP[1]),
    )


def marks_of(place: Place) -> list[Mark]:
    """Two short lines at each corner, outside of the card."""
    left, top = place.x, place.y
    right, bottom = left + CARD[0], top + CARD[1]
    marks = []
    for y in (top, bottom):
        marks += [Mark(left - MARK_FROM - MARK_LONG, y, left - MARK_FROM, y)]
        marks += [Mark(right + MARK_FROM, y, right + MARK_FROM + MARK_LONG, y)]
    for x in (left, right):
        marks += [Mark(x, top - MARK_FROM - MARK_LONG, x, top - MARK_FROM)]
        marks += [Mark(x, bottom + MARK_FROM, x, bottom + MARK_FROM + MARK_LONG)]
    return marks


def _margin(axis: int, count: int) -> float:
    return (SHEET[axis] - count * CARD[axis] - (count - 1) * GAP[axis]) / 2
