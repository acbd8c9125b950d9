"""The test page of a printer: its pages with crosses at known places and rulers around one.

On paper the cross lies where the printer put it; how far from the edges is measured by hand.
"""

from __future__ import annotations

import io

import pydyf

from services.verification.printing.domain import SHAPES, ShapeName
from services.verification.printing.printers import cross_of
from shared.contracts.print_batches import PrinterOffset

PT_PER_MM = 72 / 25.4
_SIZES = {"plastic": (85.6, 54.0), "strip": (297.0, 110.0), "sheet": (297.0, 210.0)}
_A4 = (210.0, 297.0)
_DUPLEX = {"long": "/DuplexFlipLongEdge", "short": "/DuplexFlipShortEdge", None: "/Simplex"}
_HALF = 8  # mm of ruler on each side of the cross
_THIN, _FINE = 0.3, 0.15  # mm


def draw_test_page(shape: ShapeName, offset: PrinterOffset) -> bytes:
    """Front and back as PDF, moved against the offset as the sheets are."""
    width, height = size_of(shape)
    pdf = pydyf.PDF()
    font = pydyf.Dictionary(
        {
            "Type": "/Font",
            "Subtype": "/Type1",
            "BaseFont": "/Helvetica",
            "Encoding": "/WinAnsiEncoding",
        }
    )
    pdf.add_object(font)
    moved = offset != PrinterOffset()
    sides = [("DEPAN", (offset.front_x, offset.front_y))]
    if SHAPES[shape].turned_on is not None:
        sides.append(("BELAKANG", (offset.back_x, offset.back_y)))
    for side, shift in sides:
        stream = pydyf.Stream()
        stream.push_state()
        x, y = (-each / 10 * PT_PER_MM for each in shift)
        stream.set_matrix(1, 0, 0, 1, x, -y)
        _Page(stream, shape).draw(side, moved=moved)
        stream.pop_state()
        pdf.add_object(stream)
        page = pydyf.Dictionary(
            {
                "Type": "/Page",
                "Parent": pdf.pages.reference,
                "MediaBox": pydyf.Array([0, 0, width * PT_PER_MM, height * PT_PER_MM]),
                "Contents": stream.reference,
                "Resources": pydyf.Dictionary({"Font": pydyf.Dictionary({"F": font.reference})}),
            }
        )
        pdf.add_page(page)
    pdf.catalog["ViewerPreferences"] = pydyf.Dictionary(
        {"PrintScaling": "/None", "Duplex": _DUPLEX[SHAPES[shape].turned_on]}
    )
    out = io.BytesIO()
    pdf.write(out)
    return out.getvalue()


def size_of(shape: ShapeName) -> tuple[float, float]:
    """The paper in mm, as the sheets of this shape have it."""
    if SHAPES[shape].arrangement == "imposed":
        return _A4
    return _SIZES.get(SHAPES[shape].layout, _A4)


class _Page:
    """Draws in mm from the top left corner."""

    def __init__(self, stream: pydyf.Stream, shape: ShapeName) -> None:
        self._stream = stream
        self._width, self._height = size_of(shape)
        self._cross = cross_of(shape)
        self._sides = SHAPES[shape].sides
        self._small = self._width < 100

    def draw(self, side: str, *, moved: bool) -> None:
        at = self._cross
        self._line(at - _HALF, at, at + _HALF + (8 if self._small else 60), at, _THIN)
        self._line(at, at - _HALF, at, at + _HALF + (8 if self._small else 60), _THIN)
        for step in range(-2 * _HALF, 2 * _HALF + 1):
            place, long = at + step / 2, 1.6 if step % 2 == 0 else 0.8
            self._line(place, at - long, place, at + long, _FINE)
            self._line(at - long, place, at + long, place, _FINE)
        right, bottom = self._width - at, self._height - at
        self._line(right - _HALF, bottom, right + _HALF, bottom, _THIN)
        self._line(right, bottom - _HALF, right, bottom + _HALF, _THIN)
        size: float = 5.5 if self._small else 9
        left, top, leading = at + 3.0, at + (6.0 if self._small else 14.0), size * 0.5
        for number, text in enumerate(self._words(side, moved=moved)):
            self._text(left, top + number * leading, text, size)

    def _words(self, side: str, *, moved: bool) -> list[str]:
        at = self._cross
        kind = "sudah disesuaikan" if moved else "tanpa penyesuaian"
        words = [
            f"Halaman uji printer - {side} - {kind}",
            f"Garis tegak: {at},0 mm dari tepi kiri.",
            f"Garis datar: {at},0 mm dari tepi atas.",
        ]
        if self._small:
            return [*words, "Ukur dari tepi kartu dengan penggaris."]
        return [
            *words,
            "",
            f"1. Cetak dengan ukuran sebenarnya (100%), {self._sides}.",
            "2. Ukur dengan penggaris jarak dari tepi kertas ke kedua garis tebal.",
            "3. Isi jaraknya di halaman printer, misalnya 20,4.",
            "",
            f"Silang di kanan bawah: {at},0 mm dari tepi kanan dan bawah, ditambah atau dikurangi",
            "geseran yang sama. Bila jauh berbeda, kertas miring atau ukuran bukan 100%.",
            "Jarak antargaris kecil: 0,5 mm.",
        ]

    def _line(self, x1: float, y1: float, x2: float, y2: float, width: float) -> None:
        self._stream.set_line_width(width * PT_PER_MM)
        self._stream.move_to(x1 * PT_PER_MM, (self._height - y1) * PT_PER_MM)
        self._stream.line_to(x2 * PT_PER_MM, (self._height - y2) * PT_PER_MM)
        self._stream.stroke()

    def _text(self, x: float, y: float, text: str, size: float) -> None:
        self._stream.begin_text()
        self._stream.set_font_size("F", size)
        self._stream.set_text_matrix(1, 0, 0, 1, x * PT_PER_MM, (self._height - y) * PT_PER_MM)
        self._stream.show_text_string(text)
        self._stream.end_text()
