"""Where each value of the face stands on the card, in mm, and the sizes it may shrink to.

The static frame (labels, lines, boxes) is in template/card.css and uses the same grid:
left half 7..141.5, right half 155.5..290, both 7..103 down.
"""

from dataclasses import dataclass, replace

from services.cards.typesetting import MM_PER_PT, Slot, Step, clean, fit, width_mm

BOLD = "SemiBold"


def _one_line(*sizes: float) -> tuple[Step, ...]:
    return tuple(Step(size) for size in sizes)


VALUE = _one_line(8.5, 8, 7.5, 7, 6.5, 6)
CELL = _one_line(8, 7.5, 7, 6.5, 6)
SMALL = _one_line(7, 6.5, 6)

ROWS = 5
LEADING = 1.17  # line height of texts with several lines
EDUCATION_TOP, EDUCATION_ROW = 15.2, 4.2
EXPERIENCE_TOP, EXPERIENCE_ROW = 46.4, 5.1
REPORT_TOP, REPORT_ROW = 22.0, 16.0

TERMS_SIZES = (11.5, 11, 10, 9, 8, 7, 6)
TERMS_WIDTH, TERMS_HEIGHT = 116.0, 76.0
TERMS_LEADING, TERMS_GAP = 1.42, 0.7  # em, also in card.css

# The character boxes of the two numbers; the NIK has no gaps and fills the same width.
BOX_LEFT, BOX_PITCH, BOX_GAP = 198.4, 5.4, 2.6
NIK_PITCH = BOX_PITCH + 2 * BOX_GAP / 16
NUMBER_TOP, NIK_TOP, BOX_HEIGHT = 36.2, 43.2, 5.8
NUMBER_GROUPS = (4, 6, 6)
DIGIT_SIZE = 11.0  # pt

_VALUE_LEFT, _VALUE_WIDTH = 220.0, 70.0

COVER_ROW = 5.3

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
    "valid": Slot(_VALUE_LEFT, 97.4, _VALUE_WIDTH, COVER_ROW, VALUE, BOLD),
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
    "code": Slot(37, 89.4, 44, 5.0, (*_one_line(9.5, 9, 8.5, 8, 7), Step(6, 2)), BOLD),
}

# Rows that share a column are set as one text: fewer boxes to lay out, and one size to look at.
COLUMNS: dict[str, Slot] = {
    "person": Slot(_VALUE_LEFT, 58.0, _VALUE_WIDTH, COVER_ROW, VALUE),
    "level": Slot(8.5, EDUCATION_TOP, 34, EDUCATION_ROW, CELL),
    "major": Slot(45, EDUCATION_TOP, 76, EDUCATION_ROW, CELL),
    "year": Slot(123, EDUCATION_TOP, 17.5, EDUCATION_ROW, CELL, align="center"),
    "work": Slot(8.5, EXPERIENCE_TOP, 109, EXPERIENCE_ROW, CELL),
    "span": Slot(120, EXPERIENCE_TOP, 20.5, EXPERIENCE_ROW, CELL, align="center"),
    "due": Slot(8.5, REPORT_TOP + 1.6, 26, REPORT_ROW, SMALL),
}
ROWS_OF = {"person": 4, "due": 3}
for _column, _slot in list(COLUMNS.items()):
    # A row too long for one line at the smallest size leaves its column and is set alone.
    for _row in range(ROWS_OF.get(_column, ROWS)):
        _lines = 2 if _column in {"major", "level"} else 1
        SLOTS[f"{_column}{_row}"] = replace(
            _slot,
            top=_slot.top + _row * _slot.height,
            steps=(Step(6, 2),) if _slot.height > 5 else (Step(5, _lines),),
        )
for _row in range(3):
    _top = REPORT_TOP + _row * REPORT_ROW
    SLOTS |= {
        f"reported{_row}": Slot(37, _top, 36, REPORT_ROW, CELL, align="center"),
        f"receiver{_row}": Slot(76, _top + 8.2, 63.5, 3.6, SMALL, align="center"),
        f"receiver_nip{_row}": Slot(76, _top + 11.6, 63.5, 3.6, SMALL, align="center"),
    }


