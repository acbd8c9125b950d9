"""Layout A, the folded strip of 297 x 110 mm: where each value stands on its two sides, in mm.

The labels, lines and boxes around them are in template/strip.html and strip.css, on the same grid:
left half 7..141.5, right half 155.5..290, both 7..103 down.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from services.cards.face import CardFace
from services.cards.layout import (
    FrameKey,
    Layout,
    PhotoPlace,
    Side,
    SymbolPlace,
    Values,
)
from services.cards.layouts.terms import TermsBox, terms_size
from services.cards.qr import on_dots, side_mm
from services.cards.typesetting import Slot, Step, clean
from services.cards.values import BOLD, Value, boxed, by_rows, column, value
from shared.dates import long_date

WIDTH, HEIGHT = 297.0, 110.0


def _one_line(*sizes: float) -> tuple[Step, ...]:
    return tuple(Step(size) for size in sizes)


VALUE = _one_line(8.5, 8, 7.5, 7, 6.5, 6)
CELL = _one_line(8, 7.5, 7, 6.5, 6)
SMALL = _one_line(7, 6.5, 6)

ROWS, REPORTS = 5, 3
EDUCATION_TOP, EDUCATION_ROW = 15.2, 4.2
EXPERIENCE_TOP, EXPERIENCE_ROW = 46.4, 5.1
REPORT_TOP, REPORT_ROW = 22.0, 16.0

TERMS = TermsBox(116.0, 76.0, (11.5, 11, 10, 9, 8, 7, 6), leading=1.42, gap=0.7)  # and strip.css

# The character boxes of the two numbers; the NIK has no gaps and fills the same width.
BOX_LEFT, BOX_WIDTH, BOX_PITCH, BOX_GAP = 198.4, 91.6, 5.4, 2.6
NUMBER_TOP, NIK_TOP, BOX_HEIGHT = 36.2, 43.2, 5.8
NIK_DIGITS = 16

SYMBOL_DOTS = 5
SYMBOL = SymbolPlace(0, on_dots(7.0), on_dots(103.0 - side_mm(SYMBOL_DOTS)), SYMBOL_DOTS)
PHOTO = PhotoPlace(0, 155.5, 51.2)

_VALUE_LEFT, _VALUE_WIDTH = 220.0, 70.0
COVER_ROW = 5.3
CHECK_LEFT, CHECK_WIDTH = 39.5, 42.0

SLOTS: dict[str, Slot] = {
    "copy": Slot(262, 11.6, 28, 3.6, SMALL, BOLD, "right"),
    "name": Slot(
        _VALUE_LEFT,
        51.0,
        _VALUE_WIDTH,
        6.8,
        (
            *_one_line(10, 9.5, 9, 8.5, 8, 7.5),
            *(Step(size, 2) for size in (7.5, 7, 6.5, 6)),
            Step(5.5, 3),
        ),
        BOLD,
    ),
    "address": Slot(
        _VALUE_LEFT,
        79.9,
        _VALUE_WIDTH,
        10.8,
        (Step(8.5, 2), Step(8, 3), Step(7.5, 3), Step(7, 3), Step(6.5, 4), Step(6, 4)),
        middle=False,
    ),
    "phone": Slot(_VALUE_LEFT, 91.4, _VALUE_WIDTH, COVER_ROW, VALUE),
    "valid": Slot(_VALUE_LEFT, 97.4, 30, COVER_ROW, VALUE, BOLD),
    "area": Slot(
        252, 97.4, 38, COVER_ROW, (*_one_line(8, 7.5, 7, 6.5, 6), Step(6, 2)), align="right"
    ),
    "issued": Slot(84, 74.6, 57.5, 4.0, CELL, align="center"),
    "role": Slot(84, 78.6, 57.5, 4.0, CELL, align="center"),
    "signer": Slot(
        84, 94.0, 57.5, 5.0, (*_one_line(8.5, 8, 7.5, 7, 6.5, 6), Step(6, 2)), BOLD, "center"
    ),
    "nip": Slot(84, 99.2, 57.5, 4.0, CELL, align="center"),
    "government": Slot(174, 7.2, 90, 4.0, _one_line(9, 8.5, 8, 7, 6), BOLD),
    "office": Slot(174, 11.6, 90, 5.2, _one_line(11.5, 11, 10, 9, 8, 7, 6), BOLD),
    "heading": Slot(174, 17.4, 116, 4.4, _one_line(7.5, 7, 6.5, 6)),
    "basis": Slot(161, 97.4, 123.5, 4.0, SMALL),
    "code": Slot(CHECK_LEFT, 88.6, CHECK_WIDTH, 5.6, _one_line(12, 11, 10, 9, 8, 7, 6), BOLD),
}

COLUMNS: dict[str, Slot] = {
    "person": Slot(_VALUE_LEFT, 58.0, _VALUE_WIDTH, COVER_ROW, VALUE),
    "level": Slot(8.5, EDUCATION_TOP, 34, EDUCATION_ROW, CELL),
    "major": Slot(45, EDUCATION_TOP, 76, EDUCATION_ROW, CELL),
    "year": Slot(123, EDUCATION_TOP, 17.5, EDUCATION_ROW, CELL, align="center"),
    "work": Slot(8.5, EXPERIENCE_TOP, 109, EXPERIENCE_ROW, CELL),
    "span": Slot(120, EXPERIENCE_TOP, 20.5, EXPERIENCE_ROW, CELL, align="center"),
}
NIK = Slot(
    BOX_LEFT, NIK_TOP, BOX_WIDTH, BOX_HEIGHT, (Step(11),), BOLD, pitch=BOX_WIDTH / NIK_DIGITS
)


def number_slot(boxes: Sequence[int]) -> Slot:
    """Boxes as wide as ever, unless so many groups need narrower ones."""
    pitch = min(BOX_PITCH, (BOX_WIDTH - (len(boxes) - 1) * BOX_GAP) / sum(boxes))
    return Slot(BOX_LEFT, NUMBER_TOP, BOX_WIDTH, BOX_HEIGHT, (Step(11),), BOLD, pitch=pitch)


def values(face: CardFace) -> Values:
    return _outside(face), _inside(face)


def _outside(face: CardFace) -> list[Value]:
    birth = f"{face.birth_place}, {long_date(face.birth_date)}"
    person = [birth, face.sex, face.marital_status, face.religion]
    schools = [(school.level, school.major, school.year) for school in face.education]
    works = [(work.text, work.years) for work in face.experience]
    levels, majors, years = _shown(schools, ("", ""))
    texts, spans = _shown(works, ("",))
    return [
        *boxed(
            "number",
            number_slot(face.number_boxes),
            face.registration_number,
            face.number_boxes,
            BOX_GAP,
        ),
        *boxed("nik", NIK, face.nik, (NIK_DIGITS,), 0),
        *_at("name", clean(face.full_name).upper()),
        *column("person", COLUMNS["person"], person),
        *_at("address", face.address),
        *_at("phone", face.phone),
        *_at("valid", long_date(face.valid_until)),
        *_at("area", face.area_of_validity, "valid"),
        *_at("copy", "DUPLIKAT" if face.is_duplicate else ""),
        *by_rows(
            column("level", COLUMNS["level"], levels, "education"),
            column("major", COLUMNS["major"], majors, "education"),
            column("year", COLUMNS["year"], years, "education"),
        ),
        *by_rows(
            column("work", COLUMNS["work"], texts, "experience"),
            column("span", COLUMNS["span"], spans, "experience"),
        ),
        *_at("code", face.check_code),
        *_at("issued", f"{face.office.place}, {long_date(face.issued_on)}"),
    ]


def _shown(rows: Sequence[tuple[str, ...]], rest: tuple[str, ...]) -> list[list[str]]:
    """The columns of the rows that have room; the last row counts those that have none."""
    shown = list(rows)
    if len(rows) > ROWS:
        shown = [*rows[: ROWS - 1], (f"dan {len(rows) - ROWS + 1} lainnya", *rest)]
    return [[row[index] for row in shown] for index in range(len(rest) + 1)]


def _inside(face: CardFace) -> list[Value]:
    found: list[Value] = []
    for index, report in enumerate(face.reports[:REPORTS]):
        top, about = REPORT_TOP + index * REPORT_ROW, f"report{index}"
        due = Slot(8.5, top + 7.8, 26, 3.6, SMALL)
        found += value(f"due{index}", due, long_date(report.due), about)
        if report.reported_on:
            on = Slot(37, top, 36, REPORT_ROW, CELL, align="center")
            by = Slot(76, top + 8.2, 63.5, 3.6, SMALL, align="center")
            nip = Slot(76, top + 11.6, 63.5, 3.6, SMALL, align="center")
            found += value(f"reported{index}", on, long_date(report.reported_on), about)
            found += value(f"receiver{index}", by, report.received_by, about)
            found += value(f"receivernip{index}", nip, _nip(report.received_nip), about)
    return found


def frame_values(key: FrameKey) -> Values:
    outside = [
        *_at("government", clean(key.office.government).upper(), "letterhead"),
        *_at("office", clean(key.office.name).upper(), "letterhead"),
        *_at("heading", key.office.address, "letterhead"),
        *_at("role", key.signatory.role, "signatory"),
        *_at("signer", key.signatory.name, "signatory"),
        *_at("nip", _nip(key.signatory.nip), "signatory"),
    ]
    return outside, _at("basis", f"Dasar: {key.legal_basis}" if key.legal_basis else "")


def _at(name: str, raw: str, about: str | None = None) -> list[Value]:
    return value(name, SLOTS[name], raw, about)


def _nip(nip: str) -> str:
    return f"NIP {nip}" if nip else ""


def frame(key: FrameKey) -> dict[str, Any]:
    return {
        "grid": _GRID,
        "boxes": _boxes(key.number_boxes),
        "labels": _labels(with_phone=key.prints_phone),
        "terms": key.terms,
        "terms_size": terms_size(key.terms, TERMS),
    }


_GRID = {
    "education_top": EDUCATION_TOP,
    "education_row": EDUCATION_ROW,
    "experience_top": EXPERIENCE_TOP,
    "experience_row": EXPERIENCE_ROW,
    "report_top": REPORT_TOP,
    "report_row": REPORT_ROW,
    "number_top": NUMBER_TOP,
    "nik_top": NIK_TOP,
    "cover_row": COVER_ROW,
    "check_left": CHECK_LEFT,
    "check_width": CHECK_WIDTH,
}


def _labels(*, with_phone: bool) -> list[tuple[str, str, float]]:
    """Labels of the values on the cover: what they are about, their words, the top in mm."""
    person = COLUMNS["person"]
    rows = [
        ("name", "Nama Lengkap", SLOTS["name"].top + 0.8),
        ("person0", "Tempat/Tgl Lahir", person.top),
        ("person1", "Jenis Kelamin", person.top + COVER_ROW),
        ("person2", "Status", person.top + 2 * COVER_ROW),
        ("person3", "Agama", person.top + 3 * COVER_ROW),
        ("address", "Alamat", SLOTS["address"].top - 0.9),
        ("valid", "Berlaku s.d.", SLOTS["valid"].top),
    ]
    if with_phone:
        rows.insert(-1, ("phone", "Telp/HP", SLOTS["phone"].top))
    return rows


@dataclass(frozen=True, slots=True)
class Boxes:
    """A run of character boxes: its outline, and the lines between characters."""

    left: float
    top: float
    width: float
    lines: tuple[float, ...]


def _boxes(groups: Sequence[int]) -> list[Boxes]:
    slot = number_slot(groups)
    boxes, left = [], slot.left
    for size in groups:
        boxes.append(_run_of_boxes(left, NUMBER_TOP, size, slot.pitch))
        left += size * slot.pitch + BOX_GAP
    return [*boxes, _run_of_boxes(BOX_LEFT, NIK_TOP, NIK_DIGITS, NIK.pitch)]


def _run_of_boxes(left: float, top: float, size: int, pitch: float) -> Boxes:
    lines = tuple(round(left + n * pitch - 0.075, 3) for n in range(1, size))
    return Boxes(round(left, 3), top, round(size * pitch, 3), lines)


STRIP = Layout(
    name="strip",
    template="strip.html",
    styles=("strip.css",),
    page_size=(WIDTH, HEIGHT),
    side_size=(WIDTH, HEIGHT),
    sides=(Side(0), Side(1)),
    photo=PHOTO,
    symbol=SYMBOL,
    values=values,
    frame_values=frame_values,
    frame=frame,
)
