"""Makes the sheets: `make_sheets(cards, …)` joins drawn cards into one PDF for the printer.

Runs in a worker process. The same cards give the same bytes.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from services.cards.batches.places import (
    CARD,
    PER_SHEET,
    SHEET,
    Side,
    marks_of,
    place_of,
)
from shared.contracts.print_batches import Arrangement, PrinterOffset

if TYPE_CHECKING:
    import pikepdf

    from services.cards.batches.carrying import Carrier

PT_PER_MM = 72 / 25.4
MARK_WIDTH = 0.2  # mm
SIDES: tuple[Side, ...] = ("front", "back")
_TOLERANCE = 0.3  # mm


class SheetError(Exception):
    """These cards cannot be laid out so."""


@dataclass(frozen=True, slots=True)
class Sheets:
    pdf: bytes
    pages: int


def make_sheets(cards: list[bytes], arrangement: Arrangement, offset: PrinterOffset) -> Sheets:
    """One PDF. The offset is what the printer does: every page is moved the other way."""
    import pikepdf

    with pikepdf.new() as pdf:
        if arrangement == "imposed":
            _impose(pdf, cards, offset)
        else:
            _line_up(pdf, cards, offset)
        pdf.Root.Lang = pikepdf.String("id")
        pdf.docinfo["/Title"] = "Lembar cetak kartu AK/I"
        pdf.Root.ViewerPreferences = pikepdf.Dictionary(
            PrintScaling=pikepdf.Name("/None"),  # at its own size: shrunk cards do not fit
            Duplex=_turned(
                pdf, is_two_sided=arrangement == "imposed" or len(pdf.pages) > len(cards)
            ),
            DisplayDocTitle=True,
        )
        out = io.BytesIO()
        pdf.save(
            out,
            deterministic_id=True,
            compress_streams=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
        )
        return Sheets(out.getvalue(), len(pdf.pages))


def _turned(pdf: pikepdf.Pdf, *, is_two_sided: bool) -> pikepdf.Name:
    """How the printer turns the paper: a landscape card opens like a book, at its short edge."""
    import pikepdf

    if not is_two_sided:
        return pikepdf.Name.Simplex
    width, height = _size(pdf.pages[0].mediabox)
    return pikepdf.Name("/DuplexFlipShortEdge" if width > height else "/DuplexFlipLongEdge")


def _line_up(pdf: pikepdf.Pdf, cards: list[bytes], offset: PrinterOffset) -> None:
    """Card after card, each page in its own size."""
    from services.cards.batches.carrying import Carrier

    carrier = Carrier(pdf)
    for card in cards:
        for page, (drawing, width, height) in enumerate(_drawings(carrier, card)):
            dx, dy = _moved(offset, SIDES[page % 2])
            _add_page(pdf, (width, height), {"/C0": drawing}, [_placed("/C0", dx, -dy)])


def _impose(pdf: pikepdf.Pdf, cards: list[bytes], offset: PrinterOffset) -> None:
    """Ten cards on a sheet of A4, their backs on the next page."""
    from services.cards.batches.carrying import Carrier

    carrier = Carrier(pdf)
    size = (SHEET[0] * PT_PER_MM, SHEET[1] * PT_PER_MM)
    for first in range(0, len(cards), PER_SHEET):
        drawn = [_both_sides(carrier, card) for card in cards[first : first + PER_SHEET]]
        for number, side in enumerate(SIDES):
            dx, dy = _moved(offset, side)
            named = {f"/C{index}": both[number] for index, both in enumerate(drawn)}
            operators = [f"q 1 0 0 1 {dx:.3f} {-dy:.3f} cm {MARK_WIDTH * PT_PER_MM:.3f} w 0 G"]
            for index in range(len(drawn)):
                place = place_of(index, side)
                operators += [
                    f"{_x(mark.x1)} {_y(mark.y1)} m {_x(mark.x2)} {_y(mark.y2)} l S"
                    for mark in marks_of(place)
                ]
            operators.append("Q")
            for index, name in enumerate(named):
                place = place_of(index, side)
                x = place.x * PT_PER_MM + dx
                y = (SHEET[1] - place.y - CARD[1]) * PT_PER_MM - dy
                operators.append(_placed(name, x, y))
            _add_page(pdf, size, named, operators)


def _both_sides(carrier: Carrier, card: bytes) -> list[pikepdf.Object]:
    sides = _drawings(carrier, card)
    fits = all(
        abs(width / PT_PER_MM - CARD[0]) < _TOLERANCE
        and abs(height / PT_PER_MM - CARD[1]) < _TOLERANCE
        for _, width, height in sides
    )
    if len(sides) != len(SIDES) or not fits:
        raise SheetError("only cards of 85.6 x 54 mm with two sides lie ten on a sheet")
    return [drawing for drawing, _, _ in sides]


def _drawings(carrier: Carrier, card: bytes) -> list[tuple[pikepdf.Object, float, float]]:
    import pikepdf

    with pikepdf.open(io.BytesIO(card)) as source:
        return [(carrier.drawing(page), *_size(page.mediabox)) for page in source.pages]


def _size(box: pikepdf.Array) -> tuple[float, float]:
    left, bottom, right, top = (float(each) for each in box)
    if left or bottom:
        raise SheetError("a page of a card begins at its lower left corner")
    return right, top


def _add_page(
    pdf: pikepdf.Pdf,
    size: tuple[float, float],
    drawings: dict[str, pikepdf.Object],
    operators: list[str],
) -> None:
    import pikepdf

    page = pdf.add_blank_page(page_size=size)
    page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(drawings))
    page.obj.Contents = pikepdf.Stream(pdf, "\n".join(operators).encode())


def _placed(name: str, x: float, y: float) -> str:
    return f"q 1 0 0 1 {x:.3f} {y:.3f} cm {name} Do Q"


def _moved(offset: PrinterOffset, side: Side) -> tuple[float, float]:
    """In points, to the right and down."""
    x, y = (offset.front_x, offset.front_y) if side == "front" else (offset.back_x, offset.back_y)
    return -x / 10 * PT_PER_MM, -y / 10 * PT_PER_MM


def _x(mm: float) -> str:
    return f"{mm * PT_PER_MM:.3f}"


def _y(mm: float) -> str:
    return f"{(SHEET[1] - mm) * PT_PER_MM:.3f}"
