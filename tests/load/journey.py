"""Group journey: how many whole journeys a second, and how long requests take at that rate."""

from __future__ import annotations

import asyncio
import json
import math
import os
import re
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.demo.drawing import diploma, identity_card, portrait
from deploy.demo.people import sample_people
from services.intake.forms import ANSWER_PAGES, PAGES
from tests.acceptance.slow_phone import first_paint_seconds
from tests.load.report import Figure, Figures, not_measured, read_goals, say
from tests.load.system import System

SCRIPT = Path(__file__).parent / "journey.js"
SLO = Path(__file__).parents[2] / "deploy" / "slo.toml"
K6 = Path(sys.executable).parent / "k6"
DOCUMENT_KB = 400
BACKLOG_SECONDS = 3.0  # a rate counts as held while fewer arrivals than this are unfinished
KEYS = (
    *("journeys_per_second", "journey_errors", "page_p95_ms", "submit_p95_ms", "upload_p95_ms"),
    *("first_page_bytes", "first_page_lcp_ms"),
)
_LINKS = re.compile(r"(?:<link[^>]+?href|<script[^>]+?src|<img[^>]+?src)=\"(/static/[^\"]+)\"")


@dataclass(frozen=True)
class Plan:
    """Rates to try, in order, and for how long each."""

    rates: tuple[float, ...]
    seconds: int


# The rate at which the promised times must hold.
PROMISED_RATE = read_goals(SLO)["journeys_per_second"].goal
PLAN = Plan((2, 3, 4, 5, 6, 7, 8), 25)
LONG = Plan((6,), 600)
QUICK = Plan((1,), 5)


@dataclass(frozen=True)
class Run:
    """What k6 saw at one rate."""

    rate: float
    seconds: int
    started: int
    done: int
    done_in_time: int
    failed: int
    dropped: int
    p95: dict[str, float]  # milliseconds by kind of request
    journey_p95: float  # seconds
    cpu: dict[str, float]  # seconds of processor time, by process

    @property
    def errors(self) -> int:
        """Journeys that failed, were broken off unfinished, or never began."""
        return self.started - self.done + self.dropped

    @property
    def is_held(self) -> bool:
        backlog = self.started - self.done_in_time
        return self.done > 0 and not self.errors and backlog <= max(3, self.rate * BACKLOG_SECONDS)

    @property
    def cpu_per_journey(self) -> str:
        """Milliseconds, the greatest first; what a core can do whatever else runs on it."""
        most = sorted(self.cpu.items(), key=lambda item: -item[1])
        each = [(name, 1000 * used / max(1, self.done)) for name, used in most]
        total = sum(used for _, used in each)
        parts = [f"all {total:.0f}", *(f"{name} {used:.0f}" for name, used in each if used >= 1)]
        return ", ".join(parts)

    def __str__(self) -> str:
        kinds = ", ".join(f"{kind} {value:.0f}" for kind, value in self.p95.items())
        return (
            f"{self.rate:g}/s for {self.seconds} s: {self.done} of {self.started} done, "
            f"{self.done_in_time} in time, {self.errors} errors; journey p95 "
            f"{self.journey_p95:.1f} s; p95 ms: {kinds}"
        )


def measure(system: System, folder: Path, plan: Plan) -> Figures:
    """Raise the rate until it is not held; times are those at the promised rate, when it is held."""
    paint = first_page_paint(system.run.public_url, tries=1 if plan is QUICK else 3)
    load = Load(system, folder)
    load.run(1, 2 if plan is QUICK else 5)  # wakes the workers
    runs = _climb(load, plan)
    size = first_page_bytes(system.run.public_url)
    page_note = "start page with CSS and images, content-length with Accept-Encoding br"
    return {
        **_figures(runs),
        "first_page_bytes": Figure(size, page_note),
        "first_page_lcp_ms": paint,
    }


def first_page_paint(url: str, *, tries: int) -> Figure:
    """Before the load, which would slow the browser on the same machine as well."""
    seconds = asyncio.run(first_paint_seconds(url, tries=tries))
    note = "Chromium, empty cache, 400 kbit/s, 400 ms RTT, processor 6x slower, best of"
    return Figure(1000 * seconds, f"{note} {tries}")


def _climb(load: Load, plan: Plan) -> list[Run]:
    """Every rate gets a second try, against a hiccup of the machine; all tries are reported."""
    runs: list[Run] = []
    for rate in plan.rates:
        for _ in range(2):
            runs.append(_tell(load.run(rate, plan.seconds)))
            if runs[-1].is_held:
                break
        else:
            break
    if not any(run.is_held for run in runs) and plan is PLAN:
        runs.append(_tell(load.run(1, plan.seconds)))
    return runs


def _tell(run: Run) -> Run:
    say(f"    {run}{'' if run.is_held else ' (not held)'}")
    say(f"      processor ms per journey: {run.cpu_per_journey}")
    return run


