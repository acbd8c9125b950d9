"""One event from the commit of its outbox row to the start of its consumer, beside bare aio-pika.

Real servers, the floor's own relay and brokers, nobody else on the machine; events go one by one.
The bare way publishes the same bytes, persistent and confirmed, into a quorum queue of its own.
"""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass, field
from typing import Any

import aio_pika
from faststream.rabbit.annotations import RabbitMessage

from deploy.local.environment import Deployment
from shared.ids import uuid7
from shared.messaging import inbox, outbox
from shared.messaging.broker import listen, make_consumer_broker, make_publisher_broker
from shared.messaging.relay import Relay
from shared.messaging.topology import VERIFICATION_APPLICATIONS
from shared.mongo import Mongo
from shared.uow import Tx, UnitOfWork
from tests.contract.samples import samples
from tests.load.report import Figure, Figures, percentile

WARM_UP = 20
PAUSE = 0.02  # idle in between
_SUBMITTED = next(each for each in samples() if each.TYPE == "application.submitted.v1")


@dataclass
class Arrivals:
    """When each message reached its consumer."""

    at: dict[str, asyncio.Future[float]] = field(default_factory=dict)

    def expect(self, message_id: str) -> asyncio.Future[float]:
        return self.at.setdefault(message_id, asyncio.get_running_loop().create_future())

    def note(self, message_id: str) -> None:
        future = self.expect(message_id)  # it may come before anybody expects it
        if not future.done():
            future.set_result(time.perf_counter())


async def measure(run: Deployment, count: int) -> Figures:
    """Both ways in turns, so that both meet the same machine."""
    logging.getLogger("faststream").setLevel(logging.WARNING)  # as in the services
    ours: list[float] = []
    bare: list[float] = []
    floor, plain = Floor(run), Bare(run)
    await floor.start()
    await plain.start()
    try:
        for number in range(WARM_UP + count):
            taken = await floor.hop(), await plain.hop()
            if number >= WARM_UP:
                ours.append(taken[0])
                bare.append(taken[1])
    finally:
        await plain.stop()
        await floor.stop()
    mine, theirs = percentile(ours, 0.95), percentile(bare, 0.95)
    medians = percentile(ours, 0.5), percentile(bare, 0.5)
    note = (
        f"{count} events one by one, idle; p95 {mine:.1f} ms, median {medians[0]:.1f} ms; "
        f"bare aio-pika p95 {theirs:.1f} ms, median {medians[1]:.1f} ms"
    )
    ratio_note = f"p95 by p95 (medians: {medians[0] / medians[1]:.1f}); {note}"
    return {
        "event_hop_p95_ms": Figure(mine, note),
        "event_hop_ratio": Figure(mine / theirs, ratio_note),
    }


class Floor:
    """Unit of work, outbox, relay, consumer, as the services run them."""

    def __init__(self, run: Deployment) -> None:
        self.mongo = Mongo(run.mongo_url("intake"), "intake", "bench")
        self.uow = UnitOfWork(self.mongo, "intake", "1404")
        self.stopping = asyncio.Event()
        self.publisher = make_publisher_broker(run.rabbit_url("intake"))
        self.consumer = make_consumer_broker(run.rabbit_url("verification"), 5)
        self.arrivals = Arrivals()

    async def start(self) -> None:
        await self.mongo.ensure_indexes({**outbox.INDEXES, **inbox.INDEXES})

        async def receive(message: RabbitMessage) -> None:
            self.arrivals.note(message.message_id)

        listen(self.consumer, VERIFICATION_APPLICATIONS, receive)
        await self.publisher.start()
        await self.consumer.start()
        relay = Relay(self.mongo, self.publisher, self.stopping, wake=self.uow.emitted)
        self.relay = asyncio.create_task(relay.run())
        await asyncio.sleep(1)  # the change stream is open then

    async def hop(self) -> float:
        """Milliseconds from commit to consumer."""
        subject = uuid7()

        async def emit(tx: Tx) -> str:
            return tx.emit(_SUBMITTED, subject=subject, version=1).id

        event_id = await self.uow.run(emit)
        begun = time.perf_counter()
        arrived = await asyncio.wait_for(self.arrivals.expect(event_id), 30)
        await asyncio.sleep(PAUSE)
        return (arrived - begun) * 1000

    async def stop(self) -> None:
        self.stopping.set()
        await self.relay
        await self.consumer.stop()
        await self.publisher.stop()
        self.mongo.close()


class Bare:
    """aio-pika alone: what the broker itself needs."""

    def __init__(self, run: Deployment) -> None:
        self.url = run.rabbit_url("deploy")
        self.arrivals = Arrivals()
        self.body = _SUBMITTED.model_dump_json().encode()

    async def start(self) -> None:
        self.connections = [await aio_pika.connect(self.url) for _ in range(2)]
        sending = await self.connections[0].channel(publisher_confirms=True)
        receiving = await self.connections[1].channel()
        await receiving.set_qos(10)
        arguments: dict[str, Any] = {"x-queue-type": "quorum"}
        queue = await receiving.declare_queue(f"bench.{uuid7()}", durable=True, arguments=arguments)
        self.queue, self.exchange = queue, sending.default_exchange

        async def receive(message: aio_pika.abc.AbstractIncomingMessage) -> None:
            self.arrivals.note(message.message_id or "")
            await message.ack()

        self.tag = await queue.consume(receive)

    async def hop(self) -> float:
        """Milliseconds from before the publish to the consumer."""
        message_id = uuid7()
        message = aio_pika.Message(
            self.body, message_id=message_id, delivery_mode=aio_pika.DeliveryMode.PERSISTENT
        )
        begun = time.perf_counter()
        await self.exchange.publish(message, self.queue.name, mandatory=True)
        arrived = await asyncio.wait_for(self.arrivals.expect(message_id), 30)
        await asyncio.sleep(PAUSE)
        return (arrived - begun) * 1000

    async def stop(self) -> None:
        await self.queue.cancel(self.tag)
        await self.queue.delete(if_unused=False, if_empty=False)
        for connection in self.connections:
            await connection.close()
