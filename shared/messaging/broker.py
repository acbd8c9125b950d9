"""The one place that makes RabbitMQ brokers, with every safe default.

Two per process: on one shared broker, publishes would ride the consumer's channel and an unrouted
message would be lost in silence (docs/decisions/0003).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from faststream import AckPolicy
from faststream.rabbit import Channel, RabbitBroker, RabbitExchange, RabbitQueue
from faststream.rabbit.annotations import RabbitMessage
from faststream.rabbit.schemas import QueueType

from shared.messaging.topology import EXCHANGE, Queue
from shared.observability import get_logger

RECONNECT_SECONDS = 2.0
PUBLISH_TIMEOUT = 10.0

_log = get_logger(__name__)
_faststream_log = logging.getLogger("faststream")
EVENTS = RabbitExchange(EXCHANGE, declare=False)

Receive = Callable[[RabbitMessage], Awaitable[None]]
Broker = RabbitBroker


def make_consumer_broker(url: str, graceful_seconds: float) -> RabbitBroker:
    """A broker that only consumes; on stop, running handlers get `graceful_seconds`."""
    return RabbitBroker(
        url,
        graceful_timeout=graceful_seconds,
        ack_policy=AckPolicy.NACK_ON_ERROR,
        reconnect_interval=RECONNECT_SECONDS,
        logger=_faststream_log,
        apply_types=True,
    )


def make_publisher_broker(url: str) -> RabbitBroker:
    """A broker that only publishes: confirms on, an unrouted message raises."""
    return RabbitBroker(
        url,
        default_channel=Channel(publisher_confirms=True, on_return_raises=True),
        reconnect_interval=RECONNECT_SECONDS,
        logger=_faststream_log,
    )


def listen(broker: RabbitBroker, queue: Queue, receive: Receive) -> None:
    """Consume `queue` with its own prefetch; bytes arrive undecoded."""

    async def handler(message: RabbitMessage) -> None:
        await receive(message)

    broker.subscriber(
        RabbitQueue(queue.name, queue_type=QueueType.QUORUM, durable=True, declare=False),
        channel=Channel(prefetch_count=queue.prefetch),
        ack_policy=AckPolicy.NACK_ON_ERROR,
        decoder=_undecoded,
        no_reply=True,
    )(handler)


async def _undecoded(message: Any) -> bytes:
    body: bytes = message.body
    return body


async def publish(broker: RabbitBroker, body: bytes, row: dict[str, Any]) -> None:
    """Publish one outbox row: persistent, mandatory, confirmed. Raises when not confirmed."""
    await broker.publish(
        body,
        routing_key=row["type"],
        exchange=EVENTS,
        mandatory=True,
        persist=True,
        timeout=PUBLISH_TIMEOUT,
        message_id=row["_id"],
        message_type=row["type"],
        correlation_id=row["correlation_id"],
        content_type="application/cloudevents+json",
        headers={"traceparent": row["traceparent"]} if row.get("traceparent") else None,
    )


async def keep_started(broker: RabbitBroker, stopping: asyncio.Event) -> bool:
    """Start a broker, trying again until RabbitMQ answers; False when told to stop first."""
    while not stopping.is_set():
        try:
            await broker.start()
        except (ConnectionError, OSError, RuntimeError) as error:
            _log.warning("broker.unreachable", error=type(error).__name__)
        else:
            return True
        try:
            await asyncio.wait_for(stopping.wait(), RECONNECT_SECONDS)
        except TimeoutError:
            continue
    return False


async def consumers_of(broker: RabbitBroker, queue: Queue) -> int | None:
    """How many consumers the broker sees on a queue; None when it cannot be asked."""
    connection: Any = broker._connection  # noqa: SLF001  # FastStream has no public way
    if connection is None or connection.is_closed or not connection.connected.is_set():
        return None
    channel = await connection.channel()
    try:
        declared = await channel.declare_queue(queue.name, passive=True)
        count: int = declared.declaration_result.consumer_count
        return count
    finally:
        await channel.close()


def is_connected(broker: RabbitBroker) -> bool:
    connection: Any = broker._connection  # noqa: SLF001
    return bool(connection) and not connection.is_closed and connection.connected.is_set()
