"""cards killed at any moment while approvals of all kinds arrive: no gap, no double, no silence."""

from __future__ import annotations

import asyncio
import random
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import aio_pika
import pytest
from pymongo import MongoClient

from deploy.local import mongodb
from deploy.local.environment import environment
from deploy.local.stack import Servers, Services
from services.cards.indexes import INDEXES
from services.cards.keys.signing import SigningKeys
from services.cards.main import make_press
from services.cards.settings import CardsSettings
from shared.clock import now
from shared.contracts.applications import ApplicationKind, PageRef
from shared.contracts.catalog import parse_event
from shared.contracts.envelope import Event
from shared.contracts.reviews import ApplicationApproved
from shared.messaging import inbox, outbox
from shared.messaging.topology import CARDS_APPROVALS, QUEUES
from shared.mongo import Collection, Document
from shared.procpool import WorkerPool
from shared.service import connect
from shared.storage import CARDS
from tests.integration.cards.office import Office, approval, store_photo

PEOPLE = 20
KILLS = 3
SEED = 20261124
TRANSACTION_SECONDS = 2  # what a killed process held is free after this; ten otherwise
ONE_MORE: tuple[ApplicationKind, ...] = ("renewal", "correction", "replacement")


@dataclass
class Works:
    """The cards process and its queue; `office` works beside it, on the same data."""

    services: Services
    office: Office
    channel: aio_pika.abc.AbstractChannel
    photo: PageRef
    dice: random.Random

    def approve(
        self, number: int, kind: ApplicationKind, person: int, earlier: str | None = None
    ) -> Event[ApplicationApproved]:
        keys = self.office.press.keys
        return approval(number, kind, earlier, person, now(), self.photo, keys)

    async def deliver(self, events: Sequence[Event[ApplicationApproved]]) -> None:
        """Each approval twice, in any order."""
        many = [*events, *events]
        self.dice.shuffle(many)
        for event in many:
            body = event.model_dump_json(exclude_none=True).encode()
            message = aio_pika.Message(body, delivery_mode=aio_pika.DeliveryMode.PERSISTENT)
            await self.channel.default_exchange.publish(message, CARDS_APPROVALS.name)

    async def kill_and_restart(self) -> None:
        await asyncio.to_thread(self.services.kill, "cards")
        # nobody waits 30 seconds until a dead relay's claim ends
        claimed = {"published_at": None, "locked_by": {"$exists": True}}
        past = now() - timedelta(minutes=1)
        rows = self.office.resources.mongo.collection(outbox.COLLECTION)
        await rows.update_many(claimed, {"$set": {"locked_until": past}})
        await asyncio.to_thread(self.services.start, "cards", wait=False)

    async def reached(self, changes: int) -> None:
        """Wait until so many changes were committed."""
        rows = self.office.resources.mongo.collection(outbox.COLLECTION)
        await until(lambda: _at_least(rows, changes))

    async def settled(self, cards: int) -> None:
        async def done() -> bool:
            states = Counter(row["state"] for row in await self.office.rows("cards"))
            return sum(states.values()) == cards and not states["allocated"]

        await until(done)


async def _at_least(rows: Collection, count: int) -> bool:
    return await rows.count_documents({}) >= count


