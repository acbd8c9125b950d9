"""`make bench`: measure the promises of deploy/slo.toml and put the values beside them.

`python -m tests.load.bench [GROUP ...] [--long | --quick] [--running FOLDER]`. Without --running it
starts servers and services of its own on free ports, in a temporary folder. Exit 0 when everything
asked for was measured, met or not; 1 otherwise.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pymongo.errors import PyMongoError

from deploy.local.environment import ROOT
from deploy.local.processes import StartFailed
from tests.load import cards, desk, flow, journey, machine, report, start
from tests.load.report import Figure, Figures, say
from tests.load.system import System, running_system

SLO = ROOT / "deploy" / "slo.toml"
RESULT = ROOT / ".local" / "bench.json"
MEASURED = ("journey", "desk", "flow", "cards", "start")
QUIET = ("desk", "cards", "start")  # nothing else runs beside these


@dataclass(frozen=True)
class Options:
    groups: tuple[str, ...]
    quick: bool
    long: bool
    running: Path | None
    out: Path


def main(arguments: Sequence[str] | None = None) -> int:
    goals = report.read_goals(SLO)
    options = _options(arguments, list(dict.fromkeys(goal.group for goal in goals.values())))
    begun = time.monotonic()
    figures: dict[str, Figure] = {}
    with contextlib.ExitStack() as stack:
        bench = Bench(options, goals, stack)
        for group in options.groups:
            figures |= bench.run(group)
    say(f"\nbench: {time.monotonic() - begun:.0f} s, written to {_short(options.out)}")
    wanted = set(options.groups) & set(MEASURED)
    measured = {key for key, figure in figures.items() if figure.value is not None}
    return 0 if {key for key, goal in goals.items() if goal.group in wanted} <= measured else 1


def _options(arguments: Sequence[str] | None, groups: list[str]) -> Options:
    parser = argparse.ArgumentParser(prog="python -m tests.load.bench", description=__doc__)
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=", ".join(groups))
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--quick", action="store_true", help="a few seconds each: does it work?")
    length.add_argument("--long", action="store_true", help="journey: 10 minutes at the goal")
    parser.add_argument("--running", type=Path, help="data folder of a system that runs already")
    parser.add_argument("--out", type=Path, help="where the JSON goes")
    given = parser.parse_args(arguments)
    if unknown := set(given.groups) - set(groups):
        parser.error(f"no such group: {', '.join(sorted(unknown))}; there are {', '.join(groups)}")
    chosen = tuple(group for group in groups if not given.groups or group in given.groups)
    usual = RESULT.with_name("bench-quick.json") if given.quick else RESULT
    return Options(chosen, given.quick, given.long, given.running, given.out or usual)


@dataclass
class Bench:
    """Runs group after group; the system under load is started for the first that needs it."""

    options: Options
    goals: dict[str, report.Goal]
    stack: contextlib.ExitStack
    system: System | None = None

    def run(self, group: str) -> Figures:
        """Measure one group, print its figures and write them down."""
        keys = [key for key, goal in self.goals.items() if goal.group == group]
        context = machine.describe()
        say(f"\n{group}: {context}")
        if group not in MEASURED:
            return self._tell(report.not_measured(keys, report.LATER), keys)
        begun = time.monotonic()
        try:
            with tempfile.TemporaryDirectory(prefix="bench-") as folder:
                figures = self._measure(group, Path(folder))
        except (RuntimeError, OSError, StartFailed, PyMongoError) as error:
            figures = report.not_measured(keys, f"{type(error).__name__}: {error}")
        lasted = f"group took {time.monotonic() - begun:.0f} s"
        mode = "quick run, says only that it works; " if self.options.quick else ""
        report.write(self.options.out, self.goals, figures, f"{mode}{lasted}; {context}")
        return self._tell(figures, keys)

    def _tell(self, figures: Figures, keys: Sequence[str]) -> Figures:
        for key in keys:
            say(report.row(self.goals[key], figures.get(key, Figure(None, "no value came out"))))
        return figures

    def _measure(self, group: str, folder: Path) -> Figures:
        quick = self.options.quick
        if group in QUIET and self.system is not None:
            self.stack.pop_all().close()
            self.system = None
        if group == "journey":
            plan = journey.QUICK if quick else journey.LONG if self.options.long else journey.PLAN
            return journey.measure(self._running(), folder, plan)
        if group == "flow":
            return flow.measure(self._running(), folder, flow.QUICK if quick else flow.PLAN)
        if group == "desk":
            return desk.measure(folder, desk.QUICK if quick else desk.PLAN)
        if group == "cards":
            return cards.measure(folder, quick=quick)
        return start.measure(folder, quick=quick)

    def _running(self) -> System:
        if self.system is None:
            self.system = self.stack.enter_context(running_system(self.options.running))
        return self.system


def _short(path: Path) -> str:
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


if __name__ == "__main__":
    sys.exit(main())
