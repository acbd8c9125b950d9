"""Status sessions that somebody ended on purpose: their tokens open nothing until they expire."""

from __future__ import annotations

from datetime import datetime

from pymongo import ASCENDING

from shared.mongo import IndexModel
from shared.uow import Scope

COLLECTION = "ended_sessions"
INDEXES = {COLLECTION: [IndexModel([("expires_at", ASCENDING)], expireAfterSeconds=0)]}


async def end(scope: Scope, session_id: str, expires_at: datetime) -> None:
    """For good; `expires_at` is when its token is worth nothing anyway."""
    await scope.collection(COLLECTION).update_one(
        {"_id": session_id}, {"$set": {"expires_at": expires_at}}, upsert=True
    )


async def is_ended(scope: Scope, session_id: str) -> bool:
    return await scope.collection(COLLECTION).find_one({"_id": session_id}) is not None
