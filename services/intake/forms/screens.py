"""One screen of a page: which are asked, and how one is read with the answers given before."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from services.intake.forms.fields import (
    Errors,
    Form,
    FormPage,
    Reading,
    Screen,
    Values,
    is_answered_so,
)
from services.intake.forms.pages import PAGES
from services.intake.forms.parsing import form_of, parse


@dataclass(frozen=True, slots=True)
class ParsedScreen:
    """`errors` are those of the screen; `values` all of the page that are known now.

    `open` are the ids of screens that must be answered again, or were never answered rightly.
    """

    values: Values
    errors: Errors
    warnings: tuple[str, ...]
    open: frozenset[str]


def asked_screens(page: FormPage, values: Mapping[str, Any]) -> tuple[Screen, ...]:
    return tuple(each for each in page.screens if is_answered_so(each.shown_if, values))


def find_screen(page: FormPage, screen_id: str) -> Screen | None:
    return next((each for each in page.screens if each.id == screen_id), None)


def screen_of(page: FormPage, name: str) -> Screen:
    """The screen on which a field or group of the page stands."""
    return next(each for each in page.screens if name in each.names)


def screen_page(page: FormPage, screen: Screen) -> FormPage:
    """A screen as a page of its own."""
    return _SCREEN_PAGES[page.id, screen.id]


def _cut(page: FormPage, screen: Screen) -> FormPage:
    """Computed fields stay: they decide what is asked."""
    return replace(
        page,
        title=screen.title,
        fields=tuple(f for f in page.fields if f.name in screen.names or f.kind == "computed"),
        groups=tuple(group for group in page.groups if group.name in screen.names),
    )


_SCREEN_PAGES = {
    (page.id, screen.id): _cut(page, screen) for page in PAGES.values() for screen in page.screens
}


def overlaid(screen: Screen, known: Values, form: Form) -> dict[str, Any]:
    """The form of the whole page: what is known, and of this screen what was posted now."""
    names = frozenset(screen.names)
    kept = {name: each for name, each in form_of(known).items() if _head(name) not in names}
    return {**kept, **{name: each for name, each in form.items() if _head(name) in names}}


def parse_screen(
    page: FormPage, screen: Screen, known: Values, form: Form, reading: Reading
) -> ParsedScreen:
    """Read one screen; what other screens lack is no error of this one."""
    parsed = parse(page, overlaid(screen, known, form), reading)
    values = {**{n: known[n] for n in known if n not in parsed.values}, **parsed.values}
    stale = {
        field.name
        for field in page.fields
        if field.about in screen.names
        and known.get(field.name) is not None
        and values.get(field.about) != known.get(field.about)
    }
    values |= dict.fromkeys(stale)
    failed = {_head(name) for name in parsed.errors} | stale
    return ParsedScreen(
        values,
        {name: text for name, text in parsed.errors.items() if _head(name) in screen.names},
        parsed.warnings,
        frozenset(each.id for each in page.screens if _holds(each, failed)),
    )


def _holds(screen: Screen, names: Collection[str]) -> bool:
    return any(name in names for name in screen.names)


def _head(name: str) -> str:
    """`education` of `education-0-major`, `birth_date` of `birth_date-day`."""
    return name.partition("-")[0]
