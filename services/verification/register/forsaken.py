"""Who does not report until the days of grace are over leaves the list (domain.md 3.6).

Any number of replicas may look, as often as they like: each removal is a transaction that looks
again, and a service that was away for a week catches up, the longest overdue first. A registration
that cannot be read does not keep the others.
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
from shared.rounds import change_each
from shared.uow import Tx, UnitOfWork

_EVERY = timedelta(minutes=10)
_log = get_logger(__name__)


async def watch_reports(uow: UnitOfWork, grace_days: int, stopping: asyncio.Event) -> None:
    """Look every ten minutes until the service stops: soon after midnight is soon enough."""
    while not stopping.is_set():
        try:
            await remove_forsaken(uow, grace_days, stopping)
        except PyMongoError as error:
            _log.warning("reports.not_watched", cause=type(error).__name__)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), _EVERY.total_seconds())


async def remove_forsaken(uow: UnitOfWork, grace_days: int, stopping: asyncio.Event) -> int:
    """Returns how many were removed."""
    found = store.forsaken(uow.reading(), today() - timedelta(days=grace_days))
    remove = partial(_remove, grace_days=grace_days)
    removed = await change_each(uow, found, remove, stopping, "registration.not_removed")
    if removed:
        _log.info("registrations.removed", count=removed)
    return removed


async def _remove(tx: Tx, card_id: str, grace_days: int) -> bool:
    registration = await store.load(tx, card_id)
    day = tx.at.astimezone(OFFICE_ZONE).date()
    if not is_forsaken(registration, grace_days, day):
        return False
    dropped = drop(registration, "report_overdue", day, tx.at)
    await store.replace(tx, dropped, registration.version)
    await tell_removed(tx, dropped)
    return True
