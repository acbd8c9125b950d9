"""The QR symbol of a card as SVG, sized in whole dots of a 300 dpi printer."""

from dataclasses import dataclass

import segno

QUIET = 4  # modules of white on each side
MIN_DOTS = 5  # per module: smaller ones fail on copies and cheap cameras
MAX_DOTS = 345  # per side: the field on the card is 29.2 mm
MM_PER_DOT = 25.4 / 300


class QrTooLargeError(Exception):
    """The text needs more modules than the field on the card can show well."""


@dataclass(frozen=True, slots=True)
class QrSymbol:
    side: int  # modules, quiet zone included
    dots: int  # printer dots per module
    path: str  # SVG path, one subpath per run of dark modules

    @property
    def side_mm(self) -> float:
        return self.side * self.dots * MM_PER_DOT


def qr_symbol(text: str) -> QrSymbol:
    # A fixed mask saves most of the time; readers take any mask.
    code = segno.make_qr(text, error="m", boost_error=False, mask=3)
    side = code.symbol_size(border=QUIET)[0]
    dots = MAX_DOTS // side
    if dots < MIN_DOTS:
        raise QrTooLargeError(f"the QR needs {side} modules a side")
    return QrSymbol(side, dots, _path(code.matrix))


def _path(matrix: tuple[bytearray, ...]) -> str:
    runs: list[str] = []
    for y, row in enumerate(matrix, start=QUIET):
        x = 0
        line = bytes(row)
        while (start := line.find(1, x)) >= 0:
            end = line.find(0, start)
            x = len(line) if end < 0 else end
            runs.append(f"M{start + QUIET} {y}h{x - start}v1h{start - x}z")
    return "".join(runs)
