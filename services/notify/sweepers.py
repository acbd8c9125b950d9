"""The delivery loop and the watch over what is stuck; poll is the truth, the stream only wakes."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

from pymongo.errors import PyMongoError

from services.notify import metrics, store
from services.notify.delivery import Delivery
from services.notify.domain import Notice
from shared.observability import get_logger

POLL_SECONDS = 2.0
AT_ONCE = 4  # sends side by side
FOR_URGENT = 2  # more of them, for codes alone: a slow mail server must not make them wait
WATCH_SECONDS = 30.0
STUCK_SECONDS = 600.0

_log = get_logger(__name__)


@dataclass
class DeliveryLoop:
    """Delivers what is due until told to stop."""

    delivery: Delivery
    stopping: asyncio.Event
    poll_seconds: float = POLL_SECONDS
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _running: set[asyncio.Task[None]] = field(default_factory=set)

    async def run(self) -> None:
        alarm = asyncio.create_task(self._watch_inserts(), name="notices-watch")
        try:
            while not self.stopping.is_set():
                try:
                    await self.start_due()
                except PyMongoError as error:
                    _log.warning("notices.database_unreachable", error=type(error).__name__)
                await self._sleep()
            if self._running:
                await asyncio.wait(self._running)
        finally:
            alarm.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await alarm

    async def start_due(self) -> None:
        """Begin as many due deliveries as there are free places."""
        while len(self._running) < AT_ONCE + FOR_URGENT and not self.stopping.is_set():
            notice = await self.delivery.claim(only_urgent=len(self._running) >= AT_ONCE)
            if notice is None:
                return
            task = asyncio.create_task(self._deliver(notice), name=f"deliver-{notice.id}")
            self._running.add(task)
            task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        was_full = len(self._running) >= AT_ONCE
        self._running.discard(task)
        if was_full:  # more may be due
            self._wake.set()

    async def _deliver(self, notice: Notice) -> None:
        try:
            await self.delivery.deliver(notice)
        except Exception:  # noqa: BLE001  # the claim runs out and it is tried again
            _log.exception("notice.delivery_failed", notice_id=notice.id)

    async def _watch_inserts(self) -> None:
        """Wake at each planned notice; without a stream the poll alone goes on."""
        while not self.stopping.is_set():
            with contextlib.suppress(PyMongoError):
                async with self.delivery.uow.mongo.watch_inserts(store.NOTICES) as inserts:
                    async for _ in inserts:
                        self._wake.set()
            await asyncio.sleep(self.poll_seconds)

    async def _sleep(self) -> None:
        waits: tuple[Coroutine[Any, Any, Any], ...] = (self._wake.wait(), self.stopping.wait())
        tasks = [asyncio.create_task(each) for each in waits]
        await asyncio.wait(tasks, timeout=self.poll_seconds, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        self._wake.clear()


@dataclass(frozen=True)
class StuckWatch:
    """Measures what waits, and says so when something has been due for too long."""

    delivery: Delivery
    stopping: asyncio.Event

    async def run(self) -> None:
        while not self.stopping.is_set():
            with contextlib.suppress(PyMongoError):
                await self.look()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.stopping.wait(), WATCH_SECONDS)

    async def look(self) -> float:
        """Seconds the oldest due notice has waited."""
        count, oldest = await store.waiting(self.delivery.uow.reading())
        late = (self.delivery.now() - oldest).total_seconds() if oldest else 0.0
        overdue = max(0.0, late)
        metrics.WAITING.set(count)
        metrics.OVERDUE_SECONDS.set(overdue)
        if overdue > STUCK_SECONDS:
            _log.error("notices.stuck", waiting=count, overdue_seconds=round(overdue))
        return overdue
