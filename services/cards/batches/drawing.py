"""Draws a batch: every card from its record and its kept token, then the sheets.

One card at a time, so that cards of new approvals find a free worker. Nothing is kept on the way:
killed in the middle it begins again, and stores the same bytes under the same key.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from services.cards import store
from services.cards.batches import closing
from services.cards.batches.closing import object_key
from services.cards.batches.sheets import SheetError, make_sheets
from services.cards.domain import Card
from services.cards.issuing import CARD_FAULTS, Press
from services.cards.printing import face_of
from services.cards.rendering import render
from shared.contracts.cards import StoredObject
from shared.contracts.envelope import Event
from shared.contracts.print_batches import (
    CardLayout,
    PrintBatchFailed,
    PrintBatchProgressed,
    PrintBatchReady,
    PrintBatchRequested,
)
from shared.errors import Unavailable
from shared.messaging.subscribe import Finish
from shared.observability import get_logger
from shared.procpool import WorkerDied, WorkTimedOut
from shared.storage import CARDS, DOCUMENTS
from shared.uow import Scope, Tx, UnitOfWork

CARDS_MOST = 500
TELL_AFTER_CARDS = 25
TELL_AFTER_SECONDS = 5.0
TRIES = 2  # a worker that dies may be the fault of another card
_log = get_logger(__name__)


class InTheWay(Exception):
    """The batch cannot be drawn: because of the first of these cards, if there are any."""

    def __init__(self, cause: str, card_ids: Sequence[str] = ()) -> None:
        super().__init__(cause)
        self.cause = cause
        self.card_ids = tuple(card_ids)


@dataclass
class Progress:
    """Tells the desk how far the batch is, not for each card."""

    uow: UnitOfWork
    batch_id: str
    total: int
    told: int = 0
    told_at: float = field(default_factory=time.monotonic)

    async def note(self, drawn: int) -> None:
        now = time.monotonic()
        if drawn - self.told < TELL_AFTER_CARDS and now - self.told_at < TELL_AFTER_SECONDS:
            return
        self.told, self.told_at = drawn, now

        async def tell(tx: Tx) -> None:
            event = PrintBatchProgressed(
                batch_id=self.batch_id, drawn=drawn, total=self.total, progressed_at=tx.at
            )
            tx.emit(event, subject=self.batch_id, version=drawn)

        await self.uow.run(tell)


@dataclass(frozen=True)
class Drawing:
    """What drawing works with; it gives up at once when the service stops."""

    uow: UnitOfWork
    press: Press
    stopping: asyncio.Event


async def draw_batch(event: Event[PrintBatchRequested], finish: Finish, drawing: Drawing) -> None:
    """Draw and store the sheets, and say so; or say which card stands in the way."""
    asked = event.data
    try:
        cards = await _cards_of(drawing.uow.reading(), asked.card_ids)
        drawn = await _draw_all(asked, cards, drawing)
        sheets = await drawing.press.workers.run(
            make_sheets, drawn, asked.arrangement, asked.offset
        )
    except InTheWay as error:
        await _leave_nothing(asked, drawing)
        await _fail(asked, error, finish)
        return
    except (SheetError, WorkTimedOut, WorkerDied) as error:
        _stop_if_asked(drawing)
        await _leave_nothing(asked, drawing)
        await _fail(asked, InTheWay(type(error).__name__), finish)
        return
    key = object_key(asked.batch_id)
    sha256 = await drawing.press.storage.put(CARDS, key, sheets.pdf, "application/pdf")
    await _leave_nothing(asked, drawing)
    stored = StoredObject(key=key, sha256=sha256, size=len(sheets.pdf))

    async def record(tx: Tx) -> None:
        try:
            await _cards_of(tx, asked.card_ids)  # one may have been revoked meanwhile
        except InTheWay as error:
            _emit_failed(tx, asked, error)
            return
        tx.emit(
            PrintBatchReady(
                batch_id=asked.batch_id, sheets=stored, pages=sheets.pages, ready_at=tx.at
            ),
            subject=asked.batch_id,
            version=len(asked.card_ids) + 1,
        )

    await finish(record)


async def _leave_nothing(asked: PrintBatchRequested, drawing: Drawing) -> None:
    """Of a batch that is closed; an earlier try may have died before it looked."""
    if await closing.is_closed(drawing.uow.reading(), asked.batch_id):
        await drawing.press.storage.delete(CARDS, object_key(asked.batch_id))


async def _cards_of(scope: Scope, card_ids: Sequence[str]) -> list[Card]:
    """The cards in the order of the list, all of them issued."""
    if len(card_ids) > CARDS_MOST:
        raise InTheWay("too_many")
    cards: list[Card] = []
    wrong: dict[str, str] = {}
    for card_id in card_ids:
        card = await store.find_card(scope, card_id)
        if card is not None and card.state == "issued":
            cards.append(card)
        else:
            wrong[card_id] = card.state if card else "unknown_card"
    if wrong:
        raise InTheWay(next(iter(wrong.values())), tuple(wrong))
    return cards


async def _draw_all(
    asked: PrintBatchRequested, cards: Sequence[Card], drawing: Drawing
) -> list[bytes]:
    progress = Progress(drawing.uow, asked.batch_id, len(cards))
    drawn: list[bytes] = []
    for card in cards:
        if len(drawn) % TELL_AFTER_CARDS == 0:
            await _require_open(asked, drawing)
        drawn.append(await _draw(card, asked.layout, drawing))
        await progress.note(len(drawn))
    return drawn


async def _require_open(asked: PrintBatchRequested, drawing: Drawing) -> None:
    """A batch that was cancelled is not drawn to its end: others wait behind it."""
    if await closing.is_closed(drawing.uow.reading(), asked.batch_id):
        raise InTheWay("closed")


async def _draw(card: Card, layout: CardLayout, drawing: Drawing) -> bytes:
    for attempt in range(1, TRIES + 1):
        _stop_if_asked(drawing)
        try:
            return await draw_card(card, layout, drawing.press)
        except CARD_FAULTS as error:
            _stop_if_asked(drawing)
            cause = type(error).__name__
            _log.warning("batch.card_not_drawn", card_id=card.card_id, cause=cause)
            if attempt == TRIES or not isinstance(error, WorkTimedOut | WorkerDied):
                raise InTheWay(cause, [card.card_id]) from error
    raise AssertionError("unreachable")


async def draw_card(card: Card, layout: CardLayout, press: Press) -> bytes:
    """The card once more, from its record: the same token, nothing is signed again."""
    photo = await press.storage.get(DOCUMENTS, card.photo.key, card.photo.sha256)
    face = face_of(card, press.keys, press.office, press.public_url)
    return await press.workers.run(render, face, photo, layout)


def _stop_if_asked(drawing: Drawing) -> None:
    """The next process begins again; a pool that closes is no fault of a card."""
    if drawing.stopping.is_set():
        raise Unavailable


async def _fail(asked: PrintBatchRequested, error: InTheWay, finish: Finish) -> None:
    _log.error("batch.failed", batch_id=asked.batch_id, cause=error.cause)

    async def record(tx: Tx) -> None:
        _emit_failed(tx, asked, error)

    await finish(record)


def _emit_failed(tx: Tx, asked: PrintBatchRequested, error: InTheWay) -> None:
    event = PrintBatchFailed(
        batch_id=asked.batch_id,
        cause=error.cause,
        card_id=error.card_ids[0] if error.card_ids else None,
        others=error.card_ids[1:],
        failed_at=tx.at,
    )
    tx.emit(event, subject=asked.batch_id, version=len(asked.card_ids) + 1)
