"""Collection `reason_lists`: every version of the list of reasons, whole, only added to."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from services.verification.review.reasons import BUILTIN, Reason, ReasonList
from shared.code_lists import ITEM
from shared.mongo import Document, IndexModel
from shared.uow import Scope

LISTS = "reason_lists"
INDEXES: dict[str, list[IndexModel]] = {LISTS: []}  # the id is the version


@dataclass(frozen=True)
class ListVersion:
    """A list, who wrote it and why; `restores` is the version it repeats."""

    reasons: ReasonList
    at: datetime
    by: str
    why: str = ""
    restores: int | None = None


async def add(scope: Scope, new: ListVersion) -> None:
    """Raises `DuplicateKeyError` when somebody has just written this version."""
    row = {
        "_id": new.reasons.version,
        "groups": [
            {"group": name, "reasons": [asdict(each) for each in group]}
            for name, group in new.reasons.groups.items()
        ],
        "at": new.at,
        "by": new.by,
        "why": new.why,
        "restores": new.restores,
    }
    await scope.collection(LISTS).insert_one(row, session=scope.session)


async def newest(scope: Scope) -> ListVersion | None:
    found = await _of(scope, limit=1)
    return found[0] if found else None


async def versions(scope: Scope, limit: int) -> list[ListVersion]:
    """Newest first."""
    return await _of(scope, limit)


async def version(scope: Scope, number: int) -> ReasonList | None:
    if number == 0:
        return BUILTIN
    row = await scope.collection(LISTS).find_one({"_id": number}, session=scope.session)
    return _read(row).reasons if row else None


async def in_force(scope: Scope) -> ReasonList:
    """The newest list, or the one that comes with the program. Read each time: it is one row."""
    found = await newest(scope)
    return found.reasons if found else BUILTIN


async def _of(scope: Scope, limit: int) -> list[ListVersion]:
    cursor = scope.collection(LISTS).find({}, session=scope.session)
    return [_read(row) for row in await cursor.sort("_id", -1).limit(limit).to_list(None)]


def _read(row: Document) -> ListVersion:
    """An item that the form has got since then keeps the reasons of the program."""
    kept = {
        each["group"]: tuple(Reason(**reason) for reason in each["reasons"])
        for each in row["groups"]
    }
    added = {item: BUILTIN.groups[item] for item in ITEM if item not in kept}
    reasons = ReasonList(row["_id"], kept | added)
    return ListVersion(reasons, row["at"], row["by"], row["why"], row["restores"])