async def until(reached: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(180):
        while not await reached():
            await asyncio.sleep(0.02)


@pytest.fixture
async def works(
    servers: Servers, workers: WorkerPool, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Works]:
    run = servers.run
    for name, value in environment("intake", run).items():
        monkeypatch.setenv(name, value)
    files = connect(CardsSettings()).storage
    photo = await store_photo(files, "applications/kills/photo/1.jpg")
    for name, value in environment("cards", run).items():
        monkeypatch.setenv(name, value)
    settings = CardsSettings()
    resources = connect(settings)
    await resources.mongo.ensure_indexes({**INDEXES, **outbox.INDEXES, **inbox.INDEXES})
    for name in (*INDEXES, outbox.COLLECTION, inbox.COLLECTION):
        await resources.mongo.collection(name).delete_many({})
    press = make_press(resources, workers, SigningKeys.open(settings))
    services = Services(servers, extra={"cards": {"RENDER_WORKERS": "1"}})
    connection = await aio_pika.connect(run.rabbit_url("deploy"))
    _limit_transactions(servers, TRANSACTION_SECONDS)
    async with connection:
        channel = await connection.channel()
        try:
            office = Office(resources, press, files)
            yield Works(services, office, channel, photo, random.Random(SEED))
        finally:
            _limit_transactions(servers, mongodb.TRANSACTION_SECONDS)
            await asyncio.to_thread(services.stop)
            for queue in QUEUES:  # nobody else knows these people
                await (await channel.get_queue(queue.name)).purge()
            resources.mongo.close()


def _limit_transactions(servers: Servers, seconds: int) -> None:
    client: MongoClient[Document] = MongoClient(servers.run.mongo_url(mongodb.ADMIN))
    client.admin.command({"setParameter": 1, "transactionLifetimeLimitSeconds": seconds})
    client.close()


@pytest.mark.timeout(400)
async def test_no_number_is_lost_or_doubled_whenever_the_process_dies(works: Works) -> None:
    office = works.office
    people = range(1, PEOPLE + 1)
    firsts = [await office.allocated(works.approve(person, "new", person)) for person in people]
    before = len(await office.rows(outbox.COLLECTION))

    newcomers = [works.approve(number, "new", number) for number in range(21, 21 + PEOPLE)]
    again = [  # two more applications of everybody, both name the first card
        works.approve(
            100 * wave + person, ONE_MORE[(person + wave) % 3], person, card.registration_number
        )
        for wave in (1, 2)
        for person, card in zip(people, firsts, strict=True)
    ]
    await asyncio.to_thread(works.services.start, "cards", wait=False)
    await works.deliver([*newcomers, *again])
    for changes in sorted(works.dice.sample(range(5, 120), KILLS)):
        await works.reached(before + changes)
        await works.kill_and_restart()
    await works.settled(4 * PEOPLE)

    rows = await office.rows("cards")
    _no_gap_and_no_double(rows)
    _one_live_card_of_each_person(rows)
    _each_change_was_told_once(rows, await office.rows(outbox.COLLECTION))
    for row in rows:
        if row["pdf"]:
            await office.resources.storage.get(CARDS, row["pdf"]["key"], row["pdf"]["sha256"])


def _person(row: Document) -> int:
    return int(row["reference"].removeprefix("AK1-")) % 100


def _no_gap_and_no_double(rows: Sequence[Document]) -> None:
    assert len({row["application_id"] for row in rows}) == len(rows) == 4 * PEOPLE
    copies: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        copies[row["registration_number"]].append(row["copy_no"])
    assert sorted(int(number[-6:]) for number in copies) == list(range(1, len(copies) + 1))
    for number, of_number in copies.items():
        assert sorted(of_number) == list(range(1, len(of_number) + 1)), number
    assert len({row["status_index"] for row in rows}) == len(rows)
    assert len({bytes(row["token"]) for row in rows}) == len(rows)


def _one_live_card_of_each_person(rows: Sequence[Document]) -> None:
    live = [_person(row) for row in rows if row["state"] == "issued"]
    assert sorted(live) == list(range(1, 2 * PEOPLE + 1))
    for row in rows:
        followed = row["replaced_by"] is not None
        assert row["state"] == ("revoked" if followed else "issued")
        assert row["status"] == (1 if followed else 0)


def _each_change_was_told_once(rows: Sequence[Document], sent: Sequence[Document]) -> None:
    told: dict[str, Counter[str]] = defaultdict(Counter)
    for row in sent:
        event = parse_event(bytes(row["body"]))
        assert event is not None
        told[event.data.card_id][event.type] += 1
    for row in rows:
        expected = Counter({"card.allocated.v1": 1})
        if row["pdf"]:  # one that was overtaken before it was drawn never appeared
            expected["card.issued.v1"] = 1
        if row["state"] == "revoked":
            expected["card.revoked.v1"] = 1
        assert told[row["_id"]] == expected, row["_id"]
