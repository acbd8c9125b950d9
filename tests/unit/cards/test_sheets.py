"""Sheets for the printer: where cards, marks and backs lie, read back from the PDF."""

import io
import re
import subprocess
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pikepdf
import pytest
import segno
from PIL import ImageChops

from services.cards.batches.places import CARD, GAP, SHEET, marks_of, place_of
from services.cards.batches.sheets import SheetError, Sheets, make_sheets
from services.cards.photo import blank_photo
from services.cards.rendering import render
from shared.contracts.print_batches import PrinterOffset
from tests.unit.cards.paper import MM, as_png, picture, scan_png
from tests.unit.cards.sample import FACE

STRAIGHT = PrinterOffset()
DO = re.compile(rb"1 0 0 1 (-?[\d.]+) (-?[\d.]+) cm (/C\d) Do")
LINE = re.compile(rb"(-?[\d.]+) (-?[\d.]+) m (-?[\d.]+) (-?[\d.]+) l")


def card(number: int, size: tuple[float, float] = CARD, pages: int = 2) -> bytes:
    """A made-up card: a frame that all share, a picture of its own; a QR on the back."""
    width, height = size[0] * MM, size[1] * MM
    with pikepdf.new() as pdf:
        frame = pdf.make_stream(
            f"{width - 4:.2f} {height - 4:.2f} 2 2 re S".encode(),
            Type=pikepdf.Name.XObject,
            Subtype=pikepdf.Name.Form,
            BBox=[0, 0, width, height],
            Resources=pikepdf.Dictionary(Own=pdf.make_indirect(pikepdf.Array([1, 2]))),
        )
        grey = pdf.make_stream(
            bytes([number * 20]),
            Type=pikepdf.Name.XObject,
            Subtype=pikepdf.Name.Image,
            Width=1,
            Height=1,
            BitsPerComponent=8,
            ColorSpace=pikepdf.Name.DeviceGray,
        )
        for page_number in range(pages):
            page = pdf.add_blank_page(page_size=(width, height))
            page.obj.Resources = pikepdf.Dictionary(
                XObject=pikepdf.Dictionary({"/F": frame, "/P": grey})
            )
            parts = [b"q /F Do Q", b"q 60 0 0 60 20 40 cm /P Do Q"]
            if page_number == 1:
                parts[1] = b"q 0 g " + _symbol(f"KARTU-{number}") + b" Q"
            page.obj.Contents = pikepdf.Array([pdf.make_stream(each) for each in parts])
        out = io.BytesIO()
        pdf.save(out)
        return out.getvalue()


def _symbol(text: str) -> bytes:
    matrix = segno.make_qr(text, error="m").matrix
    cells = [
        f"{x} {y} 1 1 re"
        for y, row in enumerate(reversed(matrix))
        for x, dark in enumerate(row)
        if dark
    ]
    return b"4 0 0 4 60 30 cm " + " ".join(cells).encode() + b" f"


def placed(sheets: Sheets, page: int) -> dict[str, tuple[float, float]]:
    """The top left corner of each card on a page, in mm."""
    with pikepdf.open(io.BytesIO(sheets.pdf)) as pdf:
        content = pdf.pages[page].Contents.read_bytes()
    return {
        name.decode(): (
            round(float(x) / MM, 2),
            round(SHEET[1] - float(y) / MM - CARD[1], 2),
        )
        for x, y, name in DO.findall(content)
    }


def lines(sheets: Sheets, page: int) -> list[tuple[float, float, float, float]]:
    with pikepdf.open(io.BytesIO(sheets.pdf)) as pdf:
        content = pdf.pages[page].Contents.read_bytes()
    found = [[float(each) / MM for each in line] for line in LINE.findall(content)]
    return [(x1, SHEET[1] - y1, x2, SHEET[1] - y2) for x1, y1, x2, y2 in found]


def test_ten_places_in_reading_order_lie_apart_and_in_the_middle() -> None:
    places = [place_of(index, "front") for index in range(10)]
    assert [place.x for place in places[:2]] == [
        pytest.approx((SHEET[0] - 2 * CARD[0] - GAP[0]) / 2),
        pytest.approx((SHEET[0] + GAP[0]) / 2),
    ]
    for upper, lower in pairwise(places[::2]):
        assert lower.y - upper.y == pytest.approx(CARD[1] + GAP[1])
    assert places[0].y == pytest.approx(SHEET[1] - places[9].y - CARD[1])


def test_backs_are_mirrored_on_the_long_edge() -> None:
    for index in range(10):
        front, back = place_of(index, "front"), place_of(index, "back")
        # turned on the long edge, the back lies exactly behind its front
        assert SHEET[0] - back.x - CARD[0] == pytest.approx(front.x)
        assert back.y == front.y


def test_marks_touch_no_card_and_stay_where_printers_print() -> None:
    for index in range(10):
        for mark in marks_of(place_of(index, "front")):
            assert min(mark.x1, mark.x2) > 4.5
            assert max(mark.x1, mark.x2) < SHEET[0] - 4.5
            assert min(mark.y1, mark.y2) > 4.5
            assert max(mark.y1, mark.y2) < SHEET[1] - 4.5
            for other in range(10):
                place = place_of(other, "front")
                inside_x = mark.x2 > place.x and mark.x1 < place.x + CARD[0]
                inside_y = mark.y2 > place.y and mark.y1 < place.y + CARD[1]
                assert not (inside_x and inside_y)


