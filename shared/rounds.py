"""One record after the other: what cannot be changed is told in the log and passed over.

For jobs that look again and again. A record that cannot be read must not keep those behind it
waiting for ever; an outage is no record's fault and ends the round.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

from shared.mongo import is_outage
from shared.observability import get_logger
from shared.uow import Tx, UnitOfWork

_log = get_logger(__name__)


async def change_each(
    uow: UnitOfWork,
    record_ids: AsyncIterator[str],
    change: Callable[[Tx, str], Awaitable[bool]],
    stopping: asyncio.Event,
    failed: str,
) -> int:
    """Each in a transaction of its own; returns how many were changed.

    `failed` is what the log calls one that could not be.
    """
    changed = 0
    async for record_id in record_ids:
        if stopping.is_set():
            break
        try:
            changed += await _change(uow, change, record_id)
        except Exception as error:
            if is_outage(error):
                raise
            # only its kind: the message may repeat what the record says of a person
            _log.error(failed, record_id=record_id, cause=type(error).__name__)
    return changed


async def _change(
    uow: UnitOfWork, change: Callable[[Tx, str], Awaitable[bool]], record_id: str
) -> bool:
    return await uow.run(lambda tx: change(tx, record_id))
