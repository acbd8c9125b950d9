"""Where each value of layout B stands, in mm, and the sizes it may shrink to.

The labels, lines and boxes around them are in template/form.html and form.css, on the same grid:
12..198 across, 8.5..288 down.
"""

from collections.abc import Sequence

from services.cards.layouts.terms import TermsBox
from services.cards.typesetting import Slot, Step
from services.cards.values import BOLD, Value, value

WIDTH, HEIGHT = 210.0, 297.0
LEFT, RIGHT = 12.0, 198.0

# The two numbers: right-aligned boxes, the NIK without gaps in the same width.
BOX_PITCH, BOX_GAP, BOX_HEIGHT = 6.4, 3.0, 6.4
NUMBER_WIDTH = 16 * BOX_PITCH + 2 * BOX_GAP
NUMBER_LEFT = RIGHT - NUMBER_WIDTH
NUMBER_TOP, NIK_TOP, NIK_DIGITS = 36.0, 43.6, 16

# Photo, terms, signature, reports
MIDDLE_TOP = 53.0
REPORT_TOP, REPORT_HEAD, REPORT_ROW, REPORTS = 96.0, 6.6, 9.0, 3
REPORT_COLUMNS = (82.0, 120.0)
PLACED_TOP, PLACED_ROW = 131.2, 5.2
TERMS = TermsBox(139.0, 28.6, (9, 8.5, 8, 7.5, 7, 6.5, 6), leading=1.3, gap=0.35)

# The person
DATA_LEFT, ROW = 58.0, 5.9
NAME_TOP, NAME_PITCH, NAME_ROW = 143.6, 7.0, 6.2
PLACE_TOP = 156.9
DATE_PITCH, DATE_GAP = 5.0, 2.4
DATE_LEFT = RIGHT - 6 * DATE_PITCH - 2 * DATE_GAP
CODE_TOP, BOX = PLACE_TOP + ROW, 5.0
ADDRESS_TOP, ADDRESS_HEIGHT = CODE_TOP + 3 * ROW, 8.6
PHONE_TOP = ADDRESS_TOP + ADDRESS_HEIGHT

# Tables and foot
SCHOOL_TOP, SKILL_TOP, TABLE_HEAD = 197.4, 235.6, 4.6
SCHOOL_ROW, SKILL_ROW = 5.2, 4.8
SCHOOL_COLUMNS, SKILL_COLUMNS = (52.0, 121.0, 182.0), (182.0,)
FOOT_LEFT, FOOT_TOP = 44.0, 257.6
SIGN_LEFT, SIGN_WIDTH = 114.0, 84.0


def one_line(*sizes: float) -> tuple[Step, ...]:
    return tuple(Step(size) for size in sizes)


TEXT = one_line(9, 8.5, 8, 7.5, 7, 6.5, 6)
CELL = one_line(8.5, 8, 7.5, 7, 6.5, 6)
SMALL = one_line(7, 6.5, 6)
LETTER = one_line(11)


def _coded(row: int) -> Slot:
    return Slot(
        DATA_LEFT, CODE_TOP + row * ROW + (ROW - BOX) / 2, BOX, BOX, one_line(10), BOLD, "center"
    )


