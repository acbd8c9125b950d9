"""Cards that an older release kept get their registration, the oldest first.

What is heard of such a card meanwhile has it registered at once.
"""

from __future__ import annotations

import asyncio
import contextlib
from datetime import date, timedelta
from functools import partial

from pymongo.errors import PyMongoError

from services.verification.register.domain import RegisteredCard
from services.verification.register.hearing import Descent, register_card
from services.verification.review import store
from services.verification.review.results import person_of
from shared.dates import add_months
from shared.observability import get_logger
from shared.office import Card
from shared.rounds import change_each
from shared.uow import Tx, UnitOfWork

_EVERY = timedelta(minutes=1)  # an older replica may still write some during a deploy
_log = get_logger(__name__)


async def register_until_stopped(uow: UnitOfWork, config: Card, stopping: asyncio.Event) -> None:
    """Look once a minute until the service stops."""
    while not stopping.is_set():
        try:
            await register_cards(uow, config, stopping)
        except PyMongoError as error:
            _log.warning("cards.not_registered", cause=type(error).__name__)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), _EVERY.total_seconds())


async def register_cards(uow: UnitOfWork, config: Card, stopping: asyncio.Event) -> int:
    """Returns how many were registered."""
    found = store.unregistered(uow.reading())
    register = partial(register_kept_card, config=config)
    registered = await change_each(uow, found, register, stopping, "card.not_registered")
    if registered:
        _log.info("cards.registered", count=registered)
    return registered


async def register_kept_card(tx: Tx, card_id: str, config: Card) -> bool:
    """Register a card if an older release kept it without; whether it did."""
    row = await store.card(tx, card_id)
    if row is None or row["state"] != "issued" or row.get("registered"):
        return False
    case = await store.find(tx, row["application_id"])
    if case is None:
        _log.error("card.without_case", card_id=card_id)
        return False
    # first: whoever else registers this card now writes here, too, and one of the two begins again
    await store.mark_registered(tx, card_id)
    issued_on = date.fromisoformat(row["issued_on"])
    months = config.report_interval_months
    card = RegisteredCard(
        card_id=card_id,
        application_id=case.id,
        reference=case.reference,
        number=row["registration_number"],
        copy_no=1,
        kind=case.kind,
        issued_on=issued_on,
        valid_until=date.fromisoformat(row["valid_until"]),
        report_due_on=tuple(
            add_months(issued_on, months * line) for line in range(1, config.report_lines + 1)
        ),
        issued_at=row["at"],
    )
    await register_card(tx, card, person_of(case), Descent())
    return True
