"""Draws texts, pictures and modules into one small palette: for pictures that travel by phone."""

import io
from dataclasses import dataclass, field
from functools import cache

from PIL import Image, ImageDraw, ImageFont

from services.cards.qr import QUIET, QrSymbol
from services.cards.typesetting import MM_PER_PT, Slot, Step, clean, fit
from shared.fonts import FONTS

LEADING = 1.2
LEVELS = 16  # shades between the ink of a field and its paper
Colour = tuple[int, int, int]
Box = tuple[int, int, int, int]  # left, top, right, bottom


@dataclass(frozen=True, slots=True)
class Field:
    """A part of the picture whose texts have this ink on this paper."""

    box: Box
    ink: Colour
    paper: Colour


def pixels(*sizes: int, lines: int = 1) -> tuple[Step, ...]:
    """Steps of a slot that is measured in pixels instead of millimetres."""
    return tuple(Step(size / MM_PER_PT, lines) for size in sizes)


@dataclass(slots=True)
class Sheet:
    """Black on white while it is written; `coloured` gives each field its colours."""

    grey: Image.Image
    fields: tuple[Field, ...]
    pictures: list[tuple[tuple[int, int], Image.Image]] = field(default_factory=list)

    def copy(self) -> "Sheet":
        return Sheet(self.grey.copy(), self.fields, list(self.pictures))

    def write(self, text: str, slot: Slot) -> None:
        """The text in its slot, in the ink of the field it lies in."""
        setting = fit(clean(text), slot)
        step = slot.steps[setting.step]
        size = step.size * MM_PER_PT
        leading = size * LEADING
        top = slot.top
        if slot.middle:
            top += (slot.height - leading * len(setting.lines)) / 2
        draw = ImageDraw.Draw(self.grey)
        anchor, left = {
            "left": ("ls", slot.left),
            "center": ("ms", slot.left + slot.width / 2),
            "right": ("rs", slot.left + slot.width),
        }[slot.align]
        for number, line in enumerate(setting.lines):
            base = round(top + leading * number + size * 0.95)
            draw.text((round(left), base), line, fill=0, font=_font(slot.font, size), anchor=anchor)

    def fill(self, box: Box, radius: int) -> None:
        ImageDraw.Draw(self.grey).rounded_rectangle(box, radius, fill=0)

    def place(self, picture: Image.Image, at: tuple[int, int]) -> None:
        self.pictures.append((at, picture))

    def place_symbol(self, symbol: QrSymbol, module: int, at: tuple[int, int]) -> None:
        """`at` is the corner of the quiet zone."""
        small = Image.new("L", (symbol.modules, symbol.modules), 255)
        draw = ImageDraw.Draw(small)
        for x, y, length in symbol.runs:
            draw.line((x, y, x + length - 1, y), fill=0)
        side, quiet = symbol.modules * module, QUIET * module
        large = small.resize((side, side), Image.Resampling.NEAREST)
        self.grey.paste(large, (at[0] + quiet, at[1] + quiet))

    def png(self) -> bytes:
        colours: list[int] = []
        page = Image.new("P", self.grey.size)
        for number, part in enumerate(self.fields):
            first = number * LEVELS
            shades = self.grey.crop(part.box).point(
                [first + value * LEVELS // 256 for value in range(256)]
            )
            page.paste(shades, part.box)
            colours += _ramp(part.ink, part.paper)
        for at, picture in self.pictures:
            first = len(colours) // 3
            palette = picture.getpalette() or []
            page.paste(picture.point([min(first + value, 255) for value in range(256)]), at)
            colours += palette
        page.putpalette(colours[: 3 * 256])
        out = io.BytesIO()
        page.save(out, "PNG", compress_level=3)  # 6 costs twice as much for 8 % less
        return out.getvalue()


def few_colours(picture: Image.Image, count: int) -> Image.Image:
    """The picture in a palette of its own; chosen from a small copy, ten times as cheap."""
    thumb = picture.resize((picture.width // 4, picture.height // 4), Image.Resampling.BOX)
    palette = thumb.quantize(count, Image.Quantize.MEDIANCUT)
    return picture.quantize(palette=palette, dither=Image.Dither.NONE)


def _ramp(ink: Colour, paper: Colour) -> list[int]:
    return [
        round(ink[part] + (paper[part] - ink[part]) * level / (LEVELS - 1))
        for level in range(LEVELS)
        for part in range(3)
    ]


@cache
def _font(name: str, size: float) -> ImageFont.FreeTypeFont:
    # The basic layout: the same on every machine, and as wide as the typesetting reckons.
    return ImageFont.truetype(
        str(FONTS / f"IBMPlexSansCondensed-{name}.ttf"),
        size,
        layout_engine=ImageFont.Layout.BASIC,
    )
