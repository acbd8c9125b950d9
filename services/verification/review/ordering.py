"""Cases that an older release kept get their deadline and their place in the lists."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import timedelta

from pymongo.errors import PyMongoError

from services.verification.review import store
from shared.observability import get_logger
from shared.uow import Scope, UnitOfWork

_BATCH = 500
_EVERY = timedelta(minutes=1)  # an older replica may still write some during a deploy
_log = get_logger(__name__)


async def order_until_stopped(uow: UnitOfWork, stopping: asyncio.Event) -> None:
    """Look once a minute until the service stops."""
    while not stopping.is_set():
        try:
            while not stopping.is_set() and await order_some(uow.reading()):
                pass
        except PyMongoError as error:
            _log.warning("cases.not_ordered", cause=type(error).__name__)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), _EVERY.total_seconds())


async def order_some(scope: Scope) -> int:
    """One batch; returns how many it was."""
    found = await store.unordered(scope, _BATCH)
    for case in found:
        await store.put_in_order(scope, case)
    if found:
        _log.info("cases.ordered", count=len(found))
    return len(found)
