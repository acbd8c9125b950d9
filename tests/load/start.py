"""Group start: seconds of `up` when everything is installed, memory of the idle services."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from deploy.local import SERVICES
from deploy.local.environment import ROOT
from deploy.local.state import StateFile
from tests.load import machine
from tests.load.report import Figure, Figures

IDLE_SECONDS = 60.0


def measure(folder: Path, *, quick: bool = False) -> Figures:
    data = folder / "up"
    _local(data, "up", "--detach")  # makes secrets, accounts, empty databases
    _local(data, "down")
    begun = time.monotonic()
    _local(data, "up", "--detach")
    seconds = time.monotonic() - begun
    try:
        idle = 2.0 if quick else IDLE_SECONDS
        time.sleep(idle)
        state = StateFile(data).running()
        if state is None:
            raise RuntimeError("the system ended by itself")
        each = {s.name: machine.memory_mb([s.pid]) for s in state.started if s.name in SERVICES}
    finally:
        _local(data, "down")
    resident = sum(rss for rss, _ in each.values())
    shares = sum(pss for _, pss in each.values())
    by_service = ", ".join(f"{name} {rss:.0f}" for name, (rss, _) in each.items())
    return {
        "up_seconds": Figure(seconds, "`deploy.local up --detach` on existing data, until ready"),
        "idle_services_mb": Figure(
            resident,
            f"resident size {idle:.0f} s after the start, children included: {by_service}; "
            f"proportional set size {shares:.0f} MB",
        ),
    }


def _local(data: Path, *arguments: str) -> None:
    command = [sys.executable, "-m", "deploy.local", "--data", str(data), *arguments]
    answer = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=180, check=False
    )
    if answer.returncode != 0:
        raise RuntimeError(f"{' '.join(arguments)}: {answer.stdout[-1500:]}{answer.stderr[-500:]}")
