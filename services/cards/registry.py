"""What officers note about a job seeker reaches the card: reports, outcomes, revocations.

An event names the card that its sender knew. Another may have taken its place meanwhile, and the
event may come before or after the approval of that one: the cards end up the same. A copy has the
reports and the outcome of its number, a renewal begins anew; what happened to the person after a
card was approved is meant for that card, too (`allocating.py` has the other order).
"""

from __future__ import annotations

from collections.abc import AsyncIterator

from services.cards import store
from services.cards.domain import (
    Card,
    Happening,
    HolderOutcome,
    Report,
    Revocation,
    ending,
    reporting,
)
from services.cards.records import cause_of, keep_card, revoke_card
from shared.contracts.envelope import Event
from shared.contracts.registry import (
    CardRevocationRequested,
    JobSeekerPlaced,
    JobSeekerRemoved,
    JobSeekerReported,
)
from shared.errors import Poison
from shared.observability import get_logger
from shared.uow import Tx

_log = get_logger(__name__)


async def note_report(event: Event[JobSeekerReported], tx: Tx, grace_days: int) -> None:
    data = event.data
    report = Report(
        line_no=data.line_no,
        reported_on=data.reported_on,
        reported_at=data.reported_at,
        answer=data.answer,
        channel=data.channel,
        officer_name=data.officer_name,
        officer_nip=data.officer_nip,
    )
    named = await _named(tx, data.card_id)
    if not 1 <= report.line_no <= len(named.report_due_on):
        raise Poison(f"card {named.card_id} has no line {report.line_no}")
    detail = f"line {report.line_no}: {report.answer}"
    async for card in _followers(tx, named):
        if card.registration_number != named.registration_number:
            return
        await _note(tx, card, reporting(card, report), "reported", detail, grace_days)


async def note_placement(event: Event[JobSeekerPlaced], tx: Tx, grace_days: int) -> None:
    data = event.data
    outcome = HolderOutcome("placed", data.placed_on, data.placed_at)
    await _note_outcome(tx, data.card_id, outcome, grace_days)


async def note_removal(event: Event[JobSeekerRemoved], tx: Tx, grace_days: int) -> None:
    data = event.data
    outcome = HolderOutcome("removed", data.removed_on, data.removed_at, data.reason)
    await _note_outcome(tx, data.card_id, outcome, grace_days)


async def take_card_back(event: Event[CardRevocationRequested], tx: Tx, grace_days: int) -> None:
    """Revoke the card and those approved to follow it before somebody asked for this."""
    data = event.data
    revocation = Revocation(data.reason, data.requested_at)
    named = await _named(tx, data.card_id)
    async for card in _followers(tx, named):
        if card is not named and card.was_approved_at >= revocation.at:
            return
        if card.may_become("revoked"):
            await revoke_card(tx, card, revocation, grace_days)
        else:
            _log.info("card.revocation_too_late", card_id=card.card_id, state=card.state)


async def _note_outcome(tx: Tx, card_id: str, outcome: HolderOutcome, grace_days: int) -> None:
    before = await _named(tx, card_id)
    async for card in _followers(tx, before):
        is_renewal = card.registration_number != before.registration_number
        is_meant = outcome.is_about_the_person and outcome.at > card.was_approved_at
        if is_renewal and not is_meant:
            return
        noted = ending(card, outcome)
        await _note(tx, card, noted, outcome.outcome, outcome.reason, grace_days)
        before = card


async def _note(
    tx: Tx, before: Card, after: Card, what: Happening, detail: str | None, grace_days: int
) -> None:
    """Keep the card with a line of its history, unless nothing is new."""
    if after == before:
        return
    await keep_card(tx, before, after.noting(tx.at, what, detail, cause_of(tx)), grace_days)


async def _named(tx: Tx, card_id: str) -> Card:
    card = await store.find_card(tx, card_id)
    if card is None:
        # its card.issued was heard before the officer could act: this is not our card
        raise Poison(f"no card {card_id}")
    return card


async def _followers(tx: Tx, card: Card) -> AsyncIterator[Card]:
    """The card itself, then each that was allocated to take the place of the one before."""
    following: Card | None = card
    while following is not None:
        yield following
        next_id = following.replaced_by
        following = await store.find_card(tx, next_id) if next_id else None
