"""Draws an AK-1 card: `render(face, photo, layout)` gives the PDF in one of the layouts.

Runs in a worker process; `warm_up` is the initializer of the pool. The same face and photo
give the same bytes.
"""

import os
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from services.cards.drawing.composing import compose
from services.cards.drawing.frames import TITLE, Frame, Taken
from services.cards.face import EXAMPLE, CardFace, OfficeHeading
from services.cards.layout import FrameKey, Layout, LayoutError
from services.cards.pages import LAYOUTS, TEMPLATES, frame_key, page_css, page_html
from services.cards.photo import BrokenPhotoError, blank_photo, card_photo
from services.cards.qr import QrSymbol, QrTooLargeError, qr_symbol
from shared.contracts.print_batches import CardLayout
from shared.fonts import FONTCONFIG

VARIANT = "pdf/a-3a"
FRAMES_KEPT = 16  # one per layout, signatory and wording; about 60 kB each
_NIK = re.compile(r"[0-9]{16}")


class RenderError(Exception):
    """The card cannot be drawn from this face and photo."""


@dataclass(frozen=True, slots=True)
class Engine:
    """WeasyPrint's parts that are dear to build, made once per worker process."""

    fonts: Any
    fetcher: Any


def warm_up(face: CardFace = EXAMPLE, layout: CardLayout = "strip") -> None:
    """Loads the engine and draws a card of the office, so that the first real one is not slow."""
    render(face, blank_photo(), layout)


def render(face: CardFace, photo: bytes, layout: CardLayout = "strip") -> bytes:
    form = _checked(face, layout)
    frame = _frame(layout, frame_key(face))
    printed = form.values(face)
    return compose(form, frame, printed, _photo(photo), _symbol(face), _title(face))


def render_plain(face: CardFace, photo: bytes, layout: CardLayout = "strip") -> bytes:
    """The same card in one plain WeasyPrint call: the yardstick for speed and for looks."""
    form = _checked(face, layout)
    key = frame_key(face)
    printed, fixed = form.values(face), form.frame_values(key)
    page = page_html(
        form,
        _title(face),
        values=printed,
        qr=_symbol(face),
        frame=True,
        frame_values=fixed,
        **form.frame(key),
    )
    assets = {"photo": _photo(photo), "logo": _logo(face.office)}
    return _write(page, page_css(form, (*printed, *fixed)), assets)


def _checked(face: CardFace, layout: CardLayout) -> Layout:
    if not _NIK.fullmatch(face.nik):
        raise RenderError("the NIK must have 16 digits")
    if len(face.registration_number) != sum(face.number_boxes):
        raise RenderError("the registration number must fill its boxes")
    return LAYOUTS[layout]


def _title(face: CardFace) -> str:
    return f"Kartu AK/I {face.registration_number}"


def _write(page: str, css: str, assets: dict[str, bytes], finisher: Any = None) -> bytes:
    from weasyprint import CSS, HTML
    from weasyprint.urls import FatalURLFetchingError

    engine = _engine()
    engine.fetcher.assets = assets
    try:
        html = HTML(string=page, base_url="asset:", url_fetcher=engine.fetcher)
        style = CSS(string=css, font_config=engine.fonts, url_fetcher=engine.fetcher)
        pdf: bytes = html.write_pdf(
            stylesheets=[style], font_config=engine.fonts, finisher=finisher, pdf_variant=VARIANT
        )
    except FatalURLFetchingError as error:  # a BaseException: would end the worker
        raise RenderError(str(error)) from error
    finally:
        engine.fetcher.assets = {}
    return pdf


@lru_cache(maxsize=FRAMES_KEPT)
def _frame(layout: CardLayout, key: FrameKey) -> Frame:
    form, taken = LAYOUTS[layout], Taken()
    fixed = form.frame_values(key)
    try:
        page = page_html(form, TITLE, frame=True, frame_values=fixed, **form.frame(key))
        _write(page, page_css(form, fixed), {"logo": _logo(key.office)}, taken.take)
    except LayoutError as error:
        raise RenderError(str(error)) from error
    return taken.frame


def _symbol(face: CardFace) -> QrSymbol:
    try:
        return qr_symbol(face.qr)
    except QrTooLargeError as error:
        raise RenderError(str(error)) from error


def _photo(photo: bytes) -> bytes:
    try:
        return card_photo(photo)
    except BrokenPhotoError as error:
        raise RenderError(str(error)) from error


def _logo(office: OfficeHeading) -> bytes:
    return office.logo or (TEMPLATES / "emblem.svg").read_bytes()


@cache
def _engine() -> Engine:
    # Before fontconfig is first asked: only the fonts in the repository count.
    os.environ["FONTCONFIG_FILE"] = str(FONTCONFIG)
    from weasyprint.text.fonts import FontConfiguration

    from services.cards.assets import AssetFetcher

    return Engine(FontConfiguration(), AssetFetcher())
