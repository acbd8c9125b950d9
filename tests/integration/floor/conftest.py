"""The messaging floor of one service (cards) on real servers."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field

import pytest

from deploy.local.stack import Servers
from shared.messaging import inbox, outbox
from shared.messaging.broker import listen, make_consumer_broker, make_publisher_broker
from shared.messaging.relay import Relay
from shared.messaging.subscribe import Consumer, Subscription
from shared.mongo import Mongo
from shared.uow import UnitOfWork

Reached = Callable[[], bool]


@dataclass
class Floor:
    """What tests of the floor work with."""

    rabbit_url: str
    admin_url: str
    mongo_admin_url: str
    mongo: Mongo
    uow: UnitOfWork
    stopping: asyncio.Event = field(default_factory=asyncio.Event)

    @contextlib.asynccontextmanager
    async def relaying(self, relays: int = 1) -> AsyncIterator[None]:
        stopping = asyncio.Event()
        brokers = [make_publisher_broker(self.rabbit_url) for _ in range(relays)]
        for broker in brokers:
            await broker.start()
        tasks = [
            asyncio.create_task(Relay(self.mongo, broker, stopping, 0.2).run())
            for broker in brokers
        ]
        try:
            yield
        finally:
            stopping.set()
            await asyncio.gather(*tasks)
            for broker in brokers:
                await broker.stop()

    @contextlib.asynccontextmanager
    async def consuming(self, consumers: Sequence[Consumer]) -> AsyncIterator[None]:
        stopping = asyncio.Event()
        broker = make_consumer_broker(self.rabbit_url, 5)
        for each in consumers:
            listen(broker, each.queue, Subscription(each, self.uow, stopping).receive)
        await broker.start()
        try:
            yield
        finally:
            stopping.set()
            await broker.stop()


async def until(reached: Reached, seconds: float = 90) -> None:
    """Wait until a condition holds; fail when it never does."""
    async with asyncio.timeout(seconds):
        while not reached():
            await asyncio.sleep(0.02)


@pytest.fixture
async def floor(servers: Servers) -> AsyncIterator[Floor]:
    run = servers.run
    mongo = Mongo(run.mongo_url("cards"), "cards", "test")
    await mongo.ensure_indexes({**outbox.INDEXES, **inbox.INDEXES, "things": []})
    for name in ("things", outbox.COLLECTION, inbox.COLLECTION):
        await mongo.collection(name).delete_many({})
    yield Floor(
        run.rabbit_url("cards"),
        run.rabbit_url("deploy"),
        run.mongo_url("deploy"),
        mongo,
        UnitOfWork(mongo, "cards", "1404"),
    )
    mongo.close()
