"""Collections `officers`, `sessions`, `sign_in_failures`."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from pymongo import ASCENDING

from services.verification.officers.domain import Officer
from shared.mongo import DuplicateKeyError, IndexModel
from shared.uow import Scope, Tx

OFFICERS = "officers"
SESSIONS = "sessions"
FAILURES = "sign_in_failures"
INDEXES = {
    OFFICERS: [IndexModel([("username", ASCENDING)], unique=True)],
    SESSIONS: [
        IndexModel([("expires_at", ASCENDING)], expireAfterSeconds=0),
        IndexModel([("officer_id", ASCENDING)]),
    ],
    FAILURES: [IndexModel([("expires_at", ASCENDING)], expireAfterSeconds=0)],
}


async def find_by_username(scope: Scope, username: str) -> tuple[Officer, str] | None:
    """The officer and his password hash."""
    row = await scope.collection(OFFICERS).find_one({"username": username}, session=scope.session)
    return (_officer(row), row["password_hash"]) if row else None


async def find(scope: Scope, officer_id: str) -> Officer | None:
    row = await scope.collection(OFFICERS).find_one({"_id": officer_id}, session=scope.session)
    return _officer(row) if row else None


async def everyone(scope: Scope) -> list[Officer]:
    rows = scope.collection(OFFICERS).find({}, session=scope.session).sort("username", ASCENDING)
    return [_officer(row) async for row in rows]


async def save(scope: Scope, officer: Officer, password_hash: str | None = None) -> None:
    """Write an officer; without a hash the kept one stays."""
    values: dict[str, Any] = {
        "username": officer.username,
        "name": officer.name,
        "roles": list(officer.roles),
        "nip": officer.nip,
        "disabled_at": officer.disabled_at,
    }
    if password_hash is not None:
        values["password_hash"] = password_hash
    await scope.collection(OFFICERS).update_one(
        {"_id": officer.id}, {"$set": values}, upsert=True, session=scope.session
    )


async def set_password_hash(tx: Tx, officer: Officer, password_hash: str) -> None:
    """Only the hash: what changed of the officer meanwhile (disabled, say) stays."""
    await tx.collection(OFFICERS).update_one(
        {"_id": officer.id}, {"$set": {"password_hash": password_hash}}, session=tx.session
    )


async def insert_session(
    scope: Scope, digest: str, officer_id: str, at: datetime, expires_at: datetime
) -> None:
    await scope.collection(SESSIONS).insert_one(
        {
            "_id": digest,
            "officer_id": officer_id,
            "created_at": at,
            "seen_at": at,
            "expires_at": expires_at,
        },
        session=scope.session,
    )


async def find_session(scope: Scope, digest: str) -> dict[str, Any] | None:
    return await scope.collection(SESSIONS).find_one({"_id": digest}, session=scope.session)


async def touch_session(scope: Scope, digest: str, at: datetime) -> None:
    await scope.collection(SESSIONS).update_one({"_id": digest}, {"$set": {"seen_at": at}})


async def delete_session(scope: Scope, digest: str) -> None:
    await scope.collection(SESSIONS).delete_one({"_id": digest}, session=scope.session)


async def delete_sessions_of(scope: Scope, officer_id: str) -> None:
    await scope.collection(SESSIONS).delete_many({"officer_id": officer_id}, session=scope.session)


async def failures(scope: Scope, keys: list[str], at: datetime) -> list[dict[str, Any]]:
    """Rows of failed sign-ins whose window has not ended."""
    wanted = {"_id": {"$in": keys}, "expires_at": {"$gt": at}}
    return await scope.collection(FAILURES).find(wanted).to_list(None)


async def count_next(scope: Scope, key: str, seen: int, at: datetime, kept: timedelta) -> bool:
    """Count the failure after the `seen` ones; False when somebody else counted meanwhile."""
    rows = scope.collection(FAILURES)
    if seen:
        change = {"$inc": {"count": 1}, "$set": {"last_at": at}}
        return bool((await rows.update_one({"_id": key, "count": seen}, change)).matched_count)
    await rows.delete_one({"_id": key, "expires_at": {"$lte": at}})
    row = {"_id": key, "count": 1, "last_at": at, "expires_at": at + kept}
    try:
        await rows.insert_one(row)
    except DuplicateKeyError:
        return False
    return True


async def count_failure(scope: Scope, key: str, at: datetime, kept: timedelta) -> dict[str, Any]:
    """Count a failure, whoever else does; the window begins with the first."""
    rows = scope.collection(FAILURES)
    await rows.delete_one({"_id": key, "expires_at": {"$lte": at}})
    row = await rows.find_one_and_update(
        {"_id": key},
        {
            "$inc": {"count": 1},
            "$set": {"last_at": at},
            "$setOnInsert": {"expires_at": at + kept},
        },
        upsert=True,
        return_document=True,
    )
    assert row is not None  # noqa: S101  # for mypy: an upsert gives a row
    return row


async def take_back_failure(scope: Scope, key: str) -> None:
    rows = scope.collection(FAILURES)
    await rows.update_one({"_id": key, "count": {"$gt": 0}}, {"$inc": {"count": -1}})


async def clear_failures(scope: Scope, key: str) -> None:
    await scope.collection(FAILURES).delete_one({"_id": key})


def _officer(row: dict[str, Any]) -> Officer:
    return Officer(
        id=row["_id"],
        username=row["username"],
        name=row["name"],
        roles=tuple(row["roles"]),
        nip=row.get("nip"),
        disabled_at=row.get("disabled_at"),
    )
