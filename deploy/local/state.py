"""What is running, written down beside the data: for `down`, `status` and the next `up`."""

from __future__ import annotations

import fcntl
import json
import threading
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import IO

from deploy.local import SERVICES, processes
from deploy.local.parallel import in_parallel
from deploy.local.processes import Identity


@dataclass
class State:
    """The supervisor (`up`), everything that it started, and where to find it.

    `addresses` has public, officers and inbox.
    """

    supervisor: Identity
    ready: bool = False
    addresses: dict[str, str] = field(default_factory=dict)
    started: list[Identity] = field(default_factory=list)


@dataclass
class StateFile:
    """The state of one data folder."""

    folder: Path
    _writing: threading.Lock = field(default_factory=threading.Lock)

    @property
    def path(self) -> Path:
        return self.folder / "state.json"

    def read(self) -> State | None:
        """The state last written; none when there is none, or a power cut tore it."""
        try:
            raw = json.loads(self.path.read_text("utf-8"))
            return State(
                Identity(**raw["supervisor"]),
                raw["ready"],
                raw["addresses"],
                [Identity(**each) for each in raw["started"]],
            )
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def write(self, state: State) -> None:
        """Replace the file at once, never by halves."""
        with self._writing:
            unfinished = self.path.with_suffix(".part")
            unfinished.write_text(json.dumps(asdict(state), indent=1), "utf-8")
            unfinished.replace(self.path)

    def forget(self) -> None:
        self.path.unlink(missing_ok=True)

    def lock(self) -> IO[str] | None:
        """Become the only supervisor of this folder; none when another one is.

        The kernel gives the lock back when its holder dies, however that happens.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        held = (self.folder / "lock").open("w", encoding="ascii")
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            held.close()
            return None
        return held

    def running(self) -> State | None:
        """The state, if its supervisor lives."""
        state = self.read()
        return state if state is not None and state.supervisor.alive() else None

    def stop_leftovers(self) -> list[str]:
        """End what a dead supervisor left running; its names."""
        state = self.read()
        if state is None or state.supervisor.alive():
            return []
        left = [each for each in state.started if each.alive()]
        for stage in (
            [each for each in left if each.name in SERVICES],
            [each for each in left if each.name not in SERVICES],
        ):
            in_parallel([(each.name, partial(_end, each)) for each in stage])
        self.forget()
        return [each.name for each in left]


def _end(left: Identity) -> None:
    processes.stop(left, processes.patience(left.name))
