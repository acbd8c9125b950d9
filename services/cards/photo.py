"""The applicant's photo, cut and scaled once to the 3 x 4 cm of the card."""

import io

from PIL import Image, ImageOps, UnidentifiedImageError

SIZE = (354, 472)  # 3 x 4 cm at 300 dpi
MAX_PIXELS = 50_000_000


class BrokenPhotoError(Exception):
    """The bytes are not a picture that can be printed."""


def card_photo(photo: bytes) -> bytes:
    out = io.BytesIO()
    cut_photo(photo, SIZE).save(out, "JPEG", quality=82, exif=b"")
    return out.getvalue()


def cut_photo(photo: bytes, size: tuple[int, int]) -> Image.Image:
    try:
        with Image.open(io.BytesIO(photo), formats=("JPEG", "PNG", "WEBP")) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise BrokenPhotoError("the photo has too many pixels")
            picture.draft("RGB", (size[0] * 3 // 2, size[1] * 3 // 2))
            ImageOps.exif_transpose(picture, in_place=True)
            upright = picture.convert("RGB")
            if upright.size != size:
                upright = ImageOps.fit(upright, size, Image.Resampling.HAMMING)
            return upright
    except (
        UnidentifiedImageError,
        OSError,
        ValueError,
        SyntaxError,
        Image.DecompressionBombError,
    ) as error:
        raise BrokenPhotoError("the photo cannot be read") from error


def blank_photo() -> bytes:
    """A grey picture, for the card that warms a worker up."""
    out = io.BytesIO()
    Image.new("RGB", SIZE, "#ddd").save(out, "JPEG")
    return out.getvalue()
