"""Every MongoDB query of cards, and its indexes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from typing import Any

from pydantic import BaseModel, TypeAdapter
from pymongo import ASCENDING, DESCENDING, ReturnDocument

from services.cards.domain import IN_USE, Card, HolderOutcome, Moment, Report, Revocation
from services.cards.numbers import SequenceReset
from shared.contracts.applications import PageRef
from shared.contracts.envelope import Sealed
from shared.contracts.reviews import Holder, Signatory
from shared.errors import Conflict
from shared.mongo import Document, IndexModel
from shared.uow import Scope, Tx

INDEXES = {
    "cards": [
        IndexModel([("application_id", ASCENDING)], unique=True),
        IndexModel([("registration_number", ASCENDING), ("copy_no", ASCENDING)], unique=True),
        IndexModel(
            [("status_index", ASCENDING)],
            unique=True,
            partialFilterExpression={"status_index": {"$type": "number"}},
        ),
        IndexModel([("state", ASCENDING), ("allocated_at", ASCENDING)]),
        IndexModel([("state", ASCENDING), ("valid_until", ASCENDING)]),
        IndexModel([("state", ASCENDING), ("status", ASCENDING), ("next_due_on", ASCENDING)]),
    ],
    "counters": [],
}

_PLAIN: dict[str, TypeAdapter[Any]] = {
    "reports": TypeAdapter(tuple[Report, ...]),
    "outcome": TypeAdapter(HolderOutcome | None),
    "revocation": TypeAdapter(Revocation | None),
    "history": TypeAdapter(tuple[Moment, ...]),
}
_MODELS: dict[str, type[BaseModel]] = {
    "holder": Holder,
    "photo": PageRef,
    "signatory": Signatory,
    "check_code": Sealed,
}


async def next_sequence(tx: Tx, office: str, year: int, reset: SequenceReset = "yearly") -> int:
    """The next running number of an office.

    Taken inside the transaction that creates the card: when that fails, the number is not taken,
    so there is neither gap nor double. A row for each year is kept even when the numbers go on for
    ever, so that an office can change its mind.
    """
    counters = tx.collection("counters")
    if reset == "yearly":
        row = await counters.find_one_and_update(
            {"_id": f"{office}:{year}"},
            {"$inc": {"sequence": 1}},
            upsert=True,
            return_document=ReturnDocument.AFTER,
            session=tx.session,
        )
        return int(row["sequence"]) if row else 1
    rows = counters.find({"_id": {"$regex": f"^{office}:"}}, session=tx.session)
    following = max([int(row["sequence"]) async for row in rows], default=0) + 1
    # The row that everybody writes: of two transactions at once, one begins again.
    for key in (f"{office}:all", f"{office}:{year}"):
        await counters.update_one(
            {"_id": key}, {"$set": {"sequence": following}}, upsert=True, session=tx.session
        )
    return following


async def find_card(scope: Scope, card_id: str) -> Card | None:
    row = await scope.collection("cards").find_one({"_id": card_id}, session=scope.session)
    return _card(row) if row else None


async def find_card_of(scope: Scope, application_id: str) -> Card | None:
    row = await scope.collection("cards").find_one(
        {"application_id": application_id}, session=scope.session
    )
    return _card(row) if row else None


async def find_last_copy(scope: Scope, number: str) -> Card | None:
    """The last copy of a number."""
    found = scope.collection("cards").find({"registration_number": number}, session=scope.session)
    rows = await found.sort("copy_no", DESCENDING).limit(1).to_list()
    return _card(rows[0]) if rows else None


def find_ended(scope: Scope, today: date) -> AsyncIterator[str]:
    """Issued cards whose last day is over."""
    return _ids(scope, {"state": "issued", "valid_until": {"$lt": _day(today)}})


def find_changed_by_date(scope: Scope, today: date) -> AsyncIterator[str]:
    """Issued cards whose status no longer says whether their report is overdue."""
    issued = {"state": "issued", "outcome": None, "valid_until": {"$gte": _day(today)}}
    overdue = {**issued, "status": 0, "next_due_on": {"$lt": _day(today)}}
    in_time = {**issued, "status": 2, "next_due_on": {"$gte": _day(today)}}
    return _ids(scope, {"$or": [overdue, in_time]})


async def find_tokens_in_use(scope: Scope, today: date) -> AsyncIterator[tuple[str, bytes]]:
    """The signed tokens of the cards that count, or will once they are drawn."""
    used = {"state": {"$in": list(IN_USE)}, "valid_until": {"$gte": _day(today)}}
    where = {**used, "token": {"$ne": None}}
    async for row in scope.collection("cards").find(where, {"token": 1}, session=scope.session):
        yield row["_id"], bytes(row["token"])


async def _ids(scope: Scope, where: Document) -> AsyncIterator[str]:
    async for row in scope.collection("cards").find(where, {"_id": 1}, session=scope.session):
        yield row["_id"]


async def insert_card(tx: Tx, card: Card) -> None:
    await tx.collection("cards").insert_one(_row(card), session=tx.session)


async def save_card(tx: Tx, card: Card) -> Card:
    """Write a changed card as its next version; raises `Conflict` when somebody was faster."""
    saved = replace(card, version=card.version + 1)
    row = _row(saved)
    del row["_id"], row["render_attempts"]
    result = await tx.collection("cards").update_one(
        {"_id": card.card_id, "version": card.version}, {"$set": row}, session=tx.session
    )
    if result.matched_count != 1:
        raise Conflict(f"card {card.card_id} is no longer at version {card.version}")
    return saved


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
        "issued_on": _day(card.issued_on),
        "valid_until": _day(card.valid_until),
        "report_due_on": [_day(due) for due in card.report_due_on],
        "next_due_on": _day(card.next_due_on) if card.next_due_on else None,
    }
    for name in _MODELS:
        row[name] = getattr(card, name).model_dump(mode="json")
    for name, adapter in _PLAIN.items():
        row[name] = adapter.dump_python(getattr(card, name), mode="json", exclude_none=True)
    del row["card_id"]
    return row


def _card(row: Document) -> Card:
    """A card; one of an earlier release has defaults for what it did not know."""
    fields: dict[str, Any] = {name: value for name, value in row.items() if name != "_id"}
    fields["card_id"] = row["_id"]
    for name, model in _MODELS.items():
        fields[name] = model.model_validate(row[name])
    for name, adapter in _PLAIN.items():
        if name in row:
            fields[name] = adapter.validate_python(row[name])
    for name in ("issued_on", "valid_until", "next_due_on"):
        fields[name] = row[name].date() if row.get(name) else None
    fields["report_due_on"] = tuple(due.date() for due in row["report_due_on"])
    return Card(**fields)
