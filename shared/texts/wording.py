"""The small language of message texts: paragraphs, `**bold**` and `{names}`. No code, ever.

A line `Label: {name}` with a fact, code or link stands out in the mail. A line whose name has
nothing to tell is left out. The names are Indonesian, because administrators type them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal, NamedTuple

Kind = Literal["text", "fact", "code", "link", "list"]
NAME = re.compile(r"\{([a-z_]+)\}")
BOLD = "**"
_PART = re.compile(r"(\*\*|\{[a-z_]+\})")
_STANDING_OUT = re.compile(r"([^{}*:]{1,60}): ?\{([a-z_]+)\}")


class Item(NamedTuple):
    """One line of a list."""

    label: str
    text: str


Value = str | tuple[Item, ...]
Values = Mapping[str, Value]


@dataclass(frozen=True)
class Placeholder:
    """A name that a message may use, with a made-up value for previews."""

    name: str
    label: str
    sample: Value
    kind: Kind = "text"
    required: bool = False


@dataclass(frozen=True)
class Wording:
    """Words of one message; version 0 are those that come with the program."""

    subject: str
    body: str
    version: int = 0


@dataclass(frozen=True)
class Piece:
    text: str
    bold: bool = False
    link: bool = False


@dataclass(frozen=True)
class Paragraph:
    kind: ClassVar[str] = "paragraph"
    lines: tuple[tuple[Piece, ...], ...]

    @property
    def text(self) -> str:
        return "\n".join("".join(piece.text for piece in line) for line in self.lines)


@dataclass(frozen=True)
class Fact:
    label: str
    text: str
    is_code: bool


@dataclass(frozen=True)
class Facts:
    kind: ClassVar[str] = "facts"
    rows: tuple[Fact, ...]

    @property
    def text(self) -> str:
        return "\n".join(f"{row.label}: {row.text}" for row in self.rows)


@dataclass(frozen=True)
class Button:
    kind: ClassVar[str] = "button"
    label: str
    url: str

    @property
    def text(self) -> str:
        return f"{self.label}: {self.url}"


@dataclass(frozen=True)
class Listing:
    kind: ClassVar[str] = "listing"
    items: tuple[Item, ...]

    @property
    def text(self) -> str:
        numbered = enumerate(self.items, 1)
        return "\n".join(f"{number}. {item.label}: {item.text}" for number, item in numbered)


Block = Paragraph | Facts | Button | Listing


def fill_line(text: str, values: Values) -> str:
    """One line with its names filled, as a subject."""
    return " ".join(NAME.sub(lambda found: _text(values, found[1]), text).split())


def blocks_of(body: str, kinds: Mapping[str, Kind], values: Values) -> tuple[Block, ...]:
    """The body with its names filled, block by block."""
    return tuple(_grouped(_lines(body, kinds, values)))


_Line = Fact | Button | Listing | tuple[Piece, ...] | None


def _lines(body: str, kinds: Mapping[str, Kind], values: Values) -> Iterator[_Line]:
    """Each line made ready; None ends a paragraph."""
    for raw in body.splitlines():
        line = raw.strip()
        names = NAME.findall(line)
        if not line:
            yield None
        elif all(values.get(name) for name in names):
            yield _line(line, names, kinds, values)


def _line(line: str, names: list[str], kinds: Mapping[str, Kind], values: Values) -> _Line:
    if len(names) == 1 and line == f"{{{names[0]}}}":
        value = values[names[0]]
        if not isinstance(value, str):
            return Listing(tuple(Item(*map(_tidy, item)) for item in value))
    alone = _STANDING_OUT.fullmatch(line)
    if alone:
        label, name = alone[1], alone[2]
        match kinds.get(name):
            case "link":
                return Button(label, _text(values, name))
            case "fact" | "code" as kind:
                return Fact(label, _text(values, name), kind == "code")
    return tuple(_pieces(line, kinds, values))


def _pieces(line: str, kinds: Mapping[str, Kind], values: Values) -> Iterator[Piece]:
    bold = False
    for part in _PART.split(line):
        found = NAME.fullmatch(part)
        if part == BOLD:
            bold = not bold
        elif found:
            yield Piece(_text(values, found[1]), bold, kinds.get(found[1]) == "link")
        elif part:
            yield Piece(part, bold)


def _grouped(lines: Iterator[_Line]) -> Iterator[Block]:
    """Neighbouring lines of a kind become one block."""
    words: list[tuple[Piece, ...]] = []
    facts: list[Fact] = []
    for line in [*lines, None]:
        if not isinstance(line, tuple) and words:
            yield Paragraph(tuple(words))
            words = []
        if not isinstance(line, Fact) and facts:
            yield Facts(tuple(facts))
            facts = []
        match line:
            case Fact():
                facts.append(line)
            case Button() | Listing():
                yield line
            case tuple():
                words.append(line)


def _text(values: Values, name: str) -> str:
    value = values[name]
    if isinstance(value, str):
        return _tidy(value)
    return "; ".join(_tidy(f"{item.label}: {item.text}") for item in value)


def _tidy(value: str) -> str:
    """One line, whatever was typed into it."""
    return " ".join(value.split())
