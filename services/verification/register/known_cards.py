"""Cards that the register knows, for the parts of the desk that have no business in its store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from services.verification.register import store
from services.verification.register.domain import Lane, RegisterStanding, Registration
from services.verification.search.store import plain_number
from shared.clock import today
from shared.uow import Scope


@dataclass(frozen=True)
class KnownCard:
    """A card found by its number, and where its registration stands.

    `newer_number` is that of the card that took its place, if it was renewed.
    """

    card_id: str
    application_id: str
    reference: str
    registration_number: str
    valid_until: date
    nik_index: str
    lane: Lane
    newer_number: str | None = None


async def cards_numbered(scope: Scope, numbers: Sequence[str]) -> dict[str, KnownCard]:
    """By number as typed, with or without spaces and signs between; of several copies the last."""
    typed = {number: plain_number(number) for number in numbers}
    asked = sorted({*typed, *typed.values()})
    registrations = await store.of_numbers(scope, asked) if asked else []
    found = {
        card.number: _known(each, card.number) for each in registrations for card in each.cards
    }
    return {
        number: card
        for number, plain in typed.items()
        if (card := found.get(number) or found.get(plain))
    }


async def with_live_card(scope: Scope, application_ids: Sequence[str]) -> set[str]:
    """Those of these applications whose card counts today, and whose holder is in the list."""
    if not application_ids:
        return set()
    day = today()
    found = await store.of_applications(scope, list(application_ids))
    live = [each.card for each in found if each.lane == "live" and each.card.valid_until >= day]
    return {card.application_id for card in live}.intersection(application_ids)


async def standings_of(
    scope: Scope, application_ids: Sequence[str], grace_days: int
) -> dict[str, RegisterStanding]:
    """How the cards of these applications stand, by application."""
    if not application_ids:
        return {}
    day = today()
    standings: dict[str, RegisterStanding] = {}
    for each in await store.of_applications(scope, list(application_ids)):
        for card in each.cards[:-1]:
            standings[card.application_id] = "superseded"
        standings[each.card.application_id] = each.standing(grace_days, day)
    return standings


def _known(registration: Registration, number: str) -> KnownCard:
    card = [each for each in registration.cards if each.number == number][-1]
    present = registration.card
    return KnownCard(
        card_id=card.card_id,
        application_id=card.application_id,
        reference=card.reference,
        registration_number=number,
        valid_until=card.valid_until,
        nik_index=registration.person.nik_index,
        lane=registration.lane,
        newer_number=present.number if present.number != number else None,
    )
