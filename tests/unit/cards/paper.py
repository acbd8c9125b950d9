"""Reads a rendered card back: its words with their places, its picture, its QR."""

import io
import re
import subprocess
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import pypdfium2
from PIL import Image, ImageChops

MM = 72 / 25.4
DIFFERENT = 80  # of 255: a letter or line in another place, not another smoothing
SAME = 0.00001  # share of different points: a letter has more
_WORD = re.compile(
    r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>'
)


@dataclass(frozen=True, slots=True)
class Word:
    """A word and its box in mm from the top left."""

    left: float
    top: float
    right: float
    bottom: float
    text: str


def words(pdf: bytes, page: int) -> list[Word]:
    found = subprocess.run(
        ["pdftotext", "-bbox", "-f", str(page), "-l", str(page), "-", "-"],
        input=pdf,
        capture_output=True,
        check=True,
    ).stdout.decode()
    return [
        Word(
            float(match[1]) / MM,
            float(match[2]) / MM,
            float(match[3]) / MM,
            float(match[4]) / MM,
            unescape(match[5]),
        )
        for match in _WORD.finditer(found)
    ]


def text(pdf: bytes, page: int) -> str:
    found = subprocess.run(
        ["pdftotext", "-layout", "-f", str(page), "-l", str(page), "-", "-"],
        input=pdf,
        capture_output=True,
        check=True,
    ).stdout.decode()
    return " ".join(found.split())


def overlap(one: Word, other: Word) -> bool:
    """Whether the letters of two words touch."""

    # The boxes hold ascent and descent; ink is the middle two thirds of them.
    def ink(word: Word) -> tuple[float, float]:
        rim = (word.bottom - word.top) / 6
        return word.top + rim, word.bottom - rim

    (top, bottom), (other_top, other_bottom) = ink(one), ink(other)
    across = min(one.right, other.right) - max(one.left, other.left)
    return across > 0.1 and min(bottom, other_bottom) - max(top, other_top) > 0.1


def picture(pdf: bytes, page: int, dpi: int) -> Image.Image:
    document = pypdfium2.PdfDocument(pdf)
    try:
        image: Image.Image = document[page - 1].render(scale=dpi / 72).to_pil().convert("L")
    finally:
        document.close()
    return image


def different(one: Image.Image, other: Image.Image) -> float:
    """Share of the points that differ clearly."""
    assert one.size == other.size
    histogram = ImageChops.difference(one, other).histogram()
    return sum(histogram[DIFFERENT:]) / sum(histogram)


def scan(pdf: bytes, dpi: int, folder: Path) -> str:
    """What a reader finds on page 1 when it is printed by poppler at this resolution."""
    (folder / "card.pdf").write_bytes(pdf)
    subprocess.run(
        [
            "pdftoppm",
            "-r",
            str(dpi),
            "-f",
            "1",
            "-l",
            "1",
            "-png",
            "-singlefile",
            folder / "card.pdf",
            folder / "card",
        ],
        check=True,
    )
    return scan_png((folder / "card.png").read_bytes(), folder)


def scan_png(png: bytes, folder: Path) -> str:
    (folder / "scan.png").write_bytes(png)
    found = subprocess.run(
        ["zbarimg", "--quiet", "--raw", folder / "scan.png"], capture_output=True, check=True
    )
    return found.stdout.decode().rstrip("\n")


def as_png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()
