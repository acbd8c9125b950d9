"""Unit of work: state, outbox rows and inbox row in one MongoDB transaction."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from shared import observability
from shared.clock import now
from shared.contracts.catalog import OWNERS
from shared.contracts.envelope import Event, EventData, event_with
from shared.ids import uuid7
from shared.messaging import inbox, outbox
from shared.mongo import Collection, Mongo, Session

T = TypeVar("T")


@dataclass(frozen=True)
class Scope:
    """Where a store reads and writes: a database, inside a transaction or not."""

    mongo: Mongo
    session: Session = None

    def collection(self, name: str) -> Collection:
        return self.mongo.collection(name)


@dataclass(frozen=True)
class Cause:
    """The event that made us act, for correlation."""

    event_id: str
    correlation_id: str


@dataclass(frozen=True)
class Tx(Scope):
    """One transaction. The work may run twice, so it does nothing outside MongoDB."""

    service: str = ""
    office: str = ""
    cause: Cause | None = None
    at: datetime = field(default_factory=now)
    emitted: list[Event[Any]] = field(default_factory=list)

    def emit(self, data: EventData, *, subject: str, version: int) -> Event[Any]:
        """Add an event; it leaves with the transaction.

        `subject` is the id of the aggregate and `version` its version after this change.
        """
        owner = OWNERS.get(type(data))
        if owner != self.service:
            raise ValueError(f"{self.service} may not emit {data.TYPE}: {owner} owns it")
        event_id = uuid7()
        event: Event[Any] = event_with(type(data))(
            id=event_id,
            source=f"/services/{self.service}",
            type=data.TYPE,
            subject=subject,
            time=self.at,
            office=self.office,
            aggregateversion=version,
            correlationid=self.cause.correlation_id if self.cause else event_id,
            causationid=self.cause.event_id if self.cause else None,
            traceparent=observability.current_traceparent(),
            data=data,
        )
        self.emitted.append(event)
        return event


@dataclass(frozen=True)
class UnitOfWork:
    """Runs work in transactions for one service.

    `emitted` is set after each commit that left events in the outbox: a relay in the same process
    need not wait until the change stream tells it.
    """

    mongo: Mongo
    service: str
    office: str
    emitted: asyncio.Event = field(default_factory=asyncio.Event)

    def reading(self) -> Scope:
        """A scope outside any transaction."""
        return Scope(self.mongo)

    async def run(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        """Run `work`, then write the outbox rows of what it emitted, and commit."""
        return await self._run(work, None, None)

    async def run_once(
        self, consumer: str, event: Event[Any], work: Callable[[Tx], Awaitable[T]]
    ) -> T | None:
        """The same for one delivery of `event`: a delivery already handled does nothing."""
        try:
            return await self._run(work, consumer, event)
        except inbox.AlreadyHandled:
            return None

    async def _run(
        self,
        work: Callable[[Tx], Awaitable[T]],
        consumer: str | None,
        event: Event[Any] | None,
    ) -> T:
        leaves_events = False

        async def attempt(session: Session) -> T:
            nonlocal leaves_events
            cause = Cause(event.id, event.correlationid) if event else None
            tx = Tx(self.mongo, session, self.service, self.office, cause)
            if consumer and event:
                await inbox.insert(tx.collection(inbox.COLLECTION), consumer, event.id, session)
            result = await work(tx)
            leaves_events = bool(tx.emitted)
            if leaves_events:
                rows = [outbox.row(event) for event in tx.emitted]
                await tx.collection(outbox.COLLECTION).insert_many(rows, session=session)
            return result

        result = await self.mongo.in_transaction(attempt)
        if leaves_events:
            self.emitted.set()
        return result
