"""The QR symbol of a card as runs of modules, sized in whole dots of a 300 dpi printer."""

from collections.abc import Iterator
from dataclasses import dataclass

import segno

QUIET = 4  # modules of white on each side
MIN_DOTS = 5  # per module: smaller ones fail on copies and cheap cameras
MAX_DOTS = 307  # for the dark part: the field on the card is 26 mm
MM_PER_DOT = 25.4 / 300


class QrTooLargeError(Exception):
    """The text needs more modules than the field on the card can show well."""


@dataclass(frozen=True, slots=True)
class QrSymbol:
    modules: int  # a side, without the quiet zone
    module_mm: float  # a whole number of dots
    runs: tuple[tuple[int, int, int], ...]  # x, y, length of each row of dark modules

    @property
    def side_mm(self) -> float:
        return self.modules * self.module_mm

    @property
    def svg_path(self) -> str:
        return "".join(f"M{x} {y}h{n}v1h{-n}z" for x, y, n in self.runs)

    @property
    def pdf_path(self) -> str:
        return "\n".join(f"{x} {y} {n} 1 re" for x, y, n in self.runs)


def qr_symbol(text: str) -> QrSymbol:
    # A fixed mask saves most of the time; readers take any mask.
    code = segno.make_qr(text, error="m", boost_error=False, mask=3)
    modules = len(code.matrix)
    dots = MAX_DOTS // modules
    if dots < MIN_DOTS:
        raise QrTooLargeError(f"the QR needs {modules} modules a side")
    return QrSymbol(modules, dots * MM_PER_DOT, tuple(_runs(code.matrix)))


def _runs(matrix: tuple[bytearray, ...]) -> Iterator[tuple[int, int, int]]:
    for y, row in enumerate(matrix):
        line, end = bytes(row), 0
        while (start := line.find(1, end)) >= 0:
            end = line.find(0, start)
            end = len(line) if end < 0 else end
            yield start, y, end - start
