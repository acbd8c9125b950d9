"""Expired drafts: their page images are removed from the bucket, then the draft itself.

The TTL index alone would leave the images of people who never sent anything behind for ever.
"""

from __future__ import annotations

import asyncio
import contextlib
from datetime import timedelta

from pymongo.errors import PyMongoError

from services.intake import store
from services.intake.documents import delete_documents
from services.intake.intake import Intake
from shared import clock
from shared.errors import Unavailable
from shared.observability import get_logger

_EVERY = timedelta(hours=1)
_BATCH = 100
# The images of a draft sent in its last moment must not go: a draft may be in the middle of being
# sent while it expires, and clocks of replicas differ.
_MARGIN = timedelta(minutes=10)
_log = get_logger(__name__)


async def sweep_until_stopped(intake: Intake) -> None:
    """Look once an hour until the service stops."""
    while not intake.stopping.is_set():
        try:
            while await expire_drafts(intake) == _BATCH:
                pass
        except (PyMongoError, Unavailable) as error:
            _log.warning("drafts.not_swept", cause=type(error).__name__)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(intake.stopping.wait(), _EVERY.total_seconds())


async def expire_drafts(intake: Intake) -> int:
    """Remove one batch of expired drafts with their images; returns how many."""
    reading = intake.uow.reading()
    expired = await store.find_expired_drafts(reading, clock.now() - _MARGIN, _BATCH)
    for draft in expired:
        await delete_documents(intake, draft.documents.values())
        await store.delete_draft(reading, draft)
    if expired:
        _log.info("drafts.expired", count=len(expired))
    return len(expired)
