"""Charts as SVG: pure functions, no style attributes, and never without the numbers as a table.

A chart is one image to a screen reader, with a title and a sentence that says what it shows.
"""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup, escape

_WIDTH, _HEIGHT = 760, 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 8, 10, 26
_LABEL_APART = 52  # so many units a label below the columns needs
_BAR, _BAR_LABEL, _BAR_NUMBER = 30, 170, 56


@dataclass(frozen=True)
class Series:
    """`css` is the class of its columns; one number for each label."""

    name: str
    css: str
    numbers: list[int]


def columns(identity: str, title: str, labels: list[str], series: list[Series]) -> Markup:
    """Columns side by side for each label."""
    highest = max((number for each in series for number in each.numbers), default=0)
    top, marks = _scale(highest)
    high = _HEIGHT - _TOP - _BOTTOM
    step = (_WIDTH - _LEFT - _RIGHT) / max(1, len(labels))
    wide = min(26.0, step * 0.8 / max(1, len(series)))
    parts = [
        Markup('<line class="grid" x1="{}" x2="{}" y1="{y}" y2="{y}"/>').format(
            _LEFT, _WIDTH - _RIGHT, y=_short(_y(mark, top, high))
        )
        + _text(_LEFT - 6, _y(mark, top, high) + 4, f"{mark}", "tick tick-end")
        for mark in marks
    ]
    for place in range(len(labels)):
        middle = _LEFT + step * (place + 0.5)
        for number, each in enumerate(series):
            left = middle + wide * (number - len(series) / 2)
            upper = _y(each.numbers[place], top, high)
            parts.append(_rect(each.css, left, upper, wide, _TOP + high - upper))
    every = max(1, -(-_LABEL_APART // max(1, int(step))))
    parts += [
        _text(_LEFT + step * (place + 0.5), _HEIGHT - 8, labels[place], "tick")
        for place in range(0, len(labels), every)
    ]
    says = [f"{each.name}: {sum(each.numbers)} seluruhnya." for each in series]
    return _image(identity, title, " ".join(says), _HEIGHT, parts)


def bars(identity: str, title: str, rows: list[tuple[str, int]], css: str) -> Markup:
    """One bar below the other, with its number."""
    highest = max((number for _, number in rows), default=0)
    room = _WIDTH - _BAR_LABEL - _BAR_NUMBER
    parts = []
    for place, (name, number) in enumerate(rows):
        upper = place * _BAR
        wide = room * number / highest if highest else 0
        parts.append(_text(_BAR_LABEL - 10, upper + 20, name, "tick tick-end"))
        parts.append(_rect(css, _BAR_LABEL, upper + 5, wide, _BAR - 10))
        parts.append(_text(_BAR_LABEL + wide + 8, upper + 20, f"{number}", "tick tick-start"))
    says = ", ".join(f"{name}: {number}" for name, number in rows)
    return _image(identity, title, f"{says}.", _BAR * len(rows), parts)


def share(part: int, whole: int) -> Markup:
    """A small bar beside a number that says the same: hidden from screen readers."""
    wide = 100 * part / whole if whole else 0
    inner = _rect("bar-back", 0, 0, 100, 8) + _rect("bar-front", 0, 0, wide, 8)
    return Markup(
        '<svg class="share" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">'
        "{}</svg>"
    ).format(inner)


def _image(identity: str, title: str, says: str, height: float, parts: list[Markup]) -> Markup:
    return Markup(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-labelledby="{id}-title {id}-desc">'
        '<title id="{id}-title">{}</title><desc id="{id}-desc">{}</desc>{}</svg>'
    ).format(_WIDTH, height, title, says, Markup("").join(parts), id=identity)


def _scale(highest: int) -> tuple[int, list[int]]:
    """The upper end and the numbers written beside it: whole, round, four or fewer steps."""
    size = 1
    while highest > 4 * size * 5:
        size *= 10
    step = next(each * size for each in (1, 2, 5, 10) if highest <= 4 * each * size)
    top = max(step, -(-highest // step) * step)
    return top, list(range(0, top + 1, step))


def _y(number: int, top: int, high: int) -> float:
    return _TOP + high * (1 - number / top)


def _rect(css: str, x: float, y: float, width: float, height: float) -> Markup:
    return Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>').format(
        css, _short(x), _short(y), _short(width), _short(height)
    )


def _text(x: float, y: float, text: str, css: str) -> Markup:
    return Markup('<text class="{}" x="{}" y="{}">{}</text>').format(
        css, _short(x), _short(y), escape(text)
    )


def _short(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
