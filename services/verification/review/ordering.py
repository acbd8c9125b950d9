"""Cases that an older release kept get their deadline and their place in the lists."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import timedelta

from pymongo.errors import PyMongoError

from services.verification.review import store
from shared.observability import get_logger
from shared.rounds import change_each
from shared.uow import Tx, UnitOfWork

_EVERY = timedelta(minutes=1)  # an older replica may still write some during a deploy
_log = get_logger(__name__)


async def order_until_stopped(uow: UnitOfWork, stopping: asyncio.Event) -> None:
    """Look once a minute until the service stops."""
    while not stopping.is_set():
        try:
            await order_cases(uow, stopping)
        except PyMongoError as error:
            _log.warning("cases.not_ordered", cause=type(error).__name__)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), _EVERY.total_seconds())


async def order_cases(uow: UnitOfWork, stopping: asyncio.Event) -> int:
    """Returns how many it were. A case that cannot be read does not keep the others."""
    found = store.unordered(uow.reading())
    ordered = await change_each(uow, found, _order, stopping, "case.not_ordered")
    if ordered:
        _log.info("cases.ordered", count=ordered)
    return ordered


async def _order(tx: Tx, case_id: str) -> bool:
    await store.put_in_order(tx, await store.load(tx, case_id))
    return True
