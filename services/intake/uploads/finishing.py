"""Examine a file that is complete, and keep its clean pages or say why not.

Doing it twice does no harm: the pages have the same keys and the same bytes, and the document is
kept in the same transaction that marks the upload as accepted. So whoever finds an upload complete
but unfinished (its process died) simply finishes it.
"""

from __future__ import annotations

import contextlib
from typing import Any

from pymongo.errors import PyMongoError

from services.intake.applications import keep_amended_document
from services.intake.cleaning import CleanDocument, clean
from services.intake.documents import (
    TooManyUploads,
    discard_pages,
    folder_of,
    keep_in_draft,
    put_pages,
)
from services.intake.intake import Intake
from services.intake.refusals import Refused
from services.intake.uploads import store
from services.intake.uploads.quarantine import discard_bytes, read_bytes
from services.intake.uploads.scanning import scan
from services.intake.uploads.store import Owner, UploadSession
from shared import clock
from shared.contracts.applications import DocumentRef
from shared.errors import AppError, NotFound, Unavailable
from shared.observability import get_logger
from shared.procpool import WorkerDied, WorkTimedOut
from shared.uow import Tx
from shared.web.limits import Limit, give_back, hit

EXAMINED = Limit("uploads", 60, 3600)
# In work, or given up after the full time. Two small files made to be slow would otherwise keep
# every worker from everybody else, again and again.
SLOW_FILES = Limit("slow_files", 6, 3600)
_log = get_logger(__name__)


async def finish(
    intake: Intake, owner: Owner, session: UploadSession, data: bytes | None = None
) -> DocumentRef:
    """Examine and keep; without `data` the bytes are in quarantine.

    Raises `Refused` with a text for the person, `TooManyUploads`, `Unavailable`, `AlreadySent`,
    `DraftGone`, `Conflict`.
    """
    for limit in (EXAMINED, SLOW_FILES):
        wait = await hit(intake.uow.reading(), limit, owner.id)
        if wait:
            raise TooManyUploads(wait)
    try:
        cleaned = await _examine(intake, owner, session, data)
    except Refused as refused:
        if refused.is_final:
            await store.finish(intake.uow.reading(), session.id, refused.code)
            await _discard_quietly(intake, session)
        raise
    document = DocumentRef(
        document_id=session.id,
        kind=session.kind,
        source_type=cleaned.source_type,
        pages=await put_pages(intake, folder_of(owner.id, session.id), cleaned.pages),
        uploaded_at=clock.now(),
        marks=cleaned.marks,
    )
    earlier, kept = await _keep(intake, owner, session, document)
    await discard_pages(intake, owner.id, earlier, kept.model_dump())
    await _discard_quietly(intake, session)
    return kept


async def _examine(
    intake: Intake, owner: Owner, session: UploadSession, data: bytes | None
) -> CleanDocument:
    """In a worker; only a file that used up its time stays counted as slow."""
    try:
        data = await read_bytes(intake, session) if data is None else data
        if intake.settings.clamd:
            await scan(intake.settings.clamd, data)
        cleaned = await intake.workers.run(clean, data, session.declared, session.kind == "photo")
    except (WorkTimedOut, WorkerDied) as error:
        _log.warning("document.not_cleaned", cause=repr(error), size=session.length)
        raise Refused("unreadable") from error
    except (Refused, AppError):
        await give_back(intake.uow.reading(), SLOW_FILES, owner.id)
        raise
    await give_back(intake.uow.reading(), SLOW_FILES, owner.id)
    return cleaned


async def _keep(
    intake: Intake, owner: Owner, session: UploadSession, document: DocumentRef
) -> tuple[Any, DocumentRef]:
    async def work(tx: Tx) -> tuple[Any, DocumentRef]:
        if not await store.finish(tx, session.id):
            await _check_accepted(tx, session.id)
            return None, document  # by another request, with the same pages
        if owner.holder is None:
            return await keep_amended_document(tx, owner.id, document)
        return await keep_in_draft(intake, tx, owner.holder, document)

    try:
        return await intake.uow.run(work)
    except (Refused, NotFound, AppError) as error:
        if not isinstance(error, Unavailable):  # sent, expired or decided meanwhile
            await discard_pages(intake, owner.id, document.model_dump())
        raise


async def _check_accepted(tx: Tx, upload_id: str) -> None:
    """Another request ended this upload: what it said holds, were it a refusal."""
    ended = await store.find(tx, upload_id)
    if ended is None:
        raise NotFound
    if ended.refusal:
        raise Refused(ended.refusal)


async def _discard_quietly(intake: Intake, session: UploadSession) -> None:
    """What stays behind goes with the sweep."""
    with contextlib.suppress(Unavailable, PyMongoError):
        await discard_bytes(intake, session)