def labels(*, with_phone: bool) -> list[tuple[str, float]]:
    """Labels of the values on the cover, with the top of each in mm."""
    person = COLUMNS["person"]
    rows = [
        ("Nama Lengkap", SLOTS["name"].top + 0.8),
        ("Tempat/Tgl Lahir", person.top),
        ("Jenis Kelamin", person.top + COVER_ROW),
        ("Status", person.top + 2 * COVER_ROW),
        ("Agama", person.top + 3 * COVER_ROW),
        ("Alamat", SLOTS["address"].top - 0.9),
        ("Berlaku s.d.", SLOTS["valid"].top),
    ]
    if with_phone:
        rows.insert(-1, ("Telp/HP", SLOTS["phone"].top))
    return rows


@dataclass(frozen=True, slots=True)
class Boxes:
    """A run of character boxes: its outline, and the lines between characters."""

    left: float
    top: float
    width: float
    lines: tuple[float, ...]


def number_boxes() -> list[Boxes]:
    boxes: list[Boxes] = []
    left = BOX_LEFT
    for size in NUMBER_GROUPS:
        boxes.append(_boxes(left, NUMBER_TOP, size, BOX_PITCH))
        left += size * BOX_PITCH + BOX_GAP
    return [*boxes, _boxes(BOX_LEFT, NIK_TOP, 16, NIK_PITCH)]


def _boxes(left: float, top: float, size: int, pitch: float) -> Boxes:
    lines = tuple(round(left + n * pitch - 0.075, 3) for n in range(1, size))
    return Boxes(round(left, 3), top, round(size * pitch, 3), lines)


def terms_size(terms: tuple[str, ...]) -> float | None:
    """The largest size in pt at which all terms stand in their box, or None."""
    for size in TERMS_SIZES:
        slot = Slot(0, 0, TERMS_WIDTH, 0, (Step(size, 99),))
        lines = sum(len(fit(clean(term), slot).lines) for term in terms)
        ems = lines * TERMS_LEADING + len(terms) * TERMS_GAP
        if ems * size * MM_PER_PT <= TERMS_HEIGHT:
            return size
    return None


def number_css() -> str:
    """Digits spread so that each stands in the middle of its box."""
    digit = width_mm("0", BOLD, DIGIT_SIZE)
    spread, nik_spread = BOX_PITCH - digit, NIK_PITCH - digit
    gap = BOX_GAP - width_mm(" ", BOLD, DIGIT_SIZE) - spread
    return (
        f".n{{font-size:{DIGIT_SIZE}pt;line-height:{BOX_HEIGHT}mm}}"
        f".number{{left:{BOX_LEFT + spread / 2:.3f}mm;top:{NUMBER_TOP}mm"
        f";letter-spacing:{spread:.4f}mm;word-spacing:{gap:.4f}mm}}"
        f".nik{{left:{BOX_LEFT + nik_spread / 2:.3f}mm;top:{NIK_TOP}mm"
        f";letter-spacing:{nik_spread:.4f}mm}}"
    )


def slot_css(used: set[str] | None = None) -> str:
    """One rule per slot and per step, so that no element needs a style of its own.

    `used` narrows it to the steps one card needs.
    """
    rules: list[str] = []
    for name, slot in (SLOTS | COLUMNS).items():
        weight = 600 if slot.font == BOLD else 400
        rules.append(
            f".{name}{{left:{slot.left:.3f}mm;width:{slot.width:.3f}mm"
            f";text-align:{slot.align};font-weight:{weight}}}"
        )
        for index, step in enumerate(slot.steps):
            for lines in range(1, step.lines + 1):
                if used is None or f"{name}-{index}-{lines}" in used:
                    rules.append(_step_rule(name, slot, index, lines))  # noqa: PERF401
    return "\n".join(rules)


def _step_rule(name: str, slot: Slot, index: int, lines: int) -> str:
    step = slot.steps[index]
    leading = step.size * LEADING * MM_PER_PT
    if step.lines == 1 and slot.middle:
        leading = slot.height
    free = (slot.height - lines * leading) / 2 if slot.middle else 0
    return (
        f".{name}-{index}-{lines}{{top:{slot.top + free:.3f}mm"
        f";font-size:{step.size}pt;line-height:{leading:.3f}mm}}"
    )
