"""Collections `print_batches`, `print_numbers` (of batches, by year) and `printers`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pymongo import ASCENDING, DESCENDING, ReturnDocument

from services.verification.printing.domain import BatchChanged, NoSuchBatch, PrintBatch
from services.verification.printing.printers import NoSuchPrinter, Printer, PrinterChanged
from shared.mongo import Document, IndexModel
from shared.uow import Scope, Tx

BATCHES = "print_batches"
NUMBERS = "print_numbers"
PRINTERS = "printers"
INDEXES: dict[str, list[IndexModel]] = {
    BATCHES: [
        # a card lies in one open batch at most; the field is there while it holds any
        IndexModel(
            [("open_cards", ASCENDING)],
            name="one_open_batch",
            unique=True,
            partialFilterExpression={"open_cards": {"$exists": True}},
        ),
        IndexModel([("made.at", DESCENDING), ("_id", DESCENDING)], name="newest"),
        IndexModel([("state", ASCENDING)], name="of_state"),
        IndexModel([("spoilt", ASCENDING)], name="misprints"),
    ],
    NUMBERS: [],
    PRINTERS: [],
}


async def find(scope: Scope, batch_id: str) -> PrintBatch | None:
    row = await scope.collection(BATCHES).find_one({"_id": batch_id}, session=scope.session)
    return _batch(row) if row else None


async def load(scope: Scope, batch_id: str) -> PrintBatch:
    batch = await find(scope, batch_id)
    if batch is None:
        raise NoSuchBatch
    return batch


async def insert(tx: Tx, batch: PrintBatch) -> None:
    await tx.collection(BATCHES).insert_one(_row(batch), session=tx.session)


async def replace(tx: Tx, batch: PrintBatch, version: int) -> None:
    """Write the batch if it still has `version`."""
    result = await tx.collection(BATCHES).replace_one(
        {"_id": batch.id, "version": version}, _row(batch), session=tx.session
    )
    if result.matched_count == 0:
        raise BatchChanged(await load(tx, batch.id))


async def next_number(tx: Tx, year: int) -> str:
    row = await tx.collection(NUMBERS).find_one_and_update(
        {"_id": str(year)},
        {"$inc": {"last": 1}},
        upsert=True,
        return_document=ReturnDocument.AFTER,
        session=tx.session,
    )
    return f"{year}-{row['last'] if row else 1:04d}"


async def held_elsewhere(scope: Scope, card_ids: Sequence[str]) -> set[str]:
    """Those of these cards that lie in an open batch."""
    chosen = {"open_cards": {"$in": list(card_ids)}}
    rows = scope.collection(BATCHES).find(chosen, {"open_cards": 1}, session=scope.session)
    held = {card_id async for row in rows for card_id in row["open_cards"]}
    return held & set(card_ids)


async def held_cases(scope: Scope) -> list[str]:
    """The cases whose cards lie in open batches."""
    chosen = {"open_cards": {"$exists": True}}
    rows = scope.collection(BATCHES).find(chosen, {"open_cards": 1, "lines": 1})
    return [
        line["case_id"]
        async for row in rows
        for line in row["lines"]
        if line["card_id"] in row["open_cards"]
    ]


async def holding(scope: Scope, case_id: str) -> PrintBatch | None:
    """The open batch that holds the card of a case."""
    chosen = {"open_cards": {"$exists": True}, "lines.case_id": case_id}
    async for row in scope.collection(BATCHES).find(chosen):
        batch = _batch(row)
        if any(
            line.case_id == case_id and line.card_id in batch.open_cards for line in batch.lines
        ):
            return batch
    return None


async def misprints(scope: Scope, card_ids: Sequence[str]) -> dict[str, int]:
    """How often each of these cards came out badly."""
    wanted = {"$in": list(card_ids)}
    pipeline: list[Document] = [
        {"$match": {"spoilt": wanted}},
        {"$unwind": "$spoilt"},
        {"$match": {"spoilt": wanted}},
        {"$group": {"_id": "$spoilt", "count": {"$sum": 1}}},
    ]
    rows = await scope.mongo.aggregate(BATCHES, pipeline, scope.session).to_list(None)
    return {row["_id"]: row["count"] for row in rows}


async def unsettled(scope: Scope, before: datetime) -> list[str]:
    """Confirmed batches with cards that are not marked as printed yet, by id."""
    chosen = {
        "state": "confirmed",
        "open_cards": {"$exists": True},
        "confirmed.at": {"$lte": before},
    }
    rows = await scope.collection(BATCHES).find(chosen, {"_id": 1}).to_list(None)
    return [row["_id"] for row in rows]


async def newest(scope: Scope, after: PrintBatch | None, limit: int) -> list[PrintBatch]:
    chosen: Document = {}
    if after is not None:
        same = {"made.at": after.made.at, "_id": {"$lt": after.id}}
        chosen = {"$or": [{"made.at": {"$lt": after.made.at}}, same]}
    rows = scope.collection(BATCHES).find(chosen)
    order = [("made.at", DESCENDING), ("_id", DESCENDING)]
    return [_batch(row) for row in await rows.sort(order).limit(limit).to_list(limit)]


async def printers(scope: Scope) -> list[Printer]:
    """Those in use, by name."""
    rows = scope.collection(PRINTERS).find({"removed": False}, session=scope.session)
    found = [_printer(row) for row in await rows.to_list(None)]
    return sorted(found, key=lambda each: (each.name.lower(), each.id))


async def find_printer(scope: Scope, printer_id: str) -> Printer | None:
    row = await scope.collection(PRINTERS).find_one({"_id": printer_id}, session=scope.session)
    return _printer(row) if row else None


async def load_printer(scope: Scope, printer_id: str) -> Printer:
    printer = await find_printer(scope, printer_id)
    if printer is None or printer.removed:
        raise NoSuchPrinter
    return printer


async def insert_printer(tx: Tx, printer: Printer) -> None:
    await tx.collection(PRINTERS).insert_one(_printer_row(printer), session=tx.session)


async def replace_printer(tx: Tx, printer: Printer) -> None:
    """Write a printer whose version went up by one."""
    result = await tx.collection(PRINTERS).replace_one(
        {"_id": printer.id, "version": printer.version - 1},
        _printer_row(printer),
        session=tx.session,
    )
    if result.matched_count == 0:
        raise PrinterChanged


def _row(batch: PrintBatch) -> Document:
    row = batch.model_dump(exclude={"id"}) | {"_id": batch.id}
    if not batch.open_cards:
        del row["open_cards"]
    return row


def _batch(row: Document) -> PrintBatch:
    return PrintBatch.model_validate({"open_cards": (), **row, "id": row["_id"]})


def _printer_row(printer: Printer) -> Document:
    return printer.model_dump(exclude={"id"}) | {"_id": printer.id}


def _printer(row: Document) -> Printer:
    return Printer.model_validate({**row, "id": row["_id"]})
