"""Measure a clean page: is it blurred, dark, washed out? For worker processes only.

Thresholds were set on drawn samples (`tests/unit/intake/test_marks.py`): a picture gets a mark only
when a person at the desk would frown at it. Grain in a blurred picture hides the blur.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PIL import Image, ImageChops, ImageFilter, ImageStat

if TYPE_CHECKING:  # a worker need not load pydantic
    from shared.contracts.applications import DocumentMark

_EDGE = 1000  # pixels: what is blurred does not depend on the size of the picture
_NEIGHBOURS = 4
_BLURRED, _PHOTO_BLURRED = 0.55, 0.68  # of 1; faces are smoother than letters
_DARK_PAPER = 90  # of 255: even the lightest tenth is darker
_WASHED_OUT_PAPER, _WASHED_OUT_INK = 250, 100  # half is white, and nothing is dark
_WASHED_OUT_FACE = 225


def marks_of(picture: Image.Image, *, is_photo: bool = False) -> frozenset[DocumentMark]:
    """What can be seen in the picture itself."""
    grey = _grey(picture)
    found: set[DocumentMark] = set()
    if _blur(grey) > (_PHOTO_BLURRED if is_photo else _BLURRED):
        found.add("blurred")
    if _level(grey, 0.9) < _DARK_PAPER:
        found.add("dark")
    if _is_face_washed_out(grey) if is_photo else _is_paper_washed_out(grey):
        found.add("bright")
    return frozenset(found)


def on_every_page(marks: Sequence[frozenset[DocumentMark]]) -> frozenset[DocumentMark]:
    """A blank back page is no reason to frown at a certificate."""
    return frozenset.intersection(*marks) if marks else frozenset()


def _grey(picture: Image.Image) -> Image.Image:
    grey = picture.convert("L")
    if max(grey.size) <= _EDGE:
        return grey
    factor = _EDGE / max(grey.size)
    size = (max(1, round(grey.width * factor)), max(1, round(grey.height * factor)))
    return grey.resize(size, Image.Resampling.BILINEAR, reducing_gap=2.0)


def _blur(grey: Image.Image) -> float:
    """How little is lost by blurring once more, 0 to 1 (Crete and others, 2007).

    It compares the picture with itself, so that neither contrast nor the amount of text counts.
    """
    blurred = grey.filter(ImageFilter.BoxBlur(_NEIGHBOURS))
    return max(_loss(grey, blurred, 1, 0), _loss(grey, blurred, 0, 1))


def _loss(grey: Image.Image, blurred: Image.Image, right: int, down: int) -> float:
    sharp = ImageChops.difference(grey, ImageChops.offset(grey, right, down))
    soft = ImageChops.difference(blurred, ImageChops.offset(blurred, right, down))
    total: float = ImageStat.Stat(sharp).sum[0]
    lost: float = ImageStat.Stat(ImageChops.subtract(sharp, soft)).sum[0]
    return (total - lost) / total if total else 1.0


def _level(grey: Image.Image, share: float) -> int:
    """The brightness below which that share of the picture lies."""
    counts = grey.histogram()
    wanted, seen = share * sum(counts), 0
    for value, count in enumerate(counts):
        seen += count
        if seen >= wanted:
            return value
    return 255


def _is_paper_washed_out(grey: Image.Image) -> bool:
    return _level(grey, 0.5) >= _WASHED_OUT_PAPER and _level(grey, 0.01) > _WASHED_OUT_INK


def _is_face_washed_out(grey: Image.Image) -> bool:
    """In the middle, where the face is: a white wall behind it is no fault."""
    width, height = grey.size
    face = grey.crop((width // 4, height // 4, width * 3 // 4, height * 5 // 8))
    return _level(face, 0.5) >= _WASHED_OUT_FACE
