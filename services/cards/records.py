"""A card's record changes: saved with the status that follows from it, and what ends it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from services.cards import store
from services.cards.domain import Card, Revocation, with_status
from services.cards.publishing.changes import note_status
from shared.clock import OFFICE_ZONE
from shared.contracts.cards import CardRevoked, RevocationReason
from shared.uow import Tx


def day_of(moment: datetime) -> date:
    """The day at the office."""
    return moment.astimezone(OFFICE_ZONE).date()


def cause_of(tx: Tx) -> str | None:
    return tx.cause.event_id if tx.cause else None


async def keep_card(tx: Tx, before: Card, after: Card, grace_days: int) -> Card:
    """Save a changed card; when its status changed, the status list is written again."""
    changed = with_status(after, grace_days=grace_days, today=day_of(tx.at))
    saved = await store.save_card(tx, changed)
    if saved.status_index is not None and saved.status != before.status:
        await note_status(tx, saved.status_index, saved.status)
    return saved


async def revoke_card(
    tx: Tx, card: Card, revocation: Revocation, grace_days: int, replaced_by: str | None = None
) -> None:
    """End a card before its time. One that was not issued yet never will be."""
    ended = replace(card.to("revoked"), revocation=revocation)
    noted = ended.noting(tx.at, "revoked", revocation.reason, cause_of(tx))
    revoked = await keep_card(tx, card, noted, grace_days)
    tx.emit(
        CardRevoked(
            card_id=revoked.card_id,
            application_id=revoked.application_id,
            reference=revoked.reference,
            registration_number=revoked.registration_number,
            reason=revocation.reason,
            revoked_at=tx.at,
            replaced_by=replaced_by,
        ),
        subject=revoked.card_id,
        version=revoked.version,
    )


async def revoke_replaced(tx: Tx, card: Card, grace_days: int) -> None:
    """End every card that an issued one takes the place of.

    All of them, not only the last: one between may have failed, and been overtaken by a second
    request.
    """
    earlier_id = card.replaces_card_id
    reason: RevocationReason = "superseded"
    while earlier_id is not None:
        earlier = await store.find_card(tx, earlier_id)
        if earlier is None:
            return
        if earlier.may_become("revoked"):
            await revoke_card(tx, earlier, Revocation(reason, tx.at), grace_days, card.card_id)
        earlier_id = earlier.replaces_card_id