def _figures(runs: list[Run]) -> Figures:
    held = [run for run in runs if run.is_held]
    if not held:
        figures = not_measured(KEYS, f"no rate was held: {runs[0]}")
        return figures | {"journeys_per_second": Figure(0, str(runs[0]))}
    best = max(held, key=lambda run: run.rate)
    tried = " | ".join(f"{run}{'' if run.is_held else ' (not held)'}" for run in runs)
    note = (
        f"k6 constant-arrival-rate, HTML pages without JavaScript, 3 documents of {DOCUMENT_KB} kB,"
        f" no pauses between pages; all rates tried: {tried}; processor ms per journey at "
        f"{best.rate:g}/s: {best.cpu_per_journey}"
    )
    promised = next((run for run in held if run.rate == PROMISED_RATE), best)
    at = f"k6 http_req_duration at {promised.rate:g} journeys/s, generator on the same machine"
    lower = "; ".join(
        f"{kind} p95 " + ", ".join(f"{run.p95[kind]:.0f} ms at {run.rate:g}/s" for run in runs)
        for kind in ("page", "submit", "upload")
    )
    return {
        "journeys_per_second": Figure(best.rate, note),
        "journey_errors": Figure(
            promised.errors, f"failed, unfinished or dropped at {promised.rate:g}/s"
        ),
        **{
            f"{kind}_p95_ms": Figure(promised.p95[kind], f"{at}; {lower}")
            for kind in ("page", "submit", "upload")
        },
    }


def _screens() -> str:
    """The screens of an adult in their order, with the names of what each asks, for the script."""
    return json.dumps(
        [
            [page_id, screen.id, list(screen.names)]
            for page_id in ANSWER_PAGES
            for screen in PAGES[page_id].screens
            if screen.shown_if is None
        ]
    )


@dataclass
class Load:
    """Runs k6 against a system; every run has people of its own."""

    system: System
    folder: Path
    next_person: int = 0

    def __post_init__(self) -> None:
        self.next_person = int(time.time()) % 1_000_000 * 20  # other people than last time
        person = sample_people(1, seed=1)[0]
        self.files = {
            "IDENTITY_CARD": ("ktp.jpg", identity_card(person, DOCUMENT_KB)),
            "DIPLOMA": ("ijazah.pdf", diploma(person, DOCUMENT_KB)),
            "PHOTO": ("foto.jpg", portrait(1, DOCUMENT_KB)),
        }
        for name, content in self.files.values():
            (self.folder / name).write_bytes(content)

    def start(self, rate: float, seconds: int) -> subprocess.Popen[bytes]:
        """Let people arrive; returns at once."""
        out = self.folder / "k6.json"
        out.unlink(missing_ok=True)
        env = {
            **{name: str(self.folder / file) for name, (file, _) in self.files.items()},
            "BASE": self.system.run.public_url,
            "RATE": str(rate),
            "SECONDS": str(seconds),
            "FIRST": str(self.next_person),
            "OUT": str(out),
            "SCREENS": _screens(),
            "K6_NO_USAGE_REPORT": "true",
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
        }
        self.next_person += math.ceil(rate * seconds) + 1
        command = [str(K6), "run", "--quiet", "--no-color", "--log-format", "raw", str(SCRIPT)]
        with (self.folder / "k6.log").open("ab") as log:
            return subprocess.Popen(command, env=env, stdout=log, stderr=log)

    def run(self, rate: float, seconds: int) -> Run:
        before = self.system.cpu_seconds()
        process = self.start(rate, seconds)
        _, _, usage = os.wait4(process.pid, 0)
        process.returncode = 0  # reaped by wait4, which tells what k6 itself has used
        after = self.system.cpu_seconds()
        cpu = {name: max(0.0, used - before.get(name, 0.0)) for name, used in after.items()}
        cpu["k6"] = usage.ru_utime + usage.ru_stime
        return self.result(rate, seconds, cpu)

    def result(self, rate: float, seconds: int, cpu: dict[str, float]) -> Run:
        out = self.folder / "k6.json"
        if not out.exists():
            raise RuntimeError(f"k6 left no result:\n{self.log_tail()}")
        run = read_summary(json.loads(out.read_text("utf-8")), rate, seconds, cpu)
        if run.errors:
            say(f"    {self.log_tail()}")
        return run

    def log_tail(self) -> str:
        return (self.folder / "k6.log").read_text("utf-8", "replace")[-1500:]


def read_summary(
    metrics: dict[str, dict[str, Any]], rate: float, seconds: int, cpu: dict[str, float]
) -> Run:
    """The summary of journey.js; a counter that never counted is not in it."""

    def count(name: str) -> int:
        return int(metrics.get(name, {}).get("count", 0))

    def p95(name: str) -> float:
        return float(metrics.get(name, {}).get("p(95)", 0.0))

    kinds = ("page", "save", "submit", "upload", "image", "asset")
    return Run(
        rate=rate,
        seconds=seconds,
        started=count("journeys_started"),
        done=count("journeys_done"),
        done_in_time=count("journeys_done_in_time"),
        failed=count("journeys_failed"),
        dropped=count("dropped_iterations"),
        p95={kind: p95(f"http_req_duration{{kind:{kind}}}") for kind in kinds},
        journey_p95=p95("journey_seconds"),
        cpu=cpu,
    )


def first_page_bytes(base: str) -> int:
    """Bytes that travel for the start page and all that it loads."""
    page, size = _fetch(base + "/", "identity")
    _, size = _fetch(base + "/", "br")
    return size + sum(_fetch(base + path, "br")[1] for path in sorted(set(assets_of(page))))


def assets_of(page: bytes) -> list[str]:
    return _LINKS.findall(page.decode())


def _fetch(url: str, encoding: str) -> tuple[bytes, int]:
    headers = {"Accept-Encoding": encoding}
    request = urllib.request.Request(url, headers=headers)  # noqa: S310  # our own
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310  # our own
        body: bytes = answer.read()
    return body, len(body)
