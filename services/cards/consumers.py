"""What cards hears: approvals, officers who want a failed card tried again, its own next step."""

from __future__ import annotations

from services.cards import store
from services.cards.issuing import (
    CARD_FAULTS,
    Press,
    allocate_card,
    give_up_card,
    is_last_attempt,
    issue_card,
    retry_failed_card,
)
from shared.contracts.cards import CardAllocated
from shared.contracts.envelope import Event
from shared.contracts.repairs import CardRetryRequested
from shared.contracts.reviews import ApplicationApproved
from shared.messaging.subscribe import Consumer, Finish, Step
from shared.messaging.topology import CARDS_APPROVALS, CARDS_RENDERING
from shared.uow import Tx, UnitOfWork


def consumers(uow: UnitOfWork, press: Press) -> list[Consumer]:
    async def on_application_approved(event: Event[ApplicationApproved], tx: Tx) -> None:
        await allocate_card(event, tx, press)

    async def on_card_allocated(event: Event[CardAllocated], finish: Finish) -> None:
        card = await store.find_card(uow.reading(), event.data.card_id)
        try:
            await issue_card(event, finish, card, press)
        except CARD_FAULTS as error:
            attempts = await store.count_attempt(uow.reading(), event.data.card_id)
            if card is None or not is_last_attempt(attempts):
                raise
            await give_up_card(finish, card, error)

    return [
        Consumer(
            CARDS_APPROVALS,
            {ApplicationApproved: on_application_approved, CardRetryRequested: retry_failed_card},
        ),
        Consumer(CARDS_RENDERING, {CardAllocated: Step(on_card_allocated)}),
    ]