SLOTS: dict[str, Slot] = {
    "government": Slot(31, 9.2, 126, 4.4, (*one_line(10, 9.5, 9, 8, 7, 6), Step(5, 2)), BOLD),
    "office": Slot(
        31, 13.8, 126, 6.0, (*one_line(13.5, 13, 12, 11, 10, 9, 8), Step(7, 2), Step(6, 2)), BOLD
    ),
    "heading": Slot(31, 20.2, 167, 4.4, (*one_line(8.5, 8, 7.5, 7, 6.5, 6), Step(5, 2))),
    "copy": Slot(160, 13.6, 38, 5.2, one_line(11), BOLD, "right"),
    "place": Slot(DATA_LEFT, PLACE_TOP, DATE_LEFT - DATA_LEFT - 22, ROW, (*TEXT, Step(6, 2))),
    "sex": _coded(0),
    "status": _coded(1),
    "statusword": Slot(104, CODE_TOP + ROW, 94, ROW, one_line(9), BOLD),
    "religion": _coded(2),
    "address": Slot(
        DATA_LEFT,
        ADDRESS_TOP + 0.9,
        RIGHT - DATA_LEFT,
        ADDRESS_HEIGHT - 0.9,
        (*(Step(size, 2) for size in (9, 8.5, 8, 7.5, 7)), Step(6.5, 3), Step(6, 3)),
        middle=False,
    ),
    "phone": Slot(DATA_LEFT, PHONE_TOP, RIGHT - DATA_LEFT, ROW, TEXT),
    "issued": Slot(78, FOOT_TOP, 34, 4.6, CELL, BOLD),
    "valid": Slot(78, FOOT_TOP + 4.7, 34, 4.6, CELL, BOLD),
    "area": Slot(FOOT_LEFT, FOOT_TOP + 9.2, 68, 3.6, (*one_line(8, 7.5, 7, 6.5, 6), Step(5, 2))),
    "code": Slot(FOOT_LEFT, 275.2, 60, 5.2, one_line(12, 11, 10, 9, 8, 7, 6), BOLD),
    "role": Slot(SIGN_LEFT, FOOT_TOP, SIGN_WIDTH, 4.0, CELL, align="center"),
    "department": Slot(SIGN_LEFT, FOOT_TOP + 3.8, SIGN_WIDTH, 4.0, CELL, align="center"),
    "signer": Slot(
        SIGN_LEFT,
        278.0,
        SIGN_WIDTH,
        5.0,
        (*one_line(9, 8.5, 8, 7.5, 7), Step(6, 2)),
        BOLD,
        "center",
    ),
    "nip": Slot(SIGN_LEFT, 283.2, SIGN_WIDTH, 4.0, CELL, align="center"),
    "basis": Slot(49, 88.6, 146, 3.8, (*SMALL, Step(5))),
}
COLUMNS: dict[str, Slot] = {
    "school": Slot(53.5, SCHOOL_TOP + TABLE_HEAD, 66.5, SCHOOL_ROW, CELL),
    "major": Slot(122.5, SCHOOL_TOP + TABLE_HEAD, 58.5, SCHOOL_ROW, CELL),
    "year": Slot(182.5, SCHOOL_TOP + TABLE_HEAD, 15.0, SCHOOL_ROW, CELL, align="center"),
    "skill": Slot(13.5, SKILL_TOP + TABLE_HEAD, 167.5, SKILL_ROW, CELL),
    "span": Slot(182.5, SKILL_TOP + TABLE_HEAD, 15.0, SKILL_ROW, CELL, align="center"),
}
NIK = Slot(
    *(NUMBER_LEFT, NIK_TOP, NUMBER_WIDTH, BOX_HEIGHT, one_line(12), BOLD),
    pitch=NUMBER_WIDTH / NIK_DIGITS,
)
BIRTH = Slot(
    *(DATE_LEFT, PLACE_TOP + (ROW - BOX) / 2, RIGHT - DATE_LEFT, BOX, one_line(10), BOLD),
    pitch=DATE_PITCH,
)


def number_slot(boxes: Sequence[int]) -> Slot:
    """Boxes as wide as ever, unless so many groups need narrower ones."""
    pitch = min(BOX_PITCH, (NUMBER_WIDTH - (len(boxes) - 1) * BOX_GAP) / sum(boxes))
    return Slot(NUMBER_LEFT, NUMBER_TOP, NUMBER_WIDTH, BOX_HEIGHT, one_line(12), BOLD, pitch=pitch)


def at(name: str, raw: str, about: str | None = None) -> list[Value]:
    return value(name, SLOTS[name], raw, about)


def nip_line(nip: str) -> str:
    return f"NIP {nip}" if nip else ""
