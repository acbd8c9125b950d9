"""Starts, watches and stops our own child processes, and never any other."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_DEAD = frozenset({"Z", "X"})  # a zombie waits for its parent only


_PATIENCE = {
    # It would linger 15 s over its own open streams. What it acknowledged is in files by then,
    # and it repairs itself at the next start.
    "seaweedfs": 2.0,
    "epmd": 1.0,
    "mail_inbox": 3.0,
}


def patience(name: str) -> float:
    """Seconds a process gets to end by itself; a service may finish its running work."""
    return _PATIENCE.get(name, 35.0)


class StartFailed(Exception):
    """A process ended or did not become ready; the text says what its log said last."""


@dataclass(frozen=True)
class Identity:
    """A process for certain: its number, and when it was born, so that a reused number differs."""

    name: str
    pid: int
    born: str

    def alive(self) -> bool:
        return birth_of(self.pid) == self.born


@dataclass
class Child:
    """A process that we started, leader of its own session."""

    identity: Identity
    popen: subprocess.Popen[bytes]
    log: Path

    @property
    def name(self) -> str:
        return self.identity.name

    def ended(self) -> int | None:
        return self.popen.poll()


@cache
def _boot() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()


def _stat(pid: int) -> list[str]:
    """Of /proc/<pid>/stat after the name.

    [0] state, [1] parent, [3] session, [17] threads, [19] birth.
    """
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    except OSError:
        return []


def _is_dead(fields: list[str]) -> bool:
    """A zombie with threads that still end holds its ports and files until they are gone."""
    return not fields or (fields[0] in _DEAD and int(fields[17]) <= 1)


def birth_of(pid: int) -> str | None:
    """Boot and clock tick at which a living process began; none for a dead one or a zombie."""
    fields = _stat(pid)
    if _is_dead(fields):
        return None
    return f"{_boot()}:{fields[19]}"


def start(
    name: str, command: Sequence[str | Path], env: Mapping[str, str], log: Path, cwd: Path
) -> Child:
    """Start a command in a session of its own (a Ctrl-C for us is not one for it)."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        popen = subprocess.Popen(
            [str(part) for part in command],
            env={**least_environment(), **env},
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    return Child(Identity(name, popen.pid, birth_of(popen.pid) or "ended"), popen, log)


def least_environment() -> dict[str, str]:
    kept = ("PATH", "HOME", "TMPDIR", "TZ", "VIRTUAL_ENV", "SSL_CERT_FILE", "SSL_CERT_DIR")
    found = {name: os.environ[name] for name in kept if name in os.environ}
    return {**found, "LANG": "C.UTF-8", "PYTHONUNBUFFERED": "1"}


def log_tail(log: Path, lines: int = 12) -> str:
    """The last lines of a log, for an error message."""
    try:
        text = log.read_bytes()[-8000:].decode("utf-8", "replace")
    except OSError:
        return ""
    return "\n".join("    " + line[:300] for line in text.splitlines()[-lines:])


def wait_ready(child: Child, ready: Callable[[], bool], seconds: float) -> None:
    """Ask `ready` until it says yes; an end of the process or of patience is `StartFailed`."""
    deadline = time.monotonic() + seconds
    while True:
        if (code := child.ended()) is not None:
            what = f"{child.name} berhenti sendiri (kode {code})"
            break
        with suppress(OSError):
            if ready():
                return
        if time.monotonic() > deadline:
            what = f"{child.name} belum siap setelah {seconds:.0f} detik"
            break
        time.sleep(0.05)
    raise StartFailed(f"{what}. Catatannya: {child.log}\n{log_tail(child.log)}")


def stop(identity: Identity, seconds: float, with_signal: int = signal.SIGTERM) -> bool:
    """End a process and what it started: politely first, by force after `seconds`.

    False when it was gone already. Only the process with the stored birth is touched, and its
    sessions: a RabbitMQ node starts helpers in sessions of their own, which may outlive it.
    """
    if not identity.alive():
        return False
    sessions = _family({identity.pid})[1]
    with suppress(ProcessLookupError):
        os.kill(identity.pid, with_signal)
        os.kill(identity.pid, signal.SIGCONT)  # a paused process could not obey
    deadline = time.monotonic() + seconds
    while identity.alive() and time.monotonic() < deadline:
        _reap(identity.pid)
        time.sleep(0.02)
        sessions |= _family(sessions)[1]
    # A session lives on under its leader's number, which is not given to another meanwhile.
    while (found := _family(sessions))[0]:
        sessions |= found[1]
        for pid in found[0]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        _reap(identity.pid)
        time.sleep(0.005)
    _reap(identity.pid)
    return True


def _family(sessions: set[int]) -> tuple[set[int], set[int]]:
    """Living processes of these sessions with all that descends from them, and their sessions."""
    living = {
        int(entry.name): (int(fields[1]), int(fields[3]))  # parent, session
        for entry in Path("/proc").iterdir()
        if entry.name.isdigit() and not _is_dead(fields := _stat(int(entry.name)))
    }
    found: set[int] = set()
    known = set(sessions)
    while more := {
        pid
        for pid, (parent, session) in living.items()
        if pid not in found and (session in known or parent in found)
    }:
        found |= more
        known |= {living[pid][1] for pid in more}
    return found, known


def _reap(pid: int) -> None:
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)


def wait_until(ready: Callable[[], bool], seconds: float, otherwise: str) -> None:
    """Ask `ready` until it says yes, or raise `StartFailed`."""
    deadline = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > deadline:
            raise StartFailed(f"{otherwise} setelah {seconds:.0f} detik")
        time.sleep(0.05)
