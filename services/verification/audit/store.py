"""The collection `audit_log`: inserts and reads only; nothing here changes or deletes a row.

Rows are complete and final when written, so that a hash chain can later be laid over them in a
collection of its own: chain and sequence number, the row's id, its hash, the hash before.
"""

from __future__ import annotations

from typing import Any

from pymongo import ASCENDING

from services.verification.audit.domain import Actor, Entry, Recorded
from shared.clock import now
from shared.ids import uuid7
from shared.mongo import IndexModel
from shared.uow import Scope

COLLECTION = "audit_log"
INDEXES = {
    COLLECTION: [
        IndexModel([("case_id", ASCENDING), ("_id", ASCENDING)], name="of_case"),
        IndexModel([("actor.id", ASCENDING), ("_id", ASCENDING)], name="of_actor"),
    ]
}


async def insert(scope: Scope, office: str, entry: Entry) -> None:
    row = {
        "_id": uuid7(),
        "office": office,
        "at": now(),
        "happened_at": entry.happened_at,
        "actor": {
            "id": entry.actor.id,
            "name": entry.actor.name,
            "roles": list(entry.actor.roles),
        },
        "action": entry.action,
        "is_view": entry.is_view,
        "case_id": entry.case_id,
        "detail": entry.detail,
        "purpose": entry.purpose,
    }
    await scope.collection(COLLECTION).insert_one(row, session=scope.session)


async def of_case(
    scope: Scope, case_id: str, *, is_view: bool | None = None, newest: int | None = None
) -> list[Recorded]:
    """Entries of a case, oldest first; `newest` keeps only so many of the latest."""
    chosen: dict[str, Any] = {"case_id": case_id}
    if is_view is not None:
        chosen["is_view"] = is_view
    cursor = scope.collection(COLLECTION).find(chosen, session=scope.session)
    if newest is None:
        rows = await cursor.sort("_id", ASCENDING).to_list(None)
    else:
        rows = await cursor.sort("_id", -1).limit(newest).to_list(newest)
        rows.reverse()
    return [_read(row) for row in rows]


async def of_cases(scope: Scope, case_ids: list[str]) -> list[Recorded]:
    """Everything about these cases, oldest first."""
    cursor = scope.collection(COLLECTION).find({"case_id": {"$in": case_ids}})
    return [_read(row) async for row in cursor.sort("_id", ASCENDING)]


def _read(row: dict[str, Any]) -> Recorded:
    actor = row["actor"]
    return Recorded(
        actor=Actor(actor["id"], actor["name"], tuple(actor["roles"])),
        action=row["action"],
        case_id=row["case_id"],
        detail=row["detail"],
        purpose=row["purpose"],
        is_view=row["is_view"],
        happened_at=row["happened_at"],
        id=row["_id"],
        at=row["at"],
    )
