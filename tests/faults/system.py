"""The whole system as processes, for faults: servers, services, and a look into every database."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import httpx2
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from deploy.demo.people import SamplePerson, sample_people
from deploy.local import SERVICES
from deploy.local.environment import environment
from deploy.local.mongodb import ADMIN
from deploy.local.stack import Servers, Services
from services.verification.indexes import INDEXES
from services.verification.officers.accounts import Account, ensure_account
from services.verification.settings import VerificationSettings
from shared import clock
from shared.mongo import Document, Mongo
from shared.service import connect
from tests.faults.mail_gate import MailGate

T = TypeVar("T")
PLENTY = 600  # people, more than all fault tests together need


@dataclass
class System:
    """`taken` is everybody who ever applied here, for the search in the logs."""

    servers: Servers
    services: Services
    gate: MailGate
    databases: dict[str, Mongo]
    taken: list[SamplePerson] = field(default_factory=list)
    _people: list[SamplePerson] = field(default_factory=lambda: sample_people(PLENTY, seed=2026))

    def people(self, count: int) -> list[SamplePerson]:
        """People who have not applied yet."""
        chosen = self._people[len(self.taken) : len(self.taken) + count]
        self.taken += chosen
        return chosen

    async def rows(self, service: str, table: str, where: Document | None = None) -> list[Document]:
        """Rows of a database, asked again while MongoDB is away."""
        return await patiently(
            lambda: self.databases[service].collection(table).find(where or {}).to_list(None)
        )

    async def kill(self, service: str) -> None:
        """SIGKILL, now; what only time would free is freed (see `_let_leases_end`)."""
        await self.kill_without_leases(service)
        await self._let_leases_end(service)

    async def kill_without_leases(self, service: str) -> None:
        os.kill(self.services.children[service].identity.pid, signal.SIGKILL)
        await asyncio.to_thread(self.services.kill, service)

    async def start(self, *services: str, wait: bool = True) -> None:
        async def one(service: str) -> None:
            await asyncio.to_thread(self.services.start, service, wait=wait)

        await asyncio.gather(*(one(service) for service in services))

    async def kill_and_restart(self, service: str) -> None:
        await self.kill(service)
        await self.start(service)

    async def all_up(self) -> None:
        """Start what a failed test before left lying."""
        running = self.services.children
        down = [
            name for name in SERVICES if name not in running or running[name].ended() is not None
        ]
        await self.start(*down)

    def assert_none_ended(self) -> None:
        """No service ended by itself."""
        ended = {name: child.ended() for name, child in self.services.children.items()}
        assert not {name: code for name, code in ended.items() if code is not None}

    async def _let_leases_end(self, service: str) -> None:
        """Nobody waits minutes in a test: the claims of the dead process run out at once.

        A claimed notice would be due again after three minutes, an unanswered request with an
        Idempotency-Key be taken for dead after one, a claimed event be free after 30 seconds, the
        rows of an open transaction after ten.
        """
        await asyncio.to_thread(self._end_transactions, service)
        past = clock.now() - timedelta(minutes=5)
        await (
            self.databases[service]
            .collection("outbox")
            .update_many(
                {"published_at": None, "locked_by": {"$exists": True}},
                {"$set": {"locked_until": past}},
            )
        )
        if service == "notify":
            await (
                self.databases["notify"]
                .collection("notices")
                .update_many(
                    {"state": "planned", "claimed_by": {"$ne": None}}, {"$set": {"due_at": past}}
                )
            )
        if service == "intake":
            await (
                self.databases["intake"]
                .collection("idempotency_keys")
                .update_many({"status": None}, {"$set": {"started_at": past}})
            )

    def _end_transactions(self, service: str) -> None:
        with MongoClient[Document](self.servers.run.mongo_url(ADMIN)) as client:
            client.admin.command("killAllSessions", [{"user": service, "db": service}])


async def patiently(ask: Callable[[], Awaitable[T]], seconds: float = 60) -> T:
    """What `ask` answers, once MongoDB does."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    while True:
        try:
            return await ask()
        except PyMongoError:
            if loop.time() > deadline:
                raise
            await asyncio.sleep(0.3)


async def until(
    reached: Callable[[], Awaitable[bool]], what: str, seconds: float = 90, pause: float = 0.15
) -> None:
    """Wait until something is so; says what was waited for when it never is."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    while not await reached():
        assert loop.time() < deadline, f"after {seconds:.0f} s still not: {what}"
        await asyncio.sleep(pause)


async def side_by_side(works: Iterable[Callable[[], Awaitable[T]]], at_once: int) -> list[T]:
    """Run all, some at once."""
    free = asyncio.Semaphore(at_once)

    async def one(work: Callable[[], Awaitable[T]]) -> T:
        async with free:
            return await work()

    return list(await asyncio.gather(*(one(work) for work in works)))


async def start_system(folder: Path) -> System:
    """Servers of our own (others leave events in their outboxes), then the four services."""
    servers = await asyncio.to_thread(Servers.start, folder)
    gate = MailGate(servers.run.ports.smtp)
    services = Services(servers)
    services.extra["notify"] = {"SMTP_PORT": str(await gate.listen())}
    databases = {
        name: Mongo(servers.run.mongo_url("deploy"), name, "fault-tests") for name in SERVICES
    }
    await _make_officer(servers)
    system = System(servers, services, gate, databases)
    await system.start(*SERVICES)
    return system


async def stop_system(system: System) -> None:
    await asyncio.to_thread(system.services.stop)
    await system.gate.end()
    for mongo in system.databases.values():
        mongo.close()
    await asyncio.to_thread(system.servers.stop)


async def _make_officer(servers: Servers) -> None:
    values = {n.lower(): v for n, v in environment("verification", servers.run).items()}
    resources = connect(VerificationSettings.model_validate(values))
    await resources.mongo.ensure_indexes(INDEXES)
    for login in servers.run.secrets.officers():
        account = Account(login.username, login.name, list(login.roles), login.password, login.nip)
        await ensure_account(resources.uow, account)
    resources.mongo.close()


def web(url: str, transport: httpx2.AsyncBaseTransport | None = None) -> httpx2.AsyncClient:
    """A client for many people at once."""
    limits = httpx2.Limits(max_connections=40, max_keepalive_connections=40)
    return httpx2.AsyncClient(base_url=url, timeout=30, limits=limits, transport=transport)


def by(rows: Sequence[Document], key: str) -> dict[Any, list[Document]]:
    """Rows grouped by one of their values."""
    groups: dict[Any, list[Document]] = {}
    for row in rows:
        groups.setdefault(row[key], []).append(row)
    return groups
