"""Layout B, the "Formulir AK/I" with character boxes on one page of A4.

Where things stand is in form_slots.py, what is written in which box in form_texts.py.
"""

from dataclasses import replace

from services.cards.face import CardFace
from services.cards.layout import Layout, PhotoPlace, Side, SymbolPlace, Values
from services.cards.layouts.form_frame import frame, frame_values
from services.cards.layouts.form_slots import (
    BIRTH,
    BOX_GAP,
    CELL,
    COLUMNS,
    DATA_LEFT,
    DATE_GAP,
    HEIGHT,
    LEFT,
    LETTER,
    MIDDLE_TOP,
    NAME_PITCH,
    NAME_ROW,
    NAME_TOP,
    NIK,
    NIK_DIGITS,
    REPORT_HEAD,
    REPORT_ROW,
    REPORT_TOP,
    REPORTS,
    SMALL,
    WIDTH,
    at,
    nip_line,
    number_slot,
)
from services.cards.layouts.form_texts import (
    NAME_BOXES,
    name_rows,
    religion_code,
    school_rows,
    sex_code,
    skill_rows,
    status_code,
)
from services.cards.qr import on_dots
from services.cards.typesetting import Slot
from services.cards.values import BOLD, Value, boxed, by_rows, column, value
from shared.dates import long_date


def values(face: CardFace) -> Values:
    code, words = status_code(face.marital_status)
    number = number_slot(face.number_boxes)
    return (
        [
            *boxed("number", number, face.registration_number, face.number_boxes, BOX_GAP),
            *boxed("nik", NIK, face.nik, (NIK_DIGITS,), 0),
            *_reports(face),
            *_name(face.full_name),
            *at("place", face.birth_place),
            *boxed("birth", BIRTH, f"{face.birth_date:%d%m%y}", (2, 2, 2), DATE_GAP),
            *at("sex", sex_code(face.sex)),
            *at("status", code),
            *at("statusword", words, "status"),
            *at("religion", religion_code(face.religion)),
            *at("address", face.address),
            *at("phone", face.phone),
            *_tables(face),
            *at("issued", long_date(face.issued_on)),
            *at("valid", long_date(face.valid_until)),
            *at("area", face.area_of_validity, "valid"),
            *at("code", face.check_code),
            *at("copy", "DUPLIKAT" if face.is_duplicate else ""),
        ],
    )


def _name(full_name: str) -> list[Value]:
    """One letter in each box; letters have different widths, so each is centred on its own."""
    found: list[Value] = []
    for row, letters in enumerate(name_rows(full_name)):
        for place, letter in enumerate(letters):
            slot = Slot(
                DATA_LEFT + place * NAME_PITCH,
                NAME_TOP + row * NAME_ROW,
                *(NAME_PITCH, NAME_ROW, LETTER, BOLD, "center"),
            )
            found += value(f"letter{row * NAME_BOXES + place}", slot, letter, "name")
    return found


def _reports(face: CardFace) -> list[Value]:
    found: list[Value] = []
    for index, report in enumerate(face.reports[:REPORTS]):
        top, about = REPORT_TOP + REPORT_HEAD + index * REPORT_ROW, f"report{index}"
        due = Slot(47.5, top + 4.6, 33, 3.6, SMALL)
        found += value(f"due{index}", due, long_date(report.due), about)
        if report.reported_on:
            on = Slot(83, top, 36, REPORT_ROW, CELL, align="center")
            by = Slot(121, top + 1.6, 76, 3.2, SMALL, align="center")
            nip = Slot(121, top + 4.8, 76, 3.2, SMALL, align="center")
            found += value(f"reported{index}", on, long_date(report.reported_on), about)
            found += value(f"receiver{index}", by, report.received_by, about)
            found += value(f"receivernip{index}", nip, nip_line(report.received_nip), about)
    return found


def _tables(face: CardFace) -> list[Value]:
    schools = school_rows(face.education)
    skills = skill_rows([each for each in face.experience if each.is_skill])
    return [
        *by_rows(
            _beside_labels("school", [row.text for row in schools]),
            _beside_labels("major", [row.detail for row in schools]),
            _beside_labels("year", [row.year for row in schools]),
        ),
        *by_rows(
            column("skill", COLUMNS["skill"], [row.text for row in skills], "skills"),
            column("span", COLUMNS["span"], [row.year for row in skills], "skills"),
        ),
    ]


def _beside_labels(name: str, texts: list[str]) -> list[Value]:
    """A column of the schools, whose rows have labels of their own."""
    found = column(name, COLUMNS[name], texts)
    return [replace(each, about=f"school{each.name.removeprefix(name)}") for each in found]


FORM = Layout(
    name="form",
    template="form.html",
    styles=("form.css",),
    page_size=(WIDTH, HEIGHT),
    side_size=(WIDTH, HEIGHT),
    sides=(Side(0),),
    photo=PhotoPlace(0, LEFT, MIDDLE_TOP),
    symbol=SymbolPlace(0, on_dots(13.7), on_dots(259.4), dots=5),
    values=values,
    frame_values=frame_values,
    frame=frame,
)
