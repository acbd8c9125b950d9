"""Inbox, redelivery, dead letters and their replay, on a real broker."""

from __future__ import annotations

import asyncio
from typing import Any

import aio_pika
import pytest

from shared.contracts.cards import CardAllocated
from shared.contracts.envelope import Event
from shared.errors import Poison
from shared.ids import uuid7
from shared.messaging import dead_letters, subscribe
from shared.messaging.subscribe import Consumer, Finish, Step
from shared.messaging.topology import CARDS_RENDERING, EXCHANGE
from shared.uow import Tx
from tests.contract.samples import APPLICATION_ID, CARD_ID, envelope
from tests.integration.floor.conftest import Floor, until


def event() -> Event[Any]:
    data = CardAllocated(card_id=CARD_ID, application_id=APPLICATION_ID, registration_number="1")
    return envelope(data, id=uuid7())


async def send(floor: Floor, body: bytes, times: int = 1) -> None:
    connection = await aio_pika.connect(floor.admin_url)
    async with connection:
        channel = await connection.channel()
        exchange = await channel.get_exchange(EXCHANGE)
        for _ in range(times):
            await exchange.publish(aio_pika.Message(body), "card.allocated.v1")


async def dead(floor: Floor) -> int:
    return (await dead_letters.count_dead(floor.admin_url))[CARDS_RENDERING.name]


@pytest.fixture(autouse=True)
async def _clean(floor: Floor) -> Any:
    async def purge() -> None:
        connection = await aio_pika.connect(floor.admin_url)
        async with connection:
            channel = await connection.channel()
            for name in (CARDS_RENDERING.name, CARDS_RENDERING.dead):
                await (await channel.get_queue(name)).purge()

    await purge()
    yield
    await purge()


async def test_a_duplicate_delivery_changes_nothing(floor: Floor) -> None:
    async def handler(event: Event[Any], tx: Tx) -> None:
        row = {"_id": uuid7(), "event": event.id}
        await tx.collection("things").insert_one(row, session=tx.session)

    first, second = event(), event()
    async with floor.consuming([Consumer(CARDS_RENDERING, {CardAllocated: handler})]):
        for each in (first, second):
            await send(floor, each.model_dump_json().encode(), times=5)
        async with asyncio.timeout(90):
            while await floor.mongo.collection("inbox").count_documents({}) < 2:
                await asyncio.sleep(0.05)
        await asyncio.sleep(0.5)
    rows = await floor.mongo.collection("things").find({}).to_list()
    assert sorted(row["event"] for row in rows) == sorted([first.id, second.id])


async def test_a_step_done_before_is_not_done_again(floor: Floor) -> None:
    done: list[str] = []

    async def handler(event: Event[Any], finish: Finish) -> None:
        done.append(event.id)

        async def work(tx: Tx) -> None:
            await tx.collection("things").insert_one({"_id": event.id}, session=tx.session)

        await finish(work)

    each = event()
    body = each.model_dump_json().encode()
    async with floor.consuming([Consumer(CARDS_RENDERING, {CardAllocated: Step(handler)})]):
        await send(floor, body)
        await until(lambda: bool(done))
        await asyncio.sleep(0.3)
        await send(floor, body)
        await asyncio.sleep(0.5)
    assert done == [each.id]
    assert await floor.mongo.collection("things").count_documents({}) == 1


async def test_a_failing_handler_is_tried_again_with_its_count(
    floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subscribe, "PAUSE_FIRST", 0.02)
    tries: list[int] = []

    async def handler(event: Event[Any], tx: Tx) -> None:
        tries.append(1)
        if len(tries) < 4:
            raise ValueError("not yet")

    async with floor.consuming([Consumer(CARDS_RENDERING, {CardAllocated: handler})]):
        await send(floor, event().model_dump_json().encode())
        await until(lambda: len(tries) == 4)
    assert await dead(floor) == 0


async def test_poison_and_unreadable_bytes_are_dead_after_one_delivery_and_can_be_replayed(
    floor: Floor, capsys: pytest.CaptureFixture[str]
) -> None:
    seen: list[str] = []
    cured = False

    async def handler(event: Event[Any], tx: Tx) -> None:
        seen.append(event.id)
        if not cured:
            raise Poison("no such card")

    each = event()
    async with floor.consuming([Consumer(CARDS_RENDERING, {CardAllocated: handler})]):
        await send(floor, each.model_dump_json().encode())
        await send(floor, b"{broken")
        async with asyncio.timeout(90):
            while await dead(floor) < 2:
                await asyncio.sleep(0.1)
        assert seen == [each.id]

        letters = await dead_letters.show_dead(floor.admin_url, CARDS_RENDERING)
        assert {letter.reason for letter in letters} == {"rejected"}
        assert each.id in {letter.event_id for letter in letters}
        assert await dead(floor) == 2, "looking leaves them where they are"

        cured = True
        replayed = await dead_letters.replay_dead(
            floor.admin_url, CARDS_RENDERING, lambda letter: letter.event_id == each.id
        )
        assert replayed == 1
        await until(lambda: seen == [each.id, each.id])
        async with asyncio.timeout(90):
            while await dead(floor) != 1:
                await asyncio.sleep(0.1)
    assert await floor.mongo.collection("inbox").count_documents({}) == 1


async def test_a_message_that_always_fails_ends_in_the_dead_letters(
    floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subscribe, "PAUSE_FIRST", 0.001)
    tries: list[int] = []

    async def handler(event: Event[Any], tx: Tx) -> None:
        tries.append(1)
        raise ValueError("bug")

    async with floor.consuming([Consumer(CARDS_RENDERING, {CardAllocated: handler})]):
        await send(floor, event().model_dump_json().encode())
        async with asyncio.timeout(60):
            while await dead(floor) < 1:
                await asyncio.sleep(0.1)
    assert len(tries) == 13  # the delivery limit of 12, and the first
