"""Collections `officers`, `sign_in_failures` and `known_networks`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pymongo import ASCENDING

from services.verification.officers.domain import Officer, OfficerRole
from shared.mongo import DuplicateKeyError, IndexModel
from shared.uow import Scope, Tx

OFFICERS = "officers"
FAILURES = "sign_in_failures"
NETWORKS = "known_networks"
INDEXES = {
    OFFICERS: [
        IndexModel([("username", ASCENDING)], unique=True),
        IndexModel(
            [("provider_name", ASCENDING)],
            unique=True,
            partialFilterExpression={"provider_name": {"$type": "string"}},
        ),
    ],
    FAILURES: [IndexModel([("expires_at", ASCENDING)], expireAfterSeconds=0)],
    NETWORKS: [IndexModel([("expires_at", ASCENDING)], expireAfterSeconds=0)],
}


@dataclass(frozen=True)
class Secret:
    """A password's hash; a one-time password ends at `until`."""

    hash: str
    until: datetime | None = None


async def find_by_username(scope: Scope, username: str) -> tuple[Officer, Secret] | None:
    """The officer and his password."""
    row = await scope.collection(OFFICERS).find_one({"username": username}, session=scope.session)
    return (_officer(row), _secret(row)) if row else None


async def find_secret(scope: Scope, officer_id: str) -> Secret | None:
    row = await scope.collection(OFFICERS).find_one({"_id": officer_id}, session=scope.session)
    return _secret(row) if row else None


async def find(scope: Scope, officer_id: str) -> Officer | None:
    row = await scope.collection(OFFICERS).find_one({"_id": officer_id}, session=scope.session)
    return _officer(row) if row else None


async def everyone(scope: Scope) -> list[Officer]:
    rows = scope.collection(OFFICERS).find({}, session=scope.session).sort("username", ASCENDING)
    return [_officer(row) async for row in rows]


async def note_sign_in(tx: Tx, officer_id: str, secret: Secret) -> bool:
    """Whether the account still works with this password; keeps the time of the sign-in.

    Written, not only read: disabling the account in the same moment must see the session or
    refuse it.
    """
    wanted = {"_id": officer_id, "password_hash": secret.hash, "disabled_at": None}
    noted = await tx.collection(OFFICERS).update_one(
        wanted, {"$set": {"signed_in_at": tx.at}}, session=tx.session
    )
    return bool(noted.matched_count)


async def count_others_with(scope: Scope, role: OfficerRole, officer_id: str) -> int:
    """How many working accounts besides this one have the role."""
    wanted = {"_id": {"$ne": officer_id}, "roles": role, "disabled_at": None}
    return await scope.collection(OFFICERS).count_documents(wanted, session=scope.session)


async def lock_all_with(tx: Tx, role: OfficerRole) -> None:
    """Write to all accounts with the role: of two such transactions one waits for the other."""
    await tx.collection(OFFICERS).update_many(
        {"roles": role}, {"$set": {"locked_at": tx.at}}, session=tx.session
    )


async def save(scope: Scope, officer: Officer, secret: Secret | None = None) -> None:
    """Write an officer; without a new password the kept one stays."""
    values: dict[str, Any] = {
        "username": officer.username,
        "name": officer.name,
        "roles": list(officer.roles),
        "nip": officer.nip,
        "nik_index": officer.nik_index,
        "disabled_at": officer.disabled_at,
        "must_change_password": officer.must_change_password,
        "version": officer.version,
    }
    if secret is not None:
        values |= {"password_hash": secret.hash, "password_until": secret.until}
    await scope.collection(OFFICERS).update_one(
        {"_id": officer.id}, {"$set": values}, upsert=True, session=scope.session
    )


async def set_password_hash(tx: Tx, officer_id: str, password_hash: str) -> None:
    """The same password hashed anew: nothing else of the account changes."""
    await tx.collection(OFFICERS).update_one(
        {"_id": officer_id}, {"$set": {"password_hash": password_hash}}, session=tx.session
    )


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


async def remember_network(scope: Scope, key: str, until: datetime) -> None:
    await scope.collection(NETWORKS).update_one(
        {"_id": key}, {"$set": {"expires_at": until}}, upsert=True
    )


async def is_known_network(scope: Scope, key: str, at: datetime) -> bool:
    wanted = {"_id": key, "expires_at": {"$gt": at}}
    return await scope.collection(NETWORKS).find_one(wanted) is not None


def _secret(row: dict[str, Any]) -> Secret:
    return Secret(row["password_hash"], row.get("password_until"))


def _officer(row: dict[str, Any]) -> Officer:
    totp = row.get("totp")
    return Officer(
        id=row["_id"],
        username=row["username"],
        name=row["name"],
        roles=tuple(row["roles"]),
        nip=row.get("nip"),
        nik_index=row.get("nik_index"),
        disabled_at=row.get("disabled_at"),
        must_change_password=row.get("must_change_password", False),
        totp_since=totp["since"] if totp else None,
        version=row.get("version", 1),
        provider_name=row.get("provider_name"),
        signed_in_at=row.get("signed_in_at"),
    )
