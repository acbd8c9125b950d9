"""The outbox relay: claim, publish with confirm, mark; poll as the truth, alarms to be quick.

An alarm is a commit of this very process, or an insert by another one, seen in the change stream.

Any number of relays may run. Per aggregate the order is kept: a row is claimed only together with,
or after, every older row of its key.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from pymongo.errors import PyMongoError

from shared import clock
from shared.ids import uuid7
from shared.messaging import outbox
from shared.messaging.broker import Broker, is_connected, publish
from shared.mongo import Document, Mongo
from shared.observability import OUTBOX_LAG, PUBLISH_FAILED, PUBLISHED, get_logger, traced

POLL_SECONDS = 1.0
BATCH = 200
LOCK = timedelta(seconds=30)
RETRY_LONGEST_SECONDS = 10

_log = get_logger(__name__)


@dataclass
class Relay:
    """Publishes the outbox of one service; whoever sets `wake` makes it look at once."""

    mongo: Mongo
    broker: Broker
    stopping: asyncio.Event
    poll_seconds: float = POLL_SECONDS
    wake: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Publish until told to stop; nothing that fails here loses a row."""
        alarm = asyncio.create_task(self._watch(), name="outbox-watch")
        try:
            while not self.stopping.is_set():
                published = 0
                try:
                    published = await self.publish_waiting() if is_connected(self.broker) else 0
                except PyMongoError as error:
                    _log.warning("outbox.database_unreachable", error=type(error).__name__)
                if not published:
                    await self._sleep()
        finally:
            alarm.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await alarm

    async def publish_waiting(self) -> int:
        """Publish one batch; returns how many rows RabbitMQ confirmed."""
        rows = await self._claim()
        if not rows:
            return 0
        by_key: dict[str, list[Document]] = defaultdict(list)
        for row in rows:
            by_key[row["key"]].append(row)
        done = await asyncio.gather(*(self._publish_key(same) for same in by_key.values()))
        confirmed = [row_id for ids in done for row_id in ids]
        table = self.mongo.collection(outbox.COLLECTION)
        if confirmed:
            await table.update_many(
                {"_id": {"$in": confirmed}},
                {"$set": {"published_at": clock.now()}, "$unset": {"locked_by": ""}},
            )
        done_ids = set(confirmed)
        await self._postpone([row for row in rows if row["_id"] not in done_ids])
        return len(confirmed)

    async def _claim(self) -> list[Document]:
        """Lock the oldest free rows, leaving out keys with an older row locked by another relay."""
        table = self.mongo.collection(outbox.COLLECTION)
        now = clock.now()
        free = await self._free_rows(now)
        if not free:
            return []
        token = uuid7()
        taken = await table.update_many(
            {
                "_id": {"$in": [row["_id"] for row in free]},
                "published_at": None,
                "$or": [{"locked_until": None}, {"locked_until": {"$lte": now}}],
            },
            {"$set": {"locked_until": now + LOCK, "locked_by": token}, "$inc": {"attempts": 1}},
        )
        if taken.modified_count == len(free):  # nobody else took one: no need to look
            return [{**row, "locked_by": token} for row in free]
        mine = {row["_id"] for row in await table.find({"locked_by": token}, {"_id": 1}).to_list()}
        claimed = _unbroken(free, mine)
        await self._release(mine - {row["_id"] for row in claimed}, token, now)
        return [{**row, "locked_by": token} for row in claimed]

    async def _free_rows(self, now: datetime) -> list[Document]:
        """The oldest rows that may leave; looks past a window full of locked ones.

        Windows go from old to new, so a key seen locked stays out in every later one.
        """
        table = self.mongo.collection(outbox.COLLECTION)
        locked_keys: set[str] = set()
        after = ""
        while True:
            query = {"published_at": None, "_id": {"$gt": after}}
            window = await table.find(query).sort("_id").limit(BATCH).to_list()
            if not after:
                lag = (now - window[0]["created_at"]).total_seconds() if window else 0
                OUTBOX_LAG.set(lag)
            free = _unlocked(window, locked_keys, now)
            if free or len(window) < BATCH:
                return free
            after = window[-1]["_id"]

    async def _release(self, row_ids: Collection[str], token: str, until: datetime) -> None:
        """Let go of our rows that were not published; free again after `until`."""
        if row_ids:
            await self.mongo.collection(outbox.COLLECTION).update_many(
                {"_id": {"$in": list(row_ids)}, "locked_by": token, "published_at": None},
                {"$set": {"locked_until": until}, "$unset": {"locked_by": ""}},
            )

    async def _postpone(self, failed: Sequence[Document]) -> None:
        """What RabbitMQ did not confirm waits, longer each time, so that others may pass."""
        by_pause: dict[int, list[Document]] = defaultdict(list)
        for row in failed:
            by_pause[min(2 ** row["attempts"], RETRY_LONGEST_SECONDS)].append(row)
        for seconds, rows in by_pause.items():
            until = clock.now() + timedelta(seconds=seconds)
            await self._release([row["_id"] for row in rows], rows[0]["locked_by"], until)

    async def _publish_key(self, rows: Sequence[Document]) -> list[str]:
        """Publish the rows of one aggregate in order; stop at the first that is not confirmed."""
        confirmed: list[str] = []
        for row in rows:
            try:
                with traced(f"publish {row['type']}", row.get("traceparent")):
                    await publish(self.broker, bytes(row["body"]), row)
            except Exception as error:  # noqa: BLE001  # the row stays and is tried again
                PUBLISH_FAILED.inc()
                _log.warning("outbox.not_confirmed", event_id=row["_id"], error=repr(error))
                break
            PUBLISHED.labels(row["type"]).inc()
            confirmed.append(row["_id"])
        return confirmed

    async def _watch(self) -> None:
        """Wake the loop at each insert; without a stream the poll alone goes on."""
        while not self.stopping.is_set():
            with contextlib.suppress(PyMongoError):
                async with self.mongo.watch_inserts(outbox.COLLECTION) as inserts:
                    async for _ in inserts:
                        self.wake.set()
            await asyncio.sleep(self.poll_seconds)

    async def _sleep(self) -> None:
        tasks: list[asyncio.Task[Any]] = [
            asyncio.create_task(self.wake.wait()),
            asyncio.create_task(self.stopping.wait()),
        ]
        await asyncio.wait(tasks, timeout=self.poll_seconds, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        self.wake.clear()


def _unlocked(window: Sequence[Document], locked_keys: set[str], now: datetime) -> list[Document]:
    """The unlocked rows whose key has no older locked row; adds what is locked to `locked_keys`."""
    free: list[Document] = []
    for row in window:
        until = row["locked_until"]
        if until is not None and until > now:
            locked_keys.add(row["key"])
        elif row["key"] not in locked_keys:
            free.append(row)
    return free


def _unbroken(free: Sequence[Document], mine: set[str]) -> list[Document]:
    """Of the rows tried for, those won without an older row of the key lost to another relay."""
    lost_keys: set[str] = set()
    won: list[Document] = []
    for row in free:
        if row["_id"] not in mine:
            lost_keys.add(row["key"])
        elif row["key"] not in lost_keys:
            won.append(row)
    return won
