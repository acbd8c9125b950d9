"""Where each value of the face stands on the card, in mm, and the sizes it may shrink to.

The static frame (labels, lines, boxes) is in template/card.css and uses the same grid:
left half 7..141.5, right half 155.5..290, both 7..103 down.
"""

from dataclasses import dataclass

from services.cards.typesetting import MM_PER_PT, Slot, Step, width_mm

BOLD = "SemiBold"


def _one_line(*sizes: float) -> tuple[Step, ...]:
    return tuple(Step(size) for size in sizes)


VALUE = _one_line(8.5, 8, 7.5, 7, 6.5, 6)
CELL = _one_line(8, 7.5, 7, 6.5, 6)
SMALL = _one_line(7, 6.5, 6)

ROWS = 5
EDUCATION_TOP, EDUCATION_ROW = 15.2, 4.2
EXPERIENCE_TOP, EXPERIENCE_ROW = 46.4, 5.1
REPORT_TOP, REPORT_ROW = 22.0, 16.0

BOX_LEFT, BOX_PITCH, BOX_GAP = 198.0, 5.4, 2.6  # the character boxes of the two numbers
NUMBER_TOP, NIK_TOP, BOX_HEIGHT = 38.2, 45.4, 5.8
NUMBER_GROUPS = (4, 6, 6)
DIGIT_SIZE = 11.0  # pt

_VALUE_LEFT, _VALUE_WIDTH = 220.0, 70.0

SLOTS: dict[str, Slot] = {
    "copy": Slot(262, 11.6, 28, 3.6, SMALL, BOLD, "right"),
    "name": Slot(
        _VALUE_LEFT, 53.6, _VALUE_WIDTH, 6.4,
        (*_one_line(10, 9.5, 9, 8.5, 8, 7.5), Step(7.5, 2), Step(7, 2), Step(6.5, 2), Step(6, 2)),
        BOLD,
    ),
    "birth": Slot(_VALUE_LEFT, 60.6, _VALUE_WIDTH, 4.6, VALUE),
    "sex": Slot(_VALUE_LEFT, 65.7, _VALUE_WIDTH, 4.6, VALUE),
    "marital": Slot(_VALUE_LEFT, 70.8, _VALUE_WIDTH, 4.6, VALUE),
    "religion": Slot(_VALUE_LEFT, 75.9, _VALUE_WIDTH, 4.6, VALUE),
    "address": Slot(
        _VALUE_LEFT, 81.3, _VALUE_WIDTH, 10.6,
        (Step(8.5, 2), Step(8, 3), Step(7.5, 3), Step(7, 3), Step(6.5, 4), Step(6, 4)),
        middle=False,
    ),
    "phone": Slot(_VALUE_LEFT, 92.6, _VALUE_WIDTH, 4.6, VALUE),
    "valid": Slot(_VALUE_LEFT, 98.0, _VALUE_WIDTH, 4.6, VALUE, BOLD),
    "issued": Slot(84, 74.6, 57.5, 4.0, CELL, align="center"),
    "code": Slot(38, 87.4, 44, 5.0, _one_line(9.5, 9, 8.5, 8, 7), BOLD),
}
for _row in range(ROWS):
    _top = EDUCATION_TOP + _row * EDUCATION_ROW
    SLOTS |= {
        f"level{_row}": Slot(8.5, _top, 34, EDUCATION_ROW, CELL),
        f"major{_row}": Slot(45, _top, 76.5, EDUCATION_ROW, CELL),
        f"year{_row}": Slot(123.5, _top, 16.5, EDUCATION_ROW, CELL, align="center"),
    }
    _top = EXPERIENCE_TOP + _row * EXPERIENCE_ROW
    SLOTS |= {
        f"work{_row}": Slot(8.5, _top, 109, EXPERIENCE_ROW, (*CELL, Step(6, 2))),
        f"span{_row}": Slot(120.5, _top, 19.5, EXPERIENCE_ROW, CELL, align="center"),
    }
for _row in range(3):
    _top = REPORT_TOP + _row * REPORT_ROW
    SLOTS |= {
        f"due{_row}": Slot(8.5, _top + 8, 26, 3.4, SMALL),
        f"reported{_row}": Slot(38, _top, 34, REPORT_ROW, CELL, align="center"),
        f"receiver{_row}": Slot(
            76, _top, 64, REPORT_ROW, (Step(8, 2), Step(7, 3), Step(6, 4)), align="center"
        ),
    }


def labels(*, with_phone: bool) -> list[tuple[str, float]]:
    """Labels of the values on the cover, with the top of each in mm."""
    rows = [
        ("Nama Lengkap", SLOTS["name"].top + 0.9),
        ("Tempat/Tgl Lahir", SLOTS["birth"].top),
        ("Jenis Kelamin", SLOTS["sex"].top),
        ("Status", SLOTS["marital"].top),
        ("Agama", SLOTS["religion"].top),
        ("Alamat", SLOTS["address"].top - 0.5),
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
        boxes.append(_boxes(left, NUMBER_TOP, size))
        left += size * BOX_PITCH + BOX_GAP
    return [*boxes, _boxes(BOX_LEFT, NIK_TOP, 16)]


def _boxes(left: float, top: float, size: int) -> Boxes:
    lines = tuple(round(left + n * BOX_PITCH - 0.075, 3) for n in range(1, size))
    return Boxes(round(left, 3), top, round(size * BOX_PITCH, 3), lines)


def number_css() -> str:
    """Digits spread so that each stands in the middle of its box."""
    digit = width_mm("0", BOLD, DIGIT_SIZE)
    spread = BOX_PITCH - digit
    gap = BOX_GAP - width_mm(" ", BOLD, DIGIT_SIZE) - spread
    left = BOX_LEFT + spread / 2
    return (
        f".n{{left:{left:.3f}mm;font-size:{DIGIT_SIZE}pt;line-height:{BOX_HEIGHT}mm"
        f";letter-spacing:{spread:.4f}mm;word-spacing:{gap:.4f}mm}}"
        f".number{{top:{NUMBER_TOP}mm}}.nik{{top:{NIK_TOP}mm}}"
    )


def slot_css(used: set[str] | None = None) -> str:
    """One rule per slot and per step, so that no element needs a style of its own.

    `used` narrows it to the steps one card needs.
    """
    rules: list[str] = []
    for name, slot in SLOTS.items():
        rules.append(
            f".{name}{{left:{slot.left:.3f}mm;width:{slot.width:.3f}mm"
            f";text-align:{slot.align};font-weight:{600 if slot.font == BOLD else 400}}}"
        )
        for index, step in enumerate(slot.steps):
            leading = step.size * 1.16 * MM_PER_PT if step.lines > 1 else slot.height
            if not slot.middle:
                leading = step.size * 1.2 * MM_PER_PT
            for lines in range(1, step.lines + 1):
                if used is not None and f"{name}-{index}-{lines}" not in used:
                    continue
                free = (slot.height - lines * leading) / 2 if slot.middle else 0
                rules.append(
                    f".{name}-{index}-{lines}{{top:{slot.top + free:.3f}mm"
                    f";font-size:{step.size}pt;line-height:{leading:.3f}mm}}"
                )
    return "\n".join(rules)
