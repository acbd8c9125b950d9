"""Promises that were not kept: each is found once, kept with its case and told.

Any number of replicas may look: the mark on the case, the audit row and the event are one
transaction, and a second one finds the mark. The version stays as it is, so that an officer's open
form does not become stale by it.
"""

from __future__ import annotations

import asyncio
import contextlib
from datetime import timedelta

from pymongo.errors import PyMongoError

from services.verification.audit import log
from services.verification.audit.domain import SYSTEM, Entry
from services.verification.review import store
from services.verification.review.promise import promise_of
from shared.clock import now
from shared.contracts.reviews import ReviewOverdue
from shared.observability import get_logger
from shared.rounds import change_each
from shared.uow import Tx, UnitOfWork

_EVERY = timedelta(seconds=30)
_log = get_logger(__name__)


async def watch_promises(uow: UnitOfWork, stopping: asyncio.Event) -> None:
    """Look twice a minute until the service stops."""
    while not stopping.is_set():
        try:
            await note_overdue(uow, stopping)
        except PyMongoError as error:
            _log.warning("promises.not_watched", cause=type(error).__name__)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), _EVERY.total_seconds())


async def note_overdue(uow: UnitOfWork, stopping: asyncio.Event) -> int:
    """Returns how many were found. A case that cannot be read does not keep the others."""
    found = store.overdue(uow.reading(), now())
    broken = await change_each(uow, found, _note, stopping, "promise.not_noted")
    if broken:
        _log.info("promises.broken", count=broken)
    return broken


async def _note(tx: Tx, case_id: str) -> bool:
    case = await store.load(tx, case_id)
    promise = promise_of(case.lane)
    if promise is None or case.due_at is None:
        return False
    if case.due_at > tx.at or promise in case.broken:
        return False
    await store.mark_broken(tx, case, promise)
    event = ReviewOverdue(
        application_id=case.id, reference=case.reference, promise=promise, due_at=case.due_at
    )
    tx.emit(event, subject=case.id, version=case.version)
    detail = {"promise": promise}
    entry = Entry(SYSTEM, "promise.broken", case.id, detail, happened_at=case.due_at)
    await log.record(tx, entry)
    return True
