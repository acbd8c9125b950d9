"""Writing the chain: every few seconds the new rows get their links and a signed head.

Nobody who writes the log waits for the chain. A seal is one insert, so that dying anywhere leaves
either it or the same rows for the next turn; two replicas at once are harmless.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from dataclasses import dataclass
from datetime import timedelta

from pymongo.errors import PyMongoError

from services.verification.audit import chain_store, heads
from services.verification.audit.chain import SETTLING, AuditKeys, id_at, moment_of, next_seal
from shared.clock import now
from shared.errors import AppError
from shared.mongo import DuplicateKeyError
from shared.observability import get_logger
from shared.storage import Storage
from shared.uow import UnitOfWork

EVERY = timedelta(seconds=10)
HEADS_EVERY = timedelta(minutes=5)
ROWS_PER_SEAL = 500
_IDS_AT_ONCE = 10_000
_log = get_logger(__name__)


@dataclass(frozen=True)
class Sealer:
    """What writing the chain needs."""

    uow: UnitOfWork
    keys: AuditKeys
    storage: Storage
    stopping: asyncio.Event

    async def run(self) -> None:
        """Seal until the service stops, and once more then."""
        heads_due = time.monotonic()
        while True:
            stopped = self.stopping.is_set()
            try:
                await seal_new(self.uow, self.keys)
                if stopped or time.monotonic() >= heads_due:
                    heads_due = time.monotonic() + HEADS_EVERY.total_seconds()
                    await heads.deposit(self.uow, self.storage)
            except heads.HeadLost:
                _log.error("audit.head_lost", hint="python -m services.verification.audit verify")
            except (PyMongoError, AppError) as error:
                _log.warning("audit.not_sealed", cause=type(error).__name__)
            except Exception:  # noqa: BLE001  # a spoilt seal: the rows wait, the desk goes on
                _log.exception(
                    "audit.not_sealed", hint="python -m services.verification.audit verify"
                )
            if stopped:
                return
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.stopping.wait(), EVERY.total_seconds())


async def seal_new(uow: UnitOfWork, keys: AuditKeys) -> int:
    """Link all rows that no seal holds yet; returns how many."""
    scope, office, sealed = uow.reading(), uow.office, 0
    # The last seal first: one that is written meanwhile makes ours a duplicate.
    last = await chain_store.last(scope, office)
    begin = last.settled if last else ""
    linked: set[str] = set()
    if last:
        linked = await chain_store.linked_since(scope, office, moment_of(begin) - SETTLING)
    started = now()
    end, settled = id_at(started + SETTLING), id_at(started - SETTLING)
    while True:
        ids = await chain_store.ids_between(scope, begin, end, _IDS_AT_ONCE)
        new = [row_id for row_id in ids if row_id not in linked]
        for at in range(0, len(new), ROWS_PER_SEAL):
            chosen = new[at : at + ROWS_PER_SEAL]
            found = await chain_store.rows(scope, chosen)
            rows = [found[row_id] for row_id in chosen if row_id in found]
            seal = next_seal(last, office, rows, now(), min(settled, chosen[-1]))
            last = keys.sign(seal)
            try:
                await chain_store.insert(scope, last)
            except DuplicateKeyError:
                return sealed  # another replica does the same work
            sealed += len(rows)
            linked.update(chosen)
        if len(ids) < _IDS_AT_ONCE:
            return sealed
        begin = ids[-1]
