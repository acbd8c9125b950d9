"""What the service hears of cards, kept in the registration of their holder.

Events come in any order: the end of a card, or a card that takes the place of another, is waited
for until the card before is known.
"""

from __future__ import annotations

from typing import Any

from services.verification.audit import log
from services.verification.audit.domain import SYSTEM, Entry
from services.verification.register import store
from services.verification.register.domain import (
    CardEnd,
    RegisteredCard,
    RegisteredPerson,
    Registration,
    drop,
    end_card,
    enter,
    follow,
)
from services.verification.register.telling import tell_removed
from shared.clock import OFFICE_ZONE
from shared.contracts.cards import CardExpired, CardRevoked
from shared.contracts.envelope import Event
from shared.contracts.registry import RemovalReason
from shared.errors import NotYet
from shared.uow import Scope, Tx


async def register_card(
    tx: Tx, card: RegisteredCard, person: RegisteredPerson, replaces: str | None
) -> None:
    """Begin a spell with this card, or go on with that of the card whose place it takes.

    Who has left the list does not come back by a renewal: that begins a new spell. A copy for him
    is a copy of a card that counts no more.
    """
    if await store.of_card(tx, card.card_id) is not None:
        return
    before = await store.of_card(tx, replaces) if replaces else None
    if replaces and before is None:
        raise NotYet(f"card {card.card_id} came before the card that it replaces")
    if before is None or (card.kind == "renewal" and not before.is_live):
        await store.insert(tx, enter(card, person))
    else:
        await store.replace(tx, follow(before, card, person), before.version)


async def note_revoked_card(event: Event[CardRevoked], tx: Tx) -> None:
    """The card counts no more. Without a card nobody stays in the list."""
    data = event.data
    before = await _known(tx, data.card_id)
    after = end_card(before, data.card_id, CardEnd(reason=data.reason, at=data.revoked_at))
    if data.reason != "superseded":
        detail: dict[str, Any] = {"revocation_reason": data.reason}
        entry = Entry(
            SYSTEM, "card.revoked", data.application_id, detail, happened_at=data.revoked_at
        )
        await log.record(tx, entry)
        after = await _dropped(tx, after, data.card_id, "office")
    await _keep(tx, before, after)


async def note_expired_card(event: Event[CardExpired], tx: Tx) -> None:
    """Cards would not have told it of a card that was renewed: the holder leaves the list."""
    data = event.data
    before = await _known(tx, data.card_id)
    after = end_card(before, data.card_id, CardEnd(reason="expired", at=data.expired_at))
    entry = Entry(SYSTEM, "card.expired", data.application_id, happened_at=data.expired_at)
    await log.record(tx, entry)
    await _keep(tx, before, await _dropped(tx, after, data.card_id, "expired"))


async def _known(scope: Scope, card_id: str) -> Registration:
    found = await store.of_card(scope, card_id)
    if found is None:
        raise NotYet(f"the end of card {card_id} came before the card")
    return found


async def _dropped(
    tx: Tx, registration: Registration, card_id: str, reason: RemovalReason
) -> Registration:
    if registration.card.card_id != card_id or not registration.is_live:
        return registration
    dropped = drop(registration, reason, tx.at.astimezone(OFFICE_ZONE).date(), tx.at)
    await tell_removed(tx, dropped)
    return dropped


async def _keep(tx: Tx, before: Registration, after: Registration) -> None:
    if after is not before:
        await store.replace(tx, after, before.version)
