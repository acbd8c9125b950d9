"""The pages of a layout as HTML and CSS, from its template and the places of its texts."""

from collections.abc import Mapping
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from services.cards.face import CardFace
from services.cards.layout import FrameKey, Layout, Side, Values
from services.cards.layouts.form import FORM
from services.cards.layouts.plastic import PLASTIC
from services.cards.layouts.sheet import SHEET
from services.cards.layouts.strip import STRIP
from services.cards.qr import side_mm
from services.cards.values import css as values_css
from shared.contracts.print_batches import CardLayout

LAYOUTS: Mapping[CardLayout, Layout] = {
    layout.name: layout for layout in (STRIP, SHEET, FORM, PLASTIC)
}
TEMPLATES = Path(__file__).parent / "template"


def frame_key(face: CardFace) -> FrameKey:
    return FrameKey(
        office=face.office,
        signatory=face.signatory,
        terms=face.terms,
        short_terms=face.short_terms,
        legal_basis=face.legal_basis,
        number_boxes=face.number_boxes,
        prints_phone=bool(face.phone),
    )


def page_html(form: Layout, title: str, **context: Any) -> str:
    given = {"frame": False, "values": None, "qr": None, "sheet": None} | context
    html: str = _templates().get_template(form.template).render(title=title, **given)
    return html


@cache
def _styles(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


def page_css(form: Layout, printed: Values) -> str:
    """The files of a layout, then the places of sides, photo, QR and texts."""
    photo, symbol = form.photo, form.symbol
    rules = [_styles(name) for name in ("parts.css", *form.styles)]
    rules += [
        f"section:nth-of-type({n}){{{_transform(side, form)}}}"
        for n, side in enumerate(form.sides, start=1)
    ]
    side = side_mm(symbol.dots)
    rules.append(
        f".face{{left:{photo.left}mm;top:{photo.top}mm"
        f";width:{photo.width}mm;height:{photo.height}mm}}"
        f".qr{{left:{symbol.left:.4f}mm;top:{symbol.top:.4f}mm"
        f";width:{side:.4f}mm;height:{side:.4f}mm}}"
    )
    return "\n".join(rules) + values_css(chain(*printed))


def _transform(side: Side, form: Layout) -> str:
    if side.scale == 1 and not (side.left or side.top or side.is_turned):
        return ""
    left, top, turn = side.left, side.top, ""
    if side.is_turned:
        left += form.side_size[0] * side.scale
        top += form.side_size[1] * side.scale
        turn = "rotate(180deg) "
    return (
        f"transform-origin:0 0"
        f";transform:translate({left:.4f}mm,{top:.4f}mm) {turn}scale({side.scale})"
    )


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
