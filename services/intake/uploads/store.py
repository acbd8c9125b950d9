"""Uploads that are under way: every MongoDB query about them."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from typing import Literal

from pymongo import ASCENDING

from services.intake.refusals import RefusalCode
from services.intake.store import Holder
from shared.contracts.applications import DocumentKind
from shared.mongo import Document, IndexModel
from shared.uow import Scope

UPLOADS = "uploads"
# No TTL: the sweep removes the objects first, then the row that knows of them.
INDEXES = {UPLOADS: [IndexModel([("expires_at", ASCENDING)])]}

UploadState = Literal["receiving", "accepted", "refused"]


@dataclass(frozen=True)
class Owner:
    """Whose upload it is: of the holder of a draft, or (no holder) of who amends an application."""

    id: str
    holder: Holder | None = None

    @property
    def amends(self) -> bool:
        return self.holder is None


@dataclass(frozen=True)
class UploadSession:
    """One file on its way. `chunks` are the objects in quarantine, in order; together `offset`
    bytes of `length`. Once all are there it is examined, and ends accepted or refused.
    """

    id: str
    owner_id: str
    amends: bool
    kind: DocumentKind
    length: int
    declared: str | None
    expires_at: datetime
    offset: int = 0
    chunks: list[str] = field(default_factory=list)
    state: UploadState = "receiving"
    refusal: RefusalCode | None = None

    @property
    def is_complete(self) -> bool:
        return self.offset == self.length

    def is_of(self, owner: Owner) -> bool:
        return (self.owner_id, self.amends) == (owner.id, owner.amends)


_FIELDS = tuple(each.name for each in fields(UploadSession) if each.name != "id")


async def insert(scope: Scope, session: UploadSession) -> None:
    row = asdict(session)
    await scope.collection(UPLOADS).insert_one({"_id": row.pop("id"), **row})


async def find(scope: Scope, upload_id: str) -> UploadSession | None:
    row = await scope.collection(UPLOADS).find_one({"_id": upload_id})
    return _session(row) if row else None


async def advance(scope: Scope, session: UploadSession, chunk: str, size: int) -> bool:
    """Acknowledge a chunk that is in quarantine; False when another request was faster."""
    result = await scope.collection(UPLOADS).update_one(
        {"_id": session.id, "offset": session.offset, "state": "receiving"},
        {"$inc": {"offset": size}, "$push": {"chunks": chunk}},
    )
    return bool(result.modified_count)


async def finish(scope: Scope, upload_id: str, refusal: RefusalCode | None = None) -> bool:
    """Write how it ended; False when that was written before."""
    result = await scope.collection(UPLOADS).update_one(
        {"_id": upload_id, "state": "receiving"},
        {"$set": {"state": "refused" if refusal else "accepted", "refusal": refusal}},
        session=scope.session,
    )
    return bool(result.modified_count)


async def forget(scope: Scope, upload_id: str) -> None:
    await scope.collection(UPLOADS).delete_one({"_id": upload_id})


async def find_expired(scope: Scope, at: datetime, most: int) -> list[UploadSession]:
    rows = await (
        scope.collection(UPLOADS)
        .find({"expires_at": {"$lte": at}})
        .sort("expires_at", ASCENDING)
        .limit(most)
        .to_list()
    )
    return [_session(row) for row in rows]


async def find_unfinished(scope: Scope, upload_ids: list[str]) -> set[str]:
    """Those of the ids whose bytes are still needed."""
    rows = (
        scope.collection(UPLOADS)
        .find({"_id": {"$in": upload_ids}, "state": "receiving"}, projection={"_id": 1})
        .to_list()
    )
    return {row["_id"] for row in await rows}


def _session(row: Document) -> UploadSession:
    return UploadSession(row["_id"], **{name: row[name] for name in _FIELDS})
