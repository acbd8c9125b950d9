"""Rows that say: the status of a card changed, its list must be written again."""

from __future__ import annotations

from services.cards.publishing.indexes import LIST_SIZE
from shared.ids import uuid7
from shared.mongo import IndexModel
from shared.uow import Tx

COLLECTION = "status_changes"
INDEXES = {COLLECTION: [IndexModel([("list", 1)])]}
VALID, REVOKED, SUSPENDED, PLACED = range(4)


async def note_status(tx: Tx, index: int, status: int) -> None:
    """Note in the transaction of the change that the card at `index` has `status` now.

    One row per change: no document that all changes fight over. The list is made from the cards;
    the row only wakes the publisher.
    """
    if status not in {VALID, REVOKED, SUSPENDED, PLACED}:
        raise ValueError(f"no status {status}")
    row = {
        "_id": uuid7(),
        "list": index // LIST_SIZE,
        "index": index,
        "status": status,
        "at": tx.at,
    }
    await tx.collection(COLLECTION).insert_one(row, session=tx.session)
