"""Decode a photo, turn it upright, shrink it, write it anew. For worker processes only."""

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import ExifTags, Image, ImageFile

from services.intake.refusals import Refused

MAX_PIXELS = 40_000_000
LONGEST_EDGE = 1600
PHOTO_LONGEST_EDGE = 900
PHOTO_MIN_SIZE = (300, 400)
PHOTO_RATIOS = (0.70, 0.80)  # 3:4 is 0.75
JPEG_QUALITY = 80

JpegPage = tuple[bytes, int, int]  # data, width, height
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


def clean_image(data: bytes) -> JpegPage:
    with _refusing_broken_images():
        image = Image.open(io.BytesIO(data), formats=("JPEG", "PNG"))
        size = _shrunk(image.size, LONGEST_EDGE)
        picture = _decode(image, size)
        if max(picture.size) > LONGEST_EDGE:
            picture = picture.resize(size, Image.Resampling.BICUBIC)
        return write_jpeg(_turned(picture, _orientation(image)))


def clean_photo(data: bytes) -> JpegPage:
    """A portrait, cut to exactly 3:4 around its middle."""
    with _refusing_broken_images():
        image = Image.open(io.BytesIO(data), formats=("JPEG", "PNG"))
        orientation = _orientation(image)
        _check_photo(_upright_size(image.size, orientation))
        picture = _turned(_decode(image, _shrunk(image.size, PHOTO_LONGEST_EDGE)), orientation)
        width, height = picture.size
        unit = min(width // 3, height // 4)
        left, top = (width - 3 * unit) // 2, (height - 4 * unit) // 2
        box = (left, top, left + 3 * unit, top + 4 * unit)
        unit = min(unit, PHOTO_LONGEST_EDGE // 4)
        return write_jpeg(picture.resize((3 * unit, 4 * unit), Image.Resampling.BICUBIC, box))


def write_jpeg(picture: Image.Image) -> JpegPage:
    """Plain baseline: half the time of decoding and encoding; progressive would cost five times."""
    picture.info = {}  # Pillow would carry over a comment
    target = io.BytesIO()
    picture.save(target, "JPEG", quality=JPEG_QUALITY)
    return target.getvalue(), picture.width, picture.height


@contextmanager
def _refusing_broken_images() -> Iterator[None]:
    # A library in the same process may have asked Pillow to overlook broken ends; we never do.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            yield
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise Refused("too_many_pixels") from error
    except (Refused, MemoryError):
        raise
    except Exception as error:  # decoders fail in a dozen ways
        raise Refused("unreadable") from error


def _check_photo(size: Size) -> None:
    width, height = size
    if not PHOTO_RATIOS[0] <= width / height <= PHOTO_RATIOS[1]:
        raise Refused("photo_shape")
    if min(width // 3, height // 4) < PHOTO_MIN_SIZE[0] // 3:
        raise Refused("photo_too_small")


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
