"""The strip on one page of A4: for the printer at home, one side of the paper.

The inside lies below the outside, upside down. Folded back along the middle of the page and cut,
it is the strip with both sides, glued or not; folded once more it is the card. At 90 % the card
and all marks stay clear of the 5 mm that such printers leave white.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from services.cards.layout import FrameKey, Side, SymbolPlace
from services.cards.layouts import strip
from services.cards.qr import on_dots, side_mm

SCALE = 0.9
WIDTH, HEIGHT = 297.0, 210.0
_WIDE, _HIGH = strip.WIDTH * SCALE, strip.HEIGHT * SCALE
LEFT, TOP = (WIDTH - _WIDE) / 2, HEIGHT / 2 - _HIGH
RIGHT, MIDDLE, BOTTOM = LEFT + _WIDE, HEIGHT / 2, HEIGHT / 2 + _HIGH
_MARK, _AWAY = 4.0, 1.5  # mm: length of a mark, distance to the card

# Not scaled, so that its modules stay whole dots.
SYMBOL = SymbolPlace(
    0,
    on_dots(LEFT + 7.0 * SCALE),
    on_dots(TOP + 103.0 * SCALE - side_mm(strip.SYMBOL_DOTS)),
    strip.SYMBOL_DOTS,
)


def frame(key: FrameKey) -> Mapping[str, Any]:
    return {
        **strip.frame(key),
        "sheet": {
            "marks": _marks(),
            "cutting": "Cetak di kertas A4 ukuran 100 %, lalu gunting di garis tepi kartu",
            "folding": "Lipat ke belakang di tanda tengah ini, lalu lipat di garis putus-putus",
        },
    }


def _marks() -> list[str]:
    """The line to cut along, and a mark at both ends of the fold in the middle."""
    outline = f"left:{LEFT:.2f}mm;top:{TOP:.2f}mm;width:{_WIDE:.2f}mm;height:{2 * _HIGH:.2f}mm"
    ends = (LEFT - _AWAY - _MARK, RIGHT + _AWAY)
    folds = [f"left:{x:.2f}mm;top:{MIDDLE:.2f}mm;width:{_MARK}mm;height:0" for x in ends]
    return [outline, *folds]


SHEET = replace(
    strip.STRIP,
    name="sheet",
    styles=("strip.css", "sheet.css"),
    page_size=(WIDTH, HEIGHT),
    sides=(
        Side(0, LEFT, TOP, SCALE),
        Side(0, LEFT, MIDDLE, SCALE, is_turned=True),
    ),
    symbol=SYMBOL,
    frame=frame,
)
