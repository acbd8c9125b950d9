"""Status lists and key sets in the real bucket: in time, after a kill, and with two publishers."""

from __future__ import annotations

import asyncio
import base64
import json
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from joserfc import jwk, jwt

from deploy.local.environment import environment
from deploy.local.stack import Servers
from services.cards.indexes import INDEXES
from services.cards.keys.signing import SigningKeys
from services.cards.publishing import changes, store
from services.cards.publishing.changes import REVOKED, note_status
from services.cards.publishing.indexes import take_status_index
from services.cards.publishing.publisher import Publisher
from services.cards.settings import CardsSettings
from shared.clock import now
from shared.ids import uuid7
from shared.messaging import inbox, outbox
from shared.service import Resources, connect
from shared.storage import PUBLIC, Storage
from shared.uow import Tx

Happening = Callable[[], Awaitable[None]]


async def nothing() -> None:
    """Nothing happens."""


@dataclass
class Interrupted(Storage):
    """The real store; something happens just before or just after an object is written."""

    before: Happening = nothing
    after: Happening = nothing

    async def put(self, bucket: str, key: str, data: bytes, media_type: str) -> str:
        await self.before()
        sha256 = await super().put(bucket, key, data, media_type)
        await self.after()
        return sha256


@dataclass
class Press:
    """cards' side of publishing on real servers, driven by calling the publisher."""

    resources: Resources
    settings: CardsSettings
    reader: Storage  # with intake's rights

    def publisher(self, before: Happening = nothing, after: Happening = nothing) -> Publisher:
        """One replica."""
        return Publisher(
            uow=self.resources.uow,
            storage=Interrupted(self.resources.storage.client, before=before, after=after),
            keys=SigningKeys.open(self.settings),
            public_url=self.settings.public_url,
            every_seconds=0,
            stopping=asyncio.Event(),
        )

    async def new_card(self) -> int:
        async def allocate(tx: Tx) -> int:
            index = await take_status_index(tx)
            row = {"_id": uuid7(), "application_id": uuid7(), "registration_number": uuid7()}
            await tx.collection("cards").insert_one(
                {**row, "status_index": index, "status": 0}, session=tx.session
            )
            return index

        return await self.resources.uow.run(allocate)

    async def set_status(self, index: int, status: int) -> None:
        async def change(tx: Tx) -> None:
            await tx.collection("cards").update_one(
                {"status_index": index}, {"$set": {"status": status}}, session=tx.session
            )
            await note_status(tx, index, status)

        await self.resources.uow.run(change)

    async def published(self, index: int) -> int:
        """What somebody reads who checks the card, with the published key."""
        keys = json.loads(await self.reader.get(PUBLIC, "jwks.json"))
        token = await self.reader.get(PUBLIC, f"status/{index // 100_000}.jwt")
        read = jwt.decode(token.decode(), jwk.KeySet.import_key_set(keys), algorithms=["ES256"])
        assert read.claims["sub"] == f"{self.settings.public_url}/status/{index // 100_000}"
        lst = read.claims["status_list"]["lst"]
        raw = zlib.decompress(base64.urlsafe_b64decode(lst + "=" * (-len(lst) % 4)))
        place = index % 100_000
        return raw[place >> 2] >> (place & 3) * 2 & 3

    async def waiting(self) -> int:
        return await self.resources.mongo.collection(changes.COLLECTION).count_documents({})

    async def free_lease(self) -> None:
        """As if its time were over."""
        await self.resources.mongo.collection(store.LISTS).update_many(
            {}, {"$set": {"busy_until": store._LONG_AGO}}
        )


@pytest.fixture
async def press(servers: Servers, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Press]:
    reader = None
    for service in ("intake", "cards"):
        for name, value in environment(service, servers.run).items():
            monkeypatch.setenv(name, value)
        if service == "intake":
            reader = connect(CardsSettings()).storage
    assert reader is not None
    settings = CardsSettings()
    resources = connect(settings)
    await resources.mongo.ensure_indexes({**INDEXES, **outbox.INDEXES, **inbox.INDEXES})
    await empty(resources)
    yield Press(resources, settings, reader)
    await empty(resources)
    resources.mongo.close()


async def empty(resources: Resources) -> None:
    for name in ("cards", "counters", changes.COLLECTION, store.LISTS):
        await resources.mongo.collection(name).delete_many({})


