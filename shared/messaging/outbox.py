"""Outbox rows: events waiting, in the service's own database, to be published by the relay."""

from __future__ import annotations

from typing import Any

from pymongo import ASCENDING

from shared.contracts.envelope import Event
from shared.mongo import Document, IndexModel

COLLECTION = "outbox"
KEPT_SECONDS = 7 * 24 * 3600

INDEXES = {
    COLLECTION: [
        # the claim: unpublished rows by time, one key examined for each row found
        IndexModel(
            [("published_at", ASCENDING), ("_id", ASCENDING)],
            name="waiting",
            partialFilterExpression={"published_at": None},
        ),
        IndexModel([("locked_by", ASCENDING)], name="claimed", sparse=True),
        IndexModel(
            [("published_at", ASCENDING)],
            name="kept",
            expireAfterSeconds=KEPT_SECONDS,
            partialFilterExpression={"published_at": {"$type": "date"}},
        ),
    ]
}


def row(event: Event[Any]) -> Document:
    """The outbox row of an event; `_id` is the event id and the AMQP message id."""
    return {
        "_id": event.id,
        "type": event.type,
        "key": event.subject,
        "correlation_id": event.correlationid,
        "traceparent": event.traceparent,
        "body": event.model_dump_json(exclude_none=True).encode(),
        "created_at": event.time,
        "published_at": None,
        "attempts": 0,
        "locked_until": None,
    }
