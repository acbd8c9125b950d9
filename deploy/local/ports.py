"""Chooses the ports of a run: the wanted ones, those of last time, or free ones."""

from __future__ import annotations

import json
import random
import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from pathlib import Path

HOST = "127.0.0.1"
# Both ranges lie below Linux' ephemeral ports (32768 and up), so that no outgoing
# connection takes one between choosing and listening.
_PLAIN = range(23_000, 30_000)
_WITH_COMPANION = range(20_000, 22_700)
COMPANION = 10_000  # weed opens each of its ports a second time, 10,000 higher


@dataclass(frozen=True)
class Ports:
    """One port for everything that listens."""

    intake: int
    verification: int
    mail_inbox: int
    cards: int
    notify: int
    smtp: int
    mongodb: int
    rabbitmq: int
    rabbitmq_distribution: int
    epmd: int
    s3: int
    s3_master: int
    s3_volume: int
    s3_filer: int


PREFERRED = {"intake": 8080, "verification": 8090, "mail_inbox": 8025}
_VARIABLES = {
    "intake": "PUBLIC_PORT",
    "verification": "OFFICERS_PORT",
    "mail_inbox": "INBOX_PORT",
}
_NEEDS_COMPANION = frozenset({"s3", "s3_master", "s3_volume", "s3_filer"})


def is_free(port: int) -> bool:
    """Whether we could listen on the port now, on the loopback and on all addresses."""
    for address in (HOST, "0.0.0.0"):  # noqa: S104 - asked only, closed at once
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((address, port))
                probe.listen(1)
            except OSError:
                return False
    return True


def free_port(taken: set[int], *, companion: bool = False) -> int:
    """A free port that is not in `taken`; both are noted there."""
    span = _WITH_COMPANION if companion else _PLAIN
    for port in random.sample(span, len(span)):
        wanted = {port, port + COMPANION} if companion else {port}
        if not wanted & taken and all(is_free(each) for each in wanted):
            taken |= wanted
            return port
    raise RuntimeError(f"tidak ada porta kosong antara {span.start} dan {span.stop}")


def holder_of(port: int) -> str:
    """Who listens on a port, as far as we may see: `nginx (pid 12)`."""
    import psutil  # here: the image has it not, and imports tables of this package

    try:
        connections = psutil.net_connections(kind="tcp")
    except psutil.AccessDenied:
        connections = []
    for each in connections:
        if each.status == psutil.CONN_LISTEN and each.laddr and each.laddr.port == port:
            try:
                return f"{psutil.Process(each.pid).name()} (pid {each.pid})"
            except (psutil.Error, TypeError, ValueError):
                break
    return "proses lain"


def free_ports() -> Ports:
    """Free ports for everything: for tests."""
    taken: set[int] = set()
    return Ports(
        **{
            each.name: free_port(taken, companion=each.name in _NEEDS_COMPANION)
            for each in fields(Ports)
        }
    )


def wanted_ports(variables: Mapping[str, str]) -> dict[str, int]:
    """The ports people type; PUBLIC_PORT, OFFICERS_PORT, INBOX_PORT change them, 0 is any."""
    wanted = {
        name: int(variables.get(variable) or PREFERRED[name])
        for name, variable in _VARIABLES.items()
    }
    return {name: port for name, port in wanted.items() if port}


def remembered_ports(remembered: Path) -> Ports:
    """The ports of the last run."""
    return Ports(**json.loads(remembered.read_text("utf-8")))


def choose_ports(remembered: Path, preferred: Mapping[str, int]) -> tuple[Ports, list[str]]:
    """The preferred ports, else those of last time, else free ones; and what to tell of it."""
    before: dict[str, int] = {}
    with suppress(OSError, ValueError):  # none yet, or a power cut tore it
        before = json.loads(remembered.read_text("utf-8"))
    taken: set[int] = set()
    chosen: dict[str, int] = {}
    messages: list[str] = []
    for name in (each.name for each in fields(Ports)):
        if name in preferred:
            chosen[name], message = _next_free(name, preferred[name], taken)
            messages += message
        else:
            chosen[name] = _as_before(name, before.get(name), taken)
    remembered.parent.mkdir(parents=True, exist_ok=True)
    ports = Ports(**chosen)
    remembered.write_text(json.dumps(asdict(ports), indent=1), "utf-8")
    return ports, messages


def _as_before(name: str, port: int | None, taken: set[int]) -> int:
    companion = name in _NEEDS_COMPANION
    if port is not None:
        wanted = {port, port + COMPANION} if companion else {port}
        if not wanted & taken and all(is_free(each) for each in wanted):
            taken |= wanted
            return port
    return free_port(taken, companion=companion)


def _next_free(name: str, wanted: int, taken: set[int]) -> tuple[int, list[str]]:
    for port in range(wanted, wanted + 100):
        if port not in taken and is_free(port):
            taken.add(port)
            if port == wanted:
                return port, []
            message = f"porta {wanted} ({name}) dipakai oleh {holder_of(wanted)}; memakai {port}"
            return port, [message]
    raise RuntimeError(f"porta {wanted} sampai {wanted + 99} semuanya terpakai")
