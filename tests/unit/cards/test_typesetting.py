"""Texts shrink in steps, then wrap, and only at the end are shortened."""

import pytest

from services.cards.layouts.strip import COLUMNS, SLOTS, values
from services.cards.typesetting import Slot, Step, clean, fit, fit_line, width_mm
from tests.unit.cards.sample import CROWDED

NAME = SLOTS["name"]


@pytest.mark.parametrize(
    ("name", "size", "lines"),
    [
        ("SITI", 10, 1),
        ("SITI NURHALIZA BINTI RAHMAN ABDULLAH", 10, 1),
        ("W" * 30, 7.5, 1),
        ("MUHAMMAD " * 5 + "ALI", 7.5, 2),
    ],
)
def test_name_takes_the_largest_size_that_fits(name: str, size: float, lines: int) -> None:
    setting = fit(name, NAME)
    assert len(setting.lines) == lines
    assert NAME.steps[setting.step].size == size
    if setting.step:
        larger = NAME.steps[setting.step - 1].size
        assert width_mm(name, NAME.font, larger) > NAME.width * 0.99


@pytest.mark.parametrize("name", ["A" * 60, "AB CD " * 16, "MUHAMMAD " * 11])
def test_a_hundred_letters_keep_every_letter(name: str) -> None:
    setting = fit(name.strip(), NAME)
    assert "".join(setting.lines).replace(" ", "") == name.replace(" ", "")


def test_only_what_never_fits_is_shortened_visibly() -> None:
    setting = fit("W" * 300, NAME)
    assert len(setting.lines) == 3
    assert setting.lines[-1].endswith("…")
    for line in setting.lines:
        assert width_mm(line, NAME.font, NAME.steps[-1].size) <= NAME.width


def test_lines_break_at_spaces() -> None:
    slot = Slot(0, 0, 20, 10, (Step(8, 3),))
    assert fit("satu dua tiga empat lima enam", slot).lines == (
        "satu dua tiga",
        "empat lima",
        "enam",
    )


def test_column_row_that_never_fits_has_no_step() -> None:
    assert fit_line("S1", COLUMNS["level"]) == 0
    assert fit_line("W" * 200, COLUMNS["work"]) is None


def test_rows_of_a_column_share_one_size() -> None:
    found = {each.name: each for each in values(CROWDED)[0]}
    assert found["level0"].lines == (CROWDED.education[0].level,)
    assert len({found[f"major{row}"].size for row in range(5)}) == 1
    assert found["work2"].size > found["work0"].size, "a row too long stands alone"


@pytest.mark.parametrize(
    ("raw", "printed"),
    [
        ("  dua\t kata \n", "dua kata"),
        ("a\u202eb\u200b\x00c", "abc"),
        ("e\u0301", "é"),
        ("Q\u0303uri", "Quri"),
        ("Siti 🎉 Ayu 👩🏽‍🔧", "Siti Ayu"),
        ("Ali 中文", "Ali ��"),
        ("\ud800A", "A"),
        ("dua\u00a0kata", "dua kata"),
        ("Mu'min & <Ali>", "Mu'min & <Ali>"),
        ("", ""),
    ],
)
def test_clean_leaves_one_line_of_letters(raw: str, printed: str) -> None:
    assert clean(raw) == printed


def test_every_step_fits_the_height_of_its_slot() -> None:
    for name, slot in SLOTS.items():
        for step in slot.steps:
            assert step.size * step.lines * 1.17 * 25.4 / 72 <= slot.height + 0.35, name


def test_check_code_is_never_cut() -> None:
    assert fit("WWWWW-WWWWW", SLOTS["code"]).lines == ("WWWWW-WWWWW",)
