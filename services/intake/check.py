"""Check a card by the code printed on it: minimal data, the same answer for every unknown code."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date

from services.intake import store
from services.intake.domain import mask_name
from services.intake.intake import Intake
from shared import clock

_LONGEST = 100
_NOISE = str.maketrans("", "", " -")


@dataclass(frozen=True)
class CardCheck:
    """What everybody who holds the card may see (domain.md 14.4)."""

    registration_number: str
    masked_name: str
    issued_on: date
    valid_until: date
    word: str
    office: str


async def check_card(intake: Intake, code: str) -> CardCheck | None:
    """The card of a code, or None for an unknown or malformed one."""
    tidied = code.translate(_NOISE).lower()
    if not tidied or len(tidied) > _LONGEST:
        return None
    code_hash = hashlib.sha256(tidied.encode(errors="replace")).hexdigest()
    application = await store.find_by_check_code(intake.uow.reading(), code_hash)
    if application is None or application.card is None:
        return None
    card = application.card
    valid_until = date.fromisoformat(card["valid_until"])
    return CardCheck(
        registration_number=card["registration_number"],
        masked_name=mask_name(application.pages["identity"]["values"]["full_name"]),
        issued_on=date.fromisoformat(card["issued_on"]),
        valid_until=valid_until,
        word="Berlaku" if clock.today() <= valid_until else "Masa berlaku habis",
        office=intake.office.identity.name,
    )
