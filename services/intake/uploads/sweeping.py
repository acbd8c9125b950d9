"""Bytes that nobody needs any more leave quarantine: of expired uploads, and of dead processes."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import timedelta

from pymongo.errors import PyMongoError

from services.intake.documents import folder_of
from services.intake.intake import Intake
from services.intake.uploads import store
from services.intake.uploads.quarantine import FOLDER
from shared import clock
from shared.errors import Unavailable
from shared.observability import get_logger
from shared.storage import DOCUMENTS, QUARANTINE

_EVERY = timedelta(minutes=30)
_MARGIN = timedelta(minutes=10)  # clocks of replicas differ, and one may be at work on it
_BATCH = 100
_log = get_logger(__name__)


async def sweep_until_stopped(intake: Intake) -> None:
    """Look twice an hour until the service stops."""
    while not intake.stopping.is_set():
        try:
            while await sweep_expired(intake) == _BATCH:
                pass
            await sweep_left_over(intake)
        except (PyMongoError, Unavailable) as error:
            _log.warning("uploads.not_swept", cause=type(error).__name__)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(intake.stopping.wait(), _EVERY.total_seconds())


async def sweep_expired(intake: Intake) -> int:
    """Forget one batch of expired uploads with all they left; returns how many."""
    reading = intake.uow.reading()
    expired = await store.find_expired(reading, clock.now() - _MARGIN, _BATCH)
    for session in expired:
        await _delete_folder(intake, QUARANTINE, f"{FOLDER}/{session.id}/")
        if session.state == "receiving":  # it may have died after its pages were written
            folder = folder_of(session.owner_id, session.id)
            await _delete_folder(intake, DOCUMENTS, f"{folder}/")
        await store.forget(reading, session.id)
    if expired:
        _log.info("uploads.expired", count=len(expired))
    return len(expired)


async def sweep_left_over(intake: Intake) -> int:
    """Delete objects whose upload is finished or forgotten; returns how many.

    An upload is written down before its first object, so an unknown one has ended.
    """
    keys = await intake.storage.keys(QUARANTINE, f"{FOLDER}/")
    of = {key: key.split("/")[1] for key in keys}
    needed = await store.find_unfinished(intake.uow.reading(), list(set(of.values())))
    left_over = [key for key, upload_id in of.items() if upload_id not in needed]
    await asyncio.gather(*(intake.storage.delete(QUARANTINE, key) for key in left_over))
    if left_over:
        _log.info("quarantine.swept", count=len(left_over))
    return len(left_over)


async def _delete_folder(intake: Intake, bucket: str, folder: str) -> None:
    keys = await intake.storage.keys(bucket, folder)
    await asyncio.gather(*(intake.storage.delete(bucket, key) for key in keys))
