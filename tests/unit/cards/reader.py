"""Reads a card as a screen reader does: along its tags, by the numbers of what is drawn."""

import io
import re
from typing import Any

import pikepdf

_CODE = re.compile(rb"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>")
_BLOCKS = {"/P", "/H1", "/H2", "/Figure"}


def spoken(pdf: bytes) -> list[str]:
    """One entry per paragraph, heading or picture, in the order of the tags."""
    said: list[str] = []
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        texts = {page.obj.objgen: _texts(page) for page in opened.pages}

        def visit(element: Any) -> None:
            if element.S in _BLOCKS:
                said.append(str(element.get("/Alt", "")))
                if "/ActualText" in element:
                    said[-1] = str(element.ActualText)
                    return
            for kid in element.K:
                if isinstance(kid, int):
                    said[-1] = f"{said[-1]} {texts[element.Pg.objgen][kid]}".strip()
                else:
                    visit(kid)

        visit(opened.Root.StructTreeRoot.K[0])
    return said


def _texts(page: pikepdf.Page) -> dict[int, str]:
    """The text that each number marks."""
    found: dict[int, str] = {}
    fonts = {name: _letters(font) for name, font in page.resources.Font.items()}
    mark, font = -1, {}
    for operation in pikepdf.parse_content_stream(page):
        operands, name = list(operation.operands), str(operation.operator)
        if name == "BDC":
            mark = int(operands[1].MCID)
            found[mark] = ""
        elif name == "Tf":
            font = fonts[str(operands[0])]
        elif name in ("Tj", "TJ"):
            parts = operands[0] if name == "TJ" else operands
            for part in parts:
                if isinstance(part, pikepdf.String):
                    found[mark] += _decoded(bytes(part), font)
    return found


def _letters(font: pikepdf.Object) -> dict[int, str]:
    return {
        int(code, 16): bytes.fromhex(letter.decode()).decode("utf-16-be")
        for code, letter in _CODE.findall(font.ToUnicode.read_bytes())
    }


def _decoded(codes: bytes, font: dict[int, str]) -> str:
    pairs = zip(codes[::2], codes[1::2], strict=True)
    return "".join(font[high << 8 | low] for high, low in pairs)
