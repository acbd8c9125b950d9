"""A private RabbitMQ node: Debian's server under our own user, ports and folder.

Users and permissions are in a definitions file that the node reads while it boots, which spares
all calls of `rabbitmqctl` (one to two seconds each) and gives the same result every time.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import socket
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.local import processes
from deploy.local.ports import HOST
from deploy.local.processes import Child

# The wrapper on the PATH insists on root or the user `rabbitmq`; the scripts here do not.
BIN = Path("/usr/lib/rabbitmq/bin")
EXCHANGE = "pencaker.events"
ADMIN = "deploy"
STUCK_WORK = "stuck_work"  # verification opens it only while an officer acts on dead letters


@dataclass(frozen=True)
class RabbitPorts:
    amqp: int
    distribution: int
    epmd: int


def answers(port: int) -> bool:
    """Whether the node speaks AMQP; it listens a moment earlier, and resets who comes then."""
    try:
        with socket.create_connection((HOST, port), timeout=2) as connection:
            connection.sendall(b"AMQP\x00\x00\x09\x01")
            return connection.recv(1) == b"\x01"  # a method frame: Connection.Start
    except OSError:
        return False


def url(port: int, user: str, password: str) -> str:
    return f"amqp://{user}:{password}@{HOST}:{port}/"


def start(
    folder: Path, ports: RabbitPorts, passwords: Mapping[str, str], types: Mapping[str, list[str]]
) -> list[Child]:
    """Start the node and a port mapper of its own, so that nodes know nothing of one another."""
    if not BIN.is_dir():
        raise processes.StartFailed("RabbitMQ belum terpasang. Jalankan: make setup")
    folder.mkdir(parents=True, exist_ok=True)
    definitions = folder / "definitions.json"
    _write_private(definitions, json.dumps(definitions_of(passwords, types), indent=1))
    (folder / "rabbitmq.conf").write_text(_configuration(ports.amqp, definitions), "utf-8")
    (folder / "enabled_plugins").write_text("[].\n", "utf-8")
    env = _environment(folder, ports)
    epmd = shutil.which("epmd") or "/usr/lib/erlang/bin/epmd"
    mapper = [epmd, "-port", str(ports.epmd), "-address", HOST]
    return [
        processes.start("epmd", mapper, env, folder / "epmd.log", folder),
        processes.start("rabbitmq", [BIN / "rabbitmq-server"], env, folder / "start.log", folder),
    ]


def definitions_of(
    passwords: Mapping[str, str], types: Mapping[str, list[str]]
) -> dict[str, list[dict[str, str]]]:
    """Users (the admin among them) with the least rights, as RabbitMQ imports them."""
    users = [
        {
            "name": name,
            "password_hash": password_hash(name, password),
            "hashing_algorithm": "rabbit_password_hashing_sha256",
            "tags": "administrator" if name == ADMIN else "",
        }
        for name, password in passwords.items()
    ]
    rights = [{"user": name, "vhost": "/", **_rights_of(name)} for name in passwords]
    topics = [
        {
            "user": name,
            "vhost": "/",
            "exchange": EXCHANGE,
            "write": whole_types(types.get(name, ())),
            "read": ".*",
        }
        for name in passwords
        if name not in {ADMIN, STUCK_WORK}
    ]
    return {
        "vhosts": [{"name": "/"}],
        "users": users,
        "permissions": rights,
        "topic_permissions": topics,
    }


def _rights_of(name: str) -> dict[str, str]:
    """What a user may configure, write and read.

    To give a message to one queue means to write to the default exchange, which leads to all.
    """
    if name == ADMIN:
        return {"configure": ".*", "write": ".*", "read": ".*"}
    if name == STUCK_WORK:
        return {"configure": "", "write": r"^amq\.default$", "read": r"^\w+\.\w+\.dead$"}
    return {"configure": "", "write": f"^{re.escape(EXCHANGE)}$", "read": rf"^{name}\."}


def whole_types(types: Iterable[str]) -> str:
    """A pattern that matches these event types and nothing else."""
    return "^(" + "|".join(re.escape(each) for each in sorted(types)) + ")$" if types else "^$"


def password_hash(user: str, password: str) -> str:
    """RabbitMQ's salted SHA-256; the salt follows from both, so that the file stays the same."""
    salt = hashlib.sha256(f"{user}\0{password}".encode()).digest()[:4]
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()


def _configuration(port: int, definitions: Path) -> str:
    lines = {
        "listeners.tcp.1": f"{HOST}:{port}",
        "load_definitions": definitions,
        "log.console": "false",
        "log.file.level": "info",
        "vm_memory_high_watermark.absolute": "1GB",
        "disk_free_limit.absolute": "100MB",
        "raft.wal_max_size_bytes": 64 * 1024 * 1024,
    }
    return "".join(f"{key} = {value}\n" for key, value in lines.items())


def _environment(folder: Path, ports: RabbitPorts) -> dict[str, str]:
    return {
        "HOME": str(folder),  # the Erlang cookie is made here
        "ERL_EPMD_PORT": str(ports.epmd),
        "ERL_EPMD_ADDRESS": HOST,
        "ERL_FLAGS": "-start_epmd false",  # ours is there; one of its own would outlive the node
        "RABBITMQ_NODENAME": "pencaker@localhost",
        "RABBITMQ_DIST_PORT": str(ports.distribution),
        "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
        "RABBITMQ_LOG_BASE": str(folder / "log"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
        "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
        "RABBITMQ_CONF_ENV_FILE": "/dev/null",
        # Makes the script become the node (no shell in between), so that our pid is the node's.
        "RABBITMQ_ALLOW_INPUT": "1",
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": (
            # No busy waiting: an idle node costs nothing.
            "+S 2:2 +sbwt none +sbwtdcpu none +sbwtdio none -noinput "
            "-kernel inet_dist_use_interface {127,0,0,1}"
        ),
    }


def _write_private(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_text(text, "utf-8")
