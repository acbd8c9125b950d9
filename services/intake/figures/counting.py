"""From decisions to figures that may be published: by month, in sum, small counts hidden. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil, floor
from statistics import median
from typing import Literal

from services.intake.figures.suppression import SMALL, hide, is_small
from services.intake.figures.working_time import Decision
from shared.clock import OFFICE_ZONE

MONTHS = 12


@dataclass(frozen=True)
class Share:
    """Percent of the decisions; only a bound where the exact one would tell a small count."""

    percent: int
    bound: Literal["exact", "at_least", "at_most"] = "exact"


@dataclass(frozen=True)
class Period:
    """One month, or all of them; None is a figure that is not shown."""

    received: int | None
    decided: int | None
    median_hours: float | None
    in_time: Share | None


@dataclass(frozen=True)
class Counts:
    """What was counted in one month, before anything is hidden."""

    received: int
    hours: tuple[float, ...]
    late: int

    @property
    def decided(self) -> int:
        return len(self.hours)

    @property
    def prompt(self) -> int:
        return self.decided - self.late


def months_until(day: date) -> tuple[date, ...]:
    """The first days of the last twelve months, the present one last."""
    number = day.year * 12 + day.month - 1
    return tuple(
        date(each // 12, each % 12 + 1, 1) for each in range(number - MONTHS + 1, number + 1)
    )


def count(
    months: Sequence[date],
    received: Mapping[str, int],
    decisions: Sequence[Decision],
    promised_hours: float,
) -> tuple[Counts, ...]:
    """Received by the month of sending, decided by the month of the decision."""
    hours: dict[date, list[float]] = {month: [] for month in months}
    for decision in decisions:
        local = decision.at.astimezone(OFFICE_ZONE)
        month = date(local.year, local.month, 1)
        if month in hours:
            hours[month].append(decision.hours)
    return tuple(
        Counts(
            received=received.get(f"{month:%Y-%m}", 0),
            hours=tuple(hours[month]),
            late=sum(each > promised_hours for each in hours[month]),
        )
        for month in months
    )


def publish(counts: Sequence[Counts]) -> tuple[tuple[Period, ...], Period]:
    """Each month and the sum, without what would tell a small count."""
    received = hide([each.received for each in counts])
    decided = hide([each.decided for each in counts])
    late = hide([each.late for each in counts])
    prompt = hide([each.prompt for each in counts])
    unclear = late.cells | prompt.cells
    periods = tuple(
        Period(
            received=None if place in received.cells else each.received,
            decided=None if place in decided.cells else each.decided,
            median_hours=None if place in decided.cells else _median(each),
            in_time=None if place in decided.cells else _share(each, exact=place not in unclear),
        )
        for place, each in enumerate(counts)
    )
    total = Counts(
        received=sum(each.received for each in counts),
        hours=tuple(hours for each in counts for hours in each.hours),
        late=sum(each.late for each in counts),
    )
    return periods, Period(
        received=None if received.total else total.received,
        decided=None if decided.total else total.decided,
        median_hours=None if decided.total else _median(total),
        in_time=_share(total, exact=not (late.total or prompt.total)),
    )


def shown(number: int) -> int | None:
    """A single count, or None when it is small."""
    return None if is_small(number) else number


def _median(counts: Counts) -> float | None:
    if counts.decided < SMALL:
        return None
    return round(median(counts.hours), 1)


def _share(counts: Counts, *, exact: bool) -> Share | None:
    """A small number of late ones makes "at least", a small number of prompt ones "at most"."""
    few_late, few_prompt = is_small(counts.late), is_small(counts.prompt)
    if counts.decided < SMALL or (few_late and few_prompt):
        return None
    most = 100 * (SMALL - 1) / counts.decided
    if few_late:
        return Share(floor(100 - most), "at_least")
    if few_prompt:
        return Share(ceil(most), "at_most")
    return Share(round(100 * counts.prompt / counts.decided)) if exact else None
