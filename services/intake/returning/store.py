"""Queries about the way back to a draft: all of it is kept in the draft, under `returning`.

So it ends with the draft. `code_hash` finds a draft by its code, `code` (sealed) shows the code
again; `told` are hashes of the addresses that got it; `one_time` is the one-time code that waits;
`moved` are hashes of tokens that ended because the draft was opened elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pymongo import ASCENDING

from services.intake.store import APPLICATIONS, DRAFTS, Holder
from shared import clock
from shared.contracts.envelope import Sealed
from shared.mongo import Document
from shared.uow import Scope

_MOVED_KEPT = 5


@dataclass(frozen=True)
class OneTime:
    """A one-time code on its way."""

    id: str
    code_hash: str
    expires_at: datetime


@dataclass(frozen=True)
class Kept:
    """A draft as it is found without its token; `pages` has unfinished pages too."""

    id: str
    version: int
    expires_at: datetime
    pages: dict[str, Any]
    code: Sealed | None = None
    told: tuple[str, ...] = field(default=())


async def find_by_code(scope: Scope, code_hash: str) -> Kept | None:
    return await _find(scope, {"returning.code_hash": code_hash})


async def find(scope: Scope, draft_id: str) -> Kept | None:
    return await _find(scope, {"_id": draft_id})


async def find_held(scope: Scope, holder: Holder) -> Kept | None:
    return await _find(scope, {"_id": holder.draft_id, "token_hash": holder.token_hash})


async def keep_code(scope: Scope, draft_id: str, code_hash: str, code: Sealed) -> Sealed | None:
    """Give the draft this code unless it has one; the one it has now. None without a draft."""
    new = {"code_hash": code_hash, "code": code.model_dump()}
    row = await scope.collection(DRAFTS).find_one_and_update(
        {"_id": draft_id},
        [
            {
                "$set": {
                    f"returning.{name}": {"$ifNull": [f"$returning.{name}", {"$literal": value}]}
                    for name, value in new.items()
                }
            }
        ],
        return_document=True,
        session=scope.session,
    )
    return Sealed(**row["returning"]["code"]) if row else None


async def note_told(scope: Scope, draft_id: str, address_hash: str) -> None:
    change = {"$addToSet": {"returning.told": address_hash}}
    await scope.collection(DRAFTS).update_one({"_id": draft_id}, change, session=scope.session)


async def put_one_time(scope: Scope, draft_id: str, code: OneTime) -> bool:
    """The code that is valid from now on: an earlier one ends. False without a draft."""
    row = {
        "id": code.id,
        "code_hash": code.code_hash,
        "expires_at": code.expires_at,
        "tries": 0,
    }
    result = await scope.collection(DRAFTS).update_one(
        _alive({"_id": draft_id}), {"$set": {"returning.one_time": row}}, session=scope.session
    )
    return bool(result.matched_count)


async def count_try(scope: Scope, draft_id: str, code_id: str, most: int) -> str | None:
    """Count a try and return the hash to compare with; None when no try is left, or no code."""
    row = await scope.collection(DRAFTS).find_one_and_update(
        {
            **_alive({"_id": draft_id}),
            "returning.one_time.id": code_id,
            "returning.one_time.tries": {"$lt": most},
            "returning.one_time.expires_at": {"$gt": clock.now()},
        },
        {"$inc": {"returning.one_time.tries": 1}},
        projection={"returning.one_time.code_hash": 1},
    )
    return str(row["returning"]["one_time"]["code_hash"]) if row else None


async def take_over(scope: Scope, draft_id: str, token_hash: str, where: Document) -> bool:
    """Give the draft a new token; the old one ends. False unless `where` still holds."""
    moved = {"$concatArrays": [{"$ifNull": ["$returning.moved", []]}, ["$token_hash"]]}
    result = await scope.collection(DRAFTS).update_one(
        {**_alive({"_id": draft_id}), **where},
        [
            {
                "$set": {
                    "returning.moved": {"$slice": [moved, -_MOVED_KEPT]},
                    "token_hash": token_hash,
                    "version": {"$add": ["$version", 1]},
                }
            },
            {"$unset": "returning.one_time"},
        ],
    )
    return bool(result.matched_count)


async def end_token(scope: Scope, holder: Holder, replacement: str) -> None:
    """Nobody holds this draft or sent application any more; `replacement` is nobody's hash."""
    await scope.collection(DRAFTS).update_one(
        {"_id": holder.draft_id, "token_hash": holder.token_hash},
        {"$set": {"token_hash": replacement}, "$inc": {"version": 1}},
    )
    await scope.collection(APPLICATIONS).update_one(
        {"_id": holder.draft_id, "draft_token_hash": holder.token_hash},
        {"$set": {"draft_token_hash": replacement}, "$inc": {"revision": 1}},
    )


async def was_moved(scope: Scope, holder: Holder) -> bool:
    """Whether this token ended because the draft was opened elsewhere."""
    where = {"_id": holder.draft_id, "returning.moved": holder.token_hash}
    return await scope.collection(DRAFTS).find_one(_alive(where), projection={"_id": 1}) is not None


async def find_expiring(scope: Scope, until: datetime, most: int) -> list[str]:
    """Ids of drafts that end by then and whose people were not told so yet."""
    rows = await (
        scope.collection(DRAFTS)
        .find(
            {
                "expires_at": {"$gt": clock.now(), "$lte": until},
                "returning.end_told": {"$exists": False},
            },
            projection={"_id": 1},
        )
        .sort("expires_at", ASCENDING)
        .limit(most)
        .to_list()
    )
    return [row["_id"] for row in rows]


async def note_end_told(scope: Scope, draft_id: str, at: datetime) -> bool:
    """False when it was noted before, or the draft is gone."""
    result = await scope.collection(DRAFTS).update_one(
        {**_alive({"_id": draft_id}), "returning.end_told": {"$exists": False}},
        {"$set": {"returning.end_told": at}},
        session=scope.session,
    )
    return bool(result.matched_count)


async def _find(scope: Scope, where: Document) -> Kept | None:
    row = await scope.collection(DRAFTS).find_one(_alive(where), session=scope.session)
    if row is None:
        return None
    kept = row.get("returning", {})
    return Kept(
        id=row["_id"],
        version=row["version"],
        expires_at=row["expires_at"],
        pages={**row.get("parts", {}), **row["pages"]},
        code=Sealed(**kept["code"]) if "code" in kept else None,
        told=tuple(kept.get("told", ())),
    )


def _alive(where: Document) -> Document:
    return {**where, "expires_at": {"$gt": clock.now()}}
