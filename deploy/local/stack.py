"""The running system: servers, and services on them. For `make up` and for tests alike."""

from __future__ import annotations

import os
import signal
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from deploy.local import SERVICES, mongodb, processes, provision, rabbitmq, seaweed
from deploy.local.development_secrets import ensure_secrets
from deploy.local.environment import ROOT, Deployment, Elsewhere, environment
from deploy.local.parallel import in_parallel
from deploy.local.ports import HOST, Ports, free_ports, is_free
from deploy.local.processes import Child, Identity

Tell = Callable[[str], None]
_NOT_READY_GRACE = 1.0  # RabbitMQ hears no signal while it boots


def _silent(_: str) -> None:
    """Tell nobody."""


@dataclass
class Servers:
    """The servers of one run. `start` makes one; `stop` ends exactly what was started."""

    run: Deployment
    test_commands: bool = False
    tell: Tell = _silent
    started: Callable[[Identity], None] = lambda _: None
    children: dict[str, Child] = field(default_factory=dict)
    ready: set[str] = field(default_factory=set)
    stopping: bool = False

    @classmethod
    def start(
        cls,
        folder: Path,
        ports: Ports | None = None,
        elsewhere: Elsewhere | None = None,
        *,
        test_commands: bool = False,
    ) -> Servers:
        """Start and provision everything that is not elsewhere, side by side."""
        servers = cls.prepare(folder, ports or free_ports(), elsewhere or Elsewhere())
        servers.test_commands = test_commands
        try:
            servers.start_all()
        except BaseException:
            servers.stop()
            raise
        return servers

    @classmethod
    def prepare(cls, folder: Path, ports: Ports, elsewhere: Elsewhere) -> Servers:
        """Know where everything will be; nothing runs yet."""
        folder = folder.resolve()
        return cls(Deployment(folder, ports, ensure_secrets(folder / "secrets"), elsewhere))

    def start_all(self) -> None:
        other = self.run.elsewhere
        work: list[tuple[str, Callable[[], None]]] = [
            ("RabbitMQ", self.provision_rabbitmq if other.rabbit_url else self.start_rabbitmq),
            ("MongoDB", self.provision_mongodb if other.mongo_url else self.start_mongodb),
            ("S3", self.provision_s3 if other.s3_endpoint else self.start_s3),
            ("kotak surat", _nothing if other.smtp_host else self.start_mail_inbox),
        ]
        in_parallel(work, self.tell)

    def start_rabbitmq(self) -> None:
        ports = self.run.ports
        children = rabbitmq.start(
            self.run.folder / "rabbitmq",
            rabbitmq.RabbitPorts(ports.rabbitmq, ports.rabbitmq_distribution, ports.epmd),
            self.run.secrets.of_server("rabbitmq"),
            provision.owned_types(),
        )
        self.children.update({child.name: child for child in children})  # both, or a stop sees one
        for child in children:
            self.started(child.identity)
        if self.stopping:  # as in `_keep`
            self.stop_rabbitmq()
        self._wait("rabbitmq", lambda: rabbitmq.answers(ports.rabbitmq))
        self.provision_rabbitmq()

    def start_mongodb(self) -> None:
        ports = self.run.ports
        secrets = self.run.secrets
        child = self._keep(
            mongodb.start(
                self.run.folder / "mongodb",
                ports.mongodb,
                secrets.values["mongodb-member"],
                test_commands=self.test_commands,
            )
        )
        processes.wait_ready(child, lambda: mongodb.answers(ports.mongodb), 60)
        mongodb.prepare(ports.mongodb, secrets.password("mongodb", mongodb.ADMIN))
        self._wait("mongodb", lambda: mongodb.is_primary(ports.mongodb))
        self.provision_mongodb()

    def _s3_ports(self) -> seaweed.S3Ports:
        ports = self.run.ports
        return seaweed.S3Ports(ports.s3, ports.s3_master, ports.s3_volume, ports.s3_filer)

    def start_s3(self) -> None:
        self._keep(
            seaweed.start(
                self.run.folder / "s3",
                self._s3_ports(),
                self.run.secrets.s3_keys(),
            )
        )
        key = self.run.s3_key(seaweed.ADMIN)
        url = self.run.s3_endpoint
        self._wait("seaweedfs", lambda: seaweed.takes_objects(url, key))

    def start_mail_inbox(self) -> None:
        ports = self.run.ports
        folder = self.run.folder / "mail"
        command = [
            *(sys.executable, "-m", "deploy.local.mail_inbox", "--dir", str(folder)),
            *("--smtp-port", str(ports.smtp), "--http-port", str(ports.mail_inbox)),
        ]
        log = self.run.folder / "log" / "mail_inbox.log"
        self._keep(processes.start("mail_inbox", command, {}, log, ROOT))
        self._wait("mail_inbox", lambda: not is_free(ports.mail_inbox))

    def provision_rabbitmq(self) -> None:
        provision.provision_rabbitmq(self.run)

    def provision_mongodb(self) -> None:
        provision.provision_mongodb(self.run)

    def provision_s3(self) -> None:
        provision.provision_s3(self.run)

    def stop_one(self, name: str, with_signal: int = signal.SIGTERM) -> None:
        """Stop one server and forget it; its data stay."""
        child = self.children.pop(name, None)
        if child is not None:
            patience = processes.patience(name) if name in self.ready else _NOT_READY_GRACE
            if with_signal == signal.SIGKILL:
                patience = 0.0
            self.ready.discard(name)
            processes.stop(child.identity, patience, with_signal)
            if name == "seaweedfs":
                seaweed.remove_sockets(self._s3_ports())

    def stop_rabbitmq(self, with_signal: int = signal.SIGTERM) -> None:
        """The port mapper last: a node that boots without one starts one that nobody ends."""
        mapper = self.children.pop("epmd", None)  # at once: no other thread is to end it before
        self.stop_one("rabbitmq", with_signal)
        if mapper is not None:
            processes.stop(mapper.identity, _NOT_READY_GRACE)

    def restart_rabbitmq(self, with_signal: int = signal.SIGTERM) -> None:
        self.stop_rabbitmq(with_signal)
        self.start_rabbitmq()

    def restart_mongodb(self, with_signal: int = signal.SIGTERM) -> None:
        self.stop_one("mongodb", with_signal)
        self.start_mongodb()

    def pause(self, name: str) -> None:
        """Stop the clock of a server without ending it."""
        os.kill(self.children[name].identity.pid, signal.SIGSTOP)

    def resume(self, name: str) -> None:
        os.kill(self.children[name].identity.pid, signal.SIGCONT)

    def stop(self, tell: Tell = _silent) -> None:
        """Stop them all, side by side."""
        self.stopping = True
        others = self.children.keys() - {"rabbitmq", "epmd"}
        work = [(name, partial(self.stop_one, name)) for name in sorted(others)]
        if self.children.keys() & {"rabbitmq", "epmd"}:
            work.append(("rabbitmq", partial(self.stop_rabbitmq)))
        in_parallel(work, tell)

    def _wait(self, name: str, ready: Callable[[], bool]) -> None:
        child = self.children.get(name)
        if child is None:
            raise processes.StartFailed(f"{name} dihentikan")
        processes.wait_ready(child, ready, 60)
        self.ready.add(name)

    def _keep(self, child: Child) -> Child:
        self.children[child.name] = child
        self.started(child.identity)
        if self.stopping:  # Ctrl-C while a thread was starting it
            self.stop_one(child.name)
        return child


