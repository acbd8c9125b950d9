"""The emblem of an office as a picture on white, from whatever kind of file the office gave."""

import os
from pathlib import Path

from PIL import Image

from shared.fonts import FONTCONFIG

NEUTRAL = Path(__file__).parent.parent / "template" / "emblem.svg"
PX_PER_PT = 96 / 72


def emblem_picture(emblem: bytes, side: int) -> Image.Image:
    """A square of `side` pixels with the emblem in it; without one, the neutral emblem."""
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
