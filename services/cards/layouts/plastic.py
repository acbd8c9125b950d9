"""The plastic card, CR80 of 85.6 x 54 mm with two sides: where each value stands, in mm.

Nothing stands closer than 3 mm to the edge and no colour runs off it, so that a printer or a knife
may be out by a millimetre. It has no room for what can change or what nobody needs to know the
holder by: status, religion, address, telephone number, education and experience. The NIK is whole,
as on every card in its holder's hand: it is compared with the KTP.
"""

from typing import Any

from services.cards.face import CardFace
from services.cards.layout import FrameKey, Layout, PhotoPlace, Side, SymbolPlace, Values
from services.cards.layouts.terms import TermsBox, terms_size
from services.cards.qr import on_dots
from services.cards.typesetting import Slot, Step, clean
from services.cards.values import BOLD, Value, value
from shared.dates import long_date

WIDTH, HEIGHT = 85.6, 54.0
LEFT, RIGHT = 3.0, 82.6
DATA_LEFT, COLON_LEFT, VALUE_LEFT = 28.2, 44.6, 46.2
ROWS_TOP, ROW = 34.4, 4.1
BACK_LEFT = 35.0
REPORT_TOP, REPORT_HEAD, REPORT_ROW, REPORTS = 6.6, 3.6, 4.6, 3
SIGN_LEFT, SIGN_WIDTH = 45.0, 37.6
TERMS = TermsBox(45.0, 12.0, (6, 5.5, 5), leading=1.18, gap=0.15)


def _line(*sizes: float) -> tuple[Step, ...]:
    return tuple(Step(size) for size in sizes)


TEXT = _line(7.5, 7, 6.5, 6, 5.5)
FINE = _line(6, 5.5, 5)
_DATA, _VALUE = RIGHT - DATA_LEFT, RIGHT - VALUE_LEFT

SLOTS: dict[str, Slot] = {
    "government": Slot(13.6, 3.2, 58, 3.0, (*_line(6.5, 6, 5.5, 5), Step(4, 2)), BOLD),
    "office": Slot(13.6, 6.2, 69, 5.4, (*_line(9, 8.5, 8, 7.5, 7, 6.5), Step(6, 2)), BOLD),
    "copy": Slot(62, 18.9, 20.6, 3.0, _line(6.5), BOLD, "right"),
    "number": Slot(DATA_LEFT, 21.6, _DATA, 5.0, _line(12, 11, 10), BOLD),
    "name": Slot(
        *(DATA_LEFT, 27.2, _DATA, 6.6),
        (*_line(10, 9.5, 9, 8.5, 8), *(Step(size, 2) for size in (7.5, 7, 6.5)), Step(5.2, 3)),
        BOLD,
    ),
    "nik": Slot(VALUE_LEFT, ROWS_TOP, _VALUE, ROW, TEXT),
    "birth": Slot(VALUE_LEFT, ROWS_TOP + ROW, _VALUE, ROW, (*TEXT, Step(5, 2))),
    "sex": Slot(VALUE_LEFT, ROWS_TOP + 2 * ROW, _VALUE, ROW, TEXT),
    "valid": Slot(VALUE_LEFT, ROWS_TOP + 3 * ROW, _VALUE, ROW, _line(8), BOLD),
    "code": Slot(LEFT, 35.6, 29.2, 3.6, _line(8.5, 8, 7, 6), BOLD, "center"),
    "area": Slot(LEFT, 39.4, 29.2, 3.2, (*FINE, Step(4, 2)), align="center"),
    "heading": Slot(
        *(LEFT, 43.8, 29.2, 7.2, (Step(6, 3), Step(5.5, 3), Step(5, 3), Step(4, 4))), align="center"
    ),
    "issued": Slot(SIGN_LEFT, 34.0, SIGN_WIDTH, 2.7, FINE, align="center"),
    "role": Slot(SIGN_LEFT, 36.6, SIGN_WIDTH, 2.7, (*FINE, Step(4)), align="center"),
    "signer": Slot(
        *(SIGN_LEFT, 44.2, SIGN_WIDTH, 4.4, (*_line(6.5, 6, 5.5), Step(5.2, 2)), BOLD, "center")
    ),
    "nip": Slot(SIGN_LEFT, 48.4, SIGN_WIDTH, 2.6, FINE, align="center"),
}


def values(face: CardFace) -> Values:
    return _front(face), _back(face)


def _front(face: CardFace) -> list[Value]:
    birth = f"{face.birth_place}, {long_date(face.birth_date)}"
    return [
        *_at("number", grouped(face.registration_number, face.number_boxes)),
        *_at("copy", "DUPLIKAT" if face.is_duplicate else ""),
        *_at("name", clean(face.full_name).upper()),
        *_at("nik", face.nik),
        *_at("birth", birth),
        *_at("sex", face.sex),
        *_at("valid", long_date(face.valid_until)),
    ]


def _back(face: CardFace) -> list[Value]:
    found: list[Value] = []
    for index, report in enumerate(face.reports[:REPORTS]):
        top, about = REPORT_TOP + index * REPORT_ROW, f"report{index}"
        due = Slot(BACK_LEFT + 10, top, 18.5, REPORT_ROW, FINE)
        found += value(f"due{index}", due, long_date(report.due), about)
        if report.reported_on:
            on = Slot(BACK_LEFT + 29.5, top, 17.6, REPORT_ROW, FINE, align="center")
            found += value(f"reported{index}", on, long_date(report.reported_on), about)
    return [
        *found,
        *_at("code", face.check_code),
        *_at("area", face.area_of_validity),
        *_at("issued", f"{face.office.place}, {long_date(face.issued_on)}"),
    ]


def grouped(number: str, boxes: tuple[int, ...]) -> str:
    """The number in the groups of its boxes, divided by spaces."""
    groups, start = [], 0
    for size in boxes:
        groups.append(number[start : start + size])
        start += size
    return " ".join(groups)


def frame_values(key: FrameKey) -> Values:
    front = [
        *_at("government", clean(key.office.government).upper()),
        *_at("office", clean(key.office.name).upper()),
    ]
    back = [
        *_at("heading", key.office.address),
        *_at("role", key.signatory.role),
        *_at("signer", key.signatory.name),
        *_at("nip", f"NIP {key.signatory.nip}" if key.signatory.nip else ""),
    ]
    return front, back


def _at(name: str, raw: str) -> list[Value]:
    return value(name, SLOTS[name], raw)


def frame(key: FrameKey) -> dict[str, Any]:
    return {
        "grid": _GRID,
        "terms": key.short_terms,
        "terms_size": terms_size(key.short_terms, TERMS),
    }


_GRID = {
    "data_left": DATA_LEFT,
    "colon_left": COLON_LEFT,
    "rows_top": ROWS_TOP,
    "row": ROW,
    "labels": (
        ("nik", "NIK"),
        ("birth", "Tempat/Tgl Lahir"),
        ("sex", "Jenis Kelamin"),
        ("valid", "Berlaku s.d."),
    ),
    "report_top": REPORT_TOP,
    "report_head": REPORT_HEAD,
    "report_row": REPORT_ROW,
}

PLASTIC = Layout(
    name="plastic",
    template="plastic.html",
    styles=("plastic.css",),
    page_size=(WIDTH, HEIGHT),
    side_size=(WIDTH, HEIGHT),
    sides=(Side(0), Side(1)),
    photo=PhotoPlace(0, LEFT, 19.2, 22.8),
    symbol=SymbolPlace(1, on_dots(4.7), on_dots(4.7), dots=5),
    values=values,
    frame_values=frame_values,
    frame=frame,
)
