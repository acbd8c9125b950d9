"""Where and when a figure was measured."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import psutil

_PACKAGES = ("faststream", "aio-pika", "motor", "pymongo", "starlette", "weasyprint", "k6")


def cpu_model() -> str:
    for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
        name, _, value = line.partition(":")
        if name.strip() == "model name":
            return value.strip()
    return platform.machine()


def describe() -> str:
    """Machine, date, load before we begin, versions."""
    memory = psutil.virtual_memory().total / 2**30
    load = os.getloadavg()[0]
    versions = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    return (
        f"{cpu_model()}, {os.cpu_count()} cores, {memory:.0f} GiB, everything on this machine; "
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC; load average at the start {load:.2f}; "
        f"Python {platform.python_version()}, {versions}"
    )


def memory_mb(pids: list[int]) -> tuple[float, float]:
    """Resident and proportional set size of processes and all their children, in MB."""
    resident = shared_out = 0
    for pid in pids:
        process = psutil.Process(pid)
        for each in (process, *process.children(recursive=True)):
            info = each.memory_full_info()
            resident += info.rss
            shared_out += info.pss
    return resident / 1e6, shared_out / 1e6
