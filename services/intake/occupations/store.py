"""The imported list of occupations: one document, replaced as a whole."""

from __future__ import annotations

from datetime import datetime

from shared.mongo import IndexModel
from shared.uow import Scope

COLLECTION = "occupations"
INDEXES: dict[str, list[IndexModel]] = {COLLECTION: []}
Rows = list[tuple[str, str, str]]


async def put(scope: Scope, scheme: str, rows: Rows, at: datetime) -> None:
    await scope.collection(COLLECTION).replace_one(
        {"_id": scheme},
        {"_id": scheme, "rows": [list(row) for row in rows], "imported_at": at},
        upsert=True,
    )


async def find(scope: Scope, scheme: str) -> tuple[datetime, Rows] | None:
    row = await scope.collection(COLLECTION).find_one({"_id": scheme})
    if row is None:
        return None
    return row["imported_at"], [(code, label, more) for code, label, more in row["rows"]]


async def find_date(scope: Scope, scheme: str) -> datetime | None:
    """When the list was imported, without the list."""
    row = await scope.collection(COLLECTION).find_one({"_id": scheme}, {"imported_at": 1})
    return row["imported_at"] if row else None
