"""How the fields of a page stand on the screen: questions under the answer that calls for them."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from markupsafe import Markup, escape

from services.intake.forms import Field, FormPage, Group, Option
from services.intake.forms.occupations import Occupations

Form = Mapping[str, Sequence[str]]
_ROW_LIMIT = 50  # as in forms/parsing.py: rows beyond it are no form of ours
_ROW_DIGITS = 2  # Python refuses to read a number of thousands of digits


@dataclass(frozen=True)
class Question:
    """A field and the fields asked only at some of its answers (`when`, for the style sheet)."""

    field: Field
    when: str
    below: tuple[Question, ...]


@lru_cache(maxsize=256)
def questions(fields: tuple[Field, ...]) -> tuple[Question, ...]:
    """The tree of `fields`; order as given. What hangs on a computed field stands by itself."""
    asked = tuple(field for field in fields if field.kind != "computed")
    return _under(asked, None, frozenset(field.name for field in asked))


def fitted(
    page: FormPage, form: Form, occupations: Occupations, errors: Container[str] = ()
) -> FormPage:
    """The page as this person is asked: with what there is to choose, without what is not asked."""
    computed = frozenset(field.name for field in page.fields if field.kind == "computed")
    if not computed and all(field.offer is None for field in page.fields):
        return page
    offered = (
        _offered(field, form, field.offer(form, occupations)) if field.offer else field
        for field in page.fields
        if field.kind != "computed" and _concerns(field, computed, form, errors)
    )
    return replace(page, fields=tuple(f for f in offered if f.offer is None or f.options))


def _offered(field: Field, form: Form, options: tuple[Option, ...]) -> Field:
    """With what there is to choose from, and what it is about in the label."""
    about = first(form, field.about) if field.about else ""
    return replace(
        field, options=options, label=f"{field.label}: {about}" if about else field.label
    )


def stands_alone(page: FormPage) -> bool:
    """Whether one question is the whole page: then it is the heading too, unless it is a tick."""
    asked = questions(page.fields)
    return not page.groups and len(asked) == 1 and asked[0].field.kind != "checkbox"


def _concerns(field: Field, computed: frozenset[str], form: Form, errors: Container[str]) -> bool:
    if field.shown_if is None or field.shown_if[0] not in computed:
        return True
    return first(form, field.shown_if[0]) == "yes" or field.name in form or field.name in errors


def _under(
    fields: tuple[Field, ...], parent: str | None, names: frozenset[str]
) -> tuple[Question, ...]:
    return tuple(
        Question(field, _when(field), _under(fields, field.name, names))
        for field in fields
        if _parent(field, names) == parent
    )


def _parent(field: Field, names: frozenset[str]) -> str | None:
    return field.shown_if[0] if field.shown_if and field.shown_if[0] in names else None


def _when(field: Field) -> str:
    return " ".join(map(_entry, field.shown_if[1])) if field.shown_if else ""


def _entry(value: object) -> str:
    """A value as it is posted."""
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


@lru_cache(maxsize=256)
def _option_tags(options: tuple[Option, ...]) -> str:
    """The options of a select, under their headings; long lists are rendered once."""
    tags, group = [], None
    for option in options:
        if option.group != group:
            tags.append("</optgroup>" if group else "")
            tags.append(f'<optgroup label="{escape(option.group)}">' if option.group else "")
            group = option.group
        tags.append(f'<option value="{escape(option.value)}">{escape(option.label)}</option>')
    return "".join(tags) + ("</optgroup>" if group else "")


def option_tags(options: tuple[Option, ...], chosen: str) -> Markup:
    tags = _option_tags(options)
    if any(option.value == chosen for option in options):
        mark = f'value="{escape(chosen)}"'
        tags = tags.replace(mark, f"{mark} selected", 1)
    return Markup(tags)  # noqa: S704  # every part was escaped above


def first(form: Form, name: str) -> str:
    """The first entry of a name, as typed."""
    entries = form.get(name)
    return entries[0] if entries else ""


def row_numbers(group: Group, form: Form) -> list[int]:
    """The rows of a group that stand on the page: those posted, or the ones it must have."""
    start = f"{group.name}-"
    found = set()
    for name in form:
        number = name.removeprefix(start).partition("-")[0] if name.startswith(start) else ""
        is_number = number.isascii() and number.isdecimal() and len(number) <= _ROW_DIGITS
        if is_number and int(number) < _ROW_LIMIT:
            found.add(int(number))
    return sorted(found) or list(range(group.least))


def with_row(page: FormPage, form: Form, group_name: str) -> dict[str, Sequence[str]]:
    """The form with one more empty row of a group, if it may have one."""
    grown = dict(form)
    for group in page.groups:
        if group.name == group_name:
            numbers = row_numbers(group, form)
            grown |= {f"{group.name}-{number}-": [""] for number in numbers}
            if len(numbers) < group.most:
                grown[f"{group.name}-{max(numbers, default=-1) + 1}-"] = [""]
    return grown


def without_row(form: Form, group_name: str, number: str) -> dict[str, Sequence[str]]:
    """The form without one row of a group."""
    start = f"{group_name}-{number}-"
    return {name: entries for name, entries in form.items() if not name.startswith(start)}


def width(field: Field) -> str:
    """The width class of an input that takes a short entry; wide enough for what is typed."""
    if field.max_length is None:
        return ""
    return next((str(size) for size in (2, 3, 4, 5, 10, 20) if field.max_length <= size), "20")
