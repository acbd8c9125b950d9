"""The office's own emblem stands on its cards; one that cannot be printed stops the start."""

from dataclasses import replace
from pathlib import Path

import pytest

from services.cards.checking import BadLayoutError, check_layouts
from services.cards.layouts.emblem import NEUTRAL, emblem_picture
from services.cards.printing import letterhead
from services.cards.rendering import render
from shared.office import DEFAULT_FILE, Office, load_office
from tests.unit.cards import paper, wear
from tests.unit.cards.sample import FACE, photo

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9H0z"/></svg>'


def office_with(emblem: bytes, folder: Path) -> Office:
    (folder / "emblem").write_bytes(emblem)
    text = DEFAULT_FILE.read_text("utf-8")
    assert 'emblem = ""' in text
    file = folder / "office.toml"
    file.write_text(text.replace('emblem = ""', 'emblem = "emblem"'), "utf-8")
    return load_office(file)


def test_the_emblem_of_the_office_file_is_printed(tmp_path: Path) -> None:
    office = office_with(SVG, tmp_path)
    own, usual = (
        paper.picture(render(replace(FACE, office=letterhead(each)), photo()), 1, 60)
        for each in (office, load_office())
    )
    corner = (155.5, 7.0, 171.0, 22.5)
    assert wear.around(own, corner, 60).tobytes() != wear.around(usual, corner, 60).tobytes()
    assert paper.different(own, usual) < 0.02


@pytest.mark.parametrize(
    "emblem", [SVG, photo((99, 99), "PNG"), photo((99, 99))], ids=["svg", "png", "jpeg"]
)
def test_a_picture_is_accepted(emblem: bytes, tmp_path: Path) -> None:
    check_layouts(office_with(emblem, tmp_path))


@pytest.mark.parametrize(
    "emblem",
    [b"", b"no picture", b"<svg", b"<html/>", SVG + b" " * 300_000, photo((9, 9), "WEBP")],
    ids=["empty", "text", "cut", "html", "large", "webp"],
)
def test_a_file_that_is_no_emblem_is_refused_at_start(emblem: bytes, tmp_path: Path) -> None:
    with pytest.raises(BadLayoutError, match="emblem"):
        check_layouts(office_with(emblem, tmp_path))


def test_a_missing_file_is_refused_at_start(tmp_path: Path) -> None:
    office = office_with(SVG, tmp_path)
    (tmp_path / "emblem").unlink()
    with pytest.raises(BadLayoutError, match="emblem"):
        check_layouts(office)


def test_a_wide_emblem_lies_in_its_square() -> None:
    wide = SVG.replace(b"0 0 9 9", b"0 0 18 9").replace(b"h9v9", b"h18v9")
    picture = emblem_picture(wide, 100)
    assert picture.size == (100, 100)
    assert [picture.getpixel((50, y)) for y in (10, 50, 90)] == [
        (255, 255, 255),
        (0, 0, 0),
        (255, 255, 255),
    ]
    assert emblem_picture(b"", 60).tobytes() == emblem_picture(NEUTRAL.read_bytes(), 60).tobytes()
