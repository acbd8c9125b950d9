"""The documents of a draft: clean page images in the bucket, and the row that refers to them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from services.intake import store
from services.intake.cleaning import CleanPage
from services.intake.drafts import find_draft
from services.intake.files import has_file, joined, without
from services.intake.intake import Intake
from services.intake.requirements import DOCUMENT_KINDS
from services.intake.store import Holder
from shared.contracts.applications import DocumentKind, DocumentRef, PageRef
from shared.errors import AppError, NotFound, Unavailable
from shared.storage import DOCUMENTS
from shared.uow import Tx

_JPEG = "image/jpeg"


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


async def keep_in_draft(
    intake: Intake, tx: Tx, holder: Holder, document: DocumentRef
) -> tuple[Mapping[str, Any] | None, DocumentRef]:
    """Put a document into the draft; returns what was there, and what is there now.

    Raises `Refused` when there is no room, `AlreadySent`, `DraftGone`.
    """
    draft = await store.find_draft(tx, holder)
    if draft is None:  # sent or expired meanwhile
        await find_draft(intake, holder)
        raise NotFound
    earlier = draft.documents.get(document.kind)
    kept = joined(earlier, document)
    await store.put_document(tx, holder, kept)
    return earlier, kept


async def remove_document(intake: Intake, holder: Holder, kind: DocumentKind) -> None:
    """Take a document out of the draft; one that is not there is no error."""
    before = await store.remove_document(intake.uow.reading(), holder, kind)
    if before is None:
        await find_draft(intake, holder)
    else:
        await discard_pages(intake, holder.draft_id, before["documents"].get(kind))


async def remove_file(intake: Intake, holder: Holder, kind: DocumentKind, file_id: str) -> None:
    """Take one file of several out of the draft; one that is not there is no error."""

    async def work(tx: Tx) -> tuple[Mapping[str, Any] | None, DocumentRef | None]:
        draft = await store.find_draft(tx, holder)
        document = draft.documents.get(kind) if draft else None
        if document is None or not has_file(document, file_id):
            return None, None
        left = without(document, file_id)
        if left is None:
            await store.remove_document(tx, holder, kind)
        else:
            await store.put_document(tx, holder, left)
        return document, left

    before, left = await intake.uow.run(work)
    if before is None:
        await find_draft(intake, holder)
    await discard_pages(intake, holder.draft_id, before, left.model_dump() if left else None)


async def read_page_image(intake: Intake, document: Mapping[str, Any], number: int) -> bytes:
    """One page of a document of a draft, for the holder to look at; `number` begins with 0."""
    pages = document["pages"]
    if not 0 <= number < len(pages):
        raise NotFound
    return await intake.storage.get(DOCUMENTS, pages[number]["key"], pages[number]["sha256"])


def folder_of(application_id: str, document_id: str) -> str:
    """Where the pages of one file lie; a draft has the id of the application it becomes."""
    return f"applications/{application_id}/{document_id}"


async def put_pages(intake: Intake, folder: str, pages: Iterable[CleanPage]) -> tuple[PageRef, ...]:
    """Write clean pages; objects nobody refers to do no harm."""

    async def put(number: int, page: CleanPage) -> PageRef:
        key = f"{folder}/{number}.jpg"
        sha256 = await intake.storage.put(DOCUMENTS, key, page.jpeg, _JPEG)
        return PageRef(
            key=key, sha256=sha256, width=page.width, height=page.height, size=len(page.jpeg)
        )

    return tuple(await asyncio.gather(*(put(number, page) for number, page in enumerate(pages))))


async def delete_documents(intake: Intake, documents: Iterable[Mapping[str, Any]]) -> None:
    """Delete the images of documents; raises `Unavailable`."""
    keys = [page["key"] for document in documents for page in document["pages"]]
    await asyncio.gather(*(intake.storage.delete(DOCUMENTS, key) for key in keys))


async def discard_pages(
    intake: Intake,
    application_id: str,
    document: Mapping[str, Any] | None,
    kept: Mapping[str, Any] | None = None,
) -> None:
    """Of a document nobody ever sent, but for pages that `kept` has too, and for those of an
    earlier application. Failing to delete them is not the person's trouble.
    """
    if document is None:
        return
    needed = {page["key"] for page in kept["pages"]} if kept else set()
    pages = [
        page
        for page in document["pages"]
        if page["key"] not in needed and page["key"].startswith(folder_of(application_id, ""))
    ]
    with contextlib.suppress(Unavailable):
        await delete_documents(intake, [{"pages": pages}])
