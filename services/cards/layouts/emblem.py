"""The emblem of an office: read from its file, and as a picture for the phone."""

import io
import os
from functools import cache
from pathlib import Path
from xml.etree import ElementTree as ET

from PIL import Image

from shared.fonts import FONTCONFIG

NEUTRAL = Path(__file__).parent.parent / "template" / "emblem.svg"
LARGEST = 300_000  # bytes; every worker gets it with every card
PX_PER_PT = 96 / 72


class BrokenEmblemError(ValueError):
    """The file that the office file names is no emblem that can be printed."""


@cache
def read_emblem(path: Path | None) -> bytes:
    """PNG, JPEG or SVG; nothing for an office without one."""
    if path is None:
        return b""
    try:
        emblem = path.read_bytes()
        _check(emblem)
    except (OSError, ValueError, SyntaxError) as error:  # those of Pillow and of the XML parser
        raise BrokenEmblemError(f"emblem {path}: {error}") from error
    return emblem


def _check(emblem: bytes) -> None:
    if len(emblem) > LARGEST:
        raise ValueError(f"at most {LARGEST} bytes")
    if emblem.lstrip()[:1] == b"<":
        # The office's own file, which WeasyPrint reads in the same way.
        if not ET.fromstring(emblem).tag.endswith("svg"):  # noqa: S314
            raise ValueError("not an SVG picture")
        return
    with Image.open(io.BytesIO(emblem), formats=("PNG", "JPEG")) as picture:
        picture.load()


def emblem_picture(emblem: bytes, side: int) -> Image.Image:
    """A square of `side` pixels, white, with the emblem in it; without one, the neutral emblem."""
    # As for the cards: before fontconfig is first asked, only the fonts in the repository count.
    os.environ["FONTCONFIG_FILE"] = str(FONTCONFIG)
    import pypdfium2
    import weasyprint

    from services.cards.assets import AssetFetcher

    fetcher = AssetFetcher()
    fetcher.assets = {"logo": emblem or NEUTRAL.read_bytes()}
    page = (
        f"<style>@page{{size:{side}px {side}px;margin:0}}body{{margin:0}}"
        f"img{{position:absolute;width:{side}px;height:{side}px;object-fit:contain}}</style>"
        "<img src=asset:logo>"
    )
    pdf = weasyprint.HTML(string=page, base_url="asset:", url_fetcher=fetcher).write_pdf()
    document = pypdfium2.PdfDocument(pdf)
    try:
        picture: Image.Image = document[0].render(scale=PX_PER_PT).to_pil().convert("RGB")
    finally:
        document.close()
    return picture
