"""The two fonts of a card as PDF objects, with the glyphs that names and places are written in.

A card with other letters gets every glyph of the font, at the price of 60 kB. What is chosen
depends on the card alone, so that its bytes do.
"""

import hashlib
import io
import zlib
from dataclasses import dataclass
from functools import cache

from services.cards.drawing.objects import Writer
from shared.fonts import FONTS

FACES = ("Regular", "SemiBold")
ASCENT, DESCENT = 1.025, -0.275  # em
COMMON = frozenset(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    " .,:;/()[]{}|$^~\\'’‘“”&+-–—…<>\"#%*@!?=_·•ÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖÙÚÛÜàáâãäåçèéêëìíîïñòóôõöùúûü"
)


@dataclass(frozen=True, slots=True)
class Letters:
    """One font: glyph and width in em of each letter, and the file to embed."""

    name: str
    glyphs: dict[str, int]
    widths: dict[str, float]
    data: bytes
    box: tuple[int, ...]
    cap_height: int

    def shown(self, text: str) -> bytes:
        return "".join(f"{self.glyphs[letter]:04x}" for letter in text).encode()

    def width(self, text: str) -> float:
        return sum(self.widths[letter] for letter in text)


@cache
def letters(face: str, *, is_whole: bool) -> Letters:
    from fontTools import subset
    from fontTools.ttLib import TTFont

    font = TTFont(FONTS / f"IBMPlexSansCondensed-{face}.ttf", recalcTimestamp=False)
    codes = set(font.getBestCmap())
    if not is_whole:
        codes &= {ord(letter) for letter in COMMON}
    options = subset.Options(hinting=False, layout_features=[], notdef_outline=True, name_IDs=[])
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "STAT", "gasp"]
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=codes)
    cutter.subset(font)
    out = io.BytesIO()
    font.save(out)
    data = out.getvalue()
    tag = "".join(chr(65 + byte % 26) for byte in hashlib.sha256(data).digest()[:6])
    em: int = font["head"].unitsPerEm
    names = font.getBestCmap()
    head = font["head"]
    return Letters(
        name=f"{tag}+IBMPlexSansCondensed-{face}",
        glyphs={chr(code): font.getGlyphID(name) for code, name in names.items()},
        widths={chr(code): font["hmtx"][name][0] / em for code, name in names.items()},
        data=data,
        box=tuple(round(each * 1000 / em) for each in (head.xMin, head.yMin, head.xMax, head.yMax)),
        cap_height=font["OS/2"].sCapHeight,
    )


@dataclass(frozen=True, slots=True)
class _Packed:
    """The long parts of a font as they stand in a file."""

    data: bytes
    widths: bytes
    unicode: bytes


@cache
def _packed(face: str, *, is_whole: bool) -> _Packed:
    font = letters(face, is_whole=is_whole)
    by_glyph = {font.glyphs[letter]: width for letter, width in font.widths.items()}
    widths = " ".join(f"{glyph}[{by_glyph[glyph] * 1000:g}]" for glyph in sorted(by_glyph))
    return _Packed(
        zlib.compress(font.data, 9), widths.encode(), zlib.compress(_to_unicode(font).encode())
    )


def add_fonts(writer: Writer, *, are_whole: bool) -> tuple[int, ...]:
    """Objects of the fonts, in the order of FACES."""
    return tuple(_add_font(writer, face, is_whole=are_whole) for face in FACES)


def _add_font(writer: Writer, face: str, *, is_whole: bool) -> int:
    font, packed = letters(face, is_whole=is_whole), _packed(face, is_whole=is_whole)
    file = writer.add_stream(b"/Filter/FlateDecode/Length1 %d" % len(font.data), packed.data)
    name = font.name.encode()
    descriptor = writer.add(
        b"<</Type/FontDescriptor/FontName/%b/Flags 32/FontBBox[%b]/ItalicAngle 0/Ascent %d"
        b"/Descent %d/CapHeight %d/StemV %d/FontFile2 %d 0 R>>"
        % (
            name,
            " ".join(map(str, font.box)).encode(),
            round(ASCENT * 1000),
            round(DESCENT * 1000),
            font.cap_height,
            120 if face == "SemiBold" else 80,
            file,
        )
    )
    inner = writer.add(
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont/%b/CIDSystemInfo<</Registry(Adobe)"
        b"/Ordering(Identity)/Supplement 0>>/FontDescriptor %d 0 R/DW 1000/W[%b]"
        b"/CIDToGIDMap/Identity>>" % (name, descriptor, packed.widths)
    )
    unicode_map = writer.add_stream(b"/Filter/FlateDecode", packed.unicode)
    return writer.add(
        b"<</Type/Font/Subtype/Type0/BaseFont/%b/Encoding/Identity-H/DescendantFonts[%d 0 R]"
        b"/ToUnicode %d 0 R>>" % (name, inner, unicode_map)
    )


def _to_unicode(font: Letters) -> str:
    by_glyph: dict[int, str] = {}
    for letter, glyph in sorted(font.glyphs.items()):
        by_glyph.setdefault(glyph, letter)
    rows = [
        f"<{glyph:04x}> <{letter.encode('utf-16-be').hex()}>"
        for glyph, letter in sorted(by_glyph.items())
    ]
    parts = [rows[start : start + 100] for start in range(0, len(rows), 100)]
    ranges = "\n".join(
        f"{len(part)} beginbfchar\n" + "\n".join(part) + "\nendbfchar" for part in parts
    )
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        f"1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n{ranges}\n"
        "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend"
    )
