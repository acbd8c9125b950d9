"""How every service runs: HTTP, consumers and outbox relay in one process, or split by role."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import signal
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import uvicorn
import uvloop
from starlette.applications import Starlette
from starlette.types import ASGIApp

from shared import observability
from shared.health import Check, has_consumer, health_routes, watch_consumers
from shared.messaging import inbox, outbox
from shared.messaging.broker import (
    Broker,
    is_connected,
    keep_started,
    listen,
    make_consumer_broker,
    make_publisher_broker,
)
from shared.messaging.relay import Relay
from shared.messaging.subscribe import Consumer, Subscription
from shared.mongo import IndexModel, Mongo
from shared.office import Office, load_office
from shared.sealed import KeyRing
from shared.settings import ServiceSettings
from shared.storage import Storage, connect_storage
from shared.uow import UnitOfWork
from shared.web.slow_clients import BodyInTime, HeadInTime

CONNECTIONS_MOST = 4000  # a bare 503 beyond it, so that idle connections cannot fill the memory
_log = observability.get_logger(__name__)
Indexes = Mapping[str, list[IndexModel]]


@dataclass(frozen=True)
class Resources:
    """What a service works with; made once, handed to the functions that need it."""

    settings: ServiceSettings
    office: Office
    mongo: Mongo
    uow: UnitOfWork
    storage: Storage
    keys: KeyRing
    stopping: asyncio.Event


@dataclass(frozen=True)
class Parts:
    """What one service is made of.

    `web` is the public ASGI app (None: health only); `background` are named coroutine
    functions that run until `stopping` is set; without its own `checks` no process that works is
    ready; `close` runs last.
    """

    indexes: Indexes
    outdated_indexes: Mapping[str, Sequence[str]] = field(default_factory=dict)
    consumers: Sequence[Consumer] = ()
    web: ASGIApp | None = None
    background: Sequence[tuple[str, Callable[[], Awaitable[None]]]] = ()
    checks: Mapping[str, Check] = field(default_factory=dict)
    close: Callable[[], Awaitable[None]] | None = None


Build = Callable[[Resources], Parts]


def connect(settings: ServiceSettings) -> Resources:
    """Make the clients; none of them needs its server yet."""
    office = load_office(settings.office_file)
    mongo = Mongo(settings.mongo_url.get_secret_value(), settings.database, settings.service)
    return Resources(
        settings=settings,
        office=office,
        mongo=mongo,
        uow=UnitOfWork(mongo, settings.service, office.identity.regency_code),
        storage=connect_storage(settings),
        keys=KeyRing.load(settings.keyring_file) if settings.keyring_file else KeyRing({}),
        stopping=asyncio.Event(),
    )


def main(settings_class: type[ServiceSettings], build: Build) -> int:
    """`python -m services.<name> [--role all|web|worker]`."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--role", choices=["all", "web", "worker"])
    role = parser.parse_args().role
    if role:
        os.environ["ROLE"] = role
    settings = settings_class()
    observability.configure_logging(settings.service, settings.log_level)
    observability.configure_tracing(settings.service, settings.otel_exporter_otlp_endpoint)
    return uvloop.run(_Process(settings, build).run())