@dataclass
class Services:
    """The four services on running servers."""

    servers: Servers
    children: dict[str, Child] = field(default_factory=dict)
    extra: dict[str, dict[str, str]] = field(default_factory=dict)

    def url(self, name: str) -> str:
        return f"http://{HOST}:{getattr(self.servers.run.ports, name)}"

    def start_all(self, tell: Tell = _silent, names: Sequence[str] = SERVICES) -> None:
        in_parallel([(name, partial(self.start, name)) for name in names], tell)

    def start(self, name: str, *, wait: bool = True) -> None:
        """Start one service (again); `extra[name]` is added to its environment."""
        run = self.servers.run
        env = {**environment(name, run), **self.extra.get(name, {})}
        log = run.folder / "log" / f"{name}.log"
        command = [sys.executable, "-m", f"services.{name}"]
        child = processes.start(name, command, env, log, ROOT)
        self.children[name] = child
        self.servers.started(child.identity)
        if self.servers.stopping:  # Ctrl-C while a thread was starting it
            self.stop_one(name)
        elif wait:
            self.wait_ready(name)

    def wait_ready(self, name: str, seconds: float = 60) -> None:
        address = f"{self.url(name)}/readyz?all=1"
        processes.wait_ready(self.children[name], lambda: answers(address), seconds)

    def kill(self, name: str) -> None:
        """SIGKILL, as a crash or the kernel out of memory would: nothing is tidied up."""
        processes.stop(self.children.pop(name).identity, 0, signal.SIGKILL)

    def pause(self, name: str) -> None:
        os.kill(self.children[name].identity.pid, signal.SIGSTOP)

    def resume(self, name: str) -> None:
        os.kill(self.children[name].identity.pid, signal.SIGCONT)

    def stop_one(self, name: str) -> None:
        child = self.children.pop(name, None)
        if child is not None:
            processes.stop(child.identity, processes.patience(name))

    def stop(self, tell: Tell = _silent) -> None:
        names = list(self.children)
        in_parallel([(name, partial(self.stop_one, name)) for name in names], tell)


def answers(address: str) -> bool:
    """Whether a GET is answered with success."""
    try:
        with urllib.request.urlopen(address, timeout=2) as response:  # noqa: S310 - our own
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _nothing() -> None:
    """There is nothing to start."""
