"""The system under load: our own in a temporary folder, or one that runs already."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from deploy.local.commands import ensure_officers
from deploy.local.environment import Deployment, last_deployment
from deploy.local.stack import Servers, Services
from deploy.local.state import StateFile


@dataclass
class System:
    """A running system, and the processes it consists of."""

    run: Deployment
    pids: dict[str, int] = field(default_factory=dict)

    def cpu_seconds(self) -> dict[str, float]:
        """Processor time used so far by each process, and by its workers."""
        used: dict[str, float] = {}
        for name, pid in self.pids.items():
            process = psutil.Process(pid)
            times = process.cpu_times()
            used[name] = float(times.user + times.system)
            ended = float(times.children_user + times.children_system)
            workers = ended + sum(map(_cpu, process.children(recursive=True)))
            if workers:
                used[f"{name} workers"] = workers
        return used


def _cpu(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system + times.children_user + times.children_system)


@contextmanager
def running_system(data: Path | None) -> Iterator[System]:
    """The one of the folder `data`, or a new one that is stopped at the end."""
    if data is not None:
        state = StateFile(data).running()
        if state is None or not state.ready:
            raise SystemExit(f"bench: nothing runs in {data}: make up")
        pids = {each.name: each.pid for each in state.started if each.alive()}
        yield System(last_deployment(data), pids)
        return
    with tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as folder:
        servers = Servers.start(Path(folder))
        services = Services(servers)
        try:
            services.start_all()
            ensure_officers(servers.run, lambda _: None)
            children = {**servers.children, **services.children}
            yield System(servers.run, {name: c.identity.pid for name, c in children.items()})
        finally:
            services.stop()
            servers.stop()


@contextmanager
def bare_servers() -> Iterator[Deployment]:
    """RabbitMQ and MongoDB with nobody on them, for a measurement of the floor alone."""
    with tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as folder:
        servers = Servers.start(Path(folder))
        try:
            yield servers.run
        finally:
            servers.stop()