@dataclass
class _Process:
    settings: ServiceSettings
    build: Build
    exit_code: int = 0
    consuming: bool = field(default=False, init=False)

    async def run(self) -> int:
        resources = connect(self.settings)
        parts = self.build(resources)
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, resources.stopping.set)
        url = self.settings.rabbit_url.get_secret_value()
        consumer = make_consumer_broker(url, self.settings.graceful_seconds)
        publisher = make_publisher_broker(url)
        works = self.settings.role in {"all", "worker"}
        tasks = [self._named("http", self._serve(resources, parts, consumer, publisher))]
        if works:
            for each in parts.consumers:
                subscription = Subscription(each, resources.uow, resources.stopping)
                listen(consumer, each.queue, subscription.receive)
            tasks.append(self._named("work", self._work(resources, parts, consumer, publisher)))
            tasks += [self._named(name, begin()) for name, begin in parts.background]
        else:
            tasks.append(self._named("indexes", self._ensure_indexes(resources, parts)))
        await self._until_stopped(resources, tasks)
        with contextlib.suppress(Exception):
            await publisher.stop()
        if parts.close is not None:
            await parts.close()
        resources.mongo.close()
        _log.info("service.stopped")
        return self.exit_code

    def _named(self, name: str, work: Awaitable[None]) -> asyncio.Task[None]:
        async def run() -> None:
            await work

        return asyncio.create_task(run(), name=name)

    async def _until_stopped(self, resources: Resources, tasks: list[asyncio.Task[None]]) -> None:
        """Wait for a stop or for the first task that fails, then let the others end."""
        pending: set[asyncio.Task[None]] = set(tasks)
        while pending and not resources.stopping.is_set():
            done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
            if self._failed(done):
                resources.stopping.set()
        if not pending:
            return
        _log.info("service.stopping", running=[task.get_name() for task in pending])
        done, pending = await asyncio.wait(pending, timeout=self.settings.graceful_seconds + 5)
        self._failed(done)
        for task in pending:
            _log.warning("task.aborted", task=task.get_name())
            task.cancel()

    def _failed(self, done: set[asyncio.Task[None]]) -> bool:
        """Whether one of them failed: logged, and the process will say so when it exits."""
        failed = [task for task in done if not task.cancelled() and task.exception() is not None]
        for task in failed:
            _log.error("task.failed", task=task.get_name(), exc_info=task.exception())
            self.exit_code = 1
        return bool(failed)

    async def _ensure_indexes(self, resources: Resources, parts: Parts) -> None:
        """Create collections and indexes as soon as MongoDB answers."""
        while not resources.stopping.is_set():
            try:
                await resources.mongo.drop_indexes(parts.outdated_indexes)
                await resources.mongo.ensure_indexes(
                    {**parts.indexes, **outbox.INDEXES, **inbox.INDEXES}
                )
            except Exception as error:  # noqa: BLE001  # tried again until it works
                _log.warning("mongo.unreachable", error=repr(error))
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(resources.stopping.wait(), 2)
            else:
                return

    async def _work(
        self, resources: Resources, parts: Parts, consumer: Broker, publisher: Broker
    ) -> None:
        """Consumers and relay; RabbitMQ may come later."""
        stopping = resources.stopping
        await self._ensure_indexes(resources, parts)
        if not await keep_started(publisher, stopping):
            return
        relay = asyncio.create_task(
            Relay(resources.mongo, publisher, stopping, wake=resources.uow.emitted).run(),
            name="outbox-relay",
        )
        queues = tuple(each.queue for each in parts.consumers)
        if await keep_started(consumer, stopping):
            self.consuming = True
            _log.info("service.consuming", queues=[queue.name for queue in queues])
            watchdog = asyncio.create_task(
                watch_consumers(consumer, queues, stopping), name="watchdog"
            )
            stop = asyncio.create_task(stopping.wait(), name="stop")
            await asyncio.wait({relay, watchdog, stop}, return_when=asyncio.FIRST_COMPLETED)
            stop.cancel()
            stopping.set()
            with contextlib.suppress(Exception):
                await consumer.stop()
            await watchdog
        await relay

    async def _serve(
        self, resources: Resources, parts: Parts, consumer: Broker, publisher: Broker
    ) -> None:
        checks = self._checks(resources, parts, consumer, publisher)
        is_worker = self.settings.role == "worker"
        needed, told = (checks, {}) if is_worker else _split(checks, parts.checks)
        routes: list[Any] = list(health_routes(needed, told))
        app = Starlette(routes=routes)
        app.router.redirect_slashes = False  # such a redirect repeats the Host header
        if parts.web is not None and not is_worker:
            app.router.default = BodyInTime(parts.web)  # a mount misses paths with a line feed
        server = _Server(
            uvicorn.Config(
                app,
                host=self.settings.host,
                port=self.settings.port,
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=bool(self.settings.trusted_proxies),
                forwarded_allow_ips=self.settings.trusted_proxies or None,
                timeout_graceful_shutdown=int(self.settings.graceful_seconds),
                limit_concurrency=CONNECTIONS_MOST,
                http=HeadInTime,
                timeout_keep_alive=30,
            )
        )
        serving = asyncio.create_task(server.serve(), name="uvicorn")
        stop = asyncio.create_task(resources.stopping.wait(), name="stop")
        await asyncio.wait({serving, stop}, return_when=asyncio.FIRST_COMPLETED)
        stop.cancel()
        server.should_exit = True
        await serving
        if not resources.stopping.is_set():
            raise RuntimeError(f"HTTP server ended: is port {self.settings.port} free?")

    def _checks(
        self, resources: Resources, parts: Parts, consumer: Broker, publisher: Broker
    ) -> dict[str, Check]:
        async def rabbitmq() -> bool:
            return is_connected(publisher)

        async def consumers() -> bool:
            if not self.consuming:
                return False
            seen = [await has_consumer(consumer, each.queue) for each in parts.consumers]
            return all(seen)

        checks: dict[str, Check] = {"mongodb": resources.mongo.ping}
        if self.settings.role != "web":
            checks |= {"rabbitmq": rabbitmq, "consumers": consumers, **parts.checks}
        return checks


def _split(
    checks: dict[str, Check], own: Mapping[str, Check]
) -> tuple[dict[str, Check], dict[str, Check]]:
    """For a process with pages: MongoDB and its own checks decide, the rest is reported."""
    needed = {name: check for name, check in checks.items() if name in {"mongodb", *own}}
    return needed, {name: check for name, check in checks.items() if name not in needed}


class _Server(uvicorn.Server):
    """uvicorn without signal handlers of its own: the process stops as a whole, in order."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
