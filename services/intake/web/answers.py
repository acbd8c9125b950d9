"""The answers of an application as the applicant reads them before sending."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.intake.forms import Field, FormPage
from services.intake.web.wording import telephone
from shared.dates import long_date
from shared.wages import wage_in_words

NOT_FILLED = "Tidak diisi"
_NIK_BLOCK = 4


# The address where a field or group is changed; empty when it may not be.
Urls = Callable[[str], str]


@dataclass(frozen=True)
class Line:
    """`url` is where this answer is changed; the lines of a row are changed together."""

    label: str
    text: str
    url: str = ""


@dataclass(frozen=True)
class Part:
    """The fields of a page, or one row of a group under its own heading."""

    title: str
    lines: tuple[Line, ...]
    url: str = ""


def parts(page: FormPage, values: Mapping[str, Any], url_of: Urls) -> tuple[Part, ...]:
    """All that was asked on a page, in its order."""
    found = [Part("", tuple(_lines(page.fields, values, url_of)))] if page.fields else []
    for group in page.groups:
        rows = values.get(group.name) or []
        url = url_of(group.name)
        if not rows:
            found.append(Part("", (Line(group.title, NOT_FILLED, url),)))
        for number, row in enumerate(rows, 1):
            title = f"{group.row_title} {number}" if group.most > 1 else group.row_title
            found.append(Part(title, tuple(_lines(group.fields, row, _nowhere)), url))
    return tuple(found)


def _nowhere(_: str) -> str:
    return ""


def _lines(fields: Iterable[Field], values: Mapping[str, Any], url_of: Urls) -> Iterable[Line]:
    for field in fields:
        if field.kind != "computed" and field.is_asked(values):
            text = text_of(field, values.get(field.name))
            yield Line(field.label, text, url_of(field.name))


def text_of(field: Field, value: Any) -> str:
    """One value in words."""
    if value is None or value in ("", []):
        return NOT_FILLED
    if isinstance(value, bool):
        return field.choices.get("yes" if value else "no", "Ya" if value else "Tidak")
    if isinstance(value, list):
        return ", ".join(_choice(field, each) for each in value)
    if field.kind == "date":
        return long_date(date.fromisoformat(value))
    if isinstance(value, float):
        return f"{value:g}".replace(".", ",")
    return _SPELT[field.name](value) if field.name in _SPELT else _choice(field, str(value))


def _blocks(nik: str) -> str:
    return " ".join(nik[at : at + _NIK_BLOCK] for at in range(0, len(nik), _NIK_BLOCK))


def _mobile(number: str) -> str:
    return telephone(number.removeprefix("+"))


_SPELT: dict[str, Callable[[str], str]] = {
    "nik": _blocks,
    "family_card_number": _blocks,
    "mobile": _mobile,
    "guardian_mobile": _mobile,
    "wage": wage_in_words,
}


def _choice(field: Field, value: str) -> str:
    """The label of a choice, with its heading if it stands under one."""
    for option in field.options:
        if option.value == value:
            stands_under = option.group if field.offer is None else None
            return f"{option.label}, {stands_under}" if stands_under else option.label
    return value
