"""A bar chart as SVG, drawn here: it needs no script, no style and no image."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from services.intake.web.wording import whole

_WIDTH, _LEFT, _RIGHT = 360, 74, 44
_ROW, _BAR = 40, 13


@dataclass(frozen=True)
class Bars:
    """One row: its name, and for each measure a number, or None where it is not shown."""

    name: str
    numbers: tuple[int | None, ...]


def bar_chart(rows: Sequence[Bars], title: str) -> Markup:
    """Rows from top to bottom; the classes `spk-bar-0`, `spk-bar-1`, … colour the measures."""
    most = max((number for row in rows for number in row.numbers if number), default=1)
    scale = (_WIDTH - _LEFT - _RIGHT) / most
    parts = Markup().join(
        part for place, row in enumerate(rows) for part in _row(row, place * _ROW, scale)
    )
    return Markup(
        '<svg class="spk-chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>'
    ).format(_WIDTH, len(rows) * _ROW, title, parts)


def _row(row: Bars, top: int, scale: float) -> list[Markup]:
    middle = top + _ROW // 2 + 1
    parts = [
        Markup('<text x="0" y="{}" class="spk-chart__name">{}</text>').format(middle + 4, row.name)
    ]
    for place, number in enumerate(row.numbers):
        y = middle - _BAR + place * (_BAR + 1)
        if number:
            parts.append(
                Markup(
                    '<rect x="{}" y="{}" width="{:.1f}" height="{}" class="spk-bar-{}"/>'
                ).format(_LEFT, y, max(number * scale, 1), _BAR, place)
            )
        width = (number or 0) * scale
        parts.append(
            Markup('<text x="{:.1f}" y="{}" class="spk-chart__number">{}</text>').format(
                _LEFT + width + 5, y + _BAR - 2, "–" if number is None else whole(number)
            )
        )
    return parts
