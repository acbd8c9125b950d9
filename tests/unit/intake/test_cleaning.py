"""clean(): what passes comes out new and bare, and everything else is refused with a reason."""

import io
import pickle
import warnings

import pytest
from PIL import Image

from services.intake import clean_images
from services.intake.cleaning import MAX_BYTES, CleanDocument, Refused, clean, warm_up
from services.intake.refusals import REFUSAL_TEXTS, RefusalCode
from shared.procpool import WorkerPool
from tests.unit.intake import bad_files as make


def opened(document: CleanDocument, page: int = 0) -> Image.Image:
    image = Image.open(io.BytesIO(document.pages[page].jpeg))
    image.load()
    assert image.format == "JPEG"
    assert image.size == (document.pages[page].width, document.pages[page].height)
    return image


def corner(image: Image.Image, x: float, y: float) -> tuple[int, ...]:
    value = image.convert("RGB").getpixel((int(image.width * x), int(image.height * y)))
    assert isinstance(value, tuple)
    return value


def is_red(colour: tuple[int, ...]) -> bool:
    return colour[0] > 220 and colour[1] < 40 and colour[2] < 40


def code_of(data: bytes, declared: str | None = None, photo: bool = False) -> str:
    with pytest.raises(Refused) as caught:
        clean(data, declared, photo)
    return caught.value.code


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_jpeg_modes(mode: str) -> None:
    document = clean(make.jpeg(mode=mode), "image/jpeg", False)
    assert document.source_type == "image/jpeg"
    assert opened(document).mode in {"RGB", "L"}
    assert opened(document).size == (800, 600)
    if mode != "L":
        assert is_red(corner(opened(document), 0.2, 0.2))


@pytest.mark.parametrize("mode", ["RGB", "L", "1", "P", "LA", "RGBA", "I;16"])
def test_png_modes(mode: str) -> None:
    image = make.picture(mode="L" if mode == "I;16" else mode)
    data = make.encoded(image.convert(mode), "PNG")
    data += bytes(max(0, 10_000 - len(data)))
    assert opened(clean(data, "image/png", False)).size == (800, 600)


def test_16_bit_grey_keeps_its_shades() -> None:
    image = Image.new("I;16", (300, 300), 128 * 256)
    data = make.encoded(image, "PNG")
    colour = corner(opened(clean(data + bytes(10_000), "image/png", False)), 0.5, 0.5)
    assert 120 < colour[0] < 136


@pytest.mark.parametrize("mode", ["RGBA", "P"])
def test_transparency_becomes_white_paper(mode: str) -> None:
    image = make.picture(mode="RGBA")
    image.paste((0, 0, 0, 0), (400, 300, 800, 600))
    data = make.encoded(image.convert("P") if mode == "P" else image, "PNG")
    page = opened(clean(data, "image/png", False))
    assert min(corner(page, 0.9, 0.9)) > 245
    assert is_red(corner(page, 0.2, 0.2))


@pytest.mark.parametrize(
    ("orientation", "x", "y"),
    [
        *((1, 0.2, 0.2), (2, 0.8, 0.2), (3, 0.8, 0.8), (4, 0.2, 0.8)),
        *((5, 0.2, 0.2), (6, 0.8, 0.2), (7, 0.8, 0.8), (8, 0.2, 0.8)),
    ],
)
def test_turned_upright(orientation: int, x: float, y: float) -> None:
    page = opened(clean(make.jpeg_with_place(orientation), "image/jpeg", False))
    assert page.size == ((600, 800) if orientation >= 5 else (800, 600))
    assert is_red(corner(page, x, y))


def test_nothing_hidden_travels_along() -> None:
    source = make.jpeg_with_place() + b"<html><script>alert(1)</script></html>"
    assert b"RAHASIA" in source
    cleaned = clean(source, "image/jpeg", False).pages[0].jpeg
    for secret in (b"RAHASIA", b"Exif", b"<script", b"<html"):
        assert secret not in cleaned
    image = Image.open(io.BytesIO(cleaned))
    assert not image.getexif()
    assert not {"comment", "exif", "xmp", "icc_profile"} & image.info.keys()
    assert cleaned.endswith(b"\xff\xd9")


