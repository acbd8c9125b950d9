"""The frame of layout B: boxes, labels and texts of the office."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from services.cards.layout import FrameKey, Values
from services.cards.layouts.form_slots import (
    ADDRESS_TOP,
    BIRTH,
    BOX,
    BOX_GAP,
    BOX_HEIGHT,
    CODE_TOP,
    DATA_LEFT,
    DATE_GAP,
    DATE_LEFT,
    FOOT_LEFT,
    FOOT_TOP,
    LETTER,
    NAME_PITCH,
    NAME_ROW,
    NAME_TOP,
    NIK,
    NIK_DIGITS,
    NIK_TOP,
    NUMBER_TOP,
    PHONE_TOP,
    PLACE_TOP,
    PLACED_ROW,
    PLACED_TOP,
    REPORT_COLUMNS,
    REPORT_HEAD,
    REPORT_ROW,
    REPORT_TOP,
    REPORTS,
    RIGHT,
    ROW,
    SCHOOL_COLUMNS,
    SCHOOL_ROW,
    SCHOOL_TOP,
    SKILL_COLUMNS,
    SKILL_ROW,
    SKILL_TOP,
    TABLE_HEAD,
    TERMS,
    at,
    nip_line,
    number_slot,
)
from services.cards.layouts.form_texts import NAME_BOXES, SCHOOL_ROWS, SKILL_ROWS
from services.cards.layouts.terms import terms_size
from services.cards.typesetting import Slot, clean


def frame_values(key: FrameKey) -> Values:
    return (
        [
            *at("government", clean(key.office.government).upper(), "letterhead"),
            *at("office", clean(key.office.name).upper(), "letterhead"),
            *at("heading", key.office.address, "letterhead"),
            *at("basis", f"Dasar: {key.legal_basis}" if key.legal_basis else ""),
            *at("role", key.signatory.role, "signatory"),
            *at("department", key.office.name, "signatory"),
            *at("signer", key.signatory.name, "signatory"),
            *at("nip", nip_line(key.signatory.nip), "signatory"),
        ],
    )


@dataclass(frozen=True, slots=True)
class Boxes:
    """A run of character boxes: its outline, and the lines between characters."""

    left: float
    top: float
    width: float
    height: float
    lines: tuple[float, ...]


def frame(key: FrameKey) -> dict[str, Any]:
    return {
        "grid": _GRID,
        "boxes": _boxes(key),
        "codes": _CODES,
        "labels": _labels(with_phone=key.prints_phone),
        "terms": key.terms,
        "terms_size": terms_size(key.terms, TERMS),
    }


_GAP = "     "
_CODES = {
    "sex": _GAP.join(("1 Pria", "2 Wanita")),
    "status": _GAP.join(("1 Kawin", "2 Belum Kawin")),
    "religion": _GAP.join(
        (
            *("1 Islam", "2 Katholik", "3 Protestan", "4 Hindu"),
            *("5 Budha", "6 Konghucu", "7 Lain-lain"),
        )
    ),
}
_GRID = {
    "data_left": DATA_LEFT,
    "row": ROW,
    "box": BOX,
    "box_height": BOX_HEIGHT,
    "number_top": NUMBER_TOP,
    "nik_top": NIK_TOP,
    "report_top": REPORT_TOP,
    "report_head": REPORT_HEAD,
    "report_row": REPORT_ROW,
    "report_height": REPORT_HEAD + REPORTS * REPORT_ROW,
    "report_columns": REPORT_COLUMNS,
    "placed": (
        ("Diterima di / Diterima Penempatan", PLACED_TOP),
        ("Terhitung / Tanggal Penempatan", PLACED_TOP + PLACED_ROW),
    ),
    "date_left": DATE_LEFT,
    "table_head": TABLE_HEAD,
    "school_top": SCHOOL_TOP,
    "school_row": SCHOOL_ROW,
    "school_columns": SCHOOL_COLUMNS,
    "schools": SCHOOL_ROWS,
    "skill_top": SKILL_TOP,
    "skill_row": SKILL_ROW,
    "skill_columns": SKILL_COLUMNS,
    "skills": SKILL_ROWS,
    "foot_left": FOOT_LEFT,
    "foot_top": FOOT_TOP,
}


def _labels(*, with_phone: bool) -> list[tuple[str, str, float, float]]:
    """What a label is about, its words, its top and the height of its row in mm."""
    rows = [
        ("name", "Nama Lengkap", NAME_TOP, NAME_ROW),
        ("place", "Tempat Lahir", PLACE_TOP, ROW),
        ("sex", "Jenis Kelamin", CODE_TOP, ROW),
        ("status", "Status", CODE_TOP + ROW, ROW),
        ("religion", "Agama", CODE_TOP + 2 * ROW, ROW),
        ("address", "Alamat Domisili", ADDRESS_TOP, ROW),
    ]
    return [*rows, ("phone", "No. Telp/HP", PHONE_TOP, ROW)] if with_phone else rows


def _boxes(key: FrameKey) -> list[Boxes]:
    number = number_slot(key.number_boxes)
    found = _groups(number, key.number_boxes, BOX_GAP)
    found += _groups(NIK, (NIK_DIGITS,), 0)
    found += _groups(BIRTH, (2, 2, 2), DATE_GAP)
    for row in range(2):
        top = NAME_TOP + row * NAME_ROW
        cell = Slot(DATA_LEFT, top, RIGHT - DATA_LEFT, NAME_ROW, LETTER, pitch=NAME_PITCH)
        found += _groups(cell, (NAME_BOXES,), 0)
    return found


def _groups(slot: Slot, sizes: Sequence[int], gap: float) -> list[Boxes]:
    found, left = [], slot.left
    for size in sizes:
        lines = tuple(round(left + n * slot.pitch - 0.075, 3) for n in range(1, size))
        width = round(size * slot.pitch, 3)
        found.append(Boxes(round(left, 3), slot.top, width, slot.height, lines))
        left += size * slot.pitch + gap
    return found
