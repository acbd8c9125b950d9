"""Draws the picture of a card for the phone: `render_phone(face, photo)` gives a portrait PNG.

It is made to be shown and passed on. So the NIK is covered but for its end, and birth date,
address and telephone number are left out. The same face and photo give the same bytes.
"""

from functools import lru_cache

from PIL import Image

from services.cards.face import CardFace, OfficeHeading
from services.cards.layouts.emblem import emblem_picture
from services.cards.layouts.pixels import Field, Sheet, few_colours, pixels
from services.cards.layouts.plastic import grouped
from services.cards.photo import BrokenPhotoError, cut_photo
from services.cards.qr import QUIET, QrTooLargeError, qr_symbol
from services.cards.rendering import RenderError
from services.cards.typesetting import Slot, clean
from services.cards.values import BOLD
from shared.dates import long_date

WIDTH, HEIGHT, MARGIN = 1080, 1920, 64
INNER = WIDTH - 2 * MARGIN
HEADER, TITLE, NOTES_TOP = 208, 76, 1692
MODULE = 12  # pixels: it stays crisp when a messenger halves the picture
SYMBOL_TOP = 768
PHOTO_SIZE, PHOTO_AT = (288, 384), (MARGIN, 324)
PLATE_SIDE, EMBLEM_SIDE, PLATE_TOP = 156, 132, 26
PHOTO_COLOURS, EMBLEM_COLOURS = 128, 48
OFFICES_KEPT = 4

_INK, _PAPER = (0x11, 0x11, 0x11), (255, 255, 255)
_NAVY, _CREAM = (0x1D, 0x4B, 0x66), (0xFD, 0xF3, 0xCF)
FIELDS = (
    Field((0, 0, WIDTH, HEADER), _PAPER, _NAVY),
    Field((0, HEADER, WIDTH, HEADER + TITLE), _INK, _CREAM),
    Field((0, HEADER + TITLE, WIDTH, NOTES_TOP), _INK, _PAPER),
    Field((0, NOTES_TOP, WIDTH, HEIGHT), _INK, _CREAM),
)

_HEAD_LEFT = MARGIN + PLATE_SIDE + 24
_HEAD = WIDTH - MARGIN - _HEAD_LEFT
_DATA_LEFT = MARGIN + PHOTO_SIZE[0] + 40
_DATA = WIDTH - MARGIN - _DATA_LEFT


def _label(top: int) -> Slot:
    return Slot(_DATA_LEFT, top, _DATA, 34, pixels(28))


# As on paper, but in pixels.
SLOTS = {
    "government": Slot(_HEAD_LEFT, 34, _HEAD, 40, (*pixels(32, 30, 28, 26), *pixels(16, lines=2))),
    "office": Slot(
        *(_HEAD_LEFT, 74, _HEAD, 62),
        (*pixels(46, 44, 42, 40, 36, 32), *pixels(26, lines=2), *pixels(16, lines=3)),
        BOLD,
    ),
    "heading": Slot(_HEAD_LEFT, 138, _HEAD, 40, (*pixels(28, 26, 24, 22), *pixels(16, lines=2))),
    "title": Slot(MARGIN, HEADER, INNER, TITLE, pixels(37), BOLD, "center"),
    "name_label": _label(312),
    "name": Slot(
        *(_DATA_LEFT, 346, _DATA, 116),
        (
            *pixels(54, 50),
            *pixels(46, 44, 42, 40, 38, 36, lines=2),
            *pixels(32, 30, 28, 26, lines=3),
            *pixels(23, lines=4),
        ),
        BOLD,
        middle=False,
    ),
    "number_label": _label(470),
    "number": Slot(_DATA_LEFT, 504, _DATA, 62, pixels(52, 48, 44), BOLD, middle=False),
    "nik_label": _label(574),
    "nik": Slot(_DATA_LEFT, 606, _DATA, 44, pixels(36), middle=False),
    "valid_label": _label(660),
    "valid": Slot(_DATA_LEFT, 694, _DATA, 58, pixels(48, 44), BOLD, middle=False),
    "copy": Slot(MARGIN, 714, PHOTO_SIZE[0], 38, pixels(32), BOLD, "center"),
    "scan": Slot(MARGIN, 1572, INNER, 36, pixels(28), align="center"),
    "code": Slot(MARGIN, 1608, INNER, 68, pixels(56, 50, 40, 30), BOLD, "center"),
    "duty": Slot(MARGIN, 1712, INNER, 40, pixels(32), BOLD),
    "dues": Slot(MARGIN, 1756, INNER, 46, pixels(38, 36, 34, 32), BOLD),
    "advice": Slot(MARGIN, 1812, INNER, 72, pixels(28, lines=2), middle=False),
}
FIXED = {
    "title": "KARTU TANDA BUKTI PENDAFTARAN PENCARI KERJA",
    "name_label": "Nama",
    "number_label": "Nomor pendaftaran (Kartu AK/I)",
    "nik_label": "NIK (ditutup, kecuali 4 angka terakhir)",
    "valid_label": "Berlaku sampai",
    "scan": "Pindai QR untuk memeriksa kartu ini. Kode cek:",
    "duty": "Selama belum bekerja, lapor ke kantor paling lambat:",
    "advice": "Bawa kartu ini dan KTP. Bila sudah bekerja atau data berubah, segera lapor.",
}


def render_phone(face: CardFace, photo: bytes) -> bytes:
    try:
        symbol = qr_symbol(face.qr)
        person = cut_photo(photo, PHOTO_SIZE)
    except (QrTooLargeError, BrokenPhotoError) as error:
        raise RenderError(str(error)) from error
    sheet = _office_sheet(face.office).copy()
    for name, text in _values(face).items():
        sheet.write(text, SLOTS[name])
    side = (symbol.modules + 2 * QUIET) * MODULE
    sheet.place_symbol(symbol, MODULE, ((WIDTH - side) // 2, SYMBOL_TOP))
    sheet.place(few_colours(person, PHOTO_COLOURS), PHOTO_AT)
    return sheet.png()


def _values(face: CardFace) -> dict[str, str]:
    return {
        "name": clean(face.full_name).upper(),
        "number": grouped(face.registration_number, face.number_boxes),
        "nik": f"•••• •••• •••• {face.nik[-4:]}",
        "valid": long_date(face.valid_until),
        "copy": "DUPLIKAT" if face.is_duplicate else "",
        "code": face.check_code,
        "dues": " · ".join(long_date(report.due) for report in face.reports[:3]),
    }


@lru_cache(maxsize=OFFICES_KEPT)
def _office_sheet(office: OfficeHeading) -> Sheet:
    """What all cards of an office share."""
    sheet = Sheet(Image.new("L", (WIDTH, HEIGHT), 255), FIELDS)
    texts = FIXED | {
        "government": clean(office.government).upper(),
        "office": clean(office.name).upper(),
        "heading": office.address,
    }
    for name, text in texts.items():
        sheet.write(text, SLOTS[name])
    sheet.fill((MARGIN, PLATE_TOP, MARGIN + PLATE_SIDE, PLATE_TOP + PLATE_SIDE), radius=20)
    edge = (PLATE_SIDE - EMBLEM_SIDE) // 2
    picture = few_colours(emblem_picture(office.logo, EMBLEM_SIDE), EMBLEM_COLOURS)
    sheet.place(picture, (MARGIN + edge, PLATE_TOP + edge))
    return sheet
