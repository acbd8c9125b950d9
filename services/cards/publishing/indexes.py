"""The place of a card in the status lists: never twice, and silent about the order of issue."""

from __future__ import annotations

import hmac
import secrets

from pymongo import ReturnDocument

from shared.uow import Scope, Tx

LIST_SIZE = 100_000
_COUNTER = "status_index"
_HALF = 9  # bits: two halves make 262,144, the smallest even split above LIST_SIZE
_ROUNDS = 4


async def take_status_index(tx: Tx) -> int:
    """The next free index; not taken when the transaction fails.

    A counter gives the list and a position, and a secret permutation of the positions hides the
    counter. The secret is made with the counter and stays in the database of cards.
    """
    row = await tx.collection("counters").find_one_and_update(
        {"_id": _COUNTER},
        {"$inc": {"sequence": 1}, "$setOnInsert": {"secret": secrets.token_bytes(16)}},
        upsert=True,
        return_document=ReturnDocument.AFTER,
        session=tx.session,
    )
    if row is None:
        raise AssertionError("an upsert returns its document")
    number, position = divmod(int(row["sequence"]) - 1, LIST_SIZE)
    return number * LIST_SIZE + shuffled(position, number, bytes(row["secret"]))


async def count_lists(scope: Scope) -> int:
    """How many lists the indexes taken so far lie in."""
    row = await scope.collection("counters").find_one({"_id": _COUNTER}, session=scope.session)
    return -(-int(row["sequence"]) // LIST_SIZE) if row else 0


def shuffled(position: int, number: int, secret: bytes) -> int:
    """A permutation of the positions of one list (Feistel network, walked until inside)."""
    while True:
        left, right = divmod(position, 1 << _HALF)
        for each in range(_ROUNDS):
            text = f"{number}:{each}:{right}".encode()
            mixed = hmac.digest(secret, text, "sha256")
            left, right = right, left ^ (int.from_bytes(mixed[:2], "big") & ((1 << _HALF) - 1))
        position = (left << _HALF) | right
        if position < LIST_SIZE:
            return position
