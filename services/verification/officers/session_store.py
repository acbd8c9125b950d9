"""Collection `sessions`: one row per signed-in browser, under the hash of its token."""

from __future__ import annotations

from typing import Any

from pymongo import ASCENDING

from shared.mongo import IndexModel
from shared.uow import Scope

SESSIONS = "sessions"
INDEXES = {
    SESSIONS: [
        IndexModel([("expires_at", ASCENDING)], expireAfterSeconds=0),
        IndexModel([("officer_id", ASCENDING)]),
    ],
}


async def insert(scope: Scope, row: dict[str, Any]) -> None:
    await scope.collection(SESSIONS).insert_one(row, session=scope.session)


async def find(scope: Scope, session_id: str) -> dict[str, Any] | None:
    return await scope.collection(SESSIONS).find_one({"_id": session_id}, session=scope.session)


async def of_officer(scope: Scope, officer_id: str) -> list[dict[str, Any]]:
    """Newest use first."""
    rows = scope.collection(SESSIONS).find({"officer_id": officer_id}, session=scope.session)
    return await rows.sort("seen_at", -1).to_list(None)


async def change(scope: Scope, session_id: str, values: dict[str, Any]) -> None:
    await scope.collection(SESSIONS).update_one(
        {"_id": session_id}, {"$set": values}, session=scope.session
    )


async def delete(scope: Scope, session_id: str, officer_id: str) -> bool:
    """Whether there was such a session of the officer."""
    wanted = {"_id": session_id, "officer_id": officer_id}
    gone = await scope.collection(SESSIONS).delete_one(wanted, session=scope.session)
    return bool(gone.deleted_count)


async def delete_all_of(scope: Scope, officer_id: str, but: str | None = None) -> int:
    """End the sessions of an officer, but one; returns how many there were."""
    gone = await scope.collection(SESSIONS).delete_many(
        {"officer_id": officer_id, "_id": {"$ne": but}}, session=scope.session
    )
    return int(gone.deleted_count)
