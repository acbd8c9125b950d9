"""Queries of the publisher: the lists, who is writing one, and what the cards say."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from pymongo import ASCENDING

from services.cards.publishing import changes
from services.cards.publishing.indexes import LIST_SIZE
from shared.mongo import DuplicateKeyError, IndexModel
from shared.uow import Scope, Tx

LISTS = "status_lists"
INDEXES: dict[str, list[IndexModel]] = {**changes.INDEXES, LISTS: []}
# Answers the question for the statuses of a list without reading a card.
STATUS_INDEX = IndexModel(
    [("status_index", ASCENDING), ("status", ASCENDING)],
    partialFilterExpression={"status": {"$gt": 0}},
)
LEASE_SECONDS = 30  # longer than a write of an object may take, with its one retry
CLOCKS_DIFFER = timedelta(minutes=1)  # those of two replicas
_MOST_CHANGES = 10_000
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


async def know_lists(scope: Scope, count: int) -> None:
    """Make the rows of lists that came into use."""
    for number in range(await scope.collection(LISTS).count_documents({}), count):
        row = {"published_at": _LONG_AGO, "busy_until": _LONG_AGO}
        with contextlib.suppress(DuplicateKeyError):  # another replica was faster
            await scope.collection(LISTS).insert_one({"_id": number, **row})


async def find_due(
    scope: Scope,
    now: datetime,
    changed_before: datetime,
    any_before: datetime,
    kid: str | None,
    site: str,
) -> list[int]:
    """Lists with a change that were last written before one moment, or written before another.

    That `kid` signs now and did not sign the list is a change: if the key that did was revoked,
    nobody trusts it; so is an address under another `site`, since checkers compare it. What a
    clock that ran ahead has written is due at once.
    """
    changed = [
        int(row["_id"])
        async for row in scope.mongo.aggregate(
            changes.COLLECTION, [{"$group": {"_id": "$list"}}], scope.session
        )
    ]
    due = {
        "$or": [
            {"_id": {"$in": changed}, "published_at": {"$lte": changed_before}},
            *([{"kid": {"$ne": kid}, "published_at": {"$lte": changed_before}}] if kid else ()),
            {"site": {"$ne": site}, "published_at": {"$lte": changed_before}},
            {"published_at": {"$lte": any_before}},
            {"published_at": {"$gt": now + CLOCKS_DIFFER}},
        ]
    }
    rows = scope.collection(LISTS).find(due, {"_id": 1}).sort("_id")
    return [int(row["_id"]) async for row in rows]


async def claim(scope: Scope, number: int, holder: str) -> bool:
    """Whether this holder may write the list now; by the clock of the server, not by ours."""
    lease = {"$dateAdd": {"startDate": "$$NOW", "unit": "second", "amount": LEASE_SECONDS}}
    result = await scope.collection(LISTS).update_one(
        {"_id": number, "$expr": {"$lte": ["$busy_until", "$$NOW"]}},
        [{"$set": {"holder": holder, "busy_until": lease}}],
    )
    return bool(result.modified_count)


async def changes_of(scope: Scope, number: int) -> list[str]:
    rows = scope.collection(changes.COLLECTION).find({"list": number}, {"_id": 1})
    return [row["_id"] async for row in rows.limit(_MOST_CHANGES)]


async def statuses_of(scope: Scope, number: int) -> list[tuple[int, int]]:
    """(place, status) of the cards of a list whose status is not 0."""
    first = number * LIST_SIZE
    query = {"status_index": {"$gte": first, "$lt": first + LIST_SIZE}, "status": {"$gt": 0}}
    rows = scope.collection("cards").find(query, {"_id": 0, "status_index": 1, "status": 1})
    return [(row["status_index"] - first, row["status"]) async for row in rows]


async def finish(
    tx: Tx, number: int, holder: str, made: Mapping[str, str], done: Sequence[str]
) -> bool:
    """The list is written, by `kid` and for `site`: forget its changes and let go of it.

    False when somebody else took it over meanwhile. Then our object may have replaced a newer
    one: the changes stay, and the list is due again at once.
    """
    lists = tx.collection(LISTS)
    result = await lists.update_one(
        {"_id": number, "holder": holder},
        {"$set": {**made, "published_at": tx.at, "busy_until": _LONG_AGO, "holder": None}},
        session=tx.session,
    )
    if result.modified_count:
        await tx.collection(changes.COLLECTION).delete_many(
            {"_id": {"$in": list(done)}}, session=tx.session
        )
        return True
    await lists.update_one(
        {"_id": number}, {"$set": {"published_at": _LONG_AGO}}, session=tx.session
    )
    return False


async def ages(scope: Scope) -> tuple[datetime | None, datetime | None]:
    """When the oldest list was written, and when the oldest change happened."""
    lists = await scope.collection(LISTS).find().sort("published_at").limit(1).to_list()
    waiting = await scope.collection(changes.COLLECTION).find().sort("_id").limit(1).to_list()
    return (
        lists[0]["published_at"] if lists else None,
        waiting[0]["at"] if waiting else None,
    )
