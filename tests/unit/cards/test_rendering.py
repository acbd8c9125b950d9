"""The card holds every value, looks as designed, and is the same bytes each time."""

import hashlib
import io
import os
import subprocess
import sys
import time
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from services.cards.face import CardFace, EducationRow, ExperienceRow
from services.cards.pages import LAYOUTS
from services.cards.rendering import RenderError, render, render_plain
from shared.contracts.print_batches import CardLayout
from tests.unit.cards import paper
from tests.unit.cards.sample import CROWDED, FACE, HOSTILE, photo
from tests.unit.cards.vector import ADDRESS

PHOTO = photo()
REFERENCE = Path(__file__).parent / "reference"


@pytest.fixture(scope="module")
def card() -> bytes:
    return render(FACE, photo())


def test_two_pages_of_297_by_110_mm(card: bytes) -> None:
    with pikepdf.open(io.BytesIO(card)) as pdf:
        boxes = [[float(x) for x in page.mediabox] for page in pdf.pages]
        assert str(pdf.docinfo["/Title"]) == f"Kartu AK/I {FACE.registration_number}"
    assert len(boxes) == 2
    for box in boxes:
        assert box == pytest.approx([0, 0, 297 * paper.MM, 110 * paper.MM], abs=0.01)


def test_outside_holds_every_value(card: bytes) -> None:
    text = paper.text(card, 1)
    for value in (
        "SITI CONTOH BINTI RAHMAN",
        "Tembilahan, 25 Juli 1998",
        "Perempuan",
        "Belum Kawin",
        "Islam",
        "0812-0000-3210",
        "24 November 2028",
        "Tembilahan, 24 November 2026",
        "Teknik Informatika",
        "2020",
        "SLTA/SMK/sederajat",
        "Rekayasa Perangkat Lunak",
        "2016",
        "SLTP/sederajat",
        "SD/sederajat",
        "Kasir, Toko Sumber Contoh",
        "2021–2023",
        "Menjahit",
        "PEMERINTAH KABUPATEN INDRAGIRI HILIR",
        "DINAS TENAGA KERJA DAN TRANSMIGRASI",
        FACE.office.address,
        "KARTU TANDA BUKTI PENDAFTARAN PENCARI KERJA",
        "Kartu AK/I",
        FACE.signatory.role,
        FACE.signatory.name,
        f"NIP {FACE.signatory.nip}",
        FACE.check_code,
    ):
        assert value in text
    for word in FACE.address.split():
        assert word in text
    squeezed = text.replace(" ", "")
    assert FACE.registration_number in squeezed
    assert FACE.nik in squeezed
    assert "DUPLIKAT" not in text


def test_inside_holds_due_dates_and_terms(card: bytes) -> None:
    text = paper.text(card, 2)
    for value in (
        "Kesatu",
        "24 Mei 2027",
        "Kedua",
        "24 November 2027",
        "Ketiga",
        "24 Mei 2028",
        "KETENTUAN",
        "Dasar: Permenaker 39/2016",
        "Diterima di",
    ):
        assert value in text
    terms = " ".join(w.text for w in paper.words(card, 2) if w.left > 150)
    for term in FACE.terms:
        assert term in terms


def test_digits_stand_in_the_middle_of_their_boxes(card: bytes) -> None:
    document = pypdfium2.PdfDocument(card)
    page = document[0].get_textpage()
    middles = []
    for index in range(page.count_chars()):
        left, bottom, right, _ = page.get_charbox(index, loose=True)
        if 110 - bottom / paper.MM == pytest.approx(41, abs=1.5) and left / paper.MM > 190:
            middles.append((left + right) / 2 / paper.MM)
    document.close()
    wanted = [198.4 + 5.4 * (n + 0.5) + 2.6 * ((n > 3) + (n > 9)) for n in range(16)]
    for want in wanted:
        assert min(abs(m - want) for m in middles) < 0.15


@pytest.mark.parametrize(("layout", "page"), [("strip", 1), ("strip", 2), ("sheet", 1)])
@pytest.mark.parametrize("face", [FACE, CROWDED], ids=["usual", "crowded"])
def test_fast_card_looks_like_a_plain_one(face: CardFace, layout: CardLayout, page: int) -> None:
    ours = paper.picture(render(face, photo(), layout), page, 100)
    plain = paper.picture(render_plain(face, photo(), layout), page, 100)
    assert paper.different(ours, plain) < paper.SAME


@pytest.mark.parametrize("page", [1, 2])
@pytest.mark.parametrize(("name", "face"), [("usual", FACE), ("crowded", CROWDED)])
def test_card_looks_like_the_reference(name: str, face: CardFace, page: int) -> None:
    seen = paper.picture(render(face, photo()), page, 60)
    stored = REFERENCE / f"{name}-{page}.png"
    if os.environ.get("UPDATE_REFERENCE"):
        stored.write_bytes(paper.as_png(seen))
    with Image.open(stored) as reference:
        assert paper.different(seen, reference) < 0.0005


def test_same_input_gives_the_same_bytes_later_and_elsewhere(card: bytes) -> None:
    time.sleep(1.1)  # past the second: no time of day may get in
    assert render(FACE, photo()) == card
    program = (
        "import hashlib; from services.cards.rendering import render;"
        "from tests.unit.cards.sample import FACE, CROWDED, photo;"
        "render(CROWDED, photo()); print(hashlib.sha256(render(FACE, photo())).hexdigest())"
    )
    other = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={
            "PATH": os.environ["PATH"],
            "HOME": "/nonexistent",
            "TZ": "Asia/Jayapura",
            "PYTHONHASHSEED": "7",
            "FONTCONFIG_FILE": "/nonexistent",
        },
    )
    assert other.stdout.strip() == hashlib.sha256(card).hexdigest()


