"""Drafts near their end and beyond: their people are told, then images and draft are removed.

The TTL index alone would leave the images of people who never sent anything behind for ever.
"""

from __future__ import annotations

import asyncio
import contextlib
from datetime import timedelta
from functools import partial
from typing import Any

from pymongo.errors import PyMongoError

from services.intake import store
from services.intake.documents import delete_documents
from services.intake.intake import Intake
from services.intake.returning.keeping import tell_end
from services.intake.returning.store import find_expiring
from shared import clock
from shared.errors import Unavailable
from shared.observability import get_logger
from shared.sealed import CannotOpen

TOLD_BEFORE = timedelta(days=3)
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
            await warn_of_end(intake)
            while await expire_drafts(intake) == _BATCH:
                pass
        except (PyMongoError, Unavailable) as error:
            _log.warning("drafts.not_swept", cause=type(error).__name__)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(intake.stopping.wait(), _EVERY.total_seconds())


async def warn_of_end(intake: Intake) -> int:
    """Tell one batch of people, each once, that their draft will be deleted; returns how many."""
    until = clock.now() + TOLD_BEFORE
    found = await find_expiring(intake.uow.reading(), until, _BATCH)
    told = [await _tell(intake, draft_id) for draft_id in found]
    if found:
        _log.info("drafts.end_near", count=len(found), told=sum(told))
    return len(found)


async def _tell(intake: Intake, draft_id: str) -> bool:
    """One draft whose address cannot be opened must not keep the others from hearing."""
    try:
        return await intake.uow.run(partial(tell_end, intake, draft_id=draft_id))
    except CannotOpen:
        _log.exception("draft.address_sealed", draft_id=draft_id)
        return False


async def expire_drafts(intake: Intake) -> int:
    """Remove one batch of expired drafts with their images; returns how many."""
    reading = intake.uow.reading()
    expired = await store.find_expired_drafts(reading, clock.now() - _MARGIN, _BATCH)
    for draft in expired:
        await delete_documents(intake, _own_documents(draft))
        await store.delete_draft(reading, draft)
    if expired:
        _log.info("drafts.expired", count=len(expired))
    return len(expired)


def _own_documents(draft: store.Draft) -> list[dict[str, Any]]:
    """A draft made from an earlier application refers to images of that one: they stay."""
    folder = f"applications/{draft.id}/"
    return [
        {"pages": [page for page in document["pages"] if page["key"].startswith(folder)]}
        for document in draft.documents.values()
    ]
