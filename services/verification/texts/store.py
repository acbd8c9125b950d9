"""Collection `message_texts`: every version of every message, only added to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shared.mongo import Document, IndexModel
from shared.texts.messages import MessageId
from shared.texts.wording import Wording
from shared.uow import Scope

MESSAGES = "message_texts"
INDEXES: dict[str, list[IndexModel]] = {MESSAGES: []}  # the id orders the versions of a message


@dataclass(frozen=True)
class TextVersion:
    """Words of a message, who wrote them and why; `restores` is the version they repeat."""

    message: MessageId
    wording: Wording
    at: datetime
    by: str
    why: str = ""
    restores: int | None = None


async def add(scope: Scope, new: TextVersion) -> None:
    """Raises `DuplicateKeyError` when somebody has just written this version."""
    row = {
        "_id": {"message": new.message, "version": new.wording.version},
        "subject": new.wording.subject,
        "body": new.wording.body,
        "at": new.at,
        "by": new.by,
        "why": new.why,
        "restores": new.restores,
    }
    await scope.collection(MESSAGES).insert_one(row, session=scope.session)


async def newest(scope: Scope, message: MessageId) -> TextVersion | None:
    found = await _of(scope, message, limit=1)
    return found[0] if found else None


async def versions(scope: Scope, message: MessageId) -> list[TextVersion]:
    """Newest first."""
    return await _of(scope, message, limit=1000)


async def _of(scope: Scope, message: MessageId, limit: int) -> list[TextVersion]:
    of_message = {
        "_id": {
            "$gte": {"message": message, "version": 0},
            "$lt": {"message": message, "version": float("inf")},
        }
    }
    cursor = scope.collection(MESSAGES).find(of_message, session=scope.session)
    return [_read(row) for row in await cursor.sort("_id", -1).limit(limit).to_list(None)]


def _read(row: Document) -> TextVersion:
    key = row["_id"]
    wording = Wording(row["subject"], row["body"], key["version"])
    return TextVersion(
        key["message"], wording, row["at"], row["by"], row["why"], restores=row["restores"]
    )
