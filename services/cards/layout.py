"""What a layout of the card is made of. Each has a module in `layouts` and files in `template`.

A new layout: a module with its slots and a `Layout`, `template/<name>.html` and `.css`, and a line
in `pages.LAYOUTS`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from services.cards.face import CardFace, OfficeHeading, Signatory
from services.cards.values import Value
from shared.contracts.print_batches import CardLayout

Values = tuple[list[Value], ...]  # of each side


class LayoutError(Exception):
    """Texts of the office that do not fit into this layout."""


@dataclass(frozen=True, slots=True)
class FrameKey:
    """What a frame is drawn from: the part of a face that many cards share."""

    office: OfficeHeading
    signatory: Signatory
    terms: tuple[str, ...]
    short_terms: tuple[str, ...]
    legal_basis: str
    number_boxes: tuple[int, ...]
    prints_phone: bool


@dataclass(frozen=True, slots=True)
class Side:
    """Where a side of the card lies: its page, its top left corner in mm, upside down or not."""

    page: int
    left: float = 0.0
    top: float = 0.0
    scale: float = 1.0
    is_turned: bool = False


@dataclass(frozen=True, slots=True)
class PhotoPlace:
    """On a side, in mm of that side; a photo is 3 x 4."""

    side: int
    left: float
    top: float
    width: float = 30.0

    @property
    def height(self) -> float:
        return self.width * 4 / 3


@dataclass(frozen=True, slots=True)
class SymbolPlace:
    """On a page, in mm of the page: corner of the dark part, printer dots (300 dpi) per module."""

    page: int
    left: float
    top: float
    dots: int


@dataclass(frozen=True, slots=True)
class Layout:
    """`frame` gives the template what it needs beside `frame_values`; may raise `LayoutError`.

    A template has a `section` for each side. It draws labels and lines `{% if frame %}`, and
    values, photo and QR `{% if values %}`, by the macros of parts.html.
    """

    name: CardLayout
    template: str
    styles: tuple[str, ...]
    page_size: tuple[float, float]  # mm
    side_size: tuple[float, float]
    sides: tuple[Side, ...]
    photo: PhotoPlace
    symbol: SymbolPlace
    values: Callable[[CardFace], Values]
    frame_values: Callable[[FrameKey], Values]
    frame: Callable[[FrameKey], Mapping[str, Any]]
