"""The list of occupations that a wanted job is compared with (KBJI 2026, domain.md 6.7)."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

SCHEME = "kbji_2026"
_REFERENCE = Path(__file__).parent.parent / "reference"
_HEADINGS, _USUAL = _REFERENCE / "kbji_headings.csv", _REFERENCE / "usual_occupations.csv"
_TOP = 1  # digits of a top group
_SIMILAR = 8
_SHORTEST = 3  # letters of a word that says something
_SAID_BY_ALL = frozenset({"dan", "yang", "atau", "untuk", "dari", "bagian", "kerja", "pekerja"})
_WORD = re.compile(r"[^\W\d_]+")


def read_rows(path: Path) -> list[tuple[str, str, str]]:
    """Code, label and other words for it; lines that begin with # are remarks."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.reader(file) if row and not row[0].startswith("#")]
    return [
        (row[0].strip(), row[1].strip(), row[2].strip() if len(row) > 2 else "") for row in rows
    ]


@dataclass(frozen=True)
class Occupations:
    """`labels` by code; the headings of one and two digits are always among them."""

    labels: Mapping[str, str]
    _words: Mapping[str, frozenset[str]] = field(repr=False, default_factory=dict)

    @classmethod
    def of(cls, rows: Iterable[tuple[str, str, str]]) -> Occupations:
        known = [*read_rows(_HEADINGS), *rows]
        return cls(
            {code: label for code, label, _ in known},
            {code: _words(f"{label} {more}") for code, label, more in known if len(code) > _TOP},
        )

    def __contains__(self, code: str) -> bool:
        return code in self.labels

    def similar(self, typed: str) -> tuple[str, ...]:
        """Codes whose label shares most words with what was typed, the best first."""
        wanted = _words(typed)
        scores = [
            (sum(1 for word in wanted if _meets(word, words)), len(code), -len(words), code)
            for code, words in self._words.items()
        ]
        best = sorted((each for each in scores if each[0]), reverse=True)[:_SIMILAR]
        return tuple(code for *_, code in best)

    def headings(self) -> tuple[tuple[str, str, str], ...]:
        """The two-digit headings: code, label, and the label of the top group."""
        return tuple(
            (code, label, self.labels[code[:_TOP]])
            for code, label in self.labels.items()
            if len(code) == _TOP + 1
        )


def _words(text: str) -> frozenset[str]:
    found = (word for word in _WORD.findall(text.lower()) if len(word) >= _SHORTEST)
    return frozenset(found) - _SAID_BY_ALL


def _meets(word: str, words: frozenset[str]) -> bool:
    """`supir` finds `supir`, and a longer word that begins with it."""
    return word in words or any(each.startswith(word) for each in words)


BUILT_IN = Occupations.of(read_rows(_USUAL))
