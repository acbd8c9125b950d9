"""The QR on paper reads back, and is made of whole printer dots."""

from dataclasses import replace
from pathlib import Path

import pytest

from services.cards.pages import LAYOUTS
from services.cards.qr import MM_PER_DOT, MODULES, QUIET, QrTooLargeError, qr_symbol, side_mm
from services.cards.rendering import render
from shared.contracts.print_batches import CardLayout
from tests.unit.cards import paper, wear
from tests.unit.cards.sample import FACE, photo
from tests.unit.cards.vector import ADDRESS, BASE32

TEXT = "#".join(FACE.qr)
LONGEST = ("HTTPS://" + "A" * 37 + "/V", "A" * 311)  # of a token of 194 bytes


@pytest.mark.parametrize("layout", ["strip", "sheet"])
def test_the_code_is_read_after_all_that_happens_to_paper(
    layout: CardLayout, tmp_path: Path
) -> None:
    place = LAYOUTS[layout].symbol
    side = side_mm(place.dots)
    around = (place.left - 4, place.top - 4, place.left + side + 4, place.top + side + 4)
    code = wear.around(paper.picture(render(FACE, photo(), layout), 1, 300), around)
    for name, damage in wear.DAMAGES.items():
        assert wear.read(damage(code), tmp_path) == TEXT, name


def test_the_code_is_found_on_a_page_that_another_program_prints(tmp_path: Path) -> None:
    for layout in ("strip", "sheet"):
        assert paper.scan(render(FACE, photo(), layout), 200, tmp_path) == TEXT


def test_the_longest_text_scans(tmp_path: Path) -> None:
    pdf = render(replace(FACE, qr=LONGEST), photo())
    assert paper.scan(pdf, 300, tmp_path) == "#".join(LONGEST)


@pytest.mark.parametrize("parts", [FACE.qr, LONGEST, ("A", "B")])
def test_the_symbol_has_one_size(parts: tuple[str, str]) -> None:
    assert qr_symbol(parts).modules == MODULES == 61


@pytest.mark.parametrize("layout", list(LAYOUTS))
def test_symbol_lies_on_whole_dots(layout: CardLayout) -> None:
    place = LAYOUTS[layout].symbol
    for mm in (place.left, place.top, side_mm(place.dots)):
        dots = mm / MM_PER_DOT
        assert dots == pytest.approx(round(dots))
    assert place.dots >= 4


def test_symbol_of_the_strip_has_its_quiet_zone() -> None:
    place = LAYOUTS["strip"].symbol
    quiet = QUIET * place.dots * MM_PER_DOT
    assert place.dots == 5
    assert place.top - quiet > 71.9, "the table above"
    assert place.left + side_mm(place.dots) + quiet < 39, "the texts beside"


@pytest.mark.parametrize("parts", [(ADDRESS, "A" * 400), (ADDRESS, BASE32.lower())])
def test_what_does_not_fit_is_refused(parts: tuple[str, str]) -> None:
    with pytest.raises(QrTooLargeError):
        qr_symbol(parts)
