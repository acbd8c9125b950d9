"""Dead letters at the desk: looked at, sent into their queue again, or set aside with a reason.

RabbitMQ is asked only while an officer acts, by an account of its own. What moves a message is
written down before it moves: dying in between leaves it in two places, and every consumer takes a
duplicate for what it is.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from services.verification.audit import log
from services.verification.audit.domain import Entry
from services.verification.officers.domain import Officer
from services.verification.search.store import references_of
from services.verification.stuck import causes, store
from services.verification.stuck.domain import Gone, Handled, checked_note
from services.verification.stuck.store import KeptLetter
from shared.dates import date_and_time
from shared.errors import Invalid, Unavailable
from shared.messaging import dead_letters
from shared.messaging.dead_letters import AWAY, DeadLetter, Shelf
from shared.messaging.topology import Queue
from shared.observability import get_logger
from shared.uow import Tx, UnitOfWork

SHOWN_MOST = 20  # of each queue
AT_ONCE = 500  # of "all"
LOOK_SECONDS, ACT_SECONDS = 5.0, 30.0
_LARGEST = 8_000_000  # bytes that MongoDB can keep in one row, with room
_log = get_logger(__name__)
# Who reads a queue holds its messages for that moment: another reader would find it empty.
_one_at_a_time = asyncio.Lock()


class QueuesAway(Unavailable):
    """Server antrean (RabbitMQ) tidak dapat dihubungi. Coba lagi beberapa menit lagi."""

    code = "queues_away"


@dataclass(frozen=True)
class LetterDesk:
    """Acts of one officer on dead letters."""

    url: str
    uow: UnitOfWork
    officer: Officer

    async def shelves(self) -> list[Shelf]:
        """What lies in the dead-letter queues."""
        self.officer.require("repair_stuck_work")
        async with self._reaching(LOOK_SECONDS):
            return await dead_letters.shelves(self.url, SHOWN_MOST)

    async def replay(self, queue_name: str, key: str) -> None:
        """Send one message into its work queue again."""
        if not await self._replay(self._queue(queue_name), lambda each: each.key == key, 1):
            await self._explain(queue_name, key)

    async def replay_all(self, queue_name: str) -> int:
        """The same for all of a queue, the oldest first; how many went."""
        return await self._replay(self._queue(queue_name), dead_letters.every, AT_ONCE)

    async def set_aside(self, queue_name: str, key: str, note: str) -> None:
        """Keep one message here, with a reason, instead of in its queue."""
        queue, note = self._queue(queue_name), checked_note(note)

        async def keep(letter: DeadLetter) -> None:
            if len(letter.body) > _LARGEST:
                raise Invalid("Data ini terlalu besar untuk disisihkan. Kabari penyedia sistem.")

            async def work(tx: Tx) -> None:
                officer = self.officer
                kept = KeptLetter(letter, officer.name, officer.id, tx.at, note)
                await store.put_letter(tx, kept)
                await self._record(tx, letter, "letter.set_aside", note)

            await self.uow.run(work)

        async with self._reaching(ACT_SECONDS):
            taken = await dead_letters.take_dead(
                self.url, queue, lambda each: each.key == key, keep
            )
        if not taken:
            await self._explain(queue_name, key)

    async def put_back(self, kept_id: str) -> KeptLetter:
        """Send a message that was set aside into its work queue again."""
        self.officer.require("repair_stuck_work")
        kept = await store.find_letter(self.uow.reading(), kept_id)
        if kept is None:
            raise Gone
        queue = self._queue(kept.letter.queue)
        async with self._reaching(ACT_SECONDS):
            await self._note_replay(kept.letter)
            await dead_letters.put_back(self.url, queue, kept.letter)
        await store.delete_letter(self.uow.reading(), kept)
        return kept

    async def _replay(self, queue: Queue, chosen: Callable[[DeadLetter], bool], most: int) -> int:
        async with self._reaching(ACT_SECONDS):
            return await dead_letters.replay_dead(
                self.url, queue, chosen, first=self._note_replay, most=most
            )

    async def _note_replay(self, letter: DeadLetter) -> None:
        await self.uow.run(lambda tx: self._record(tx, letter, "letter.replayed"))

    async def _record(self, tx: Tx, letter: DeadLetter, action: str, note: str = "") -> None:
        known = await references_of(tx, [letter.application_id])
        detail = {
            "queue": letter.queue,
            "letter": letter.key,
            "type": letter.type if letter.type in causes.TYPES else "unknown",
        }
        if note:
            detail["note"] = note
        case_id = letter.application_id if known else None
        await log.record(tx, Entry(self.officer.actor, action, case_id, detail))

    async def _explain(self, queue_name: str, key: str) -> None:
        """Say why a message was not there."""
        kept = await store.find_letter(self.uow.reading(), f"{queue_name}:{key}")
        if kept is None:
            raise Gone
        raise Handled(f"{kept.by} sudah menyisihkan ini pada {date_and_time(kept.at)}.")

    def _queue(self, name: str) -> Queue:
        self.officer.require("repair_stuck_work")
        queue = dead_letters.queue_named(name)
        if queue is None:
            raise Gone
        return queue

    @asynccontextmanager
    async def _reaching(self, seconds: float) -> AsyncIterator[None]:
        """Within the time that a person waits; a server that is away is no fault of ours."""
        if not self.url:
            raise QueuesAway("Sambungan ke server antrean belum diatur (STUCK_WORK_RABBIT_URL).")
        try:
            await asyncio.wait_for(_one_at_a_time.acquire(), ACT_SECONDS)
        except TimeoutError as error:
            raise QueuesAway("Rekan Anda sedang mengirim ulang data. Tunggu sebentar.") from error
        try:
            async with asyncio.timeout(seconds):
                yield
        except AWAY as error:
            _log.warning("stuck.queues_away", error=type(error).__name__)
            raise QueuesAway from error
        finally:
            _one_at_a_time.release()
