"""Draw the receipt with WeasyPrint. Runs in a worker process, which alone imports it."""

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from shared.fonts import FONTCONFIG

TEMPLATE = Path(__file__).parent / "template"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What stands on it, in words for the applicant; the name is masked."""

    office_lines: tuple[str, ...]
    reference: str
    facts: tuple[tuple[str, str], ...]
    documents: tuple[str, ...]
    steps: tuple[str, ...]
    status_url: str
    contacts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Engine:
    """WeasyPrint's parts that are dear to build, made once per worker process."""

    weasyprint: Any
    fonts: Any
    css: Any
    fetcher: Any
    template: Any


def draw_receipt(receipt: Receipt) -> bytes:
    """One A4 page as PDF; the same receipt gives the same bytes."""
    engine = _engine()
    page = engine.template.render(receipt=receipt)
    html = engine.weasyprint.HTML(string=page, base_url="none:", url_fetcher=engine.fetcher)
    pdf: bytes = html.write_pdf(font_config=engine.fonts, stylesheets=[engine.css])
    return pdf


@cache
def _engine() -> Engine:
    os.environ["FONTCONFIG_FILE"] = str(FONTCONFIG)
    import weasyprint
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher

    fonts = FontConfiguration()
    nothing = URLFetcher(allowed_protocols=set(), allow_redirects=False)
    css = weasyprint.CSS(
        string=(TEMPLATE / "receipt.css").read_text("utf-8"),
        font_config=fonts,
        url_fetcher=nothing,
    )
    jinja = Environment(
        loader=FileSystemLoader(TEMPLATE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return Engine(weasyprint, fonts, css, nothing, jinja.get_template("receipt.html"))
