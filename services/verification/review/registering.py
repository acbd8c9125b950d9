"""Cards that an older release kept get their registration, the oldest first.

What is heard of such a card meanwhile is waited for until it is known.
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
from shared.mongo import Document
from shared.observability import get_logger
from shared.office import Card
from shared.uow import Tx, UnitOfWork

_BATCH = 200
_EVERY = timedelta(minutes=1)  # an older replica may still write some during a deploy
_log = get_logger(__name__)


async def register_until_stopped(uow: UnitOfWork, config: Card, stopping: asyncio.Event) -> None:
    """Look once a minute until the service stops."""
    while not stopping.is_set():
        after = ""
        try:
            while not stopping.is_set() and (last := await register_some(uow, config, after)):
                after = last
        except PyMongoError as error:
            _log.warning("cards.not_registered", cause=type(error).__name__)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), _EVERY.total_seconds())


async def register_some(uow: UnitOfWork, config: Card, after: str) -> str:
    """One batch of cards after this one; returns the last of them, empty when there are none."""
    found = await store.unregistered(uow.reading(), after, _BATCH)
    for row in found:
        await uow.run(partial(_register, row=row, config=config))
    if found:
        _log.info("cards.registered", count=len(found))
    return found[-1]["_id"] if found else ""


async def _register(tx: Tx, row: Document, config: Card) -> None:
    case = await store.find(tx, row["application_id"])
    if case is None:
        _log.error("card.without_case", card_id=row["_id"])
        return
    issued_on = date.fromisoformat(row["issued_on"])
    months = config.report_interval_months
    card = RegisteredCard(
        card_id=row["_id"],
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
    await store.mark_registered(tx, card.card_id)
