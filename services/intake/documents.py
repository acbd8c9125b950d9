"""Uploads: cleaned in a worker process, page images to the bucket, then the row of the draft."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from services.intake import store
from services.intake.cleaning import CleanDocument, CleanPage, Refused, clean
from services.intake.drafts import find_draft
from services.intake.intake import Intake
from services.intake.requirements import DOCUMENT_KINDS, is_taken
from services.intake.store import Holder
from shared import clock
from shared.contracts.applications import DocumentKind, DocumentRef, PageRef
from shared.errors import AppError, NotFound, Unavailable
from shared.observability import get_logger
from shared.procpool import WorkerDied, WorkTimedOut
from shared.storage import DOCUMENTS
from shared.web.limits import Limit, give_back, hit

UPLOADS = Limit("uploads", 30, 3600)
# In work, or given up after the full time. Two small files made to be slow would otherwise keep
# every worker from everybody else, again and again.
SLOW_FILES = Limit("slow_files", 6, 3600)
_JPEG = "image/jpeg"
_log = get_logger(__name__)


class TooManyUploads(AppError):
    """Terlalu banyak unggahan. Tunggu sebentar, lalu coba lagi."""

    status = 429
    code = "too_many_uploads"

    def __init__(self, seconds: int) -> None:
        super().__init__()
        self.seconds = seconds


@dataclass(frozen=True)
class Upload:
    """A file as it came, whole in memory; `declared` is its media type or name."""

    data: bytes
    declared: str | None


def document_kind(text: str) -> DocumentKind:
    for kind in DOCUMENT_KINDS:
        if kind == text:
            return kind
    raise NotFound("Jenis berkas ini tidak ada.")


async def accept_document(
    intake: Intake, holder: Holder, kind: DocumentKind, upload: Upload
) -> DocumentRef:
    """Put a document into the draft, in the place of an earlier one of its kind.

    Raises `Refused` with a text for the person, `TooManyUploads`, `Unavailable`, `AlreadySent`,
    `DraftGone`.
    """
    await find_draft(intake, holder)  # before anything is worked on for a stranger
    if not is_taken(kind, intake.office):
        raise NotFound("Kantor ini tidak meminta berkas itu.")
    document = await store_document(intake, holder.draft_id, kind, upload)
    before = await store.put_document(intake.uow.reading(), holder, document)
    if before is None:  # sent or expired meanwhile
        await discard_document(intake, document.model_dump())
        await find_draft(intake, holder)
        raise NotFound
    await discard_document(intake, before["documents"].get(kind))
    return document


async def remove_document(intake: Intake, holder: Holder, kind: DocumentKind) -> None:
    """Take a document out of the draft; one that is not there is no error."""
    before = await store.remove_document(intake.uow.reading(), holder, kind)
    if before is None:
        await find_draft(intake, holder)
    else:
        await discard_document(intake, before["documents"].get(kind))


async def read_page_image(intake: Intake, document: Mapping[str, Any], number: int) -> bytes:
    """One page of a document of a draft, for the holder to look at; `number` begins with 0."""
    pages = document["pages"]
    if not 0 <= number < len(pages):
        raise NotFound
    return await intake.storage.get(DOCUMENTS, pages[number]["key"], pages[number]["sha256"])


async def store_document(
    intake: Intake, application_id: str, kind: DocumentKind, upload: Upload
) -> DocumentRef:
    """Clean a file and write its pages; an object nobody refers to does no harm."""
    for limit in (UPLOADS, SLOW_FILES):
        wait = await hit(intake.uow.reading(), limit, application_id)
        if wait:
            raise TooManyUploads(wait)
    cleaned = await _clean(intake, application_id, kind, upload)
    document_id = secrets.token_hex(16)
    folder = f"applications/{application_id}/{document_id}"
    pages = await _put_pages(intake, folder, cleaned.pages)
    return DocumentRef(
        document_id=document_id,
        kind=kind,
        source_type=cleaned.source_type,
        pages=tuple(pages),
        uploaded_at=clock.now(),
    )


async def _clean(
    intake: Intake, application_id: str, kind: DocumentKind, upload: Upload
) -> CleanDocument:
    """In a worker; only a file that used up its time stays counted as slow."""
    try:
        cleaned = await intake.workers.run(clean, upload.data, upload.declared, kind == "photo")
    except (WorkTimedOut, WorkerDied) as error:
        _log.warning("document.not_cleaned", cause=repr(error), size=len(upload.data))
        raise Refused("unreadable") from error
    except Refused:
        await give_back(intake.uow.reading(), SLOW_FILES, application_id)
        raise
    await give_back(intake.uow.reading(), SLOW_FILES, application_id)
    return cleaned


async def delete_documents(intake: Intake, documents: Iterable[Mapping[str, Any]]) -> None:
    """Delete the images of documents; raises `Unavailable`."""
    keys = [page["key"] for document in documents for page in document["pages"]]
    await asyncio.gather(*(intake.storage.delete(DOCUMENTS, key) for key in keys))


async def _put_pages(intake: Intake, folder: str, pages: Iterable[CleanPage]) -> list[PageRef]:
    async def put(number: int, page: CleanPage) -> PageRef:
        key = f"{folder}/{number}.jpg"
        sha256 = await intake.storage.put(DOCUMENTS, key, page.jpeg, _JPEG)
        return PageRef(
            key=key, sha256=sha256, width=page.width, height=page.height, size=len(page.jpeg)
        )

    return await asyncio.gather(*(put(number, page) for number, page in enumerate(pages)))


async def discard_document(intake: Intake, document: Mapping[str, Any] | None) -> None:
    """Of a document nobody ever sent; failing to delete it is not the person's trouble."""
    if document:
        with contextlib.suppress(Unavailable):
            await delete_documents(intake, [document])
