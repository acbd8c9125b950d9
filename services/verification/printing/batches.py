"""make_batch, ask_again, cancel_batch, leave_out: one step each, with event and audit row."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from services.verification.audit import log
from services.verification.audit.domain import Entry
from services.verification.officers.domain import Officer
from services.verification.printing import store
from services.verification.printing.domain import (
    CARDS_MOST,
    SHAPES,
    BatchChanged,
    Line,
    PrintBatch,
    ShapeName,
    asked_again,
    by,
    cancelled,
)
from services.verification.printing.printers import checked_shape
from services.verification.review.paper_cards import PaperCard, waiting_cards
from shared.clock import OFFICE_ZONE
from shared.contracts.print_batches import PrintBatchClosed, PrintBatchRequested, PrinterOffset
from shared.errors import Conflict, Invalid
from shared.mongo import DuplicateKeyError
from shared.uow import Tx, UnitOfWork

NO_PRINTER = "Tanpa penyesuaian"
_ID = re.compile(r"[0-9a-f-]{36}")


class Gone(Conflict):
    """Some of the chosen cards wait no more, or lie in another batch."""

    code = "cards_gone"

    def __init__(self, references: Sequence[str], count: int) -> None:
        named = ", ".join(references[:5]) + (" dan lainnya" if len(references) > 5 else "")
        which = f" ({named})" if named else ""
        super().__init__(
            f"{count} kartu yang Anda pilih{which} sudah dicetak atau ada di daftar cetak lain. "
            "Daftar belum dibuat. Sisanya masih tercentang di bawah; periksa, lalu buat daftar."
        )


@dataclass(frozen=True)
class Asked:
    """A form: `batch_id` was made with its page, so that a double press makes one batch.

    `printed_as` names a printer (`printer:…`) or a shape without one (`shape:…`).
    """

    batch_id: str
    case_ids: tuple[str, ...]
    printed_as: str


@dataclass(frozen=True)
class Seen:
    """Which version of a batch an officer acts on: the one that his page showed."""

    batch_id: str
    version: int
    officer: Officer


async def make_batch(uow: UnitOfWork, officer: Officer, asked: Asked) -> PrintBatch:
    """The batch, and its request to cards, in one transaction."""
    officer.require("print_cards")
    if not _ID.fullmatch(asked.batch_id):
        raise Invalid("Halaman ini tidak lengkap. Buka lagi dari daftar Siap cetak.")
    if not asked.case_ids:
        raise Invalid("Pilih paling sedikit satu kartu.")
    if len(asked.case_ids) > CARDS_MOST:
        raise Invalid(f"Satu daftar memuat paling banyak {CARDS_MOST} kartu. Buat beberapa daftar.")

    async def work(tx: Tx) -> PrintBatch:
        return await _make(tx, officer, asked)

    try:
        return await uow.run(work)
    except DuplicateKeyError:  # a colleague took one of them at the same moment
        return await uow.run(work)


async def _make(tx: Tx, officer: Officer, asked: Asked) -> PrintBatch:
    known = await store.find(tx, asked.batch_id)
    if known is not None:
        if known.made.officer_id != officer.id:
            raise BatchChanged(known)
        return known
    cards = await waiting_cards(tx, officer, asked.case_ids)
    held = await store.held_elsewhere(tx, [card.card_id for card in cards])
    free = [card for card in cards if card.card_id not in held]
    if len(free) < len(asked.case_ids):
        named = [card.reference for card in cards if card.card_id in held]
        raise Gone(named, len(asked.case_ids) - len(free))
    shape, printer, offset = await _printed_as(tx, asked.printed_as)
    batch = PrintBatch(
        id=asked.batch_id,
        number=await store.next_number(tx, tx.at.astimezone(OFFICE_ZONE).year),
        lines=tuple(map(_line, free)),
        shape=shape,
        printer=printer,
        offset=offset,
        made=by(officer, tx.at),
        heard_at=tx.at,
        open_cards=tuple(card.card_id for card in free),
    )
    await _begin(tx, officer, batch)
    return batch


async def ask_again(tx: Tx, seen: Seen) -> PrintBatch:
    """The same list once more, under the same id."""
    batch = await _load(tx, seen)
    again = asked_again(batch, tx.at)
    await store.replace(tx, again, batch.version)
    _emit(tx, again)
    await _record(tx, seen.officer, "print_batch.asked_again", again)
    return again


async def cancel_batch(tx: Tx, seen: Seen) -> PrintBatch:
    """Its cards are free again; nothing counts as printed or spoilt."""
    batch = await _load(tx, seen)
    ended = cancelled(batch)
    await store.replace(tx, ended, batch.version)
    emit_closed(tx, ended)
    await _record(tx, seen.officer, "print_batch.cancelled", ended)
    return ended


async def leave_out(tx: Tx, seen: Seen, new_id: str) -> PrintBatch:
    """A new list without the cards that stand in the way, in place of the failed one."""
    known = await store.find(tx, new_id)
    if known is not None:
        return known
    batch = await _load(tx, seen)
    if batch.state != "failed" or not batch.in_the_way or not _ID.fullmatch(new_id):
        raise BatchChanged(batch)
    ended = cancelled(batch)
    await store.replace(tx, ended, batch.version)
    emit_closed(tx, ended)
    await _record(tx, seen.officer, "print_batch.cancelled", ended)
    lines = tuple(line for line in batch.lines if line.card_id not in batch.in_the_way)
    if not lines:
        return ended
    new = PrintBatch(
        id=new_id,
        number=await store.next_number(tx, tx.at.astimezone(OFFICE_ZONE).year),
        lines=lines,
        shape=batch.shape,
        printer=batch.printer,
        offset=batch.offset,
        made=by(seen.officer, tx.at),
        heard_at=tx.at,
        open_cards=tuple(line.card_id for line in lines),
    )
    await _begin(tx, seen.officer, new)
    return new


def emit_closed(tx: Tx, batch: PrintBatch) -> None:
    """The sheets hold personal data: they go when nobody prints them any more."""
    event = PrintBatchClosed(batch_id=batch.id, closed_at=tx.at)
    tx.emit(event, subject=batch.id, version=batch.version)


async def _begin(tx: Tx, officer: Officer, batch: PrintBatch) -> None:
    await store.insert(tx, batch)
    _emit(tx, batch)
    await _record(tx, officer, "print_batch.made", batch)


def _emit(tx: Tx, batch: PrintBatch) -> None:
    shape = SHAPES[batch.shape]
    event = PrintBatchRequested(
        batch_id=batch.id,
        card_ids=batch.card_ids,
        layout=shape.layout,
        arrangement=shape.arrangement,
        offset=batch.offset,
        requested_at=tx.at,
    )
    tx.emit(event, subject=batch.id, version=batch.version)


async def _record(tx: Tx, officer: Officer, action: str, batch: PrintBatch) -> None:
    detail = {"batch": batch.number, "cards": len(batch.lines)}
    await log.record(tx, Entry(officer.actor, action, detail=detail))


async def _load(tx: Tx, seen: Seen) -> PrintBatch:
    seen.officer.require("print_cards")
    batch = await store.load(tx, seen.batch_id)
    if batch.version != seen.version:
        raise BatchChanged(batch)
    return batch


async def _printed_as(tx: Tx, text: str) -> tuple[ShapeName, str, PrinterOffset]:
    kind, _, name = text.partition(":")
    if kind == "printer":
        printer = await store.load_printer(tx, name)
        return printer.shape, printer.name, printer.offset
    return checked_shape(name), NO_PRINTER, PrinterOffset()


def _line(card: PaperCard) -> Line:
    return Line(
        card_id=card.card_id,
        case_id=card.case_id,
        reference=card.reference,
        registration_number=card.registration_number,
    )
