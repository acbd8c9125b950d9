"""What only the date changes: cards whose last day is over, and reports that are overdue.

Any number of replicas may look: each card is one transaction that asks the date again, and one
that cannot be read does not keep the others. A clock that was set back finds nothing to do; one
that ran ahead has its overdue reports taken back, but an expired card stays so.
"""

from __future__ import annotations

import asyncio
import contextlib
from datetime import timedelta
from functools import partial

from pymongo.errors import PyMongoError

from services.cards import store
from services.cards.domain import with_status
from services.cards.records import day_of, keep_card
from shared import clock
from shared.contracts.cards import CardExpired
from shared.observability import get_logger
from shared.rounds import change_each
from shared.uow import Tx, UnitOfWork

_EVERY = timedelta(minutes=1)
_log = get_logger(__name__)


async def watch_dates(uow: UnitOfWork, grace_days: int, stopping: asyncio.Event) -> None:
    """Look once a minute until the service stops: midnight is nobody's appointment."""
    while not stopping.is_set():
        try:
            for step in (expire_cards, follow_dates):
                await step(uow, grace_days, stopping)
        except PyMongoError as error:
            _log.warning("dates.not_watched", cause=type(error).__name__)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), _EVERY.total_seconds())


async def expire_cards(uow: UnitOfWork, grace_days: int, stopping: asyncio.Event) -> int:
    """The cards that ended yesterday or before; returns how many were changed."""
    found = store.find_ended(uow.reading(), day_of(clock.now()))
    expire = partial(_expire, grace_days=grace_days)
    changed = await change_each(uow, found, expire, stopping, "card.not_expired")
    if changed:
        _log.info("cards.expired", count=changed)
    return changed


async def follow_dates(uow: UnitOfWork, grace_days: int, stopping: asyncio.Event) -> int:
    """The cards whose status the date has changed; returns how many were changed."""
    found = store.find_changed_by_date(uow.reading(), day_of(clock.now()))
    follow = partial(_follow_date, grace_days=grace_days)
    changed = await change_each(uow, found, follow, stopping, "card.date_not_followed")
    if changed:
        _log.info("cards.status_by_date", count=changed)
    return changed


async def _expire(tx: Tx, card_id: str, grace_days: int) -> bool:
    card = await store.find_card(tx, card_id)
    if card is None or card.state != "issued" or day_of(tx.at) <= card.valid_until:
        return False
    ended = card.to("expired").noting(tx.at, "expired")
    expired = await keep_card(tx, card, ended, grace_days)
    tx.emit(
        CardExpired(
            card_id=expired.card_id,
            application_id=expired.application_id,
            reference=expired.reference,
            registration_number=expired.registration_number,
            valid_until=expired.valid_until,
            expired_at=tx.at,
        ),
        subject=expired.card_id,
        version=expired.version,
    )
    return True


async def _follow_date(tx: Tx, card_id: str, grace_days: int) -> bool:
    card = await store.find_card(tx, card_id)
    if card is None or card.state != "issued":
        return False
    today = with_status(card, grace_days=grace_days, today=day_of(tx.at))
    if today.status == card.status:
        return False
    noted = today.noting(tx.at, "report_overdue") if today.status else today
    await keep_card(tx, card, noted, grace_days)
    return True
