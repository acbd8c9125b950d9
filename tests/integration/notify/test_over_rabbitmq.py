"""notify through its real queue: duplicated and shuffled deliveries, and as a process killed."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import urllib.request
from collections.abc import AsyncIterator, Callable
from typing import Any

import aio_pika
import pytest

from deploy.local.stack import Servers, Services
from services.notify import store
from services.notify.consumers import make_consumers
from services.notify.domain import PAUSES
from services.notify.sweepers import DeliveryLoop
from shared.contracts.envelope import Event
from shared.ids import uuid7
from shared.messaging import subscribe
from shared.messaging.broker import listen, make_consumer_broker
from shared.messaging.subscribe import Subscription
from shared.messaging.topology import INTAKE_NOTICES, NOTIFY_EVENTS, VERIFICATION_NOTICES
from shared.mongo import Mongo
from shared.sealed import KeyRing
from tests.integration.notify.conftest import Office
from tests.integration.queues import empty
from tests.unit.notify import events

PEOPLE = 12


async def deliver(servers: Servers, deliveries: list[Event[Any]]) -> None:
    """Put events straight into the queue of notify, so that no other queue is disturbed."""
    connection = await aio_pika.connect(servers.run.rabbit_url("deploy"))
    async with connection:
        channel = await connection.channel()
        for event in deliveries:
            message = aio_pika.Message(
                event.model_dump_json(exclude_none=True).encode(), message_id=event.id
            )
            await channel.default_exchange.publish(message, NOTIFY_EVENTS.name)


@contextlib.asynccontextmanager
async def consuming(servers: Servers, office: Office) -> AsyncIterator[None]:
    stopping = asyncio.Event()
    broker = make_consumer_broker(servers.run.rabbit_url("notify"), 5)
    for each in make_consumers(""):
        listen(broker, each.queue, Subscription(each, office.uow, stopping).receive)
    loop = asyncio.create_task(DeliveryLoop(office.delivery, stopping, poll_seconds=0.2).run())
    await broker.start()
    try:
        yield
    finally:
        stopping.set()
        await broker.stop()
        await loop


async def until(reached: Callable[[], bool], seconds: float = 60) -> None:
    async with asyncio.timeout(seconds):
        while not reached():
            await asyncio.sleep(0.05)


async def test_one_mail_per_event_however_they_are_delivered(
    servers: Servers, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subscribe, "PAUSE_FIRST", 0.1)  # what comes too early waits shorter
    await empty(servers, NOTIFY_EVENTS.name)
    stream: list[Event[Any]] = []
    for _ in range(PEOPLE):
        one = uuid7()
        stream += [events.submitted(one), events.returned(one), events.issued(one)]
        stream.append(events.amended(one, "Contoh Pemohon", "pemohon@warga.example", version=3))
    shuffled = stream * 3
    random.Random(7).shuffle(shuffled)
    office.mailbox.script += ["", "", "data 451"]  # one is greylisted on the way
    async with consuming(servers, office):
        await deliver(servers, shuffled)
        await until(lambda: len(office.mailbox.mails) >= PEOPLE * 3 - 1)
        office.clock.advance(PAUSES[0] * 2)
        await until(lambda: len(office.mailbox.mails) >= PEOPLE * 3)
        await asyncio.sleep(0.5)  # a second copy would come now
    assert len(office.mailbox.mails) == PEOPLE * 3
    assert len({mail["Message-ID"] for mail in office.mailbox.mails}) == PEOPLE * 3
    told = await office.emitted()
    assert [event.type for event in told] == ["notice.sent.v1"] * PEOPLE * 3
    assert len({event.subject for event in told}) == PEOPLE * 3


async def told_to_intake(servers: Servers, people: list[str]) -> list[dict[str, Any]]:
    """What intake hears about these people, of each at least once; leaves both queues empty.

    Other tests, of unreadable events too, may have left theirs in the queue.
    """
    found: list[dict[str, Any]] = []
    connection = await aio_pika.connect(servers.run.rabbit_url("deploy"))
    async with connection:
        channel = await connection.channel()
        queue = await channel.declare_queue(INTAKE_NOTICES.name, passive=True)
        async with asyncio.timeout(90):
            while len({each["data"]["application_id"] for each in found}) < len(people):
                message = await queue.get(no_ack=True, fail=False)
                if message is None:
                    await asyncio.sleep(0.1)
                elif any(person.encode() in message.body for person in people):
                    found.append(json.loads(message.body))
        other = await channel.declare_queue(VERIFICATION_NOTICES.name, passive=True)
        await other.purge()
    return found


def inbox_of(servers: Servers) -> list[dict[str, str]]:
    with urllib.request.urlopen(f"{servers.run.inbox_url}/api/messages", timeout=5) as answer:  # noqa: S310
        mails: list[dict[str, str]] = json.load(answer)
    return mails


async def test_the_process_sends_and_tells_and_survives_a_kill(
    servers: Servers, mongo: Mongo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`python -m services.notify` on real servers, killed while events come in."""
    monkeypatch.setattr(events, "KEYS", KeyRing.load(servers.run.secrets.keyring("notify")))
    people = [uuid7() for _ in range(10)]
    address = f"orang-{people[0]}@warga.example"
    stream = [events.submitted(one, email=address) for one in people]
    services = Services(servers)
    await asyncio.to_thread(services.start, "notify")
    try:
        await deliver(servers, stream)
        await until(lambda: any(mail["to"] == address for mail in inbox_of(servers)))
        await asyncio.to_thread(services.kill, "notify")
        # what the killed process had claimed is due again after the claim; do not wait for that
        await mongo.collection(store.NOTICES).update_many(
            {"state": "planned"}, {"$min": {"due_at": events.AT}}
        )
        await asyncio.to_thread(services.start, "notify")
        told = await told_to_intake(servers, people)
    finally:
        await asyncio.to_thread(services.stop)
    assert {event["type"] for event in told} == {"notice.sent.v1"}
    assert {event["data"]["application_id"] for event in told} == set(people)
    mails = [mail for mail in inbox_of(servers) if mail["to"] == address]
    assert {mail["subject"] for mail in mails} == {
        f"Pendaftaran AK-1 {events.reference(one)} sudah kami terima" for one in people
    }
