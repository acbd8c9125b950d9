"""The picture for the phone: small, read by a scanner, and silent about what it must not tell."""

import io
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PIL import Image

from services.cards.face import CardFace, OfficeHeading
from services.cards.layouts import phone
from services.cards.layouts.phone import render_phone
from services.cards.rendering import RenderError
from services.cards.typesetting import ELLIPSIS, fit
from tests.unit.cards import wear
from tests.unit.cards.sample import CROWDED, FACE, photo

LONG = "Wâ̂(<b>) \u202e{{ tanda }} 🎉 " + "W" * 300
HOSTILE = replace(
    CROWDED,
    full_name=LONG,
    office=OfficeHeading(LONG, LONG, LONG, LONG),
)


@pytest.fixture(scope="module")
def usual() -> bytes:
    return render_phone(FACE, photo())


def picture(png: bytes) -> Image.Image:
    with Image.open(io.BytesIO(png)) as opened:
        return opened.convert("RGB")


def test_it_is_a_small_portrait_picture(usual: bytes) -> None:
    with Image.open(io.BytesIO(usual)) as opened:
        assert (opened.format, opened.mode, opened.size) == ("PNG", "P", (1080, 1920))
        assert opened.info == {}
    assert len(usual) < 150_000


def test_the_code_is_read_as_it_is_and_as_messengers_pass_it_on(
    usual: bytes, tmp_path: Path
) -> None:
    seen = picture(usual).convert("L")
    half = seen.resize((540, 960), Image.Resampling.BILINEAR)
    squeezed = wear.DAMAGES["JPEG"](half)
    for damaged in (seen, squeezed, wear.DAMAGES["turned"](half)):
        assert wear.read(damaged, tmp_path) == "#".join(FACE.qr)


def test_modules_are_crisp(usual: bytes) -> None:
    seen = picture(usual)
    square = seen.crop((174, 816, 174 + 732, 816 + 732))
    assert sorted(colour for _, colour in square.getcolors() or ()) == [
        (0x11, 0x11, 0x11),
        (255, 255, 255),
    ]
    small = square.resize((61, 61), Image.Resampling.NEAREST)
    assert small.resize((732, 732), Image.Resampling.NEAREST).tobytes() == square.tobytes()


def test_it_does_not_tell_what_is_nobodys_business(usual: bytes) -> None:
    other = replace(
        FACE,
        nik="9" * 12 + FACE.nik[-4:],
        birth_place="Rengat",
        birth_date=date(1980, 1, 1),
        sex="Laki-laki",
        marital_status="Cerai Mati",
        religion="Hindu",
        address="Jalan Lain",
        phone="0800",
        education=(),
        experience=(),
    )
    assert render_phone(other, photo()) == usual


@pytest.mark.parametrize(
    "change",
    [
        {"nik": "1404056507980004"},
        {"full_name": "Rahma Contoh"},
        {"registration_number": "1404241126000124"},
        {"valid_until": date(2028, 11, 25)},
        {"check_code": "7KQ4A-M2XDF"},
        {"is_duplicate": True},
        {"reports": FACE.reports[:2]},
        {"office": replace(FACE.office, address="Jalan Lain")},
        {"office": replace(FACE.office, logo=photo((200, 200), "PNG"))},
    ],
    ids=lambda change: next(iter(change)),
)
def test_it_tells_the_rest(change: dict[str, object], usual: bytes) -> None:
    other = replace(FACE, **change)  # type: ignore[arg-type]
    assert render_phone(other, photo()) != usual


@pytest.mark.parametrize("face", [CROWDED, HOSTILE], ids=["crowded", "hostile"])
def test_texts_stay_off_the_edges(face: CardFace, usual: bytes) -> None:
    plain, crowded = picture(usual), picture(render_phone(face, photo()))
    for box in ((0, 0, 60, 1920), (1020, 0, 1080, 1920), (60, 0, 1020, 24), (60, 1890, 1020, 1920)):
        assert crowded.crop(box).tobytes() == plain.crop(box).tobytes()


def test_our_own_words_are_never_shortened() -> None:
    for name, text in phone.FIXED.items():
        assert not any(line.endswith(ELLIPSIS) for line in fit(text, phone.SLOTS[name]).lines)


def test_every_step_fits_the_height_of_its_slot() -> None:
    for name, slot in phone.SLOTS.items():
        for step in slot.steps:
            assert step.size * step.lines * 1.2 * 25.4 / 72 <= slot.height + 4, name


def test_a_broken_photo_or_code_is_a_render_error() -> None:
    with pytest.raises(RenderError):
        render_phone(FACE, b"no picture")
    with pytest.raises(RenderError):
        render_phone(replace(FACE, qr=("HTTPS://A.ID/V", "A" * 400)), photo())
