"""Draws the documents of made-up people for demo and load tests, each marked CONTOH."""

import colorsys
import io
import random
import time
from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

from deploy.demo.people import SamplePerson, sample_people
from shared.dates import long_date

__all__ = [
    "SamplePerson",
    "blurred_identity_card",
    "diploma",
    "identity_card",
    "portrait",
    "sample_people",
]

Colour = tuple[int, int, int]
INK: Colour = (28, 32, 40)
RELIGION_LABELS = {
    "islam": "ISLAM",
    "catholic": "KATOLIK",
    "protestant": "KRISTEN",
    "hindu": "HINDU",
    "buddhist": "BUDDHA",
    "confucian": "KONGHUCU",
    "belief_other": "KEPERCAYAAN",
}
MARITAL_LABELS = {
    "single": "BELUM KAWIN",
    "married": "KAWIN",
    "divorced": "CERAI HIDUP",
    "widowed": "CERAI MATI",
}
SEX_LABELS = {"L": "LAKI-LAKI", "P": "PEREMPUAN"}
LIGHTEST_GRAIN, HEAVIEST_GRAIN = 0.0, 0.5  # share of noise in the picture
GRAIN_STEPS = 6  # halvings until the size is near enough


def identity_card(person: SamplePerson, target_kb: int | None = None) -> bytes:
    """A photo of a KTP lying on a table, as JPEG."""
    return _jpeg(_on_table(_card(person)), target_kb)


def blurred_identity_card(person: SamplePerson, target_kb: int | None = None) -> bytes:
    """The same photo taken with a shaking hand: an officer has to send it back."""
    picture = _on_table(_card(person)).filter(ImageFilter.GaussianBlur(11))
    return _jpeg(picture, target_kb)


def portrait(seed: int, target_kb: int | None = None, sex: str = "L") -> bytes:
    """A friendly face that is nobody's, on red, 3:4, as JPEG. The seed `int(nik)` gives the face
    of the person's other documents.
    """
    picture = _face(seed, sex, 1200)
    _mark(picture, size=110, lines=1, height=0.86)
    return _jpeg(picture, target_kb)


def diploma(person: SamplePerson, target_kb: int | None = None) -> bytes:
    """A school-leaving certificate, scanned to one A4 page, as PDF."""
    page = _diploma_page(person)

    def write(share: float) -> bytes:
        target = io.BytesIO()
        then = time.gmtime(0)  # the same bytes each time
        dates = {"creationDate": then, "modDate": then}
        _grained(page, share).save(target, "PDF", resolution=150, quality=75, **dates)
        return target.getvalue()

    return _grown(write, target_kb)


# -- identity card ---------------------------------------------------------------------------------


