"""Images of corrections that were never sent: the application was withdrawn or decided before.

Their keys are written down in the transaction that ends the correction (`Application.move`), then
deleted here, then forgotten. Whoever dies in between leaves the keys to the next round, and
deleting twice does no harm.
"""

from __future__ import annotations

import asyncio

from services.intake import store
from services.intake.intake import Intake
from shared.observability import get_logger
from shared.storage import DOCUMENTS

BATCH = 100
_log = get_logger(__name__)


async def delete_discarded(intake: Intake) -> int:
    """Delete the images of one batch of applications; returns how many. Raises `Unavailable`."""
    reading = intake.uow.reading()
    found = await store.find_discarded(reading, BATCH)
    for application_id, keys in found:
        await asyncio.gather(*(intake.storage.delete(DOCUMENTS, key) for key in keys))
        await store.forget_discarded(reading, application_id, keys)
    if found:
        _log.info("corrections.discarded", count=len(found))
    return len(found)
