"""Marks: the demo's documents carry none, what an officer would frown at carries the right one."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageEnhance, ImageFilter

from deploy.demo import drawing
from services.intake.cleaning import clean
from services.intake.marks import MARK_TEXTS, in_order
from shared.code_lists import DOCUMENT_MARK
from tests.unit.intake import bad_files as make

PERSON = drawing.sample_people(1, seed=11)[0]
CARD = drawing.identity_card(PERSON)
FACE = drawing.portrait(int(PERSON.nik), sex=PERSON.sex)


def marks(data: bytes, *, photo: bool = False) -> tuple[str, ...]:
    return clean(data, None, photo).marks


def changed(data: bytes, *, light: float = 1, more: int = 0, blur: float = 0) -> bytes:
    picture = Image.open(io.BytesIO(data)).convert("RGB")
    picture.thumbnail((1600, 1600))
    picture = picture.filter(ImageFilter.GaussianBlur(blur))
    picture = ImageEnhance.Brightness(picture).enhance(light)
    return make.encoded(picture.point(lambda value: min(255, value + more)), quality=92)


def test_good_documents_carry_none() -> None:
    for person in drawing.sample_people(4, seed=5):
        assert marks(drawing.identity_card(person)) == ()
        assert marks(drawing.portrait(int(person.nik), sex=person.sex), photo=True) == ()
        assert marks(drawing.diploma(person)) == ()


@pytest.mark.parametrize(
    ("data", "photo", "expected"),
    [
        (changed(CARD, light=0.35), False, ("dark",)),
        (changed(FACE, light=0.35), True, ("dark",)),
        (changed(CARD, more=160), False, ("bright",)),
        (changed(FACE, more=120), True, ("bright",)),
        (changed(CARD, blur=4), False, ("blurred",)),
        (changed(FACE, blur=5), True, ("blurred",)),
        (changed(CARD, light=0.7, blur=1), False, ()),
        (drawing.blurred_identity_card(PERSON), False, ("blurred",)),
        (make.jpeg(800, 600), False, ("small",)),
        (make.jpeg(1000, 700), False, ()),
        (make.jpeg(600, 600), True, ("not_3x4",)),
        (make.jpeg(600, 900), True, ("not_3x4",)),
        (make.jpeg(310, 401), True, ("small",)),
        (make.jpeg(310, 560), True, ("small", "not_3x4")),
        (make.jpeg(360, 480), True, ()),
    ],
)
def test_what_is_noticed(data: bytes, photo: bool, expected: tuple[str, ...]) -> None:
    assert marks(data, photo=photo) == expected


def test_a_blank_back_page_is_no_fault() -> None:
    blank = make.pdf(1)
    document = make.with_blank_page(blank)
    assert len(clean(document, None, False).pages) == 2
    assert marks(document) == ()


def test_each_mark_says_what_to_do() -> None:
    assert set(MARK_TEXTS) == set(DOCUMENT_MARK)
    assert all(
        "Anda boleh tetap" in text or "pilih foto lain" in text for text in MARK_TEXTS.values()
    )
    assert in_order(["bright", "small", "bright"]) == ("small", "bright")