def test_sheets_hold_cards_marks_and_backs_where_they_belong() -> None:
    sheets = make_sheets([card(number) for number in range(12)], "imposed", STRAIGHT)
    assert sheets.pages == 4
    with pikepdf.open(io.BytesIO(sheets.pdf)) as pdf:
        for page in pdf.pages:
            assert [round(float(each) / MM, 1) for each in page.mediabox] == [0, 0, *SHEET]
        assert pdf.Root.ViewerPreferences.PrintScaling == pikepdf.Name("/None")
        assert pdf.Root.ViewerPreferences.Duplex == pikepdf.Name.DuplexFlipLongEdge
    front, back = placed(sheets, 0), placed(sheets, 1)
    for index in range(10):
        for found, place in (
            (front, place_of(index, "front")),
            (back, place_of(index, "back")),
        ):
            assert found[f"/C{index}"] == pytest.approx((place.x, place.y), abs=0.01)
    assert list(placed(sheets, 2)) == list(placed(sheets, 3)) == ["/C0", "/C1"]
    assert len(lines(sheets, 0)) == 80
    first = place_of(0, "front")
    assert lines(sheets, 0)[0] == pytest.approx(
        (first.x - 2.5, first.y, first.x - 0.5, first.y), abs=0.01
    )


def test_offsets_move_against_what_the_printer_does() -> None:
    offset = PrinterOffset(front_x=7, front_y=-3, back_x=-12, back_y=4)
    moved = make_sheets([card(1)], "imposed", offset)
    first = place_of(0, "front")
    assert placed(moved, 0)["/C0"] == pytest.approx((first.x - 0.7, first.y + 0.3), abs=0.01)
    behind = place_of(0, "back")
    assert placed(moved, 1)["/C0"] == pytest.approx((behind.x + 1.2, behind.y - 0.4), abs=0.01)


def test_one_after_the_other_keeps_the_pages_as_they_are() -> None:
    cards = [card(number, (297, 110)) for number in (1, 2)]
    sheets = make_sheets(cards, "cards", STRAIGHT)
    assert sheets.pages == 4
    for page in range(4):
        drawn = picture(sheets.pdf, page + 1, 50)
        own = picture(cards[page // 2], page % 2 + 1, 50)
        assert ImageChops.difference(drawn, own).getextrema() == (0, 0)
    shifted = make_sheets(cards, "cards", PrinterOffset(front_x=100))
    own, drawn = picture(cards[0], 1, 254), picture(shifted.pdf, 1, 254)
    assert ImageChops.difference(
        own.crop((150, 50, 2900, 1050)), drawn.crop((50, 50, 2800, 1050))
    ).getextrema() == (0, 0), "10 mm to the left are 100 pixels"


@pytest.mark.parametrize(
    ("size", "pages", "duplex"),
    [
        (CARD, 2, "/DuplexFlipShortEdge"),
        ((297, 210), 1, "/Simplex"),
        ((210, 297), 2, "/DuplexFlipLongEdge"),
    ],
)
def test_the_printer_is_told_how_to_turn_the_paper(
    size: tuple[float, float], pages: int, duplex: str
) -> None:
    sheets = make_sheets([card(1, size, pages), card(2, size, pages)], "cards", STRAIGHT)
    with pikepdf.open(io.BytesIO(sheets.pdf)) as pdf:
        assert pdf.Root.ViewerPreferences.Duplex == pikepdf.Name(duplex)


def test_what_cards_share_is_kept_once_and_bytes_repeat() -> None:
    cards = [card(number % 3) for number in range(12)]
    sheets = make_sheets(cards, "imposed", STRAIGHT)
    assert sheets == make_sheets(cards, "imposed", STRAIGHT)
    with pikepdf.open(io.BytesIO(sheets.pdf)) as pdf:
        streams = [each for each in pdf.objects if isinstance(each, pikepdf.Stream)]
        pictures = [each for each in streams if each.get("/Subtype") == "/Image"]
        frames = [each for each in streams if "/Own" in each.get("/Resources", {})]
    assert (len(pictures), len(frames)) == (3, 1)


def test_other_sizes_do_not_lie_ten_on_a_sheet() -> None:
    with pytest.raises(SheetError):
        make_sheets([card(1, (297, 110))], "imposed", STRAIGHT)
    with pytest.raises(SheetError):
        make_sheets([card(1, pages=1)], "imposed", STRAIGHT)


def test_backs_are_read_where_they_lie(tmp_path: Path) -> None:
    sheets = make_sheets([card(number) for number in range(2)], "imposed", STRAIGHT)
    back = picture(sheets.pdf, 2, 200)
    left, right = (back.crop((x, 0, x + 827, 500)) for x in (0, 827))
    # the first card of the front lies at the left, its back at the right
    assert scan_png(as_png(right), tmp_path) == "KARTU-0"
    assert scan_png(as_png(left), tmp_path) == "KARTU-1"


def test_all_ten_codes_of_plastic_cards_are_read(tmp_path: Path) -> None:
    codes = [f"{FACE.qr[1][:-2]}A{digit}" for digit in "ABCDEFGHIJ"]
    faces = [replace(FACE, qr=(FACE.qr[0], code)) for code in codes]
    cards = [render(face, blank_photo(), "plastic") for face in faces]
    sheets = make_sheets(cards, "imposed", STRAIGHT)
    (tmp_path / "back.png").write_bytes(as_png(picture(sheets.pdf, 2, 300)))
    found = subprocess.run(
        ["zbarimg", "--quiet", "--raw", tmp_path / "back.png"], capture_output=True, check=True
    )
    read = sorted(line.rpartition("#")[2] for line in found.stdout.decode().split())
    assert read == sorted(codes)
    drawn = sum(map(len, cards))
    assert len(sheets.pdf) < drawn / 2, "fonts and frames are kept once"