async def test_a_change_is_in_the_next_list_and_waits_no_more(press: Press) -> None:
    publisher = press.publisher()
    first, second = await press.new_card(), await press.new_card()
    await publisher.publish_keys()
    assert await publisher.publish_lists() == 1, "there is a list before anything changes"
    assert await press.published(first) == 0
    await press.set_status(first, REVOKED)
    assert await publisher.publish_lists() == 1
    assert [await press.published(index) for index in (first, second)] == [REVOKED, 0]
    assert await press.waiting() == 0
    assert await publisher.publish_lists() == 0, "nothing changed"


async def test_a_list_that_nobody_changes_is_written_again_before_half_of_its_time(
    press: Press,
) -> None:
    publisher = press.publisher()
    await press.new_card()
    await publisher.publish_lists()
    row: Any = await press.resources.mongo.collection(store.LISTS).find_one({"_id": 0})
    for hours, written in ((5.5, 0), (5.9, 1)):
        at = row["published_at"] - timedelta(hours=hours)
        await press.resources.mongo.collection(store.LISTS).update_one(
            {"_id": 0}, {"$set": {"published_at": at}}
        )
        assert await publisher.publish_lists() == written


async def test_a_list_of_another_key_or_address_or_of_a_clock_ahead_is_written_again(
    press: Press,
) -> None:
    publisher = press.publisher()
    await press.new_card()
    await publisher.publish_lists()
    rows = press.resources.mongo.collection(store.LISTS)
    ahead = now() + timedelta(days=1)
    for wrong in ({"kid": "00" * 8}, {"site": "https://old.example"}, {"published_at": ahead}):
        await rows.update_one({"_id": 0}, {"$set": wrong})
        assert await publisher.publish_lists() == 1
        assert await publisher.publish_lists() == 0


async def test_what_was_written_by_a_publisher_that_died_is_written_again(press: Press) -> None:
    index = await press.new_card()
    await press.publisher().publish_keys()
    await press.set_status(index, REVOKED)

    async def die() -> None:
        raise asyncio.CancelledError

    with suppress(asyncio.CancelledError):
        await press.publisher(after=die).publish_lists()
    assert await press.waiting() == 1
    assert await press.published(index) == REVOKED
    successor = press.publisher()
    assert await successor.publish_lists() == 0, "the dead one has it until its lease is over"
    await press.free_lease()
    assert await successor.publish_lists() == 1
    assert await press.published(index) == REVOKED
    assert await press.waiting() == 0


async def test_of_two_publishers_one_writes(press: Press) -> None:
    index = await press.new_card()
    await press.publisher().publish_keys()
    await press.set_status(index, REVOKED)
    both = [press.publisher().publish_lists() for _ in range(2)]
    assert sum(await asyncio.gather(*both)) == 1
    assert await press.published(index) == REVOKED


async def test_a_publisher_that_slept_too_long_does_not_leave_its_old_list(press: Press) -> None:
    """It read the cards, slept, and writes after another one has written newer news."""
    index = await press.new_card()
    await press.publisher().publish_keys()

    async def another_writes() -> None:
        await press.free_lease()
        await press.set_status(index, REVOKED)
        assert await press.publisher().publish_lists() == 1
        assert await press.published(index) == REVOKED

    assert await press.publisher(before=another_writes).publish_lists() == 0
    assert await press.published(index) == 0, "the old list is there now"
    assert await press.publisher().publish_lists() == 1
    assert await press.published(index) == REVOKED


async def test_the_question_for_the_statuses_reads_an_index_alone(press: Press) -> None:
    client = press.resources.mongo._client[press.settings.database]
    query = {"status_index": {"$gte": 0, "$lt": 100_000}, "status": {"$gt": 0}}
    fields = {"_id": 0, "status_index": 1, "status": 1}
    plan = await client["cards"].find(query, fields).explain()
    assert "PROJECTION_COVERED" in json.dumps(plan["queryPlanner"]["winningPlan"], default=str)


async def test_indexes_taken_at_once_differ(press: Press) -> None:
    taken = await asyncio.gather(*(press.new_card() for _ in range(12)))
    assert len(set(taken)) == 12
    assert all(0 <= index < 100_000 for index in taken)
