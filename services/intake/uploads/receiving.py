"""Take bytes in: begin an upload, put pieces behind one another, or take a file whole.

A piece is first an object in quarantine, then part of the acknowledged offset. The name of the
object is used once, so two requests at the same offset cannot spoil each other's bytes. Dying
between the two steps costs the piece, never one that was acknowledged.
"""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

from pymongo.errors import PyMongoError

from services.intake.applications import get_application
from services.intake.cleaning import MAX_BYTES, MIN_BYTES
from services.intake.documents import TooManyUploads, Upload
from services.intake.domain import amended_document
from services.intake.drafts import find_draft
from services.intake.files import check_room
from services.intake.intake import Intake
from services.intake.refusals import REFUSAL_TEXTS, Refused
from services.intake.requirements import is_taken
from services.intake.uploads import store
from services.intake.uploads.finishing import finish
from services.intake.uploads.quarantine import put_piece
from services.intake.uploads.store import Owner, UploadSession
from shared import clock
from shared.contracts.applications import DocumentKind, DocumentRef
from shared.errors import AppError, Conflict, NotFound
from shared.web.limits import Limit, hit

KEPT = timedelta(hours=24)
_KEPT_WHOLE = timedelta(hours=1)  # nobody comes back for the rest of a file that came whole
_BEGUN = Limit("uploads_begun", 60, 3600)
PIECE = 256 * 1024  # what a killed process may cost somebody who sends all in one request
_PIECES_MOST = 400


class WrongOffset(Conflict):
    """The bytes do not continue what is here; ask for the offset, then go on from there."""

    code = "wrong_offset"


async def begin(
    intake: Intake, owner: Owner, kind: DocumentKind, length: int, declared: str | None
) -> UploadSession:
    """Promise to take `length` bytes; raises `Refused` for a size that no good file has."""
    if not MIN_BYTES <= length <= MAX_BYTES:
        raise Refused("too_big" if length > MAX_BYTES else "too_small")
    wait = await hit(intake.uow.reading(), _BEGUN, owner.id)
    if wait:
        raise TooManyUploads(wait)
    await _check_wanted(intake, owner, kind)
    session = _new_session(owner, kind, length, declared)
    await store.insert(intake.uow.reading(), session)
    return session


async def find_upload(intake: Intake, owner: Owner, upload_id: str) -> UploadSession:
    """Raises `NotFound`, also for an upload of somebody else or an expired one."""
    session = await store.find(intake.uow.reading(), upload_id)
    if session is None or not session.is_of(owner) or session.expires_at <= clock.now():
        raise NotFound("Unggahan ini tidak ada atau sudah lewat waktunya. Pilih berkasnya lagi.")
    return session


async def refusal_of(intake: Intake, owner: Owner, upload_id: str) -> dict[str, str]:
    """Kind and reason of an upload that was refused; empty when it was not."""
    try:
        session = await find_upload(intake, owner, upload_id)
    except NotFound:
        return {}
    return {session.kind: REFUSAL_TEXTS[session.refusal]} if session.refusal else {}


async def append(
    intake: Intake, session: UploadSession, stream: AsyncIterator[bytes]
) -> UploadSession:
    """Put a stream behind what is here, piece by piece.

    When the stream breaks, what had come is kept. Raises `Refused("too_big")` when more comes than
    was announced, `WrongOffset` when another request was faster.
    """
    waiting = bytearray()
    try:
        async for data in stream:
            waiting += data
            while len(waiting) >= PIECE:
                session = await _add(intake, session, bytes(waiting[:PIECE]))
                del waiting[:PIECE]
    except (Refused, AppError, PyMongoError):
        raise
    except Exception:
        if waiting:
            await _add(intake, session, bytes(waiting))
        raise
    return await _add(intake, session, bytes(waiting)) if waiting else session


async def take_whole(
    intake: Intake, owner: Owner, kind: DocumentKind, upload: Upload
) -> DocumentRef:
    """A file that came in one piece: it is examined in memory, so nothing of it is written as it
    came. Nothing is acknowledged before its pages are kept; the upload is written down all the
    same, or the sweep would not know of pages that a dying process leaves behind.

    Raises `Refused` with a text for the person, `TooManyUploads`, `Unavailable`, `AlreadySent`,
    `DraftGone`, `Conflict`.
    """
    await _check_wanted(intake, owner, kind)
    size = len(upload.data)
    session = replace(
        _new_session(owner, kind, size, upload.declared),
        expires_at=clock.now() + _KEPT_WHOLE,
    )
    await store.insert(intake.uow.reading(), session)
    try:
        document = await finish(intake, owner, session, upload.data)
    except Refused:
        await _forget(intake, session)
        raise
    await _forget(intake, session)
    return document


async def _forget(intake: Intake, session: UploadSession) -> None:
    with contextlib.suppress(PyMongoError):  # then the sweep does it, as for whatever failed
        await store.forget(intake.uow.reading(), session.id)


async def _add(intake: Intake, session: UploadSession, data: bytes) -> UploadSession:
    if session.offset + len(data) > session.length:
        raise Refused("too_big")
    if len(session.chunks) >= _PIECES_MOST:
        raise Conflict("Unggahan ini terputus terlalu sering. Mulai unggah dari awal.")
    chunk = await put_piece(intake, session, data)
    if not await store.advance(intake.uow.reading(), session, chunk, len(data)):
        raise WrongOffset
    return replace(session, offset=session.offset + len(data), chunks=[*session.chunks, chunk])


async def _check_wanted(intake: Intake, owner: Owner, kind: DocumentKind) -> None:
    """Before anything is worked on for a stranger."""
    if owner.holder is None:
        application = await get_application(intake.uow.reading(), owner.id)
        application.guard_amendment(f"documents.{kind}")
        present = amended_document(application, kind)
    else:
        present = (await find_draft(intake, owner.holder)).documents.get(kind)
        if not is_taken(kind, intake.office):
            raise NotFound("Kantor ini tidak meminta berkas itu.")
    check_room(present, kind)


def _new_session(
    owner: Owner, kind: DocumentKind, length: int, declared: str | None
) -> UploadSession:
    return UploadSession(
        id=secrets.token_hex(16),
        owner_id=owner.id,
        amends=owner.amends,
        kind=kind,
        length=length,
        declared=declared,
        expires_at=clock.now() + KEPT,
    )
