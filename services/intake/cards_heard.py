"""What intake hears of cards: issued, replaced, revoked, expired, and what became of the holder.

Two services tell it, in any order and perhaps twice. What was told after the issue is kept as a
set of facts, each of which is written once, so that no order matters (checking/standing.py).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from services.intake import store
from services.intake.checking.codes import check_keys, mac_of, tidy_code
from services.intake.domain import Application
from shared.contracts.cards import CardExpired, CardFailed, CardIssued, CardRevoked
from shared.contracts.envelope import Event, EventData
from shared.contracts.registry import (
    CardSealed,
    JobSeekerPlaced,
    JobSeekerRemoved,
    JobSeekerReported,
)
from shared.errors import Poison
from shared.messaging.subscribe import Handler
from shared.observability import get_logger
from shared.sealed import field_context
from shared.service import Resources
from shared.uow import Tx

_log = get_logger(__name__)
_NOT_KEPT = {"application_id", "reference", "check_code"}


def handlers(resources: Resources) -> dict[type[EventData], Handler]:
    return {
        CardIssued: _issued(resources),
        CardFailed: on_card_failed,
        CardRevoked: on_card_revoked,
        CardExpired: on_card_expired,
        CardSealed: on_card_sealed,
        JobSeekerReported: on_job_seeker_reported,
        JobSeekerPlaced: on_job_seeker_placed,
        JobSeekerRemoved: on_job_seeker_removed,
    }


def _issued(resources: Resources) -> Callable[[Event[CardIssued], Tx], Awaitable[None]]:
    """Needs the keys: the code printed on the card comes sealed, and stays as a hash."""

    def card_of(data: CardIssued) -> dict[str, Any]:
        # without what is None: the unique index of old codes counts only cards that have one
        card = data.model_dump(mode="json", exclude=_NOT_KEPT, exclude_none=True)
        if data.check_code is not None:
            context = field_context(data.application_id, "check_code")
            code = tidy_code(resources.keys.open("identity", data.check_code, context))
            if code is None:
                raise Poison("the check code is no code")
            card["check_code_mac"] = mac_of(check_keys(resources.settings), code)
        return card

    async def on_card_issued(event: Event[CardIssued], tx: Tx) -> None:
        data = event.data

        def change(application: Application) -> None:
            if not application.hear(event.source, event.aggregateversion):
                return
            if application.card is None and not application.move("issued"):
                _log.error("card.of_closed_application", state=application.state)
                return
            if application.card is not None:
                _drop_older_seal(application, data.issued_at)
            application.card = card_of(data)
            application.note("issued", data.issued_at, registration_number=data.registration_number)

        await change_application(event, tx, change)

    return on_card_issued


async def on_card_failed(event: Event[CardFailed], tx: Tx) -> None:
    """An officer looks after it; for the applicant the card is still being made."""

    def change(application: Application) -> None:
        application.hear(event.source, event.aggregateversion)

    await change_application(event, tx, change)


async def on_card_revoked(event: Event[CardRevoked], tx: Tx) -> None:
    data = event.data
    await _keep(event, tx, "revoked", data.revoked_at, reason=data.reason)


async def on_card_expired(event: Event[CardExpired], tx: Tx) -> None:
    await _keep(event, tx, "expired", event.data.expired_at)


async def on_card_sealed(event: Event[CardSealed], tx: Tx) -> None:
    """From now on the holder gets the PDF with the seal."""
    data = event.data
    stored = {"object_key": data.object_key, "sha256": data.sha256}

    def change(application: Application) -> None:
        _drop_older_seal(application, data.sealed_at)
        _add_fact(application, "sealed", data.sealed_at, stored)

    await change_application(event, tx, change)


def _drop_older_seal(application: Application, at: datetime) -> None:
    """A card signed anew is another PDF than the one that was sealed before."""
    sealed = application.after_issue.get("sealed")
    if sealed is not None and sealed["at"] < at:
        del application.after_issue["sealed"]


async def on_job_seeker_placed(event: Event[JobSeekerPlaced], tx: Tx) -> None:
    data = event.data
    await _keep(event, tx, "placed", data.placed_at, on=data.placed_on.isoformat())


async def on_job_seeker_removed(event: Event[JobSeekerRemoved], tx: Tx) -> None:
    data = event.data
    on = data.removed_on.isoformat()
    await _keep(event, tx, "removed", data.removed_at, reason=data.reason, on=on)


async def on_job_seeker_reported(event: Event[JobSeekerReported], tx: Tx) -> None:
    data = event.data

    def change(application: Application) -> None:
        reports = application.after_issue.setdefault("reports", {})
        if str(data.line_no) in reports:
            return
        reports[str(data.line_no)] = data.reported_on.isoformat()
        next_due = data.next_due_on.isoformat() if data.next_due_on else None
        application.note("reported", data.reported_at, line_no=data.line_no, next_due_on=next_due)

    await change_application(event, tx, change)


async def _keep(event: Event[Any], tx: Tx, what: str, at: datetime, **details: Any) -> None:
    """One fact, with its line in the timeline; a second telling of it changes nothing."""

    def change(application: Application) -> None:
        _add_fact(application, what, at, details)

    await change_application(event, tx, change)


def _add_fact(application: Application, what: str, at: datetime, details: dict[str, Any]) -> None:
    if what not in application.after_issue:
        application.after_issue[what] = {"at": at, **details}
        application.note(f"card_{what}", at, **details)


async def change_application(
    event: Event[Any], tx: Tx, change: Callable[[Application], None]
) -> None:
    application = await store.find_application(tx, event.data.application_id)
    if application is None:
        # It was committed here before anybody could hear of it: this is not our event.
        raise Poison(f"no application {event.data.application_id}")
    change(application)
    await store.save_application(tx, application)
