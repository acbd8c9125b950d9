"""Layout B and the plastic card hold their values, keep them apart, and their QR is read."""

import io
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pikepdf
import pytest

from services.cards.face import CardFace, EducationRow, ExperienceRow, OfficeHeading, Signatory
from services.cards.layouts import form_slots, plastic
from services.cards.rendering import RenderError, render, render_plain
from shared.contracts.print_batches import CardLayout
from shared.office import load_office
from tests.unit.cards import paper, wear
from tests.unit.cards.sample import CROWDED, FACE, photo

BOTH: tuple[CardLayout, ...] = ("form", "plastic")
SIZE = {"form": (210.0, 297.0, 1), "plastic": (85.6, 54.0, 2)}
SYMBOL = {"form": (1, (9.0, 255.0, 45.0, 290.0)), "plastic": (2, (0.0, 0.0, 34.0, 34.0))}
RULES = load_office().card
USUAL = replace(FACE, terms=RULES.terms, short_terms=RULES.short_terms)
FULL = replace(CROWDED, terms=RULES.terms, short_terms=RULES.short_terms, is_duplicate=True)
LONG = "Wâ̂(<b>&amp;</b>) \u202eterbalik {{ tanda }} " + "W" * 300
HOSTILE = replace(
    FULL,
    full_name=LONG,
    birth_place=LONG,
    address=LONG * 2,
    phone=LONG,
    education=tuple(EducationRow("S1", LONG, "20" * 20, LONG) for _ in range(9)),
    experience=tuple(ExperienceRow(LONG, "20" * 20, is_skill=True) for _ in range(9)),
    area_of_validity=LONG,
    office=OfficeHeading(LONG, LONG, LONG, LONG),
    signatory=Signatory(LONG, LONG, LONG),
)


@pytest.mark.parametrize(("layout", "face"), [("form", FULL), ("plastic", USUAL)], ids=BOTH)
def test_the_fast_card_looks_like_a_plain_one(layout: CardLayout, face: CardFace) -> None:
    fast, plain = render(face, photo(), layout), render_plain(face, photo(), layout)
    for page in range(1, SIZE[layout][2] + 1):
        ours, theirs = paper.picture(fast, page, 100), paper.picture(plain, page, 100)
        assert paper.different(ours, theirs) < paper.SAME


@pytest.mark.parametrize("layout", BOTH)
@pytest.mark.parametrize("face", [USUAL, FULL, HOSTILE], ids=["usual", "crowded", "hostile"])
def test_values_stay_apart_and_away_from_the_edge(face: CardFace, layout: CardLayout) -> None:
    width, height, pages = SIZE[layout]
    safe = 2.5 if layout == "plastic" else 8.0
    pdf = render(face, photo(), layout)
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        boxes = [[float(x) for x in page.mediabox] for page in opened.pages]
    assert boxes == [pytest.approx([0, 0, width * paper.MM, height * paper.MM], abs=0.01)] * pages
    for page in range(1, pages + 1):
        found = paper.words(pdf, page)
        for word in found:
            assert word.left > safe
            assert word.right < width - safe, word
            assert word.top > safe - 1
            assert word.bottom < height - safe + 1, word
        for one, other in combinations(found, 2):
            assert not paper.overlap(one, other), (one, other)


@pytest.mark.parametrize("layout", BOTH)
def test_the_code_is_read_after_all_that_happens_to_paper(
    layout: CardLayout, tmp_path: Path
) -> None:
    page, box = SYMBOL[layout]
    printed = paper.picture(render(USUAL, photo(), layout), page, 300)
    code = wear.around(printed, box)
    for name, damage in wear.DAMAGES.items():
        assert wear.read(damage(code), tmp_path) == "#".join(USUAL.qr), name


@pytest.mark.parametrize("layout", BOTH)
def test_the_same_card_is_the_same_bytes(layout: CardLayout) -> None:
    first = render(USUAL, photo(), layout)
    render(FULL, photo(), layout)
    assert render(USUAL, photo(), layout) == first


def test_the_form_holds_every_value() -> None:
    school = EducationRow("S1", "Teknik Informatika", "2020", "Universitas Contoh")
    face = replace(
        USUAL,
        marital_status="Cerai Hidup",
        education=(school, *USUAL.education[1:]),
        experience=(*USUAL.experience, ExperienceRow("Mengelas", "2018", is_skill=True)),
    )
    text = paper.text(render(face, photo(), "form"), 1)
    for value in (
        "Formulir AK/I",
        "PEMERINTAH KABUPATEN INDRAGIRI HILIR",
        "DINAS TENAGA KERJA DAN TRANSMIGRASI",
        "Tembilahan",
        "Cerai Hidup",
        "Universitas Contoh",
        "S1 Teknik Informatika",
        "Mengelas",
        "2018",
        "0812-0000-3210",
        "24 Mei 2027",
        "24 November 2026",
        "24 November 2028",
        FACE.signatory.name,
        f"NIP {FACE.signatory.nip}",
        FACE.check_code,
        "Dasar: Permenaker 39/2016",
        *RULES.terms[:1],
    ):
        assert value in text, value
    squeezed = text.replace(" ", "")
    for value in (FACE.registration_number, FACE.nik, "SITICONTOHBINTI", "250798"):
        assert value in squeezed
    assert "Kasir" not in text  # a job, not a skill
    assert "DUPLIKAT" not in text


def test_letters_stand_in_the_middle_of_their_boxes() -> None:
    name = "Wiji Muamalatummillah"
    words = paper.words(render(replace(USUAL, full_name=name), photo(), "form"), 1)
    rows = [w for w in words if 143 < (w.top + w.bottom) / 2 < 157 and w.left > 57]
    letters = [w for w in rows if len(w.text) == 1]
    assert "".join(w.text for w in letters) == "WIJIMUAMALATUMMILLAH"
    for letter in letters:
        place = ((letter.left + letter.right) / 2 - form_slots.DATA_LEFT) / form_slots.NAME_PITCH
        assert place % 1 == pytest.approx(0.5, abs=0.03)


def test_the_plastic_card_holds_what_tells_who_and_until_when() -> None:
    pdf = render(FULL, photo(), "plastic")
    front, back = paper.text(pdf, 1), paper.text(pdf, 2)
    for value in ("1404 241126 000123", FACE.nik, "Perempuan", "24 November 2028", "DUPLIKAT"):
        assert value in front
    for value in ("24 Mei 2028", "20 Mei 2027", FACE.check_code, *RULES.short_terms[:1]):
        assert value in back
    for value in ("Islam", "0812", "Jalan Lintas", "Kasir"):
        assert value not in front + back


@pytest.mark.parametrize("layout", BOTH)
def test_terms_that_do_not_fit_are_refused(layout: CardLayout) -> None:
    long = ("Ketentuan yang panjang. " * 40,) * 4
    with pytest.raises(RenderError, match="terms"):
        render(replace(USUAL, terms=long, short_terms=long), photo(), layout)


def test_every_step_fits_the_height_of_its_slot() -> None:
    every = form_slots.SLOTS | form_slots.COLUMNS | plastic.SLOTS
    for name, slot in every.items():
        for step in slot.steps:
            assert step.size * step.lines * 1.17 * 25.4 / 72 <= slot.height + 0.35, name
