"""notify on real MongoDB and a real SMTP server, with a clock that the test moves."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from deploy.local.stack import Servers
from services.notify import store
from services.notify.channels.email import EmailChannel, SmtpServer
from services.notify.consumers import make_consumers
from services.notify.delivery import Delivery
from services.notify.domain import Notice
from services.notify.outcomes import Outcomes
from services.notify.texts import Texts
from shared import clock
from shared.contracts.catalog import parse_event
from shared.contracts.envelope import Event
from shared.messaging import inbox, outbox
from shared.messaging.subscribe import Step
from shared.mongo import Mongo
from shared.office import load_office
from shared.uow import UnitOfWork
from tests.integration.notify.smtp import HOST, Mailbox, listening
from tests.unit.notify.events import KEYS

HEAD = "kepala.bidang@disnaker.example"
MAIL_FROM = "Dinas (CONTOH) <kirim@disnaker.example>"


@dataclass
class MovedClock:
    offset: timedelta = timedelta()

    def __call__(self) -> datetime:
        return clock.now() + self.offset

    def advance(self, by: timedelta) -> None:
        self.offset += by


@dataclass
class Office:
    """notify in one hand: hand it events, deliver, look at what is on record."""

    uow: UnitOfWork
    delivery: Delivery
    clock: MovedClock
    mailbox: Mailbox

    async def hear(self, event: Event[Any]) -> None:
        """One delivery of an event, as the queue's subscriber does it."""
        (consumer,) = make_consumers(HEAD)
        handler = consumer.handlers[type(event.data)]
        assert not isinstance(handler, Step)
        await self.uow.run_once(consumer.queue.name, event, lambda tx: handler(event, tx))

    async def deliver_due(self) -> int:
        count = 0
        while (notice := await self.delivery.claim()) is not None:
            await self.delivery.deliver(notice)
            count += 1
        return count

    async def notices(self) -> list[Notice]:
        rows = await self.uow.mongo.collection(store.NOTICES).find({}).to_list()
        return [Notice.model_validate({**_without_id(row), "id": row["_id"]}) for row in rows]

    async def notice(self) -> Notice:
        (only,) = await self.notices()
        return only

    async def attempts(self) -> list[dict[str, Any]]:
        return await self.uow.mongo.collection(store.ATTEMPTS).find({}).sort("_id").to_list()

    async def emitted(self) -> list[Event[Any]]:
        rows = await self.uow.mongo.collection(outbox.COLLECTION).find({}).sort("_id").to_list()
        events = [parse_event(bytes(row["body"])) for row in rows]
        return [event for event in events if event is not None]

    def replica(self, **changes: Any) -> Delivery:
        """Another process on the same database."""
        return dataclasses.replace(self.delivery, **changes)


def _without_id(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != "_id"}


@pytest.fixture
async def mongo(servers: Servers) -> AsyncIterator[Mongo]:
    """The database of notify, empty."""
    database = Mongo(servers.run.mongo_url("notify"), "notify", "test")
    await database.ensure_indexes({**store.INDEXES, **outbox.INDEXES, **inbox.INDEXES})
    for name in (*store.INDEXES, outbox.COLLECTION, inbox.COLLECTION):
        await database.collection(name).delete_many({})
    yield database
    database.close()


@pytest.fixture
async def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
async def smtp(mailbox: Mailbox) -> AsyncIterator[SmtpServer]:
    async with listening(mailbox) as port:
        yield SmtpServer(HOST, port, "", "", "none", 5.0)


@pytest.fixture
async def office(mongo: Mongo, mailbox: Mailbox, smtp: SmtpServer) -> Office:
    uow = UnitOfWork(mongo, "notify", "1404")
    moved = MovedClock()
    delivery = Delivery(
        outcomes=Outcomes(uow, now=moved, chance=lambda: 0.5),
        keys=KEYS,
        texts=Texts(load_office(), "https://ak1.example.go.id"),
        channels={"email": EmailChannel(smtp, MAIL_FROM, "")},
    )
    return Office(uow, delivery, moved, mailbox)
