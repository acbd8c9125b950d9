"""State and event in one transaction; the relay publishes each row, in order, and loses none."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import aio_pika
import pytest

from shared.clock import now
from shared.contracts.cards import CardAllocated
from shared.contracts.catalog import parse_event
from shared.contracts.reviews import ReviewStarted
from shared.messaging import outbox, relay
from shared.messaging.topology import CARDS_RENDERING, EXCHANGE
from shared.observability import traced
from shared.uow import Tx
from tests.contract.samples import AT
from tests.integration.floor.conftest import Floor, until


def allocated(number: int, key: str = "card") -> CardAllocated:
    return CardAllocated(card_id=key, application_id="a", registration_number=str(number))


async def write(floor: Floor, number: int, key: str = "card") -> None:
    async def work(tx: Tx) -> None:
        row = {"_id": f"{key}:{number}"}
        await tx.collection("things").insert_one(row, session=tx.session)
        tx.emit(allocated(number, key), subject=key, version=number)

    await floor.uow.run(work)


class Tap:
    """A queue of the test's own on the exchange, to see what is really published."""

    def __init__(self) -> None:
        self.events: list[Any] = []
        self.messages: list[Any] = []

    async def receive(self, message: Any) -> None:
        async with message.process():
            self.messages.append(message)
            self.events.append(parse_event(message.body))


@pytest.fixture
async def tap(floor: Floor) -> Any:
    connection = await aio_pika.connect(floor.admin_url)
    channel = await connection.channel()
    queue = await channel.declare_queue(exclusive=True)
    await queue.bind(EXCHANGE, "card.allocated.v1")
    tapped = Tap()
    await queue.consume(tapped.receive)
    yield tapped
    await connection.close()


async def waiting(floor: Floor) -> int:
    return await floor.mongo.collection(outbox.COLLECTION).count_documents({"published_at": None})


async def test_a_committed_event_is_published_as_a_cloudevent(floor: Floor, tap: Tap) -> None:
    parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    with traced("request", parent):
        await write(floor, 1)
    async with floor.relaying():
        await until(lambda: len(tap.events) == 1)
    message, event = tap.messages[0], tap.events[0]
    assert message.delivery_mode == aio_pika.DeliveryMode.PERSISTENT
    assert message.content_type == "application/cloudevents+json"
    assert message.message_id == event.id
    assert message.routing_key == event.type == "card.allocated.v1"
    assert event.source == "/services/cards"
    assert event.office == "1404"
    assert event.traceparent.split("-")[1] == parent.split("-")[1]
    assert await waiting(floor) == 0


async def test_work_that_fails_leaves_neither_state_nor_event(floor: Floor) -> None:
    async def work(tx: Tx) -> None:
        await tx.collection("things").insert_one({"_id": "x"}, session=tx.session)
        tx.emit(allocated(1), subject="card", version=1)
        raise ValueError("died here")

    with pytest.raises(ValueError, match="died here"):
        await floor.uow.run(work)
    assert await floor.mongo.collection("things").count_documents({}) == 0
    assert await floor.mongo.collection(outbox.COLLECTION).count_documents({}) == 0


async def test_a_commit_with_events_rouses_the_relay_of_its_process(floor: Floor) -> None:
    async def nothing(tx: Tx) -> None:
        await tx.collection("things").insert_one({"_id": "silent"}, session=tx.session)

    async def fails(tx: Tx) -> None:
        tx.emit(allocated(1), subject="card", version=1)
        raise ValueError("died here")

    await floor.uow.run(nothing)
    with pytest.raises(ValueError, match="died here"):
        await floor.uow.run(fails)
    assert not floor.uow.emitted.is_set()
    await write(floor, 1)
    assert floor.uow.emitted.is_set()


async def test_only_the_owner_may_emit_a_type(floor: Floor) -> None:
    async def work(tx: Tx) -> None:
        data = ReviewStarted(application_id="a", reference="r", started_at=AT)
        tx.emit(data, subject="a", version=1)

    with pytest.raises(ValueError, match="verification owns it"):
        await floor.uow.run(work)


async def test_competing_relays_publish_every_row_once_and_in_order_per_aggregate(
    floor: Floor, tap: Tap
) -> None:
    keys = ("a", "b", "c", "d")
    async with floor.relaying(relays=3):
        for number in range(1, 41):
            await asyncio.gather(*(write(floor, number, key) for key in keys))
        await until(lambda: len(tap.events) >= 160)
        await asyncio.sleep(0.5)
    for key in keys:
        numbers = [event.aggregateversion for event in tap.events if event.subject == key]
        assert numbers == list(range(1, 41))


async def test_an_event_nobody_listens_to_waits_and_goes_out_later(floor: Floor) -> None:
    connection = await aio_pika.connect(floor.admin_url)
    channel = await connection.channel()
    queue = await channel.get_queue(CARDS_RENDERING.name)
    await queue.purge()
    await queue.unbind(EXCHANGE, "card.allocated.v1")
    try:
        await write(floor, 1)
        async with floor.relaying():
            rows = floor.mongo.collection(outbox.COLLECTION)
            async with asyncio.timeout(90):
                while not (await rows.find_one({}) or {}).get("attempts"):
                    await asyncio.sleep(0.05)
            await asyncio.sleep(0.3)
            assert await waiting(floor) == 1, "an unrouted event must stay in the outbox"
            await queue.bind(EXCHANGE, "card.allocated.v1")
            async with asyncio.timeout(90):
                while await waiting(floor):
                    await asyncio.sleep(0.05)
        message = await queue.get(timeout=5)
        assert parse_event(message.body) is not None
        await message.ack()
    finally:
        await queue.bind(EXCHANGE, "card.allocated.v1")
        await queue.purge()
        await connection.close()


async def test_a_window_full_of_waiting_rows_does_not_stop_the_others(
    floor: Floor, tap: Tap, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "BATCH", 3)
    for number in range(1, 8):
        await write(floor, number, "stuck")
    rows = floor.mongo.collection(outbox.COLLECTION)
    await rows.update_many({}, {"$set": {"locked_until": now() + timedelta(minutes=5)}})
    await write(floor, 1, "other")
    async with floor.relaying():
        await until(lambda: len(tap.events) == 1)
    assert tap.events[0].subject == "other"


async def test_rows_locked_by_a_relay_that_died_are_taken_over(floor: Floor, tap: Tap) -> None:
    await write(floor, 1)
    rows = floor.mongo.collection(outbox.COLLECTION)
    await rows.update_many({}, {"$set": {"locked_until": AT, "locked_by": "dead"}})
    async with floor.relaying():
        await until(lambda: len(tap.events) == 1)
