"""What the service hears of cards, kept in the registration of their holder.

Events come in any order: the card before, or the card that ends, is waited for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

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
from services.verification.register.telling import tell_placed, tell_removed
from shared.clock import OFFICE_ZONE
from shared.contracts.cards import CardExpired, RevocationReason
from shared.contracts.registry import RemovalReason
from shared.errors import NotYet
from shared.uow import Scope, Tx


@dataclass(frozen=True)
class Descent:
    """Which card came before: its id, its number, and when the new one was approved."""

    replaces: str | None = None
    number: str | None = None
    approved_at: datetime | None = None


async def register_card(
    tx: Tx, card: RegisteredCard, person: RegisteredPerson, descent: Descent
) -> None:
    """Begin a spell with this card, or go on with that of the card whose place it takes."""
    if await store.of_card(tx, card.card_id) is not None:
        return
    before = await _before(tx, card, descent) if descent.replaces else None
    if before is None or not before.goes_on_with(card, descent.approved_at):
        await store.insert(tx, enter(card, person))
    else:
        followed = follow(before, card, person)
        await store.replace(tx, followed, before.version)
        if followed.card is card and all(each.number != card.number for each in before.cards):
            await _tell_again(tx, followed)


async def is_registered(scope: Scope, card_id: str) -> bool:
    return await store.of_card(scope, card_id) is not None


async def _tell_again(tx: Tx, registration: Registration) -> None:
    """Who left while this card was made: what was told names the card before, of another number."""
    if registration.placement is not None:
        await tell_placed(tx, registration, SYSTEM)
    elif registration.removal is not None:
        await tell_removed(tx, registration)


async def _before(scope: Scope, card: RegisteredCard, descent: Descent) -> Registration:
    """By the card that is replaced, or, if that was never issued, by the number before it."""
    found = await store.of_card(scope, descent.replaces or "")
    if found is not None:
        return found
    numbers = [card.number, *([descent.number] if descent.number else [])]
    others = await store.of_numbers(scope, numbers)
    if not others:
        raise NotYet(f"card {card.card_id} came before the card that it replaces")
    return max(others, key=lambda each: each.id)


async def revoke_registered(
    tx: Tx, card_id: str, reason: RevocationReason, revoked_at: datetime
) -> None:
    """The card counts no more. Without a card nobody stays in the list."""
    before = await store.load(tx, card_id)
    after = end_card(before, card_id, CardEnd(reason=reason, at=revoked_at))
    if reason != "superseded":
        after = await _dropped(tx, after, card_id, "office")
    await _keep(tx, before, after)


async def expire_registered(tx: Tx, data: CardExpired) -> None:
    """Cards would not have told it of a card that was renewed: the holder leaves the list."""
    before = await store.of_card(tx, data.card_id)
    if before is None:
        raise NotYet(f"the end of card {data.card_id} came before the card")
    after = end_card(before, data.card_id, CardEnd(reason="expired", at=data.expired_at))
    entry = Entry(SYSTEM, "card.expired", data.application_id, happened_at=data.expired_at)
    await log.record(tx, entry)
    await _keep(tx, before, await _dropped(tx, after, data.card_id, "expired"))


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
