"""What came out of the printer: spoilt cards are void and free again, good ones become `printed`.

The confirmation is one transaction. The cards follow in small ones, by the officer's request or by
any replica later: a batch whose process died is found by the cards it still holds.
"""

from __future__ import annotations

import asyncio
import contextlib
from datetime import timedelta
from functools import partial
from typing import cast

from pymongo.errors import PyMongoError

from services.verification.audit import log
from services.verification.audit.domain import Entry
from services.verification.officers.domain import Officer, OfficerRole
from services.verification.printing import store
from services.verification.printing.batches import Seen, emit_closed
from services.verification.printing.domain import BatchChanged, By, PrintBatch, confirmed, settled
from services.verification.review.paper_cards import print_waiting_card, require_none_own
from shared.clock import now
from shared.observability import get_logger
from shared.uow import Tx, UnitOfWork

CHUNK = 25
AT_ONCE = 4  # chunks in the officer's own request; the rest is done behind his back
_EVERY = 5.0
_OTHERS_FIRST = timedelta(seconds=5)
_log = get_logger(__name__)


async def confirm_batch(tx: Tx, seen: Seen, spoilt: frozenset[str] | None) -> PrintBatch:
    """`spoilt` are ids of cards, None: all of them. His own second press changes nothing."""
    officer = seen.officer
    officer.require("print_cards")
    batch = await store.load(tx, seen.batch_id)
    if batch.confirmed is not None and batch.confirmed.officer_id == officer.id:
        return batch
    if batch.version != seen.version:
        raise BatchChanged(batch)
    await require_none_own(tx, officer, [line.case_id for line in batch.lines])
    bad = frozenset(batch.card_ids) if spoilt is None else spoilt
    done = confirmed(batch, officer, tx.at, bad)
    await store.replace(tx, done, batch.version)
    emit_closed(tx, done)
    detail = {
        "batch": done.number,
        "cards": len(done.lines),
        "good": len(done.open_cards),
        "spoilt": len(done.spoilt),
    }
    await log.record(tx, Entry(officer.actor, "print_batch.confirmed", detail=detail))
    for line in done.lines:
        if line.card_id in done.spoilt:
            entry = Entry(officer.actor, "card.misprinted", line.case_id, {"batch": done.number})
            await log.record(tx, entry)
    return done


async def settle(uow: UnitOfWork, batch_id: str, chunks: int | None = None) -> PrintBatch:
    """Mark the good cards as printed, a chunk in each transaction."""
    while True:
        batch = await uow.run(partial(_settle_chunk, batch_id=batch_id))
        if chunks is not None:
            chunks -= 1
        if not batch.is_settling or chunks == 0:
            return batch


async def _settle_chunk(tx: Tx, batch_id: str) -> PrintBatch:
    batch = await store.load(tx, batch_id)
    if not batch.is_settling or batch.confirmed is None:
        return batch
    officer = _as_he_was(batch.confirmed)
    now_printed = batch.open_cards[:CHUNK]
    for line in batch.lines:
        if line.card_id in now_printed:
            await print_waiting_card(tx, line.case_id, officer)
    left = settled(batch, now_printed)
    await store.replace(tx, left, batch.version)
    return left


def _as_he_was(confirmation: By) -> Officer:
    """The officer with the rights that he had when he confirmed."""
    roles = cast("tuple[OfficerRole, ...]", confirmation.roles)
    return Officer(confirmation.officer_id, "", confirmation.name, roles)


async def settle_until_stopped(uow: UnitOfWork, stopping: asyncio.Event) -> None:
    """Go on with what a request left; any number of replicas may."""
    while not stopping.is_set():
        try:
            for batch_id in await store.unsettled(uow.reading(), now() - _OTHERS_FIRST):
                batch = await settle(uow, batch_id)
                _log.info("print_batch.settled", batch=batch.number)
        except (PyMongoError, BatchChanged) as error:
            _log.warning("print_batch.not_settled", cause=type(error).__name__)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), _EVERY)
