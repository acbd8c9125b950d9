"""Where each value of the face stands on the card, in mm, and the sizes it may shrink to.

The static frame (labels, lines, boxes) is in template/card.css and uses the same grid:
left half 7..141.5, right half 155.5..290, both 7..103 down.
"""

from services.cards.typesetting import MM_PER_PT, Slot, Step

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


def slot_css() -> str:
    """One rule per slot and per step, so that no element needs a style of its own."""
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
                free = (slot.height - lines * leading) / 2 if slot.middle else 0
                rules.append(
                    f".{name}-{index}-{lines}{{top:{slot.top + free:.3f}mm"
                    f";font-size:{step.size}pt;line-height:{leading:.3f}mm}}"
                )
    return "\n".join(rules)
