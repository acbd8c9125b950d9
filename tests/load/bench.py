"""`make bench`: measure the promises of deploy/slo.toml and put the values beside them.

`python -m tests.load.bench [GROUP ...] [--long | --quick] [--running FOLDER]`. Without --running it
starts servers and services of its own on free ports, in a temporary folder. Exit 0 when everything
asked for was measured, met or not; 1 otherwise.
"""

from __future__ import annotations

import argparse
import contextlib
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy.local.environment import ROOT
from tests.load import cards, flow, journey, machine, report, start
from tests.load.report import Figure, Figures, say
from tests.load.system import System, running_system

SLO = ROOT / "deploy" / "slo.toml"
RESULT = ROOT / ".local" / "bench.json"
MEASURED = ("journey", "flow", "cards", "start")
ON_SYSTEM = ("journey", "flow")


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
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        system: System | None = None
        for group in options.groups:
            if group in ON_SYSTEM and system is None:
                system = stack.enter_context(running_system(options.running))
            elif group not in ON_SYSTEM and system is not None:
                stack.pop_all().close()  # the later groups want a quiet machine
                system = None
                folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
            figures |= _group(group, system, folder, options, goals)
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
    parser.add_argument("--out", type=Path, default=RESULT, help="where the JSON goes")
    given = parser.parse_args(arguments)
    if unknown := set(given.groups) - set(groups):
        parser.error(f"no such group: {', '.join(sorted(unknown))}; there are {', '.join(groups)}")
    chosen = tuple(group for group in groups if not given.groups or group in given.groups)
    return Options(chosen, given.quick, given.long, given.running, given.out)


def _group(
    group: str,
    system: System | None,
    folder: Path,
    options: Options,
    goals: dict[str, report.Goal],
) -> Figures:
    keys = [key for key, goal in goals.items() if goal.group == group]
    context = machine.describe()
    say(f"\n{group}: {context}")
    begun = time.monotonic()
    if group not in MEASURED:
        figures: Figures = report.not_measured(keys, report.LATER)
    else:
        try:
            figures = _measure(group, system, folder, options)
        except (RuntimeError, OSError, subprocess.SubprocessError) as error:
            figures = report.not_measured(keys, f"{type(error).__name__}: {error}")
    lasted = f"group took {time.monotonic() - begun:.0f} s"
    mode = "quick run, says only that it works; " if options.quick else ""
    for key in keys:
        figure = figures.get(key, Figure(None, "no value came out"))
        say(report.row(goals[key], figure))
    if group in MEASURED:
        report.write(options.out, goals, figures, f"{mode}{lasted}; {context}")
    return figures


def _measure(group: str, system: System | None, folder: Path, options: Options) -> Figures:
    if group == "journey" and system is not None:
        plan = journey.LONG if options.long else journey.QUICK if options.quick else journey.PLAN
        return journey.measure(system, folder, plan)
    if group == "flow" and system is not None:
        return flow.measure(system, folder, flow.QUICK if options.quick else flow.PLAN)
    if group == "cards":
        return cards.measure(folder, quick=options.quick)
    return start.measure(folder, quick=options.quick)


def _short(path: Path) -> str:
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


if __name__ == "__main__":
    sys.exit(main())