def _card(person: SamplePerson) -> Image.Image:
    width, height = 1284, 810  # ISO 7810 ID-1
    card = _gradient((width, height), (150, 200, 232), (205, 229, 243))
    pen = ImageDraw.Draw(card)
    for ring in range(40, 1500, 26):  # the guilloche of a card, hinted at
        pen.ellipse((900 - ring, 520 - ring, 900 + ring, 520 + ring), outline=(166, 208, 232))
    _text(pen, (width // 2, 52), "PROVINSI RIAU", 44, bold=True, anchor="mm")
    _text(pen, (width // 2, 104), "KABUPATEN INDRAGIRI HILIR", 44, bold=True, anchor="mm")
    _text(pen, (56, 178), "NIK", 46, bold=True)
    _text(pen, (250, 174), f": {person.nik}", 54, bold=True)
    for row, (label, value) in enumerate(_card_rows(person)):
        top = 252 + row * 48
        _text(pen, (56, top), label, 31)
        _text(pen, (330, top), f": {value}", 31, bold=label == "Nama")
    face = _face(int(person.nik), person.sex, 900).resize((270, 360), Image.Resampling.LANCZOS)
    card.paste(face, (970, 232))
    _text(pen, (1105, 628), "INDRAGIRI HILIR", 27, anchor="mm")
    _text(pen, (1105, 664), "01-01-2024", 27, anchor="mm")
    _signature(pen, (1020, 730), int(person.nik))
    _mark(card, size=120, lines=1)
    return card


def _card_rows(person: SamplePerson) -> list[tuple[str, str]]:
    street, units, district = (part.strip() for part in person.address.split(",", 2))
    return [
        ("Nama", person.full_name.upper()),
        ("Tempat/Tgl Lahir", f"{person.birth_place.upper()}, {person.birth_date:%d-%m-%Y}"),
        ("Jenis kelamin", SEX_LABELS[person.sex]),
        ("Alamat", street.upper()),
        ("   RT/RW", units.upper().replace("RT ", "").replace(" RW ", "/")),
        ("   Kecamatan", district.upper()),
        ("Agama", RELIGION_LABELS[person.religion]),
        ("Status Perkawinan", MARITAL_LABELS[person.marital_status]),
        ("Pekerjaan", "BELUM/TIDAK BEKERJA"),
        ("Kewarganegaraan", "WNI"),
        ("Berlaku Hingga", "SEUMUR HIDUP"),
    ]


def _on_table(card: Image.Image) -> Image.Image:
    table = _gradient((1600, 1200), (126, 92, 62), (156, 118, 84))
    pen = ImageDraw.Draw(table)
    dice = random.Random(4)  # noqa: S311
    for _ in range(90):
        top, shade = dice.randrange(1200), dice.randint(-10, 10)
        colour = (138 + shade, 102 + shade, 70 + shade)
        pen.line((0, top, 1600, top + dice.randint(-14, 14)), fill=colour, width=dice.randint(1, 4))
    outline = Image.new("L", card.size)
    ImageDraw.Draw(outline).rounded_rectangle((0, 0, *card.size), 42, fill=255)
    card.putalpha(outline)
    turned = card.rotate(1.6, Image.Resampling.BICUBIC, expand=True)
    place = ((1600 - turned.width) // 2, (1200 - turned.height) // 2)
    shadow = Image.new("L", table.size)
    shadow.paste(turned.getchannel("A"), (place[0] + 8, place[1] + 14))
    shadow = shadow.filter(ImageFilter.GaussianBlur(14)).point(lambda value: value * 0.55)
    table.paste((30, 20, 12), mask=shadow)
    table.paste(turned, place, turned)
    return table


# -- diploma ---------------------------------------------------------------------------------------


def _diploma_page(person: SamplePerson) -> Image.Image:
    width, height = 1240, 1754  # A4 at 150 dots per inch
    page = _gradient((width, height), (252, 248, 234), (246, 240, 220))
    pen = ImageDraw.Draw(page)
    for inset, thickness in ((50, 8), (68, 2)):
        box = (inset, inset, width - inset, height - inset)
        pen.rectangle(box, outline=(128, 100, 40), width=thickness)
    middle = width // 2
    pen.regular_polygon((middle, 200, 70), 8, fill=(190, 150, 60), outline=(128, 100, 40))
    _text(pen, (middle, 200), "SMK", 40, bold=True, anchor="mm")
    _text(pen, (middle, 330), "IJAZAH", 92, bold=True, anchor="mm")
    _text(pen, (middle, 410), "SEKOLAH MENENGAH KEJURUAN", 42, anchor="mm")
    _text(pen, (middle, 462), "Program Keahlian Teknik Komputer", 34, anchor="mm")
    _text(pen, (middle, 560), "SMK Contoh Tembilahan menerangkan bahwa", 32, anchor="mm")
    _text(pen, (middle, 660), person.full_name, 60, bold=True, anchor="mm")
    born = long_date(person.birth_date)
    year = person.birth_date.year + 18
    rows = [
        ("Tempat, tanggal lahir", f"{person.birth_place}, {born}"),
        ("Nomor induk siswa", f"00{int(person.nik) % 10**8:08d}"),
        ("Nomor ijazah", f"CONTOH-{int(person.nik) % 10**6:06d}"),
        ("Tahun pelajaran", f"{year - 1}/{year}"),
    ]
    for row, (label, value) in enumerate(rows):
        _text(pen, (190, 770 + row * 62), label, 32)
        _text(pen, (560, 770 + row * 62), f": {value}", 32)
    _text(pen, (middle, 1090), "dinyatakan", 32, anchor="mm")
    _text(pen, (middle, 1170), "L U L U S", 76, bold=True, anchor="mm")
    _text(pen, (middle, 1250), "dari satuan pendidikan setelah memenuhi", 32, anchor="mm")
    _text(pen, (middle, 1296), "seluruh kriteria kelulusan.", 32, anchor="mm")
    _text(pen, (760, 1390), f"Tembilahan, 5 Mei {year}", 30)
    _text(pen, (760, 1432), "Kepala Sekolah,", 30)
    _signature(pen, (780, 1530), year)
    _text(pen, (760, 1600), "Drs. Nama Contoh, M.Pd.", 30, bold=True)
    photo = _face(int(person.nik), person.sex, 900).resize((180, 240), Image.Resampling.LANCZOS)
    page.paste(photo, (500, 1390))
    _mark(page, size=190, lines=3)
    return page


# -- portrait --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Looks:
    skin: Colour
    shade: Colour
    hair: Colour
    shirt: Colour
    face_width: int
    veiled: bool
    long_hair: bool
    smile: int


def _looks(seed: int, sex: str) -> _Looks:
    dice = random.Random(seed)  # noqa: S311
    light = dice.uniform(0.74, 0.95)
    skin, shade = (_rgb(0.07, 0.45, light * part) for part in (1.0, 0.86))
    return _Looks(
        skin=skin,
        shade=shade,
        hair=_rgb(0.07, 0.4, dice.uniform(0.08, 0.22)),
        shirt=_rgb(dice.random(), dice.uniform(0.25, 0.55), dice.uniform(0.45, 0.95)),
        face_width=dice.randint(150, 172),
        veiled=sex == "P" and dice.random() < 0.6,
        long_hair=sex == "P",
        smile=dice.randint(22, 46),
    )


def _rgb(hue: float, saturation: float, value: float) -> Colour:
    red, green, blue = colorsys.hsv_to_rgb(hue, saturation, value)
    return int(red * 255), int(green * 255), int(blue * 255)


def _face(seed: int, sex: str, height: int) -> Image.Image:
    """Drawn on 675 x 900 at twice the size, then shrunk: smooth edges."""
    looks = _looks(seed, sex)
    picture = _gradient((1350, 1800), (196, 22, 30), (168, 14, 24))
    pen = _Twice(ImageDraw.Draw(picture))
    wide, middle, eyes = looks.face_width, 337, 372
    cloth = looks.shirt
    pen.ellipse((middle - 290, 640, middle + 290, 1200), cloth)
    if looks.veiled:
        pen.ellipse((middle - wide - 62, 130, middle + wide + 62, 690), _darker(cloth))
        pen.polygon(((140, 480), (535, 480), (600, 900), (75, 900)), _darker(cloth))
    else:
        pen.ellipse((middle - wide - 22, 140, middle + wide + 22, 560), looks.hair)
        if looks.long_hair:
            pen.box((middle - wide - 22, 350, middle + wide + 22, 690), looks.hair)
        pen.box((middle - 68, 540, middle + 68, 690), looks.shade)
        pen.ellipse((middle - 68, 640, middle + 68, 730), looks.shade)
        for side in (-1, 1):
            pen.round(middle + side * wide, 400, 30, 48, looks.shade)
            collar = ((middle, 745), (middle + side * 120, 655), (middle + side * 135, 760))
            pen.polygon(collar, (245, 245, 245))
    pen.ellipse((middle - wide, 190, middle + wide, 622), looks.skin)
    if looks.veiled:
        pen.chord((middle - wide - 6, 176, middle + wide + 6, 420), 200, 340, _darker(cloth))
    else:
        pen.chord((middle - wide - 10, 150, middle + wide + 10, 470), 190, 350, looks.hair)
    for side in (-1, 1):
        pen.round(middle + side * 66, eyes, 30, 19, (250, 250, 250))
        pen.round(middle + side * 66, eyes, 17, 18, (52, 34, 24))
        pen.round(middle + side * 66 + 5, eyes - 6, 5, 5, (255, 255, 255))
        brow = (middle + side * 66 - 40, eyes - 52, middle + side * 66 + 40, eyes + 10)
        pen.arc(brow, 205, 335, looks.hair, 10)
        pen.round(middle + side * 100, 462, 30, 18, _warmer(looks.skin))
    pen.arc((middle - 22, 392, middle + 22, 462), 30, 150, looks.shade, 8)
    pen.chord(
        (middle - 62, 520 - looks.smile, middle + 62, 520 + looks.smile), 8, 172, (150, 44, 48)
    )
    return picture.resize((height * 3 // 4, height), Image.Resampling.LANCZOS)


class _Twice:
    """A pen whose units are two pixels."""

    def __init__(self, pen: ImageDraw.ImageDraw) -> None:
        self._pen = pen

    def ellipse(self, box: tuple[int, ...], fill: Colour) -> None:
        self._pen.ellipse([2 * value for value in box], fill=fill)

    def round(self, x: int, y: int, wide: int, high: int, fill: Colour) -> None:
        self.ellipse((x - wide, y - high, x + wide, y + high), fill)

    def box(self, box: tuple[int, ...], fill: Colour) -> None:
        self._pen.rectangle([2 * value for value in box], fill=fill)

    def polygon(self, points: tuple[tuple[int, int], ...], fill: Colour) -> None:
        self._pen.polygon([(2 * x, 2 * y) for x, y in points], fill=fill)

    def chord(self, box: tuple[int, ...], start: int, end: int, fill: Colour) -> None:
        self._pen.chord([2 * value for value in box], start, end, fill=fill)

    def arc(self, box: tuple[int, ...], start: int, end: int, fill: Colour, width: int) -> None:
        self._pen.arc([2 * value for value in box], start, end, fill=fill, width=2 * width)


def _darker(colour: Colour) -> Colour:
    red, green, blue = (int(part * 0.8) for part in colour)
    return red, green, blue


def _warmer(colour: Colour) -> Colour:
    return min(255, colour[0] + 12), max(0, colour[1] - 14), max(0, colour[2] - 8)


# -- paper, ink and size ---------------------------------------------------------------------------


def _gradient(size: tuple[int, int], top: Colour, bottom: Colour) -> Image.Image:
    mask = Image.linear_gradient("L").resize(size)
    return Image.composite(Image.new("RGB", size, bottom), Image.new("RGB", size, top), mask)


def _text(
    pen: ImageDraw.ImageDraw,
    place: tuple[int, int],
    text: str,
    size: int,
    *,
    bold: bool = False,
    anchor: str = "la",
) -> None:
    font = ImageFont.load_default(size)
    pen.text(place, text, INK, font, anchor=anchor, stroke_width=1 if bold else 0)


def _signature(pen: ImageDraw.ImageDraw, place: tuple[int, int], seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311
    points = [
        (place[0] + step * 14, place[1] + dice.randint(-26, 26) * (12 - step) // 12)
        for step in range(13)
    ]
    pen.line(points, fill=(30, 50, 120), width=4, joint="curve")


def _mark(picture: Image.Image, size: int, lines: int, height: float = 0.5) -> None:
    """Writes CONTOH across the picture, so that nobody takes it for a document."""
    layer = Image.new("L", picture.size)
    font = ImageFont.load_default(size)
    for line in range(lines):
        centre = height if lines == 1 else (2 * line + 1) / (2 * lines)
        word = Image.new("L", picture.size)
        middle = (picture.width // 2, int(picture.height * centre))
        pen = ImageDraw.Draw(word)
        pen.text(middle, "CONTOH", 105, font, anchor="mm", stroke_width=3)
        turned = word.rotate(28, Image.Resampling.BICUBIC, center=middle)
        layer = ImageChops.lighter(layer, turned)
    picture.paste((190, 20, 40), mask=layer)


def _jpeg(picture: Image.Image, target_kb: int | None) -> bytes:
    def write(share: float) -> bytes:
        target = io.BytesIO()
        _grained(picture, share).save(target, "JPEG", quality=85)
        return target.getvalue()

    return _grown(write, target_kb)


def _grained(picture: Image.Image, share: float) -> Image.Image:
    if share <= 0:
        return picture
    noise = Image.effect_noise(picture.size, 50).convert("RGB")
    return Image.blend(picture, noise, share)


def _grown(write: Callable[[float], bytes], target_kb: int | None) -> bytes:
    """Adds just so much grain of paper and camera that the file is about as big as wanted."""
    if target_kb is None:
        return write(LIGHTEST_GRAIN)
    low, high = LIGHTEST_GRAIN, HEAVIEST_GRAIN
    best = write(low)
    for _ in range(GRAIN_STEPS):
        share = (low + high) / 2
        tried = write(share)
        if abs(len(tried) - target_kb * 1000) < abs(len(best) - target_kb * 1000):
            best = tried
        low, high = (share, high) if len(tried) < target_kb * 1000 else (low, share)
    return best
