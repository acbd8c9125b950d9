"""The queries behind the public figures; each reads an index of `applications` (store.py)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any, get_args

from services.intake.domain import State
from services.intake.figures.working_time import Event
from services.intake.store import APPLICATIONS
from shared.clock import OFFICE_ZONE
from shared.uow import Scope

_STATES = list(get_args(State))
_DECIDED = ["approved", "issued", "rejected"]
_WAITING = ["submitted", "under_review"]
_TOLD = ["returned", "amended", "approved", "rejected"]
Pipeline = list[dict[str, Any]]


async def count_received(scope: Scope, since: datetime) -> dict[str, int]:
    """Applications by the month, like `2026-11`, in which they were sent."""
    month = {"format": "%Y-%m", "date": "$submitted_at", "timezone": OFFICE_ZONE.key}
    pipeline: Pipeline = [
        # all states by name, so that the index of state and time is enough
        {"$match": {"state": {"$in": _STATES}, "submitted_at": {"$gte": since}}},
        {"$group": {"_id": {"$dateToString": month}, "count": {"$sum": 1}}},
    ]
    rows = await scope.mongo.aggregate(APPLICATIONS, pipeline).to_list()
    return {row["_id"]: row["count"] for row in rows}


async def find_decided(scope: Scope, since: datetime) -> AsyncIterator[list[Event]]:
    """What happened to each decided application, oldest first, beginning with its sending."""
    told = {"$in": ["$$each.what", _TOLD]}
    moves = {"$filter": {"input": "$timeline", "as": "each", "cond": told}}
    pipeline: Pipeline = [
        {"$match": {"decided_at": {"$gte": since}, "state": {"$in": _DECIDED}}},
        {"$project": {"_id": 0, "submitted_at": 1, "moves": moves}},
        {"$project": {"submitted_at": 1, "moves.what": 1, "moves.at": 1}},
    ]
    async for row in scope.mongo.aggregate(APPLICATIONS, pipeline):
        yield [
            Event("submitted", row["submitted_at"]),
            *(Event(move["what"], move["at"]) for move in row["moves"]),
        ]


async def count_waiting(scope: Scope) -> int:
    """Applications that wait for an officer now."""
    waiting = {"state": {"$in": _WAITING}}
    return await scope.collection(APPLICATIONS).count_documents(waiting)
