"""Inbox: the first write of a consumer's transaction is the row (consumer, event id)."""

from __future__ import annotations

from pymongo import ASCENDING

from shared.clock import now
from shared.mongo import Collection, DuplicateKeyError, IndexModel, Session

COLLECTION = "inbox"
KEPT_SECONDS = 14 * 24 * 3600  # longer than any redelivery or replay we expect
INDEXES = {COLLECTION: [IndexModel([("at", ASCENDING)], expireAfterSeconds=KEPT_SECONDS)]}


class AlreadyHandled(Exception):  # not an error: the delivery is a duplicate
    """This consumer has handled this event before."""


async def insert(inbox: Collection, consumer: str, event_id: str, session: Session) -> None:
    """Insert the row; raises `AlreadyHandled`, which must leave the transaction.

    A duplicate key aborts the transaction on the server, so nothing may go on inside it.
    """
    try:
        await inbox.insert_one({"_id": f"{consumer}:{event_id}", "at": now()}, session=session)
    except DuplicateKeyError as error:
        raise AlreadyHandled from error


async def is_handled(inbox: Collection, consumer: str, event_id: str) -> bool:
    """Whether this delivery is a duplicate, asked before work outside MongoDB begins."""
    return await inbox.find_one({"_id": f"{consumer}:{event_id}"}) is not None
