"""Read a posted page: the one source of truth for HTML forms and for the JSON API."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from services.intake.forms import rules
from services.intake.forms.fields import (
    Errors,
    Field,
    Form,
    FormPage,
    Group,
    Known,
    Reading,
    Value,
    Values,
    Wrong,
)
from services.intake.forms.pages import PAGES
from services.intake.forms.tailoring import tailored
from shared.office import Office

DATE_PARTS = ("day", "month", "year")
_TICKED = frozenset({"yes", "on", "true", "1"})
_ROW_NUMBER_DIGITS = 2  # more is no form of ours
_ROWS_READ = 10**_ROW_NUMBER_DIGITS
_NAME_LONGEST = 100
_NOTHING_KNOWN = Known()


@dataclass(frozen=True, slots=True)
class Parsed:
    """`values` can be kept as JSON; they are complete only when `errors` is empty."""

    values: Values
    errors: Errors = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


def parse_page(
    page_id: str, form: Form, today: date, office: Office, known: Known = _NOTHING_KNOWN
) -> Parsed:
    """Read the page `page_id`; raises `KeyError` for an unknown one."""
    return parse(PAGES[page_id], form, Reading(today, office, known))


def parse(page: FormPage, form: Form, reading: Reading) -> Parsed:
    page = tailored(page, reading.office)
    errors: Errors = {}
    values = _read_fields(page.fields, form, "", reading, errors)
    for group in page.groups:
        values[group.name] = _read_rows(group, form, reading, errors)
    if page.check is not None:
        page.check(values, errors, reading)
    for group in page.groups:
        for row in values[group.name]:
            del row["#"]
    warnings = page.warn(values, reading) if page.warn else ()
    return Parsed(values, _in_page_order(page, errors), warnings)


def form_of(values: Mapping[str, Any]) -> dict[str, list[str]]:
    """The form that would post these values: to show them again, and to read JSON by one rule."""
    form: dict[str, list[str]] = {}
    for name, value in values.items():
        if len(name) > _NAME_LONGEST:
            continue  # no field of ours, and it would be repeated for each row
        if isinstance(value, list) and value and isinstance(value[0], Mapping):
            for number, row in enumerate(value[:_ROWS_READ]):
                if isinstance(row, Mapping):
                    form |= {f"{name}-{number}-{k}": v for k, v in form_of(row).items()}
        elif isinstance(value, list):
            form[name] = [_as_text(each) for each in value]
        elif value is not None:
            form[name] = [_as_text(value)]
            if isinstance(value, str) and (parts := _date_parts(value)):
                form |= {f"{name}-{part}": [text] for part, text in parts.items()}
    return form


def _as_text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}".replace(".", ",")
    return str(value) if isinstance(value, (str, int)) else ""


def _date_parts(text: str) -> dict[str, str]:
    """The three inputs of an ISO date; a broken one gives parts that no calendar holds."""
    pieces = text.split("-")
    if len(pieces) != len(DATE_PARTS) or not all(piece.isdigit() for piece in pieces):
        return {}
    year, month, day = pieces
    return {"day": day.lstrip("0"), "month": month.lstrip("0"), "year": year}


def _read_fields(
    fields: Iterable[Field], form: Form, prefix: str, reading: Reading, errors: Errors
) -> Values:
    values: Values = {}
    for each in fields:
        if not each.is_asked(values):
            values[each.name] = None
            continue
        if each.compute is not None:
            values[each.name] = each.compute(values, reading)
            continue
        try:
            values[each.name] = _read(each, form, prefix + each.name, reading)
        except Wrong as wrong:
            errors[prefix + each.name] = wrong.text
    return values


def _read(each: Field, form: Form, name: str, reading: Reading) -> Value:
    if each.kind == "date":
        parts = [_first(form, f"{name}-{part}") for part in DATE_PARTS]
        return rules.birth_date(parts, reading)
    if each.kind == "checkbox":
        ticked = _first(form, name) in _TICKED
        if each.required and not ticked:
            raise Wrong(each.empty)
        return ticked
    if each.kind == "checkboxes":
        return _read_several(each, form, name)
    entry = _first(form, name)
    if not entry:
        if each.required:
            raise Wrong(each.empty)
        return None
    if each.options and all(option.value != entry for option in each.options):
        raise Wrong(each.empty)
    return each.rule(entry, reading)


def _read_several(each: Field, form: Form, name: str) -> list[str]:
    chosen = set(form.get(name, ()))
    known = [option.value for option in each.options if option.value in chosen]
    if not known and each.required:
        raise Wrong(each.empty)
    return known


def _read_rows(group: Group, form: Form, reading: Reading, errors: Errors) -> list[Values]:
    """Rows with every field empty are dropped; `#` is the number of a row as it was posted."""
    numbers = [n for n in _row_numbers(group, form) if _is_filled(group, form, n)]
    if len(numbers) > group.most:
        errors[f"{group.name}-{numbers[group.most]}-{group.fields[0].name}"] = (
            f"{group.title} paling banyak {group.most} baris."
        )
        numbers = numbers[: group.most]
    if len(numbers) < group.least:
        numbers += [n for n in range(group.least) if n not in numbers][: group.least]
    rows = []
    for number in numbers:
        prefix = f"{group.name}-{number}-"
        rows.append({"#": number, **_read_fields(group.fields, form, prefix, reading, errors)})
    return rows


def _row_numbers(group: Group, form: Form) -> list[int]:
    start = f"{group.name}-"
    found = {
        int(number)
        for name in form
        if name.startswith(start)
        and (number := name[len(start) :].partition("-")[0]).isdecimal()
        and number.isascii()
        and len(number) <= _ROW_NUMBER_DIGITS
    }
    return sorted(found)


def _is_filled(group: Group, form: Form, number: int) -> bool:
    """Whether a person wrote or chose something; a ticked box alone is no row."""
    return any(
        _first(form, f"{group.name}-{number}-{each.name}")
        for each in group.fields
        if each.kind != "checkbox"
    )


def _first(form: Form, name: str) -> str:
    entries = form.get(name)
    return rules.tidy(entries[0]) if entries else ""


def _in_page_order(page: FormPage, errors: Errors) -> Errors:
    """The error summary lists them as they stand on the page."""
    order = [each.name for each in page.fields] + [group.name for group in page.groups]

    def place(name: str) -> tuple[int, int]:
        head, _, rest = name.partition("-")
        number = rest.partition("-")[0]
        return order.index(head), int(number) if number.isdecimal() else 0

    return dict(sorted(errors.items(), key=lambda item: place(item[0])))
