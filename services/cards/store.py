"""Every MongoDB query of cards, and its indexes."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any

from pymongo import ASCENDING, ReturnDocument

from services.cards.domain import Card
from shared.contracts.applications import PageRef
from shared.contracts.envelope import Sealed
from shared.contracts.reviews import Holder, Signatory
from shared.errors import Conflict
from shared.mongo import Document, IndexModel
from shared.uow import Scope, Tx

INDEXES = {
    "cards": [
        IndexModel([("application_id", ASCENDING)], unique=True),
        IndexModel([("registration_number", ASCENDING)], unique=True),
        IndexModel([("state", ASCENDING), ("allocated_at", ASCENDING)]),
    ],
    "counters": [],
}


async def next_sequence(tx: Tx, office: str, year: int) -> int:
    """The next number of an office and year.

    One atomic increment inside the transaction that creates the card: when that fails, the number
    is not taken, so there is neither gap nor double.
    """
    row = await tx.collection("counters").find_one_and_update(
        {"_id": f"{office}:{year}"},
        {"$inc": {"sequence": 1}},
        upsert=True,
        return_document=ReturnDocument.AFTER,
        session=tx.session,
    )
    return int(row["sequence"]) if row else 1


async def find_card(scope: Scope, card_id: str) -> Card | None:
    row = await scope.collection("cards").find_one({"_id": card_id}, session=scope.session)
    return _card(row) if row else None


async def find_card_of(scope: Scope, application_id: str) -> Card | None:
    row = await scope.collection("cards").find_one(
        {"application_id": application_id}, session=scope.session
    )
    return _card(row) if row else None


async def insert_card(tx: Tx, card: Card) -> None:
    await tx.collection("cards").insert_one(_row(card), session=tx.session)


async def save_card(tx: Tx, card: Card) -> None:
    """Write a card whose version went up by one; raises `Conflict` when somebody was faster."""
    row = _row(card)
    del row["_id"], row["render_attempts"]
    result = await tx.collection("cards").update_one(
        {"_id": card.card_id, "version": card.version - 1}, {"$set": row}, session=tx.session
    )
    if result.matched_count != 1:
        raise Conflict(f"card {card.card_id} is no longer at version {card.version - 1}")


async def count_attempt(scope: Scope, card_id: str) -> int:
    """Note one more failed drawing; returns how many there are."""
    row = await scope.collection("cards").find_one_and_update(
        {"_id": card_id},
        {"$inc": {"render_attempts": 1}},
        return_document=ReturnDocument.AFTER,
        session=scope.session,
    )
    return int(row["render_attempts"]) if row else 0


async def forget_attempts(tx: Tx, card_id: str) -> None:
    await tx.collection("cards").update_one(
        {"_id": card_id}, {"$set": {"render_attempts": 0}}, session=tx.session
    )


def _day(value: date) -> datetime:
    return datetime(value.year, value.month, value.day, tzinfo=UTC)


def _row(card: Card) -> Document:
    row: dict[str, Any] = asdict(card) | {
        "_id": card.card_id,
        "holder": card.holder.model_dump(mode="json"),
        "photo": card.photo.model_dump(mode="json"),
        "signatory": card.signatory.model_dump(mode="json"),
        "check_code": card.check_code.model_dump(mode="json"),
        "issued_on": _day(card.issued_on),
        "valid_until": _day(card.valid_until),
        "report_due_on": [_day(due) for due in card.report_due_on],
    }
    del row["card_id"]
    return row


def _card(row: Document) -> Card:
    fields = dict(row)
    return Card(
        **fields
        | {
            "card_id": fields.pop("_id"),
            "holder": Holder.model_validate(row["holder"]),
            "photo": PageRef.model_validate(row["photo"]),
            "signatory": Signatory.model_validate(row["signatory"]),
            "check_code": Sealed.model_validate(row["check_code"]),
            "issued_on": row["issued_on"].date(),
            "valid_until": row["valid_until"].date(),
            "report_due_on": tuple(due.date() for due in row["report_due_on"]),
        }
    )
