"""What cards says of a batch: how far it is, that its sheets lie there, or what is in the way.

These may come late or in another order; a batch that is closed stays as it is.
"""

from __future__ import annotations

from services.verification.printing import store
from services.verification.printing.domain import (
    PrintBatch,
    became_failed,
    became_ready,
    progressed,
)
from shared.contracts.envelope import Event
from shared.contracts.print_batches import (
    PrintBatchFailed,
    PrintBatchProgressed,
    PrintBatchReady,
)
from shared.errors import Poison
from shared.uow import Tx


async def note_progress(event: Event[PrintBatchProgressed], tx: Tx) -> None:
    batch = await _load(tx, event.data.batch_id)
    await _keep(tx, batch, progressed(batch, event.data.drawn, tx.at))


async def note_ready(event: Event[PrintBatchReady], tx: Tx) -> None:
    data = event.data
    batch = await _load(tx, data.batch_id)
    await _keep(tx, batch, became_ready(batch, data.sheets, data.pages, tx.at))


async def note_failed(event: Event[PrintBatchFailed], tx: Tx) -> None:
    data = event.data
    in_the_way = (data.card_id, *data.others) if data.card_id else ()
    batch = await _load(tx, data.batch_id)
    await _keep(tx, batch, became_failed(batch, data.cause, in_the_way, tx.at))


async def _load(tx: Tx, batch_id: str) -> PrintBatch:
    batch = await store.find(tx, batch_id)
    if batch is None:
        raise Poison(f"no batch {batch_id}")
    return batch


async def _keep(tx: Tx, before: PrintBatch, after: PrintBatch) -> None:
    if after != before:
        await store.replace(tx, after, before.version)
