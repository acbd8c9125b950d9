"""What a form page is made of: fields and groups of rows, as data that HTML and the API share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from shared.office import Office

Kind = Literal["text", "email", "date", "radios", "checkboxes", "checkbox", "select"]
InputMode = Literal["text", "numeric", "tel", "email"]
Value = Any  # str, bool, int, list of str, list of rows, None: what JSON can hold
Values = dict[str, Value]


class Wrong(Exception):
    """An entry is not right; the text tells the person what to do."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


@dataclass(frozen=True, slots=True)
class Reading:
    """What the rules need beside the entry itself."""

    today: date
    office: Office
    birth_date: date | None = None  # of the page `identity`, when it is known


@dataclass(frozen=True, slots=True)
class Option:
    """One choice; `group` is the heading it stands under in a long list."""

    value: str
    label: str
    group: str | None = None


Rule = Callable[[str, Reading], Value]


def _as_typed(text: str, _: Reading) -> str:
    return text


@dataclass(frozen=True, slots=True)
class Field:
    """One question. `rule` turns the tidied entry into its value or raises `Wrong`.

    `shown_if` names an earlier field of the same page or row and the values (of
    `parse_page`, not as typed) at which this one is asked. `empty` is the text for no entry.
    """

    name: str
    label: str
    empty: str = ""
    kind: Kind = "text"
    rule: Rule = _as_typed
    hint: str = ""
    options: tuple[Option, ...] = ()
    required: bool = True
    autocomplete: str = "off"
    inputmode: InputMode = "text"
    max_length: int | None = None
    shown_if: tuple[str, tuple[Value, ...]] | None = None

    @property
    def choices(self) -> dict[str, str]:
        """Value to label."""
        return {option.value: option.label for option in self.options}

    def is_asked(self, values: Mapping[str, Value]) -> bool:
        return self.shown_if is None or values.get(self.shown_if[0]) in self.shown_if[1]


@dataclass(frozen=True, slots=True)
class Group:
    """Rows of the same fields, posted as `<name>-<n>-<field>`."""

    name: str
    title: str
    row_title: str
    fields: tuple[Field, ...]
    most: int
    least: int = 0
    hint: str = ""


Errors = dict[str, str]
Check = Callable[[Values, Errors, Reading], None]


@dataclass(frozen=True, slots=True)
class FormPage:
    """One page of AK/II; `check` adds the errors that concern several fields."""

    id: str
    title: str
    fields: tuple[Field, ...] = ()
    groups: tuple[Group, ...] = ()
    check: Check | None = None
    warn: Callable[[Values, Reading], tuple[str, ...]] | None = None
