"""Consuming: one subscriber per queue, inbox first, pause before nack, poison set aside at once."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from faststream.exceptions import RejectMessage
from faststream.rabbit.annotations import RabbitMessage
from pydantic import ValidationError

from shared import mongo
from shared.contracts.catalog import parse_event
from shared.contracts.envelope import Event, EventData
from shared.errors import Poison, Unavailable
from shared.messaging import inbox
from shared.messaging.topology import Queue
from shared.observability import CONSUME_SECONDS, CONSUMED, get_logger, traced
from shared.uow import Tx, UnitOfWork

PAUSE_FIRST = 0.5  # seconds; doubles with each delivery
PAUSE_LONGEST = 30.0
HOLD_LONGEST = 1200.0  # below RabbitMQ's consumer timeout of 30 minutes

_log = get_logger(__name__)

Handler = Callable[[Event[Any], Tx], Awaitable[None]]
Finish = Callable[[Callable[[Tx], Awaitable[None]]], Awaitable[None]]
StepHandler = Callable[[Event[Any], Finish], Awaitable[None]]


@dataclass(frozen=True)
class Step:
    """A handler with work outside MongoDB: does it, then calls `finish(work)` once.

    The work must be harmless when done twice; `finish` writes inbox row and state together.
    """

    handler: StepHandler


@dataclass(frozen=True)
class Consumer:
    """A queue and what to do with each event type in it."""

    queue: Queue
    handlers: Mapping[type[EventData], Handler | Step]


@dataclass(frozen=True)
class Subscription:
    """Receives the deliveries of one consumer."""

    consumer: Consumer
    uow: UnitOfWork
    stopping: asyncio.Event

    async def receive(self, message: RabbitMessage) -> None:
        """Handle one delivery. Returning acknowledges, an exception sends it back."""
        queue = self.consumer.queue.name
        try:
            event = parse_event(message.body)
        except ValidationError as error:
            CONSUMED.labels(queue, "unreadable", "poison").inc()
            _log.error("event.unreadable", queue=queue, errors=error.error_count())
            raise RejectMessage from error
        if event is None or type(event.data) not in self.consumer.handlers:
            # a type of a newer release: acknowledged, or it would poison a rolling deploy
            CONSUMED.labels(queue, "unknown", "ignored").inc()
            return
        with (
            structlog.contextvars.bound_contextvars(
                event_id=event.id, event_type=event.type, correlation_id=event.correlationid
            ),
            traced(f"consume {event.type}", event.traceparent),
            CONSUME_SECONDS.labels(queue, event.type).time(),
        ):
            await self._handle_or_pause(event, message)

    async def _handle_or_pause(self, event: Event[Any], message: RabbitMessage) -> None:
        queue = self.consumer.queue.name
        held_until = time.monotonic() + HOLD_LONGEST
        attempt = int(message.headers.get("x-delivery-count", 0))
        while True:
            try:
                await self._handle(event)
            except Poison as error:
                CONSUMED.labels(queue, event.type, "poison").inc()
                _log.exception("event.poison", queue=queue)
                raise RejectMessage from error
            except Exception as error:
                outage = isinstance(error, Unavailable) or mongo.is_outage(error)
                CONSUMED.labels(queue, event.type, "outage" if outage else "failed").inc()
                _log.warning("event.failed", queue=queue, attempt=attempt, exc_info=True)
                await self._pause(attempt)
                # An outage is not the message's fault: hold it here, uncounted, and try again.
                if outage and time.monotonic() < held_until and not self.stopping.is_set():
                    attempt += 1
                    continue
                raise
            CONSUMED.labels(queue, event.type, "done").inc()
            return

    async def _handle(self, event: Event[Any]) -> None:
        name = self.consumer.queue.name
        handler = self.consumer.handlers[type(event.data)]
        if not isinstance(handler, Step):
            await self.uow.run_once(name, event, lambda tx: handler(event, tx))
            return
        rows = self.uow.mongo.collection(inbox.COLLECTION)
        if await inbox.is_handled(rows, name, event.id):
            return

        async def finish(work: Callable[[Tx], Awaitable[None]]) -> None:
            await self.uow.run_once(name, event, work)

        await handler.handler(event, finish)

    async def _pause(self, attempt: int) -> None:
        """Wait before the nack, longer each time; a nack at once would burn the delivery limit."""
        seconds = min(PAUSE_FIRST * 2**attempt, PAUSE_LONGEST) * random.uniform(0.8, 1.2)  # noqa: S311
        try:
            await asyncio.wait_for(self.stopping.wait(), seconds)
        except TimeoutError:
            return
