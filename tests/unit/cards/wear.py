"""What happens to a printed code before somebody scans it, and whether it is still read."""

import io
import random
import subprocess
from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageChops, ImageFilter

Damage = Callable[[Image.Image], Image.Image]
Box = tuple[float, float, float, float]


def _half_again(picture: Image.Image) -> Image.Image:
    """From 300 to 200 dpi."""
    size = (picture.width * 2 // 3, picture.height * 2 // 3)
    return picture.resize(size, Image.Resampling.BILINEAR)


def _turned(picture: Image.Image) -> Image.Image:
    return picture.rotate(7, Image.Resampling.BICUBIC, fillcolor=255, expand=True)


def _squeezed(picture: Image.Image) -> Image.Image:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=40)
    return Image.open(out).convert("L")


def _copied(picture: Image.Image) -> Image.Image:
    """A photocopy: a little smaller, unsharp, speckled, and only black and white left."""
    size = (picture.width * 96 // 100, picture.height * 96 // 100)
    soft = picture.resize(size, Image.Resampling.BILINEAR).filter(ImageFilter.GaussianBlur(1.2))
    chance = random.Random(2026)  # the same speckles each time: no test by luck
    noise = (round(chance.gauss(128, 40)) for _ in range(soft.width * soft.height))
    speckles = Image.frombytes("L", soft.size, bytes(min(max(grey, 0), 255) for grey in noise))
    return ImageChops.add(soft, speckles, 1, -128).point([0] * 120 + [255] * 136)


# Pictures of 300 dpi
DAMAGES: dict[str, Damage] = {
    "300 dpi": lambda picture: picture,
    "200 dpi": _half_again,
    "turned": _turned,
    "turned, 200 dpi": lambda picture: _turned(_half_again(picture)),
    "blurred, 200 dpi": lambda picture: _half_again(picture).filter(ImageFilter.GaussianBlur(0.8)),
    "JPEG": _squeezed,
    "photocopied": _copied,
}


def around(picture: Image.Image, box_mm: Box, dpi: int = 300) -> Image.Image:
    """The part of a page that a person holds the phone over."""
    left, top, right, bottom = (round(mm / 25.4 * dpi) for mm in box_mm)
    return picture.crop((left, top, right, bottom))


def read(picture: Image.Image, folder: Path) -> str:
    picture.save(folder / "scan.png")
    found = subprocess.run(
        ["zbarimg", "--quiet", "--raw", folder / "scan.png"], capture_output=True, check=False
    )
    return found.stdout.decode().rstrip("\n")
