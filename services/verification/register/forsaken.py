"""Who does not report until the days of grace are over leaves the list (domain.md 3.6).

Any number of replicas may look, as often as they like: each removal is a transaction that looks
again, and a service that was away for a week catches up, the longest overdue first.
"""

from __future__ import annotations

import asyncio
import contextlib
from datetime import timedelta
from functools import partial

from pymongo.errors import PyMongoError

from services.verification.register import store
from services.verification.register.domain import drop, is_forsaken
from services.verification.register.telling import tell_removed
from shared.clock import OFFICE_ZONE, today
from shared.observability import get_logger
from shared.uow import Tx, UnitOfWork

_BATCH = 200
_EVERY = timedelta(minutes=10)
_log = get_logger(__name__)


async def watch_reports(uow: UnitOfWork, grace_days: int, stopping: asyncio.Event) -> None:
    """Look every ten minutes until the service stops: soon after midnight is soon enough."""
    while not stopping.is_set():
        try:
            while not stopping.is_set() and await remove_forsaken(uow, grace_days) == _BATCH:
                pass
        except PyMongoError as error:
            _log.warning("reports.not_watched", cause=type(error).__name__)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), _EVERY.total_seconds())


async def remove_forsaken(uow: UnitOfWork, grace_days: int) -> int:
    """One batch; returns how many were found."""
    before = today() - timedelta(days=grace_days)
    found = await store.forsaken(uow.reading(), before, _BATCH)
    for card_id in found:
        await uow.run(partial(_remove, card_id=card_id, grace_days=grace_days))
    if found:
        _log.info("registrations.removed", count=len(found))
    return len(found)


async def _remove(tx: Tx, card_id: str, grace_days: int) -> None:
    registration = await store.load(tx, card_id)
    day = tx.at.astimezone(OFFICE_ZONE).date()
    if not is_forsaken(registration, grace_days, day):
        return
    dropped = drop(registration, "report_overdue", day, tx.at)
    await store.replace(tx, dropped, registration.version)
    await tell_removed(tx, dropped)
