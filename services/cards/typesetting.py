"""Fits texts into the slots of the card: shrink in steps, wrap, shorten only as the last resort."""

import unicodedata
from dataclasses import dataclass
from functools import cache

from shared.fonts import FONTS

MM_PER_PT = 25.4 / 72
ELLIPSIS = "…"
MISSING = "\ufffd"
SPOT = "^"  # marks where a signature is shown (template/parts.html): never a part of a value
SAFETY = 0.99  # of the width: rounding in the layout engine must never clip a letter


@dataclass(frozen=True, slots=True)
class Step:
    """One way to set a slot: a size in pt, and how many lines of it there may be."""

    size: float
    lines: int = 1


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for one text: position and size in mm. `middle` centres the lines vertically.

    With a `pitch` each character stands in the middle of a box of that width.
    """

    left: float
    top: float
    width: float
    height: float
    steps: tuple[Step, ...]
    font: str = "Regular"
    align: str = "left"
    middle: bool = True
    pitch: float = 0.0


@dataclass(frozen=True, slots=True)
class Setting:
    step: int
    lines: tuple[str, ...]


@cache
def _advances(font: str) -> dict[int, float]:
    from fontTools.ttLib import TTFont

    face = TTFont(FONTS / f"IBMPlexSansCondensed-{font}.ttf", lazy=True)
    em: int = face["head"].unitsPerEm
    widths = face["hmtx"].metrics
    return {code: widths[glyph][0] / em for code, glyph in face.getBestCmap().items()}


def width_mm(text: str, font: str, size: float) -> float:
    advances = _advances(font)
    return sum(advances.get(ord(letter), 1.0) for letter in text) * size * MM_PER_PT


def clean(text: str) -> str:
    """One line of letters that the fonts have.

    Control and direction marks are left out, like pictures and marks that combine with no letter
    of the font; a letter that the fonts do not have stays visible as a replacement sign.
    """
    known = _advances("Regular").keys() & _advances("SemiBold").keys()
    kept: list[str] = []
    for letter in unicodedata.normalize("NFC", " ".join(text.split())):
        kind = unicodedata.category(letter)
        if letter == SPOT:
            continue
        if ord(letter) in known and kind[0] not in "CM":
            kept.append(letter)
        elif kind[0] in "LN":
            kept.append(MISSING)
        elif kind == "Zs":
            kept.append(" ")
    return " ".join("".join(kept).split())


def fit(text: str, slot: Slot) -> Setting:
    for index, step in enumerate(slot.steps):
        lines = _wrap(text, slot, step.size)
        if lines is not None and len(lines) <= step.lines:
            return Setting(index, tuple(lines))
    last = slot.steps[-1]
    return Setting(len(slot.steps) - 1, tuple(_wrap_hard(text, slot, last)))


def fit_line(text: str, slot: Slot) -> int | None:
    """The first step at which the text fits in one line, or None."""
    for index, step in enumerate(slot.steps):
        if _fits(text, slot, step.size):
            return index
    return None


def _wrap(text: str, slot: Slot, size: float) -> list[str] | None:
    """Lines broken at spaces; None when a single word is wider than the slot."""
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if _fits(longer, slot, size):
            lines[-1] = longer
        elif _fits(word, slot, size):
            lines.append(word)
        else:
            return None
    return lines


def _wrap_hard(text: str, slot: Slot, step: Step) -> list[str]:
    """As many letters as the slot holds, words broken where they must be, then `…`."""
    lines: list[str] = []
    rest = text
    while rest and len(lines) < step.lines:
        head = _longest_head(rest, slot, step.size)
        space = rest[: head + 1].rfind(" ") if head < len(rest) else -1
        cut = space if space > head // 2 else head
        lines.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    if rest:
        line = lines[-1]
        while line and not _fits(line + ELLIPSIS, slot, step.size):
            line = line[:-1].rstrip()
        lines[-1] = line + ELLIPSIS
    return lines


def _longest_head(text: str, slot: Slot, size: float) -> int:
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if _fits(text[:middle], slot, size) else (low, middle - 1)
    return low


def _fits(text: str, slot: Slot, size: float) -> bool:
    return width_mm(text, slot.font, size) <= slot.width * SAFETY
