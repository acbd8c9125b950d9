"""Figures beside their goals: what `make bench` prints and writes."""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

LATER = "belongs to a later issue"


@dataclass(frozen=True)
class Goal:
    """One promise of deploy/slo.toml; `better` is low or high."""

    group: str
    key: str
    goal: float
    unit: str
    better: str

    def is_met(self, value: float) -> bool:
        return value <= self.goal if self.better == "low" else value >= self.goal


@dataclass(frozen=True)
class Figure:
    """What was measured, and how; without a value the note says why there is none."""

    value: float | None
    note: str = ""


Figures = Mapping[str, Figure]


def say(text: str) -> None:
    """Print at once: a run takes minutes."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def not_measured(keys: Sequence[str], why: str) -> dict[str, Figure]:
    return {key: Figure(None, why) for key in keys}


def read_goals(path: Path) -> dict[str, Goal]:
    """All promises by key, in the order of the file."""
    groups: dict[str, dict[str, dict[str, Any]]] = tomllib.loads(path.read_text("utf-8"))
    return {
        key: Goal(group, key, row["goal"], row["unit"], row["better"])
        for group, rows in groups.items()
        for key, row in rows.items()
    }


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` of all do not exceed."""
    if not values:
        raise ValueError("no values")
    ordered = sorted(values)
    place = max(1, -int(-share * len(ordered) // 1))  # rounded up
    return ordered[place - 1]


def row(goal: Goal, figure: Figure) -> str:
    """One line: value, goal, verdict."""
    if figure.value is None:
        return f"  {goal.key:<26}belum diukur: {figure.note}"
    sign = "<=" if goal.better == "low" else ">="
    verdict = "met" if goal.is_met(figure.value) else "NOT MET"
    value = f"{rounded(figure.value):g} {goal.unit}"
    return f"  {goal.key:<26}{value:>14}   goal {sign} {goal.goal:g} {goal.unit:<6} {verdict}"


def rounded(value: float) -> float:
    """Three digits say all that such a measurement knows; whole numbers stay whole."""
    if value == int(value) or abs(value) >= 1000:
        return round(value)
    return float(f"{value:.3g}")


def write(path: Path, goals: Mapping[str, Goal], figures: Figures, context: str) -> None:
    """Put the figures into the file; those of other groups stay, with their own context."""
    known: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    for key, figure in figures.items():
        if figure.value is None:
            known.pop(key, None)
            continue
        goal = goals[key]
        known[key] = {
            "value": rounded(figure.value),
            "unit": goal.unit,
            "goal": goal.goal,
            "met": goal.is_met(figure.value),
            "context": f"{figure.note}; {context}" if figure.note else context,
        }
    ordered = {key: known[key] for key in goals if key in known}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(ordered, indent=1, ensure_ascii=False) + "\n", "utf-8")


def as_json(figures: Figures) -> str:
    """For a measurement that runs in a process of its own."""
    return json.dumps({key: asdict(figure) for key, figure in figures.items()})


def from_json(text: str) -> dict[str, Figure]:
    return {key: Figure(**raw) for key, raw in json.loads(text).items()}
