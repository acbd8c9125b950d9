"""What a form page is made of: fields and groups of rows, as data that HTML and the API share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from services.intake.forms.occupations import BUILT_IN, Occupations
from shared.office import Office

# `computed` is never asked: what earlier answers mean for the questions that follow.
Kind = Literal[
    "text", "long_text", "email", "date", "radios", "checkboxes", "checkbox", "select", "computed"
]
InputMode = Literal["text", "numeric", "decimal", "tel", "email"]
Value = Any  # str, bool, int, list of str, list of rows, None: what JSON can hold
Values = dict[str, Value]


class Wrong(Exception):
    """An entry is not right; the text tells the person what to do."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


@dataclass(frozen=True, slots=True)
class Known:
    """What other pages say, and the list of occupations of the office.

    `may_lack_mobile`: an officer types, or one noted before that there is no telephone.
    """

    birth_date: date | None = None
    has_whatsapp: bool | None = None
    may_lack_mobile: bool = False
    occupations: Occupations = BUILT_IN


@dataclass(frozen=True, slots=True)
class Reading:
    """What the rules need beside the entry itself."""

    today: date
    office: Office
    known: Known = field(default_factory=Known)


@dataclass(frozen=True, slots=True)
class Option:
    """One choice; `group` is the heading it stands under in a long list."""

    value: str
    label: str
    group: str | None = None


Rule = Callable[[str, Reading], Value]
Form = Mapping[str, Sequence[str]]


def as_typed(text: str, _: Reading) -> str:
    return text


@dataclass(frozen=True, slots=True)
class Field:
    """One question. `rule` turns the tidied entry into its value or raises `Wrong`.

    `shown_if` names an earlier field of the same page or row and the values (of
    `parse_page`, not as typed) at which this one is asked; of several choices one is enough.
    `empty` is the text for no entry. `offer` makes the options from what was typed before;
    `compute` makes the value of a computed field. `about` names the field this one says more
    about: asked again when that one changes.
    """

    name: str
    label: str
    empty: str = ""
    kind: Kind = "text"
    rule: Rule = as_typed
    hint: str = ""
    options: tuple[Option, ...] = ()
    required: bool = True
    autocomplete: str = "off"
    inputmode: InputMode = "text"
    max_length: int | None = None
    shown_if: tuple[str, tuple[Value, ...]] | None = None
    offer: Callable[[Form, Occupations], tuple[Option, ...]] | None = None
    compute: Callable[[Values, Reading], Value] | None = None
    about: str | None = None

    @property
    def choices(self) -> dict[str, str]:
        """Value to label."""
        return {option.value: option.label for option in self.options}

    def is_asked(self, values: Mapping[str, Value]) -> bool:
        return is_answered_so(self.shown_if, values)


def is_answered_so(
    asked: tuple[str, tuple[Value, ...]] | None, values: Mapping[str, Value]
) -> bool:
    """Whether the answer that a question hangs on is one of those named."""
    if asked is None:
        return True
    value = values.get(asked[0])
    return any(each in asked[1] for each in value) if isinstance(value, list) else value in asked[1]


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
class Screen:
    """What is asked at once: names of fields and groups of one page.

    `warns` when the warnings of the page are about what stands on it; `note` is said above it.
    """

    id: str
    title: str
    names: tuple[str, ...]
    shown_if: tuple[str, tuple[Value, ...]] | None = None
    warns: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class FormPage:
    """One page of AK/II; `check` adds the errors that concern several fields."""

    id: str
    title: str
    fields: tuple[Field, ...] = ()
    groups: tuple[Group, ...] = ()
    check: Check | None = None
    warn: Callable[[Values, Reading], tuple[str, ...]] | None = None
    screens: tuple[Screen, ...] = ()
