"""Deletes the sheets of a batch that nobody prints any more: they hold personal data.

The note comes first, the object is deleted after it; who draws stores the object first and looks
for the note after that. So none of the two, in whatever order they work, leaves sheets behind.
"""

from __future__ import annotations

from datetime import timedelta

from pymongo import ASCENDING

from shared.contracts.envelope import Event
from shared.contracts.print_batches import PrintBatchClosed
from shared.messaging.subscribe import Finish
from shared.mongo import IndexModel
from shared.storage import CARDS, Storage
from shared.uow import Scope, Tx, UnitOfWork

CLOSED = "closed_batches"
_KEPT = timedelta(days=30)
INDEXES = {
    CLOSED: [
        IndexModel(
            [("closed_at", ASCENDING)],
            name="forgotten",
            expireAfterSeconds=int(_KEPT.total_seconds()),
        )
    ]
}


def object_key(batch_id: str) -> str:
    """The same for every try, so that drawing a batch twice is harmless."""
    return f"batches/{batch_id}.pdf"


async def is_closed(scope: Scope, batch_id: str) -> bool:
    found = await scope.collection(CLOSED).find_one({"_id": batch_id}, session=scope.session)
    return found is not None


async def close_batch(
    event: Event[PrintBatchClosed], finish: Finish, uow: UnitOfWork, storage: Storage
) -> None:
    batch_id = event.data.batch_id
    note = {"$set": {"closed_at": event.data.closed_at}}
    await uow.reading().collection(CLOSED).update_one({"_id": batch_id}, note, upsert=True)
    await storage.delete(CARDS, object_key(batch_id))

    async def nothing(_: Tx) -> None:
        """Only the inbox row is written."""

    await finish(nothing)
