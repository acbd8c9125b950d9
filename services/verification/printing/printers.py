"""A printer of the office: what it prints, and how far it shifts the picture; pure.

The officer measures on a test page where a cross lies; the difference is the offset, in 0.1 mm.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import get_args

from services.verification.officers.domain import Officer
from services.verification.printing.domain import By, Part, ShapeName, by
from shared.contracts.print_batches import PrinterOffset
from shared.errors import Conflict, Invalid, NotFound

NAME_LONGEST = 60
OFFSET_MOST = 99  # 9.9 mm; more is a wrong paper size
_DISTANCE = re.compile(r"([0-9]{1,2})(?:[.,]([0-9]))?")
SIDES = {
    "front_x": "halaman depan, dari tepi kiri",
    "front_y": "halaman depan, dari tepi atas",
    "back_x": "halaman belakang, dari tepi kiri",
    "back_y": "halaman belakang, dari tepi atas",
}


class NoSuchPrinter(NotFound):
    """Printer ini tidak ada lagi di daftar. Kembali ke daftar printer."""


class PrinterChanged(Conflict):
    """Sementara Anda mengisi, rekan Anda mengubah printer ini. Periksa lagi, lalu simpan."""

    code = "printer_changed"


class Printer(Part):
    id: str
    name: str
    shape: ShapeName
    offset: PrinterOffset
    changed: By
    version: int = 1
    removed: bool = False

    @property
    def is_straight(self) -> bool:
        return self.offset == PrinterOffset()

    def measured(self, side: str) -> str:
        """Where the cross lies when it is printed without help: `20,7`."""
        return distance_text(cross_of(self.shape) * 10 + getattr(self.offset, side))


def cross_of(shape: ShapeName) -> int:
    """How far from the edges the cross of the test page should be, in mm."""
    return 10 if shape == "plastic" else 20


def distance_text(tenths: int) -> str:
    return f"{tenths // 10},{tenths % 10}"


def shift_text(x: int, y: int) -> str:
    """`0,7 mm ke kanan, 1,3 mm ke atas`."""
    words = [
        f"{distance_text(abs(tenths))} mm {forth if tenths > 0 else back}"
        for tenths, forth, back in ((x, "ke kanan", "ke kiri"), (y, "ke bawah", "ke atas"))
        if tenths
    ]
    return ", ".join(words) or "tepat"


def checked_shape(text: str) -> ShapeName:
    shapes: tuple[ShapeName, ...] = get_args(ShapeName)
    found = next((each for each in shapes if each == text), None)
    if found is None:
        raise Invalid("Pilih bentuk cetakan.")
    return found


def checked_printer_name(text: str) -> str:
    name = " ".join(text.split())
    if not (2 <= len(name) <= NAME_LONGEST and name.isprintable()):
        raise Invalid(f"Isi nama printer, 2 sampai {NAME_LONGEST} huruf. Misalnya: Epson loket 1.")
    return name


def checked_offset(shape: ShapeName, typed: Mapping[str, str]) -> PrinterOffset:
    """From what was measured, in mm; left empty: as it should be."""
    return PrinterOffset(**{side: _shift(shape, side, typed.get(side, "")) for side in SIDES})


def _shift(shape: ShapeName, side: str, text: str) -> int:
    should = cross_of(shape)
    text = text.strip().removesuffix("mm").strip()
    if not text:
        return 0
    found = _DISTANCE.fullmatch(text)
    if found is None:
        raise Invalid(
            f"Tulis jarak {SIDES[side]} dalam milimeter dengan satu angka di belakang koma, "
            f"misalnya {should},4."
        )
    shift = int(found[1]) * 10 + int(found[2] or 0) - should * 10
    if abs(shift) > OFFSET_MOST:
        raise Invalid(
            f"Jarak {SIDES[side]} terlalu jauh dari {should},0 mm. "
            "Periksa ukuran kertas dan pastikan dicetak 100%, lalu ukur lagi."
        )
    return shift


def changed(
    printer: Printer, officer: Officer, now: datetime, *, name: str, typed: Mapping[str, str]
) -> Printer:
    """The shape of a printer stays: its offsets were measured with it."""
    return printer.model_copy(
        update={
            "name": checked_printer_name(name),
            "offset": checked_offset(printer.shape, typed),
            "changed": by(officer, now),
            "version": printer.version + 1,
        }
    )


def removed(printer: Printer, officer: Officer, now: datetime) -> Printer:
    return printer.model_copy(
        update={"removed": True, "changed": by(officer, now), "version": printer.version + 1}
    )