@pytest.mark.parametrize("data", [make.jpeg(4000, 3000, quality=40), make.png(2000, 700)])
def test_long_edge_is_limited(data: bytes) -> None:
    assert max(opened(clean(data, None, False)).size) == 1600


def test_a_name_that_says_otherwise_does_no_harm() -> None:
    assert clean(make.jpeg(), "foto.png", False).source_type == "image/jpeg"
    assert clean(make.png(), "application/pdf", False).source_type == "image/png"


def test_photo_is_cut_to_3_4_and_shrunk() -> None:
    assert opened(clean(make.jpeg(2000, 2600), None, True)).size == (675, 900)
    assert opened(clean(make.jpeg(310, 401), None, True)).size == (300, 400)
    assert opened(clean(make.jpeg(300, 400), None, True)).size == (300, 400)
    turned = make.jpeg_with_place(6, width=1200, height=900)
    assert is_red(corner(opened(clean(turned, None, True)), 0.8, 0.2))


@pytest.mark.parametrize(
    ("width", "height", "code"),
    [
        *((800, 600, "photo_shape"), (500, 1100, "photo_shape"), (800, 799, "photo_shape")),
        *((270, 360, "photo_too_small"), (299, 400, "photo_too_small")),
    ],
)
def test_photo_shape(width: int, height: int, code: str) -> None:
    assert code_of(make.jpeg(width, height, quality=98), None, photo=True) == code


@pytest.mark.parametrize(
    ("data", "declared", "source_type"),
    [
        (make.heic(), "IMG_0001.HEIC", "image/heic"),
        (make.heic(), "foto.jpg", "image/heic"),
        (make.encoded(make.picture(), "WEBP"), "foto.webp", "image/webp"),
    ],
)
def test_what_modern_phones_send(data: bytes, declared: str, source_type: str) -> None:
    document = clean(data, declared, False)
    assert document.source_type == source_type
    page = opened(document)
    assert page.size == (800, 600)
    assert is_red(corner(page, 0.2, 0.2))


def test_an_iphone_photo_is_upright_and_bare() -> None:
    cleaned = clean(make.heic_with_place(6), "IMG_0001.HEIC", False)
    assert opened(cleaned).size == (600, 800)
    assert is_red(corner(opened(cleaned), 0.8, 0.2))
    assert b"RAHASIA" in make.heic_with_place(6)
    assert b"RAHASIA" not in cleaned.pages[0].jpeg


def test_without_the_extra_an_iphone_photo_is_refused_with_advice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(clean_images, "CAN_HEIC", False)
    assert code_of(make.heic(), "IMG_0001.HEIC") == "heic"


def test_pdf_pages_become_images() -> None:
    document = clean(make.pdf(5), "application/pdf", False)
    assert document.source_type == "application/pdf"
    assert [(page.width, page.height) for page in document.pages] == [(1240, 1755)] * 5
    assert is_red(corner(opened(document, 4), 0.2, 0.2))


@pytest.mark.parametrize("size", [(14_400, 14_400), (14_400, 3), (3, 14_400)])
def test_pdf_pages_of_any_size_stay_small(size: tuple[float, float]) -> None:
    page = opened(clean(make.pdf(size=size), None, False))
    assert max(page.size) <= 2201


def test_pdf_that_opens_at_a_page_is_harmless() -> None:
    assert clean(make.pdf_with_open_action(), None, False).pages