@pytest.mark.parametrize("face", [CROWDED, HOSTILE], ids=["crowded", "hostile"])
def test_long_values_stay_apart_and_inside_the_page(face: CardFace) -> None:
    pdf = render(face, photo())
    for page in (1, 2):
        found = paper.words(pdf, page)
        for word in found:
            assert word.left > 6.5
            assert word.right < 290.5, word
            assert word.right < 142 or word.left > 155, word
            assert word.top > 6
            assert word.bottom < 104, word
        for one, other in combinations(found, 2):
            assert not paper.overlap(one, other), (one, other)


def test_crowded_card_keeps_its_words() -> None:
    pdf = render(CROWDED, photo())
    outside, inside = paper.text(pdf, 1), paper.text(pdf, 2)
    for word in CROWDED.full_name.upper().split():
        assert word in outside
    for value in (
        "<UTARA>",
        "<Utara>",
        "&",
        "<b>Tebal</b> & 'kutip' {{ tanda }}",
        "DUPLIKAT",
        "Pulau Kijang",
        "29273",
        "…",
    ):
        assert value in outside or value == "<UTARA>"
    for value in ("20 Mei 2027", "Rahma Contoh", "NIP 19800101 200501 1 002"):
        assert value in inside


@pytest.mark.parametrize(
    "name",
    [
        "A",
        "W" * 60,
        "W" * 100,
        "Mu'min",
        "Siti & Co",
        "<script>alert(1)</script>",
        "\u202eTerbalik\x00",
        "Nama\nDua\tBaris",
        "Emoji 🎉 中文",
        "é" * 50,
        "x" * 5000,
    ],
)
def test_odd_names_give_a_card(name: str) -> None:
    pdf = render(replace(FACE, full_name=name), photo())
    below = [w for w in paper.words(pdf, 1) if w.left > 219]
    assert any(w.text == "Tembilahan," for w in below)
    assert all(w.right < 290.5 for w in below)


@settings(max_examples=40, deadline=None)
@given(text=st.text(min_size=1, max_size=200), layout=st.sampled_from(sorted(LAYOUTS)))
def test_any_text_gives_a_card(text: str, layout: CardLayout) -> None:
    face = replace(FACE, full_name=f"A{text}", birth_place=text, address=text, check_code=text)
    assert render(face, PHOTO, layout).startswith(b"%PDF-")


def test_unset_values_print_nothing() -> None:
    bare = replace(FACE, phone="", education=(), experience=(), reports=(), legal_basis="")
    text = paper.text(render(bare, photo()), 1)
    assert "Telp/HP" not in text
    assert "Kasir" not in text


@pytest.mark.parametrize("layout", ["strip", "sheet"])
def test_rows_without_room_are_counted_in_the_last_one(layout: CardLayout) -> None:
    works = tuple(ExperienceRow(f"Kerja{n}", "2020") for n in range(9))
    schools = tuple(EducationRow("S1", f"Jurusan{n}", "2020") for n in range(8))
    face = replace(FACE, experience=works, education=schools)
    text = paper.text(render(face, photo(), layout), 1)
    for row in range(4):
        assert f"Kerja{row}" in text
        assert f"Jurusan{row}" in text
    assert "Kerja4" not in text
    assert "dan 5 lainnya" in text
    assert "Jurusan4" not in text
    assert "dan 4 lainnya" in text


def test_a_number_in_other_boxes_fills_them() -> None:
    face = replace(FACE, registration_number="DTK-000112/25", number_boxes=(3, 1, 6, 3))
    assert face.registration_number in paper.text(render(face, photo()), 1).replace(" ", "")


def test_own_logo_replaces_the_emblem(card: bytes) -> None:
    office = replace(FACE.office, logo=photo((200, 200), "PNG"))
    with_logo = paper.picture(render(replace(FACE, office=office), photo()), 1, 60)
    spot = with_logo.crop((369, 19, 403, 50))  # about 156..171 mm, 8..21 mm
    assert ImageChops.difference(
        spot, paper.picture(card, 1, 60).crop((369, 19, 403, 50))
    ).getbbox()


def test_a_broken_emblem_is_a_render_error() -> None:
    office = replace(FACE.office, logo=photo((200, 200), "PNG")[:20])
    with pytest.raises(RenderError, match="Lambang"):
        render(replace(FACE, office=office), photo())


@pytest.mark.parametrize(
    "broken", [b"", b"not a photo", photo()[:200], photo(kind="GIF"), b"<svg xmlns='x'/>"]
)
def test_broken_photo_is_a_render_error(broken: bytes) -> None:
    with pytest.raises(RenderError):
        render(FACE, broken)


@pytest.mark.parametrize(
    "change",
    [
        {"nik": "123"},
        {"registration_number": "14042411260001234"},
        {"number_boxes": (4, 6)},
        {"terms": ("kata " * 2000,)},
        {"qr": (ADDRESS, "A" * 400)},
        {"qr": (ADDRESS, "lower case")},
    ],
)
def test_face_that_cannot_be_printed_is_a_render_error(change: dict[str, str]) -> None:
    with pytest.raises(RenderError):
        render(replace(FACE, **change), photo())  # type: ignore[arg-type]


def test_photos_of_other_kinds_are_taken() -> None:
    for other in (photo((300, 400)), photo((900, 500), "PNG"), photo((354, 472), "WEBP")):
        assert render(FACE, other).startswith(b"%PDF-")
