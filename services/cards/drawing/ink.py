"""The drawing of what one card adds to its frame: values, photo and QR as PDF operators.

Every text, and each of the pictures, is marked with a number (MCID), by which the tags find it.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from services.cards.drawing.letters import ASCENT, DESCENT, FACES, Letters
from services.cards.layout import Layout, Side, Values
from services.cards.qr import MM_PER_DOT, QrSymbol
from services.cards.typesetting import MM_PER_PT
from services.cards.values import Value

PT_PER_MM = 1 / MM_PER_PT
PHOTO, SYMBOL = "photo", "symbol"
_COLOUR = "0.0667 0.0667 0.0667 rg"  # #111, as in the templates


@dataclass(slots=True)
class Ink:
    """The operators of a page after those of its frame, and the number of each of its parts."""

    next_mark: int
    operators: list[str] = field(default_factory=list)
    marks: dict[str, int] = field(default_factory=dict)

    def mark(self, name: str, tag: str, *operators: str) -> None:
        self.marks[name] = self.next_mark
        self.operators += [f"/{tag}<</MCID {self.next_mark}>>BDC", *operators, "EMC"]
        self.next_mark += 1

    @property
    def content(self) -> bytes:
        return zlib.compress("\n".join(self.operators).encode())


def ink_of(
    form: Layout,
    page: int,
    first_mark: int,
    values: Values,
    symbol: QrSymbol,
    fonts: Sequence[Letters],
) -> Ink:
    ink = Ink(first_mark)
    for number, side in enumerate(form.sides):
        if side.page != page:
            continue
        ink.operators += ["q", _matrix(side, form), _COLOUR]
        if form.photo.side == number:
            place = form.photo
            width, height = place.width * PT_PER_MM, place.height * PT_PER_MM
            left, bottom = place.left * PT_PER_MM, -place.top * PT_PER_MM - height
            ink.mark(
                PHOTO,
                "Figure",
                f"q {width:.4f} 0 0 {height:.4f} {left:.4f} {bottom:.4f} cm /Photo Do Q",
            )
        for value in values[number]:
            ink.mark(f"{number}:{value.name}", "Span", *_text(value, fonts))
        ink.operators.append("Q")
    if form.symbol.page == page:
        ink.mark(SYMBOL, "Figure", *_symbol(symbol, form))
    return ink


def _matrix(side: Side, form: Layout) -> str:
    """Points of the side, from its top left corner, y upwards, to those of the page."""
    left, top = side.left, form.page_size[1] - side.top
    scale = side.scale
    if side.is_turned:
        left += form.side_size[0] * scale
        top -= form.side_size[1] * scale
        scale = -scale
    return f"{scale:g} 0 0 {scale:g} {left * PT_PER_MM:.4f} {top * PT_PER_MM:.4f} cm"


def _text(value: Value, fonts: Sequence[Letters]) -> list[str]:
    slot, size = value.slot, value.size
    which = FACES.index(slot.font)
    font = fonts[which]
    lines = ["BT", f"/V{which} {size:g} Tf"]
    em = size * MM_PER_PT
    # As in CSS: ascent and descent stand in the middle of the line height.
    first = value.top + (value.leading - (ASCENT - DESCENT) * em) / 2 + ASCENT * em
    for number, text in enumerate(value.lines):
        is_last = number == len(value.lines) - 1
        x, shown = slot.left, f"<{font.shown(text).decode()}> Tj"
        if slot.pitch:
            x += (slot.pitch - font.width(text[0]) * em) / 2
            shown = _spread(text, font, slot.pitch / em)
        elif slot.align != "left":
            free = slot.width - font.width(text) * em
            x += free / 2 if slot.align == "center" else free
        if not is_last:  # else the words at the break are read as one
            shown += f" <{font.shown(' ').decode()}> Tj"
        y = first + number * value.leading
        lines += [f"1 0 0 1 {x * PT_PER_MM:.3f} {-y * PT_PER_MM:.3f} Tm", shown]
    lines.append("ET")
    return lines


def _spread(text: str, font: Letters, pitch: float) -> str:
    """Each letter in the middle of its box; `pitch` in em."""
    parts: list[str] = []
    for letter, following in zip(text, text[1:] + text[-1], strict=True):
        gap = pitch - (font.width(letter) + font.width(following)) / 2
        parts.append(f"<{font.shown(letter).decode()}> {-1000 * gap:.2f}")
    return f"[{' '.join(parts)}] TJ"


def _symbol(symbol: QrSymbol, form: Layout) -> list[str]:
    place = form.symbol
    module, left = place.dots * MM_PER_DOT * PT_PER_MM, place.left * PT_PER_MM
    top = (form.page_size[1] - place.top) * PT_PER_MM
    matrix = f"{module:.5f} 0 0 {-module:.5f} {left:.4f} {top:.4f} cm"
    return ["q 0 g", matrix, symbol.pdf_path, "f Q"]
