"""Promises that were not kept: each is found once, kept with its case and told.

Any number of replicas may look: the mark on the case, the audit row and the event are one
transaction, and a second one finds the mark. The version stays as it is, so that an officer's open
form does not become stale by it.
"""

from __future__ import annotations

import asyncio
import contextlib
from datetime import timedelta
from functools import partial

from pymongo.errors import PyMongoError

from services.verification.audit import log
from services.verification.audit.domain import SYSTEM, Entry
from services.verification.review import store
from services.verification.review.promise import promise_of
from shared.clock import now
from shared.contracts.reviews import ReviewOverdue
from shared.observability import get_logger
from shared.uow import Tx, UnitOfWork

_BATCH = 200
_EVERY = timedelta(seconds=30)
_log = get_logger(__name__)


async def watch_promises(uow: UnitOfWork, stopping: asyncio.Event) -> None:
    """Look twice a minute until the service stops."""
    while not stopping.is_set():
        try:
            while not stopping.is_set() and await note_overdue(uow) == _BATCH:
                pass
        except PyMongoError as error:
            _log.warning("promises.not_watched", cause=type(error).__name__)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), _EVERY.total_seconds())


async def note_overdue(uow: UnitOfWork) -> int:
    """One batch; returns how many were found."""
    found = await store.overdue(uow.reading(), now(), _BATCH)
    for case_id in found:
        await uow.run(partial(_note, case_id=case_id))
    if found:
        _log.info("promises.broken", count=len(found))
    return len(found)


async def _note(tx: Tx, case_id: str) -> None:
    case = await store.load(tx, case_id)
    promise = promise_of(case.lane)
    if promise is None or case.due_at is None:
        return
    if case.due_at > tx.at or promise in case.broken:
        return
    await store.mark_broken(tx, case, promise)
    event = ReviewOverdue(
        application_id=case.id, reference=case.reference, promise=promise, due_at=case.due_at
    )
    tx.emit(event, subject=case.id, version=case.version)
    detail = {"promise": promise}
    entry = Entry(SYSTEM, "promise.broken", case.id, detail, happened_at=case.due_at)
    await log.record(tx, entry)
