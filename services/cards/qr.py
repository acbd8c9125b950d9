"""The QR symbol of a card: version 11-M always, drawn in whole dots of a 300 dpi printer."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import segno
from segno.encoder import DataOverflowError

VERSION, MODULES = 11, 61
QUIET = 4  # modules of white on each side
MM_PER_DOT = 25.4 / 300
_ALPHANUMERIC, _BYTE = 2, 4


class QrTooLargeError(Exception):
    """The text does not fit into version 11-M."""


@dataclass(frozen=True, slots=True)
class QrSymbol:
    modules: int  # a side, without the quiet zone
    runs: tuple[tuple[int, int, int], ...]  # x, y, length of each row of dark modules

    @property
    def svg_path(self) -> str:
        return "".join(f"M{x} {y}h{n}v1h{-n}z" for x, y, n in self.runs)

    @property
    def pdf_path(self) -> str:
        return "\n".join(f"{x} {y} {n} 1 re" for x, y, n in self.runs)


def qr_symbol(parts: tuple[str, str]) -> QrSymbol:
    """The symbol of what stands before and behind the `#`; both are short as alphanumeric."""
    before, behind = parts
    content: Any = [(before, _ALPHANUMERIC), ("#", _BYTE), (behind, _ALPHANUMERIC)]
    try:
        # A fixed mask saves most of the time; readers take any mask.
        code = segno.make_qr(content, version=VERSION, error="m", boost_error=False, mask=3)
    except (DataOverflowError, ValueError) as error:
        raise QrTooLargeError("the text of the QR does not fit into version 11-M") from error
    return QrSymbol(len(code.matrix), tuple(_runs(code.matrix)))


def side_mm(dots: int) -> float:
    """The dark part of the symbol."""
    return MODULES * dots * MM_PER_DOT


def on_dots(mm: float) -> float:
    """The nearest whole printer dot."""
    return round(mm / MM_PER_DOT) * MM_PER_DOT


def _runs(matrix: tuple[bytearray, ...]) -> Iterator[tuple[int, int, int]]:
    for y, row in enumerate(matrix):
        line, end = bytes(row), 0
        while (start := line.find(1, end)) >= 0:
            end = line.find(0, start)
            end = len(line) if end < 0 else end
            yield start, y, end - start
