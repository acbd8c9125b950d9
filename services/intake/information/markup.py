"""The few signs an office may write, turned into HTML; everything else is text and is escaped.

`## Bagian`, `### Anak bagian`, `- butir`, `1. langkah`, `| kolom | kolom |`, `> kotak`,
`**tebal**`, `[teks](alamat)`, and `{nilai}` for what the office's configuration says.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup, escape

from services.intake.information.source import Line, Source, TextError

_INLINE = re.compile(
    r"\*\*(?P<bold>.+?)\*\*|\[(?P<text>[^\]]+)\]\((?P<to>[^)\s]+)\)|\{(?P<value>[^{}]*)\}"
)
_KINDS = {
    "heading": re.compile("#"),
    "bullet": re.compile("- "),
    "step": re.compile(r"\d+\. "),
    "table": re.compile(r"\|"),
    "panel": re.compile("> "),
}
_NEARLY = re.compile(r"[-+>\t•]|\*(?!\*)|\d+\)|\d+\.[A-Za-z]")  # written as elsewhere, not as here
_RULE = re.compile(r":?-+:?")


@dataclass(frozen=True)
class Heading:
    id: str
    text: Markup


@dataclass(frozen=True)
class Text:
    """A text as HTML, and its sections for a table of contents."""

    html: Markup
    sections: tuple[Heading, ...]


@dataclass(frozen=True)
class Known:
    """What a text may refer to: values inside a sentence, blocks on a line, addresses of ours."""

    values: Mapping[str, Markup]
    blocks: Mapping[str, Markup]
    addresses: Collection[str]


def render(source: Source, known: Known) -> Text:
    """Raises `TextError` for a sign that is not understood."""
    return _Renderer(source.file, known).render(source.body)


class _Renderer:
    def __init__(self, file: str, known: Known) -> None:
        self.file = file
        self.known = known
        self.sections: list[Heading] = []
        self.ids: set[str] = set()
        self.makers: dict[str, Callable[[list[Line]], Markup]] = {
            "heading": self._headings,
            "bullet": self._bullets,
            "step": self._steps,
            "table": self._table,
            "panel": self._panel,
            "block": self._blocks,
            "text": self._paragraph,
        }

    def render(self, lines: tuple[Line, ...]) -> Text:
        parts: list[Markup] = []
        before = ""
        for kind, group in groupby(lines, self._kind):
            same = list(group)
            if kind == "text" and before in {"bullet", "step", "table", "panel"}:
                raise self._error(
                    same[0],
                    "beri satu baris kosong sebelum baris ini, atau sambung ke baris di atasnya.",
                )
            if kind:
                parts.append(self.makers[kind](same))
            before = kind
        return Text(Markup("\n").join(parts), tuple(self.sections))

    def _kind(self, line: Line) -> str:
        if line.text.startswith("{") and line.text.strip("{}") in self.known.blocks:
            return "block"
        for kind, begins in _KINDS.items():
            if begins.match(line.text):
                return kind
        if _NEARLY.match(line.text):
            raise self._error(
                line, 'tulis "- " untuk butir, "1. " untuk langkah, "> " untuk kotak.'
            )
        return "text" if line.text else ""

    def _error(self, line: Line, what: str) -> TextError:
        return TextError(self.file, line.number, what)

    def _headings(self, lines: list[Line]) -> Markup:
        return Markup("\n").join(self._heading(line) for line in lines)

    def _heading(self, line: Line) -> Markup:
        signs, _, words = line.text.partition(" ")
        if signs not in {"##", "###"} or not words:
            raise self._error(line, 'judul bagian ditulis "## Judul" atau "### Judul".')
        if signs == "###" and not self.sections:
            raise self._error(line, 'tulis dulu satu bagian dengan "## Judul".')
        text = self._inline(line, words)
        heading = Heading(self._id(line, text.striptags()), text)
        if signs == "##":
            self.sections.append(heading)
            return Markup('<h2 class="govuk-heading-m" id="{}">{}</h2>').format(heading.id, text)
        return Markup('<h3 class="govuk-heading-s" id="{}">{}</h3>').format(heading.id, text)

    def _id(self, line: Line, words: str) -> str:
        made = "-".join(re.findall(r"[a-z0-9]+", words.lower())) or "bagian"
        if made in self.ids:
            raise self._error(line, "judul ini sudah dipakai di halaman ini. Pakai judul lain.")
        self.ids.add(made)
        return made

    def _bullets(self, lines: list[Line]) -> Markup:
        return Markup('<ul class="govuk-list govuk-list--bullet">{}</ul>').format(
            self._items(lines)
        )

    def _steps(self, lines: list[Line]) -> Markup:
        return Markup('<ol class="govuk-list govuk-list--number">{}</ol>').format(
            self._items(lines)
        )

    def _items(self, lines: list[Line]) -> Markup:
        return Markup().join(
            Markup("<li>{}</li>").format(self._inline(line, line.text.partition(" ")[2]))
            for line in lines
        )

    def _table(self, lines: list[Line]) -> Markup:
        rows = [(line, self._cells(line)) for line in lines]
        (_, names), *rest = rows
        body = [row for row in rest if not all(map(_RULE.fullmatch, row[1]))]
        for line, cells in body:
            if len(cells) != len(names):
                raise self._error(
                    line, f"baris tabel ini punya {len(cells)} kolom, seharusnya {len(names)}."
                )
        head = [self._inline(lines[0], name) for name in names]
        return table(head, [[self._inline(line, cell) for cell in cells] for line, cells in body])

    def _cells(self, line: Line) -> list[str]:
        if not line.text.endswith("|") or len(line.text) < 2:
            raise self._error(line, 'baris tabel dimulai dan diakhiri dengan tanda "|".')
        return [cell.strip() for cell in line.text[1:-1].split("|")]

    def _panel(self, lines: list[Line]) -> Markup:
        words = Markup().join(
            Markup('<p class="govuk-body">{}</p>').format(self._inline(line, line.text[2:]))
            for line in lines
        )
        return Markup('<div class="spk-panel">{}</div>').format(words)

    def _blocks(self, lines: list[Line]) -> Markup:
        return Markup("\n").join(self.known.blocks[line.text.strip("{}")] for line in lines)

    def _paragraph(self, lines: list[Line]) -> Markup:
        words = Markup(" ").join(self._inline(line, line.text) for line in lines)
        return Markup('<p class="govuk-body">{}</p>').format(words)

    def _inline(self, line: Line, words: str) -> Markup:
        parts: list[Markup] = []
        end = 0
        for match in _INLINE.finditer(words):
            parts += (self._plain(line, words[end : match.start()]), self._sign(line, match))
            end = match.end()
        return Markup().join([*parts, self._plain(line, words[end:])])

    def _sign(self, line: Line, match: re.Match[str]) -> Markup:
        if match["bold"] is not None:
            return Markup("<strong>{}</strong>").format(self._inline(line, match["bold"]))
        if match["text"] is not None:
            address = self._address(line, match["to"])
            text = self._inline(line, match["text"])
            return Markup('<a class="govuk-link" href="{}">{}</a>').format(address, text)
        return self._value(line, match["value"])

    def _plain(self, line: Line, words: str) -> Markup:
        if "**" in words:
            raise self._error(line, "tanda ** harus berpasangan, misalnya **tebal**.")
        if "{" in words or "}" in words:
            raise self._error(line, "tanda { dan } harus berpasangan, misalnya {telepon}.")
        if "](" in words:
            raise self._error(line, "tautan ditulis [teks](alamat), alamat tanpa spasi.")
        return escape(words)

    def _address(self, line: Line, address: str) -> str:
        if address.startswith("https://"):
            return address
        path, _, _ = address.partition("#")
        if path and path not in self.known.addresses:
            raise self._error(
                line,
                f'alamat "{address}" tidak ada. Alamat di luar situs ini dimulai dengan https://, '
                f"alamat di situs ini: {', '.join(sorted(self.known.addresses))}.",
            )
        return address

    def _value(self, line: Line, name: str) -> Markup:
        value = self.known.values.get(name)
        if value is not None:
            return value
        if name in self.known.blocks:
            raise self._error(line, f"tulis {{{name}}} sendirian di satu baris.")
        names = sorted([*self.known.values, *self.known.blocks])
        near = difflib.get_close_matches(name, names, 1)
        hint = f"Mungkin maksudnya {{{near[0]}}}?" if near else f"Yang ada: {', '.join(names)}."
        raise self._error(line, f"{{{name}}} tidak dikenal. {hint}")


def table(names: list[Markup], rows: list[list[Markup]]) -> Markup:
    """A table whose rows become cards on a phone; the roles keep it a table for screen readers."""
    head = Markup().join(
        Markup('<th scope="col" role="columnheader" class="govuk-table__header">{}</th>').format(
            name
        )
        for name in names
    )
    body = Markup().join(
        Markup('<tr role="row" class="govuk-table__row">{}</tr>').format(
            Markup().join(
                Markup(
                    '<td role="cell" class="govuk-table__cell" data-label="{}"><div>{}</div></td>'
                ).format(name.striptags(), cell)
                for name, cell in zip(names, row, strict=True)
            )
        )
        for row in rows
    )
    return Markup(
        '<table class="govuk-table spk-table" role="table"><thead role="rowgroup" '
        'class="govuk-table__head"><tr role="row" class="govuk-table__row">{}</tr></thead>'
        '<tbody role="rowgroup" class="govuk-table__body">{}</tbody></table>'
    ).format(head, body)
