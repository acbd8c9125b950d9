"""The bucket `quarantine`: bytes as they came, nowhere else and never for long."""

from __future__ import annotations

import asyncio
import secrets

from services.intake.intake import Intake
from services.intake.uploads.store import UploadSession
from shared.storage import QUARANTINE

FOLDER = "uploads"


async def put_piece(intake: Intake, session: UploadSession, data: bytes) -> str:
    """Write a piece under a name used once; returns its key."""
    key = f"{FOLDER}/{session.id}/{session.offset:08d}-{secrets.token_hex(4)}"
    await intake.storage.put(QUARANTINE, key, data, "application/octet-stream")
    return key


async def read_bytes(intake: Intake, session: UploadSession) -> bytes:
    """The whole file; raises `NotFound` when somebody has finished with it."""
    pieces = await asyncio.gather(*(intake.storage.get(QUARANTINE, key) for key in session.chunks))
    return b"".join(pieces)


async def discard_bytes(intake: Intake, session: UploadSession) -> None:
    """Raises `Unavailable`; pieces that were never acknowledged go with the sweep."""
    await asyncio.gather(*(intake.storage.delete(QUARANTINE, key) for key in session.chunks))
