"""Draws an AK-1 card: `render(face, photo)` gives the two-page PDF, 297 x 110 mm.

Runs in a worker process; `warm_up` is the initializer of the pool. The same face and photo
give the same bytes.
"""

import os
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from services.cards import slots
from services.cards.face import CardFace, OfficeHeading, Signatory
from services.cards.layers import Frame
from services.cards.photo import BrokenPhotoError, blank_photo, card_photo
from services.cards.qr import QrSymbol, QrTooLargeError, qr_symbol
from services.cards.values import (
    EXAMPLE,
    inside_frame_values,
    inside_values,
    outside_frame_values,
    outside_values,
)
from shared.fonts import FONTCONFIG

TEMPLATE = Path(__file__).parent / "template"
PT_PER_MM = 72 / 25.4
HEIGHT, BOTTOM, LEFT = 110.0, 103.0, 7.0  # mm: the page, and edges of the print area
_DIGITS = re.compile(r"[0-9]{16}")
FRAMES_KEPT = 16  # one per signatory and wording; about 60 kB each


class RenderError(Exception):
    """The card cannot be drawn from this face and photo."""


@dataclass(frozen=True, slots=True)
class FrameKey:
    """What the frame is drawn from: the part of a face that many cards share."""

    office: OfficeHeading
    signatory: Signatory
    terms: tuple[str, ...]
    legal_basis: str
    prints_phone: bool


@dataclass(frozen=True, slots=True)
class Engine:
    """WeasyPrint's parts that are dear to build, made once per worker process."""

    weasyprint: Any
    fonts: Any
    css: Any
    fetcher: Any
    template: Any


def warm_up() -> None:
    """Loads the engine and draws one card, so that the first real one is not slow."""
    render(EXAMPLE, blank_photo())


def render(face: CardFace, photo: bytes) -> bytes:
    if not (_DIGITS.fullmatch(face.registration_number) and _DIGITS.fullmatch(face.nik)):
        raise RenderError("registration number and NIK must have 16 digits")
    frame = _frame(_frame_key(face))
    symbol = _symbol(face)
    page = _html(face, values=True, qr=symbol)
    drawing = _qr_drawing(symbol)
    return _write(page, {"photo": _photo(photo)}, lambda _, pdf: frame.stamp(pdf, drawing))


def render_plain(face: CardFace, photo: bytes) -> bytes:
    """The same card in one plain WeasyPrint call: the yardstick for speed and for looks."""
    engine = _engine()
    used = [
        *outside_values(face),
        *inside_values(face),
        *outside_frame_values(face.office, face.signatory),
        *inside_frame_values(face.legal_basis),
    ]
    css = _frame_css() + slots.slot_css({v.rule for v in used})
    engine.fetcher.assets = {"photo": _photo(photo), "logo": _logo(face.office)}
    page = _html(face, values=True, frame=True, css=css, qr=_symbol(face))
    html = engine.weasyprint.HTML(string=page, base_url="asset:", url_fetcher=engine.fetcher)
    plain: bytes = html.write_pdf()
    return plain


def _write(page: str, assets: dict[str, bytes], finisher: Any) -> bytes:
    engine = _engine()
    from weasyprint.urls import FatalURLFetchingError

    engine.fetcher.assets = assets
    try:
        html = engine.weasyprint.HTML(string=page, base_url="asset:", url_fetcher=engine.fetcher)
        pdf: bytes = html.write_pdf(
            font_config=engine.fonts, stylesheets=[engine.css], finisher=finisher
        )
    except FatalURLFetchingError as error:  # a BaseException: would end the worker
        raise RenderError(str(error)) from error
    finally:
        engine.fetcher.assets = {}
    return pdf


@lru_cache(maxsize=FRAMES_KEPT)
def _frame(key: FrameKey) -> Frame:
    frame = Frame()
    page = _engine().template.render(
        face=key, title="", css="", frame=True, values=False, **_frame_context(key)
    )
    _write(page, {"logo": _logo(key.office)}, frame.keep)
    return frame


def _frame_key(face: CardFace) -> FrameKey:
    return FrameKey(
        face.office, face.signatory, face.terms, face.legal_basis, prints_phone=bool(face.phone)
    )


def _html(face: CardFace, *, values: bool, qr: QrSymbol, frame: bool = False, css: str = "") -> str:
    html: str = _engine().template.render(
        face=face,
        title=f"Kartu AK/I {face.registration_number}",
        css=css,
        frame=frame,
        values=values,
        qr=qr,
        qr_top=f"{BOTTOM - qr.side_mm:.4f}",
        outside=outside_values(face),
        inside=inside_values(face),
        number=_grouped(face.registration_number),
        nik=face.nik,
        **(_frame_context(_frame_key(face)) if frame else {}),
    )
    return html


def _symbol(face: CardFace) -> QrSymbol:
    try:
        return qr_symbol(face.check_url)
    except QrTooLargeError as error:
        raise RenderError(str(error)) from error


def _qr_drawing(symbol: QrSymbol) -> list[bytes]:
    """PDF operators for the symbol: drawn directly, as SVG it would cost a third of the card."""
    module, left = symbol.module_mm * PT_PER_MM, LEFT * PT_PER_MM
    top = (HEIGHT - BOTTOM + symbol.side_mm) * PT_PER_MM
    matrix = f"{module:.5f} 0 0 {-module:.5f} {left:.4f} {top:.4f} cm"
    return [b"q 0 g", matrix.encode(), symbol.pdf_path.encode(), b"f Q"]


def _grouped(number: str) -> str:
    groups, start = [], 0
    for size in slots.NUMBER_GROUPS:
        groups.append(number[start : start + size])
        start += size
    return " ".join(groups)


def _frame_context(key: FrameKey) -> dict[str, Any]:
    size = slots.terms_size(key.terms)
    if size is None:
        raise RenderError("the terms of the office file do not fit into their box")
    return {
        "slots": slots,
        "boxes": slots.number_boxes(),
        "labels": slots.labels(with_phone=key.prints_phone),
        "terms_size": size,
        "frame_outside": outside_frame_values(key.office, key.signatory),
        "frame_inside": inside_frame_values(key.legal_basis),
    }


def _photo(photo: bytes) -> bytes:
    try:
        return card_photo(photo)
    except BrokenPhotoError as error:
        raise RenderError(str(error)) from error


def _logo(office: OfficeHeading) -> bytes:
    return office.logo or (TEMPLATE / "emblem.svg").read_bytes()


@cache
def _frame_css() -> str:
    return (TEMPLATE / "card.css").read_text(encoding="utf-8") + slots.number_css()


@cache
def _engine() -> Engine:
    # Before fontconfig is first asked: only the fonts in the repository count.
    os.environ["FONTCONFIG_FILE"] = str(FONTCONFIG)
    import weasyprint
    from weasyprint.text.fonts import FontConfiguration

    from services.cards.assets import AssetFetcher

    fonts = FontConfiguration()
    fetcher = AssetFetcher()
    css = weasyprint.CSS(
        string=_frame_css() + slots.slot_css(), font_config=fonts, url_fetcher=fetcher
    )
    jinja = Environment(
        loader=FileSystemLoader(TEMPLATE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return Engine(weasyprint, fonts, css, fetcher, jinja.get_template("card.html"))
