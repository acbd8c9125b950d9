"""Looks at start whether the office's texts and the templates give cards in every layout.

Without WeasyPrint, which the service itself never loads; what that would only warn of is an error.
"""

from dataclasses import replace

import cssselect2
import tinycss2
from jinja2 import TemplateError

from services.cards.face import EXAMPLE, CardFace, Signatory
from services.cards.layout import LayoutError
from services.cards.layouts.emblem import BrokenEmblemError
from services.cards.pages import LAYOUTS, frame_key, page_css, page_html
from services.cards.printing import letterhead
from services.cards.qr import qr_symbol
from shared.office import Office


class BadLayoutError(ValueError):
    """Cards of a layout cannot be drawn; it says which and why."""


def check_layouts(office: Office) -> CardFace:
    """Returns the example that was looked at; raises `BadLayoutError`."""
    try:
        face = _example_of(office)
    except BrokenEmblemError as error:
        raise BadLayoutError(str(error)) from error
    for name, layout in LAYOUTS.items():
        try:
            key = frame_key(face)
            printed, fixed = layout.values(face), layout.frame_values(key)
            page_html(
                layout,
                "",
                values=printed,
                qr=qr_symbol(face.qr),
                frame=True,
                frame_values=fixed,
                **layout.frame(key),
            )
            css = page_css(layout, (*printed, *fixed))
        except (LayoutError, TemplateError, OSError) as error:
            raise BadLayoutError(f"layout {name}: {error!r}") from error
        if wrong := _first_error(css):
            raise BadLayoutError(f"layout {name}: {wrong}")
    return face


def _example_of(office: Office) -> CardFace:
    rules = office.card
    return replace(
        EXAMPLE,
        registration_number="0" * sum(rules.number_boxes),
        number_boxes=rules.number_boxes,
        office=letterhead(office),
        signatory=Signatory(rules.signatory.role, rules.signatory.name, rules.signatory.nip),
        terms=rules.terms,
        short_terms=rules.short_terms,
        legal_basis=rules.legal_basis,
        area_of_validity=rules.area_of_validity,
    )


def _first_error(css: str) -> str:
    """What is wrong in the styles: rules, declarations, in that order."""
    for rule in tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True):
        if rule.type == "error":
            return f"styles, line {rule.source_line}: {rule.message}"
        if rule.type == "qualified-rule":
            try:
                cssselect2.compile_selector_list(rule.prelude)
            except cssselect2.SelectorError as error:
                return f"styles, line {rule.source_line}: {error}"
        for declared in tinycss2.parse_blocks_contents(rule.content or []):
            if declared.type == "error":
                return f"styles, line {declared.source_line}: {declared.message}"
    return ""
