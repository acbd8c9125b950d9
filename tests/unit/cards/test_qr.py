"""The QR on paper reads back, and is made of whole printer dots."""

from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image, ImageFilter

from services.cards.qr import MM_PER_DOT, QUIET, QrTooLargeError, qr_symbol
from services.cards.rendering import render
from tests.unit.cards import paper
from tests.unit.cards.sample import FACE, photo

SIGNED = "HTTPS://PENCAKER.EXAMPLE.GO.ID/V#" + "MZXW6YTBOI" * 21  # as long as a signed token


@pytest.mark.parametrize("dpi", [300, 200, 150])
@pytest.mark.parametrize("url", [FACE.check_url, SIGNED], ids=["link", "signed"])
def test_scan_gives_the_address(url: str, dpi: int, tmp_path: Path) -> None:
    pdf = render(replace(FACE, check_url=url), photo())
    assert paper.scan(pdf, dpi, tmp_path) == url


def test_every_mask_and_token_scans(tmp_path: Path) -> None:
    for n in range(12):
        url = f"https://pencaker.example.go.id/k/{n:02d}{'aZ9_' * 5}"
        pdf = render(replace(FACE, check_url=url), photo())
        assert paper.scan_png(paper.as_png(paper.picture(pdf, 1, 200)), tmp_path) == url


def test_scan_survives_tilt_and_blur(tmp_path: Path) -> None:
    page = paper.picture(render(FACE, photo()), 1, 200)
    worn = page.rotate(7, Image.Resampling.BICUBIC, fillcolor=255, expand=True)
    worn = worn.filter(ImageFilter.GaussianBlur(0.8))
    assert paper.scan_png(paper.as_png(worn), tmp_path) == FACE.check_url


@pytest.mark.parametrize("length", [1, 40, 64, 120, 251])
def test_modules_are_whole_dots_and_fit_their_field(length: int) -> None:
    symbol = qr_symbol("x" * length)
    dots = symbol.module_mm / MM_PER_DOT
    assert dots == pytest.approx(round(dots))
    assert dots >= 5
    assert symbol.side_mm <= 26
    # The quiet zone ends before the table above (71.9 mm) and the texts beside (37 mm).
    quiet = QUIET * symbol.module_mm
    assert 103 - symbol.side_mm - quiet > 71.9
    assert 7 + symbol.side_mm + quiet < 37.5


def test_too_long_a_text_is_refused() -> None:
    with pytest.raises(QrTooLargeError):
        qr_symbol("x" * 252)
