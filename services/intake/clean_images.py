"""Decode a photo, turn it upright, shrink it, write it anew. For worker processes only."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from PIL import ExifTags, Image, ImageFile

from services.intake.cleaning import CleanPage
from services.intake.measuring import marks_of
from services.intake.refusals import Refused
from services.intake.sniffing import SourceType

if TYPE_CHECKING:  # a worker need not load pydantic
    from shared.contracts.applications import DocumentMark

try:
    from pillow_heif import register_heif_opener
except ImportError:  # the extra `heic` is not installed: such photos are refused with advice
    CAN_HEIC = False
else:
    register_heif_opener(thumbnails=False)
    CAN_HEIC = True

MAX_PIXELS = 40_000_000
LONGEST_EDGE = 1600
PHOTO_LONGEST_EDGE = 900
PHOTO_MIN_SIZE = (300, 400)
PHOTO_RATIOS = (0.5, 1.0)  # upright; what is not 3:4 is cut, and said so
PHOTO_RATIOS_3X4 = (0.70, 0.80)
SMALL_EDGE = 1000  # pixels: a page of paper has 85 to the inch then
SMALL_PHOTO_WIDTH = 354  # 3 cm at 300 to the inch, as the card is printed
JPEG_QUALITY = 80

FORMATS: dict[SourceType, str] = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/webp": "WEBP",
    "image/heic": "HEIF",
}
Size = tuple[int, int]

TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
FIRST_SIDEWAYS_TURN = 5

Image.MAX_IMAGE_PIXELS = MAX_PIXELS  # Pillow warns above it; we refuse


def clean_image(data: bytes, source_type: SourceType) -> CleanPage:
    with _refusing_broken_images():
        image = _open(data, source_type)
        size = _shrunk(image.size, LONGEST_EDGE)
        small: frozenset[DocumentMark] = frozenset(
            {"small"} if max(image.size) < SMALL_EDGE else ()
        )
        picture = _decode(image, size)
        if max(picture.size) > LONGEST_EDGE:
            picture = picture.resize(size, Image.Resampling.BICUBIC)
        marks = marks_of(picture) | small
        return write_jpeg(_turned(picture, _orientation(image)), marks)


def clean_photo(data: bytes, source_type: SourceType) -> CleanPage:
    """A portrait, cut to exactly 3:4 around its middle."""
    with _refusing_broken_images():
        image = _open(data, source_type)
        orientation = _orientation(image)
        marks = _marks_of_shape(_upright_size(image.size, orientation))
        picture = _turned(_decode(image, _shrunk(image.size, PHOTO_LONGEST_EDGE)), orientation)
        width, height = picture.size
        unit = min(width // 3, height // 4)
        left, top = (width - 3 * unit) // 2, (height - 4 * unit) // 2
        box = (left, top, left + 3 * unit, top + 4 * unit)
        unit = min(unit, PHOTO_LONGEST_EDGE // 4)
        portrait = picture.resize((3 * unit, 4 * unit), Image.Resampling.BICUBIC, box)
        return write_jpeg(portrait, marks | marks_of(portrait, is_photo=True))


def write_jpeg(picture: Image.Image, marks: frozenset[DocumentMark]) -> CleanPage:
    """Plain baseline: half the time of decoding and encoding; progressive would cost five times."""
    picture.info = {}  # Pillow would carry over a comment
    target = io.BytesIO()
    picture.save(target, "JPEG", quality=JPEG_QUALITY)
    return CleanPage(target.getvalue(), picture.width, picture.height, marks)


def _open(data: bytes, source_type: SourceType) -> Image.Image:
    if source_type == "image/heic" and not CAN_HEIC:
        raise Refused("heic")
    return Image.open(io.BytesIO(data), formats=(FORMATS[source_type],))


@contextmanager
def _refusing_broken_images() -> Iterator[None]:
    # A library in the same process may have asked Pillow to overlook broken ends; we never do.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # broken notes of a camera; they stay behind anyway
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            yield
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise Refused("too_many_pixels") from error
    except (Refused, MemoryError):
        raise
    except Exception as error:  # decoders fail in a dozen ways
        raise Refused("unreadable") from error


def _marks_of_shape(size: Size) -> frozenset[DocumentMark]:
    """Raises `Refused` for a picture that cannot become a portrait."""
    width, height = size
    if not PHOTO_RATIOS[0] <= width / height <= PHOTO_RATIOS[1]:
        raise Refused("photo_shape")
    unit = min(width // 3, height // 4)
    if unit < PHOTO_MIN_SIZE[0] // 3:
        raise Refused("photo_too_small")
    found: set[DocumentMark] = set()
    if not PHOTO_RATIOS_3X4[0] <= width / height <= PHOTO_RATIOS_3X4[1]:
        found.add("not_3x4")
    if 3 * unit < SMALL_PHOTO_WIDTH:
        found.add("small")
    return frozenset(found)


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:  # noqa: BLE001  a photo with broken notes is still a photo
        return 1


def _upright_size(size: Size, orientation: int) -> Size:
    return (
        (size[1], size[0]) if orientation in TURNS and orientation >= FIRST_SIDEWAYS_TURN else size
    )


def _turned(picture: Image.Image, orientation: int) -> Image.Image:
    turn = TURNS.get(orientation)
    return picture if turn is None else picture.transpose(turn)


def _shrunk(size: Size, longest: int) -> Size:
    factor = min(1.0, longest / max(size))
    return max(1, round(size[0] * factor)), max(1, round(size[1] * factor))


def _decode(image: Image.Image, wanted: Size) -> Image.Image:
    """A JPEG decodes at 1/2, 1/4 or 1/8, never below the wanted size: half the time and memory."""
    image.draft(None, wanted)
    image.load()
    if image.mode in {"RGB", "L"}:
        return image
    if image.mode.startswith("I"):  # 16 bits of grey
        return image.point(lambda value: value * (1 / 256)).convert("L")
    if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
        layer = image.convert("RGBA")
        paper = Image.new("RGB", layer.size, "white")
        paper.paste(layer, mask=layer.getchannel("A"))
        return paper
    return image.convert("RGB")
