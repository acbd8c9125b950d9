"""Check a card by its code: minimal data, the same answer for every unknown or malformed code."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date

from services.intake import store
from services.intake.checking.codes import check_keys, macs_of, tidy_code
from services.intake.checking.standing import Stands, stands_of
from services.intake.domain import Application, mask_name
from services.intake.intake import Intake
from services.intake.quotas import TooMany
from shared import clock
from shared.card_standing import Standing
from shared.web.limits import Limit, hit, hit_all, network

_LINKS = Limit("card_checks", 60, 300)  # of one network; a link holds 128 bits
_PER_MINUTE = Limit("card_codes_minute", 10, 60)  # of one address; a printed code holds 50
_PER_HOUR = Limit("card_codes_hour", 100, 3600)
_OFTEN = "Banyak kode kartu dicek dari jaringan internet yang sama."
_LONGEST = 100
_NOISE = str.maketrans("", "", " -")


@dataclass(frozen=True)
class CardCheck:
    """What everybody who holds the card may see (domain.md 14.4)."""

    registration_number: str
    masked_name: str
    issued_on: date
    valid_until: date
    standing: Standing
    word: str
    office: str


async def check_code(intake: Intake, typed: str, address: str) -> CardCheck | None:
    """The card with this printed code; None for an unknown or malformed one.

    Raises `TooMany`.
    """
    reading = intake.uow.reading()
    one = network(address) if ":" in address else address  # of IPv6 everybody has a whole /64
    wait = await hit_all(reading, (_PER_MINUTE, one), (_PER_HOUR, one))
    if wait:
        raise TooMany(wait, _OFTEN)
    macs = macs_of(check_keys(intake.settings), tidy_code(typed))
    return await _checked(intake, await store.find_by_check_macs(reading, macs))


async def check_link(intake: Intake, code: str, address: str) -> CardCheck | None:
    """The card of a link, as those have that were issued before the QR was signed.

    Raises `TooMany`.
    """
    reading = intake.uow.reading()
    wait = await hit(reading, _LINKS, network(address))
    if wait:
        raise TooMany(wait, _OFTEN)
    tidied = code.translate(_NOISE).lower()
    if not tidied or len(tidied) > _LONGEST:
        return None
    code_hash = hashlib.sha256(tidied.encode(errors="replace")).hexdigest()
    return await _checked(intake, await store.find_by_check_code(reading, code_hash))


async def how_it_stands(intake: Intake, application: Application) -> Stands | None:
    """How the card of an application stands today; None while there is none."""
    card = application.card
    number = card["registration_number"] if card else ""
    copies = await store.find_after_issue(intake.uow.reading(), number) if card else []
    return stands_of(application, copies, intake.office.card.report_grace_days, clock.today())


async def _checked(intake: Intake, application: Application | None) -> CardCheck | None:
    found = await how_it_stands(intake, application) if application else None
    if application is None or application.card is None or found is None:
        return None
    card = application.card
    return CardCheck(
        registration_number=card["registration_number"],
        masked_name=mask_name(application.pages["identity"]["values"]["full_name"]),
        issued_on=date.fromisoformat(card["issued_on"]),
        valid_until=date.fromisoformat(card["valid_until"]),
        standing=found.standing,
        word=found.word,
        office=intake.office.identity.name,
    )
