"""Registration numbers by the office's template (domain.md 4.6).

A template is text and the parts `{regency:4}`, `{issue_date:%d%m%y}` and `{sequence:06d}`, each of
a fixed width, so that two running numbers can never give the same text. One that could is refused
when the service starts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from string import Formatter
from typing import Literal

LONGEST = 16  # the signed QR has room for no more
# No signs: a number is typed by people, and found whatever they put between its groups.
_TEXT = re.compile(r"[0-9A-Z]*")
_DATE = re.compile(r"(?:%[dmyY])+")
_SEQUENCE = re.compile(r"0([1-9])d")
_YEAR = ("%y", "%Y")

SequenceReset = Literal["yearly", "never"]


class BadTemplateError(ValueError):
    """The office file has a number template that cannot work."""


@dataclass(frozen=True)
class NumberTemplate:
    """`template` is a format string that was checked."""

    template: str
    sequence_digits: int
    reset: SequenceReset

    def number(self, regency: str, issued_on: date, sequence: int) -> str:
        """The number of a running number; raises `ValueError` when that has too many digits."""
        if not 1 <= sequence < 10**self.sequence_digits:
            raise ValueError(f"sequence {sequence} does not fit {self.sequence_digits} digits")
        return self.template.format(regency=regency, issue_date=issued_on, sequence=sequence)


def number_template(
    template: str, reset: SequenceReset, boxes: Sequence[int], regency: str
) -> NumberTemplate:
    """Check a template; raises `BadTemplateError` that says what is wrong with it."""
    digits: list[int] = []
    dates = ""
    try:
        parts = list(Formatter().parse(template))
    except ValueError as error:
        raise BadTemplateError(f"number_template: {error}") from error
    for text, name, spec, conversion in parts:
        if not _TEXT.fullmatch(text):
            raise BadTemplateError(f"number_template: only 0-9 and A-Z may stand in {text!r}")
        if name is None:
            continue
        sequence = _SEQUENCE.fullmatch(spec or "")
        if conversion is None and name == "sequence" and sequence:
            digits.append(int(sequence[1]))
        elif conversion is None and name == "issue_date" and _DATE.fullmatch(spec or ""):
            dates += spec or ""
        elif conversion is not None or name != "regency" or spec != str(len(regency)):
            raise BadTemplateError(
                f"number_template: {{{name}:{spec}}} is none of {{regency:{len(regency)}}}, "
                "{issue_date:...} with %d %m %y %Y, {sequence:06d}"
            )
    if not digits:
        raise BadTemplateError("number_template: without {sequence:06d} numbers would be equal")
    if reset == "yearly" and not any(year in dates for year in _YEAR):
        raise BadTemplateError(
            "number_template: without %y or %Y the numbers of two years would be equal; "
            'add it, or set sequence_reset = "never"'
        )
    checked = NumberTemplate(template, min(digits), reset)
    length = len(checked.number(regency, date(2026, 11, 24), 1))
    if length > LONGEST:
        raise BadTemplateError(f"number_template: {length} characters, {LONGEST} at most")
    if sum(boxes) != length:
        raise BadTemplateError(f"number_boxes: {sum(boxes)} boxes for {length} characters")
    return checked
