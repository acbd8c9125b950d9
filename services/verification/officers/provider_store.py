"""Collection `provider_starts`, and the links of accounts to the provider."""

from __future__ import annotations

from typing import Any

from pymongo import ASCENDING

from services.verification.officers import store
from services.verification.officers.domain import Officer
from services.verification.officers.store import OFFICERS
from shared.mongo import IndexModel
from shared.uow import Scope, Tx

STARTS = "provider_starts"
INDEXES = {STARTS: [IndexModel([("expires_at", ASCENDING)], expireAfterSeconds=0)]}


async def insert_start(scope: Scope, row: dict[str, Any]) -> None:
    await scope.collection(STARTS).insert_one(row)


async def take_start(scope: Scope, state: str) -> dict[str, Any] | None:
    """The start of this state, once: the second who asks finds none."""
    rows = scope.collection(STARTS)
    row = await rows.find_one({"_id": state})
    if row is None:
        return None
    gone = await rows.delete_one({"_id": state})
    return row if gone.deleted_count else None


async def link(tx: Tx, officer_id: str, name: str | None) -> None:
    """Know an officer by this name; whoever was pinned under another one is forgotten."""
    change = {"$set": {"provider_name": name, "provider_subject": None}}
    await tx.collection(OFFICERS).update_one({"_id": officer_id}, change, session=tx.session)


async def is_taken(scope: Scope, name: str, officer_id: str) -> bool:
    wanted = {"provider_name": name, "_id": {"$ne": officer_id}}
    return await scope.collection(OFFICERS).find_one(wanted, session=scope.session) is not None


async def sign_in(tx: Tx, subject: str, names: tuple[str, ...]) -> Officer | None:
    """The working account of this subject, else one that waits for one of these names."""
    rows = tx.collection(OFFICERS)
    for wanted in (
        {"provider_subject": subject},
        {"provider_subject": None, "provider_name": {"$in": list(names)}},
    ):
        found = await rows.find_one({**wanted, "disabled_at": None}, session=tx.session)
        if found is not None:
            change = {"$set": {"provider_subject": subject, "signed_in_at": tx.at}}
            await rows.update_one({"_id": found["_id"]}, change, session=tx.session)
            return await store.find(tx, found["_id"])
    return None
