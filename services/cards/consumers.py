"""What cards hears: approvals, what officers note of a job seeker, its own next step."""

from __future__ import annotations

import asyncio
from functools import partial

from services.cards import registry, store
from services.cards.allocating import allocate_card, equip_card
from services.cards.batches.closing import close_batch
from services.cards.batches.drawing import Drawing, draw_batch
from services.cards.issuing import (
    CARD_FAULTS,
    Press,
    give_up_card,
    is_last_attempt,
    issue_card,
    retry_failed_card,
)
from shared.contracts.cards import CardAllocated
from shared.contracts.envelope import Event
from shared.contracts.print_batches import PrintBatchClosed, PrintBatchRequested
from shared.contracts.registry import (
    CardRevocationRequested,
    JobSeekerPlaced,
    JobSeekerRemoved,
    JobSeekerReported,
)
from shared.contracts.repairs import CardRetryRequested
from shared.contracts.reviews import ApplicationApproved
from shared.messaging.subscribe import Consumer, Finish, Step
from shared.messaging.topology import (
    CARDS_APPROVALS,
    CARDS_BATCHES,
    CARDS_CLOSED_BATCHES,
    CARDS_RENDERING,
)
from shared.uow import Tx, UnitOfWork


def consumers(uow: UnitOfWork, press: Press, stopping: asyncio.Event) -> list[Consumer]:
    drawing = Drawing(uow, press, stopping)

    async def on_application_approved(event: Event[ApplicationApproved], tx: Tx) -> None:
        await allocate_card(event, tx, press)

    async def on_card_allocated(event: Event[CardAllocated], finish: Finish) -> None:
        card = await store.find_card(uow.reading(), event.data.card_id)
        if card is not None and card.token is None:
            card = await uow.run(partial(equip_card, card_id=card.card_id, press=press))
        try:
            await issue_card(event, finish, card, press, uow.reading())
        except CARD_FAULTS as error:
            attempts = await store.count_attempt(uow.reading(), event.data.card_id)
            if card is None or not is_last_attempt(attempts):
                raise
            await give_up_card(finish, card, error)

    return [
        Consumer(
            CARDS_APPROVALS,
            {
                ApplicationApproved: on_application_approved,
                CardRetryRequested: retry_failed_card,
                JobSeekerReported: partial(registry.note_report, grace_days=press.grace_days),
                JobSeekerPlaced: partial(registry.note_placement, grace_days=press.grace_days),
                JobSeekerRemoved: partial(registry.note_removal, grace_days=press.grace_days),
                CardRevocationRequested: partial(
                    registry.take_card_back, grace_days=press.grace_days
                ),
            },
        ),
        Consumer(CARDS_RENDERING, {CardAllocated: Step(on_card_allocated)}),
        Consumer(CARDS_BATCHES, {PrintBatchRequested: Step(partial(draw_batch, drawing=drawing))}),
        Consumer(
            CARDS_CLOSED_BATCHES,
            {PrintBatchClosed: Step(partial(close_batch, uow=uow, storage=press.storage))},
        ),
    ]