REFUSED: list[tuple[RefusalCode, bytes, str | None]] = [
    ("too_small", b"", "image/jpeg"),
    ("too_small", make.jpeg(20, 20), "image/jpeg"),
    ("too_big", make.jpeg() + bytes(MAX_BYTES), "image/jpeg"),
    ("too_big", make.pdf() + bytes(MAX_BYTES), "application/pdf"),
    ("unreadable", make.jpeg()[: int(len(make.jpeg()) * 0.7)], "image/jpeg"),
    ("unreadable", make.png()[: int(len(make.png()) * 0.7)], "image/png"),
    ("unreadable", make.pdf()[:200] + bytes(20_000), "application/pdf"),
    ("unreadable", make.padded(b"\xff\xd8\xff\xe0"), "image/jpeg"),
    ("unreadable", make.padded(b"\x01\x02\x03"), "foto.JPG"),
    ("too_many_pixels", make.png_bomb(), "image/png"),
    ("too_many_pixels", make.png_bomb(7000), "image/png"),
    ("pdf_locked", make.locked_pdf(user="rahasia", owner="rahasia"), "application/pdf"),
    ("pdf_locked", make.locked_pdf(user="", owner="rahasia"), "application/pdf"),
    ("pdf_too_long", make.pdf(6), "application/pdf"),
    ("pdf_script", make.pdf_with_script(packed=False), "application/pdf"),
    ("pdf_script", make.pdf_with_script(packed=True), "application/pdf"),
    ("pdf_script", make.pdf_with_named_script(), "application/pdf"),
    ("unsafe", make.padded(b"PK\x03\x04"), "foto.jpg"),
    ("unsafe", make.padded(b"MZ\x90\x00"), "image/jpeg"),
    ("unsafe", make.padded(b"\n <!DOCTYPE html><html>"), "foto.png"),
    ("unsafe", make.padded(b'<svg xmlns="http://www.w3.org/2000/svg">'), "image/png"),
    ("wrong_type", make.padded(b"<svg>"), "image/svg+xml"),
    ("wrong_type", make.padded(b"PK\x03\x04"), "surat.docx"),
    ("wrong_type", make.padded(b"apa saja"), None),
    ("wrong_type", make.encoded(make.picture(), "GIF"), "image/gif"),
    ("wrong_type", make.encoded(make.picture(), "GIF"), "foto.jpg"),
    ("unreadable", make.encoded(make.picture(), "WEBP")[:20_000], "image/webp"),
    ("wrong_type", make.padded(b"RIFF\x00\x10\x00\x00WAVEfmt "), "suara.wav"),
    ("wrong_type", make.padded(b"\x00\x00\x00\x20ftypavif"), "foto.avif"),
    ("unreadable", make.padded(b"\x00\x00\x00\x20ftypheic"), "image/heic"),
    ("unreadable", make.heic()[: len(make.heic()) // 2], "foto.heic"),
    ("unreadable", make.padded(b"\x00\x00\x00\x20ftypmif1"), "foto.jpg"),
]


@pytest.mark.parametrize(("code", "data", "declared"), REFUSED)
def test_refused(code: RefusalCode, data: bytes, declared: str | None) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a service does not turn warnings into errors
        assert code_of(data, declared) == code


def test_pdf_is_no_photo() -> None:
    assert code_of(make.pdf(), "application/pdf", photo=True) == "photo_not_image"


def test_refusals_travel_and_speak() -> None:
    for code, text in REFUSAL_TEXTS.items():
        copy = pickle.loads(pickle.dumps(Refused(code)))  # noqa: S301
        assert (copy.code, copy.message) == (code, text)
        assert text.endswith(".")


@pytest.mark.parametrize("photo", [False, True])
@pytest.mark.parametrize(
    "source", [make.jpeg(300, 400), make.png(300, 400), make.heic(300, 400), make.pdf()]
)
def test_mutations_are_cleaned_or_refused(source: bytes, photo: bool) -> None:
    outcomes: set[str] = set()
    for seed in range(60):
        try:
            document = clean(make.mutated(source, seed), "image/jpeg", photo)
        except Refused as refused:
            outcomes.add(refused.code)
        else:
            outcomes.add("clean")
            assert max(opened(document).size) <= 2201
    assert outcomes & {"unreadable", "photo_not_image"}
    if source.startswith(b"\xff\xd8"):  # the other formats carry sums of their content
        assert "clean" in outcomes


async def test_in_the_pool() -> None:
    pool = WorkerPool(workers=1, initializer=warm_up, timeout=20)
    document = await pool.run(clean, make.jpeg(), "image/jpeg", False)
    assert opened(document).size == (800, 600)
    with pytest.raises(Refused, match="kata sandi"):
        await pool.run(clean, make.locked_pdf("a", "b"), None, False)
    heaviest = make.jpeg(7300, 5400, quality=5, progressive=True)
    assert len(heaviest) <= MAX_BYTES
    assert opened(await pool.run(clean, heaviest, None, False)).size == (1600, 1184)
    await pool.close()
