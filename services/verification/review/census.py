"""Collection `figure_facts`, and what the figures ask of it, of cases and of messages."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime

from pymongo import ASCENDING

from services.verification.review.store import CASES, NOTICES
from shared.ids import uuid7
from shared.mongo import Document, IndexModel
from shared.uow import Scope

FACTS = "figure_facts"
INDEXES = {FACTS: [IndexModel([("at", ASCENDING), ("_id", ASCENDING)])]}
DECIDED = ("approved", "returned", "rejected")
DIMENSIONS = ("subdistrict", "kind", "channel", "sex", "age", "education")
_ZONE = "Asia/Jakarta"
_STEP = 10  # minutes: a finer median tells a head nothing, and a year would not fit an answer
_WAITING: Document = {"lane": {"$in": ["new", "approval"]}}


async def insert(scope: Scope, fact: Document) -> None:
    await scope.collection(FACTS).insert_one({"_id": uuid7(), **fact}, session=scope.session)


async def counted(scope: Scope, begins: datetime, ends: datetime, unit: str) -> Document:
    """Facts of a time, counted by each dimension in one reading of the index.

    `unit` (%Y-%m-%d or %Y-%m) says how fine the course of time is.
    """
    at = {"$dateToString": {"date": "$at", "format": unit, "timezone": _ZONE}}
    decided: Document = {"$match": {"what": {"$in": DECIDED}}}
    rounded = {"$multiply": [_STEP, {"$round": {"$divide": ["$minutes", _STEP]}}]}
    facets: Document = {name: [_group(f"${name}")] for name in DIMENSIONS}
    facets |= {
        "time": [_group(at)],
        "officer": [
            decided,
            {
                "$group": {
                    "_id": {"key": "$officer.id", "what": "$what"},
                    "name": {"$last": "$officer.name"},
                    "count": {"$sum": 1},
                }
            },
        ],
        "in_time": [decided, {"$group": {"_id": "$in_time", "count": {"$sum": 1}}}],
        "minutes": [
            decided,
            {
                "$group": {
                    "_id": {"officer": "$officer.id", "minutes": rounded},
                    "count": {"$sum": 1},
                }
            },
        ],
        "reasons": [
            {"$match": {"what": {"$in": ["returned", "rejected"]}}},
            {"$unwind": "$reasons"},
            {
                "$group": {
                    "_id": {"key": "$reasons.code", "what": "$what"},
                    "text": {"$last": "$reasons.text"},
                    "count": {"$sum": 1},
                }
            },
        ],
    }
    match: Document = {"$match": {"at": {"$gte": begins, "$lt": ends}}}
    [found] = await scope.mongo.aggregate(FACTS, [match, {"$facet": facets}]).to_list(1)
    return found


async def waiting(scope: Scope, older_than: list[datetime]) -> Document:
    """How many wait, since when the oldest, and how many came before each of these moments."""
    sums = {
        f"before{number}": {"$sum": {"$cond": [{"$lt": ["$queued_at", at]}, 1, 0]}}
        for number, at in enumerate(older_than)
    }
    pipeline: list[Document] = [
        {"$match": _WAITING},
        {"$project": {"_id": 0, "lane": 1, "queued_at": 1}},  # from the index alone
        {
            "$group": {
                "_id": "$lane",
                "count": {"$sum": 1},
                "oldest": {"$min": "$queued_at"},
                **sums,
            }
        },
    ]
    rows = await scope.mongo.aggregate(CASES, pipeline).to_list(None)
    oldest = min((row["oldest"] for row in rows), default=None)
    by_lane = {row["_id"]: row["count"] for row in rows}
    ages = [sum(row[f"before{number}"] for row in rows) for number in range(len(older_than))]
    return {"by_lane": by_lane, "oldest": oldest, "ages": ages}


async def notices(scope: Scope, begins: datetime, ends: datetime) -> list[Document]:
    """Messages by state and channel."""
    pipeline: list[Document] = [
        {"$match": {"at": {"$gte": begins, "$lt": ends}}},
        {"$group": {"_id": {"state": "$state", "channel": "$channel"}, "count": {"$sum": 1}}},
    ]
    rows: list[Document] = await scope.mongo.aggregate(NOTICES, pipeline).to_list(None)
    return rows


async def count(scope: Scope, begins: datetime, ends: datetime, at_most: int) -> int:
    wanted = {"at": {"$gte": begins, "$lt": ends}}
    return await scope.collection(FACTS).count_documents(wanted, limit=at_most)


async def facts(scope: Scope, begins: datetime, ends: datetime) -> AsyncIterator[Document]:
    """One after another, in the order they happened."""
    rows = scope.collection(FACTS).find({"at": {"$gte": begins, "$lt": ends}})
    async for row in rows.sort([("at", ASCENDING), ("_id", ASCENDING)]):
        yield row


def _group(key: object) -> Document:
    return {"$group": {"_id": {"key": key, "what": "$what"}, "count": {"$sum": 1}}}
