"""Collection `audit_seals`, and the rows of `audit_log` as the chain needs them.

Inserts and reads only, as in `store`. The id of a seal is its office and number: of two writers of
the same link one is refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING

from services.verification.audit.chain import Link, Row, Seal
from services.verification.audit.store import COLLECTION as LOG
from shared.mongo import IndexModel
from shared.uow import Scope

COLLECTION = "audit_seals"
INDEXES = {
    COLLECTION: [
        IndexModel([("office", ASCENDING), ("seq", ASCENDING)], unique=True),
        IndexModel([("office", ASCENDING), ("at", ASCENDING)]),
    ]
}


async def insert(scope: Scope, seal: Seal) -> None:
    """Raises `DuplicateKeyError` when somebody else wrote this link."""
    await scope.collection(COLLECTION).insert_one(
        {
            "_id": f"{seal.office}:{seal.seq:012d}",
            "office": seal.office,
            "seq": seal.seq,
            "day": seal.day.isoformat(),
            "at": seal.at,
            "previous": seal.previous,
            "settled": seal.settled,
            "links": [[link.row_id, link.hash] for link in seal.links],
            "key_id": seal.key_id,
            "signature": seal.signature,
        }
    )


async def last(scope: Scope, office: str) -> Seal | None:
    found = await _seals(scope, {"office": office}, 1, DESCENDING)
    return found[0] if found else None


async def after(scope: Scope, office: str, seq: int, most: int) -> list[Seal]:
    return await _seals(scope, {"office": office, "seq": {"$gt": seq}}, most, ASCENDING)


async def one(scope: Scope, office: str, seq: int) -> Seal | None:
    found = await _seals(scope, {"office": office, "seq": seq}, 1, ASCENDING)
    return found[0] if found else None


async def linked_since(scope: Scope, office: str, moment: datetime) -> set[str]:
    """Ids of the rows in the seals made since then."""
    chosen = {"office": office, "at": {"$gte": moment}}
    rows = scope.collection(COLLECTION).find(chosen, {"links": 1})
    return {link[0] async for row in rows for link in row["links"]}


async def days_from(scope: Scope, office: str, day: date) -> list[Seal]:
    """The last seal of each day since then, oldest first."""
    pipeline: list[dict[str, Any]] = [
        {"$match": {"office": office, "day": {"$gte": day.isoformat()}}},
        {"$group": {"_id": "$day", "seq": {"$max": "$seq"}}},
        {"$sort": {"_id": 1}},
    ]
    newest = await scope.mongo.aggregate(COLLECTION, pipeline).to_list(None)
    found = [await one(scope, office, each["seq"]) for each in newest]
    return [seal for seal in found if seal is not None]


async def ids_between(scope: Scope, begin: str, end: str, most: int) -> list[str]:
    """Ids of rows from `begin` on, below `end`, in their order; from the index alone."""
    chosen = {"_id": {"$gte": begin, "$lt": end}}
    rows = scope.collection(LOG).find(chosen, {"_id": 1})
    return [row["_id"] for row in await rows.sort("_id", ASCENDING).limit(most).to_list(most)]


async def odd_id(scope: Scope) -> object | None:
    """The id of a row that cannot be ours, because its id is no text."""
    row = await scope.collection(LOG).find_one({"_id": {"$not": {"$type": "string"}}}, {"_id": 1})
    return row["_id"] if row else None


async def rows(scope: Scope, ids: Iterable[str]) -> dict[str, Row]:
    """Rows of the log as they lie there, by id."""
    wanted = list(ids)
    found = await scope.collection(LOG).find({"_id": {"$in": wanted}}).to_list(len(wanted))
    return {row["_id"]: row for row in found}


async def _seals(scope: Scope, chosen: dict[str, Any], most: int, direction: int) -> list[Seal]:
    found = scope.collection(COLLECTION).find(chosen).sort("seq", direction).limit(most)
    return [_read(row) for row in await found.to_list(most)]


def _read(row: dict[str, Any]) -> Seal:
    return Seal(
        office=row["office"],
        seq=row["seq"],
        day=date.fromisoformat(row["day"]),
        at=row["at"].astimezone(UTC),
        previous=row["previous"],
        links=tuple(Link(row_id, text) for row_id, text in row["links"]),
        settled=row["settled"],
        key_id=row["key_id"],
        signature=row["signature"],
    )
