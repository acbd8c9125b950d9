"""What intake hears: decisions, cards and notices become the status of the application.

Events of one source may come late or in the wrong order: the timeline takes each, the state only
what is newer than all heard from that source, and an issued application never goes back. How a
withdrawal and a decision that cross are settled is told in `withdrawal.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from services.intake import store
from services.intake.domain import Application, State
from shared.contracts.cards import CardFailed, CardIssued
from shared.contracts.envelope import Event
from shared.contracts.notices import (
    DRAFT_TEMPLATES,
    OFFICE_TEMPLATES,
    NoticeFailed,
    NoticeSent,
)
from shared.contracts.reviews import (
    ApplicationApproved,
    ApplicationRejected,
    ApplicationReturned,
    CardCollected,
    CardPrinted,
    ReviewStarted,
)
from shared.errors import Poison
from shared.messaging.subscribe import Consumer
from shared.messaging.topology import INTAKE_CARDS, INTAKE_DECISIONS, INTAKE_NOTICES
from shared.observability import get_logger
from shared.service import Resources
from shared.uow import Tx

_log = get_logger(__name__)


def consumers(_: Resources) -> list[Consumer]:
    return [
        Consumer(
            INTAKE_DECISIONS,
            {
                ReviewStarted: on_review_started,
                ApplicationReturned: on_application_returned,
                ApplicationRejected: on_application_rejected,
                ApplicationApproved: on_application_approved,
                CardPrinted: on_card_printed,
                CardCollected: on_card_collected,
            },
        ),
        Consumer(INTAKE_CARDS, {CardIssued: on_card_issued, CardFailed: on_card_failed}),
        Consumer(INTAKE_NOTICES, {NoticeSent: on_notice_sent, NoticeFailed: on_notice_failed}),
    ]


async def on_review_started(event: Event[ReviewStarted], tx: Tx) -> None:
    def change(application: Application) -> None:
        application.note("review_started", event.data.started_at)
        _decide(application, event, "under_review")

    await _change(event, tx, change)


async def on_application_returned(event: Event[ApplicationReturned], tx: Tx) -> None:
    data = event.data

    def change(application: Application) -> None:
        details = {
            "items": [item.model_dump() for item in data.items],
            "note": data.note,
            "due_on": data.due_on.isoformat(),
        }
        application.note("returned", data.returned_at, **details)
        _answered(application, data.returned_at)
        if _decide(application, event, "returned"):
            application.returned = {**details, "returned_at": data.returned_at}

    await _change(event, tx, change)


async def on_application_rejected(event: Event[ApplicationRejected], tx: Tx) -> None:
    data = event.data

    def change(application: Application) -> None:
        application.note(
            "rejected",
            data.rejected_at,
            reason_code=data.reason_code,
            reason=data.reason,
            note=data.note,
        )
        _answered(application, data.rejected_at)
        _decide(application, event, "rejected")

    await _change(event, tx, change)


async def on_application_approved(event: Event[ApplicationApproved], tx: Tx) -> None:
    def change(application: Application) -> None:
        application.note("approved", event.data.approved_at)
        _answered(application, event.data.approved_at)
        _decide(application, event, "approved")

    await _change(event, tx, change)


async def on_card_issued(event: Event[CardIssued], tx: Tx) -> None:
    data = event.data

    def change(application: Application) -> None:
        if not application.hear(event.source, event.aggregateversion):
            return
        if not application.move("issued"):
            _log.error("card.of_closed_application", state=application.state)
            return
        application.card = data.model_dump(mode="json", exclude={"application_id", "reference"})
        application.note("issued", data.issued_at, registration_number=data.registration_number)

    await _change(event, tx, change)


async def on_card_failed(event: Event[CardFailed], tx: Tx) -> None:
    """An officer looks after it; for the applicant the card is still being made."""

    def change(application: Application) -> None:
        application.hear(event.source, event.aggregateversion)

    await _change(event, tx, change)


async def on_card_printed(event: Event[CardPrinted], tx: Tx) -> None:
    """The state stays: the card can be downloaded as before."""

    def change(application: Application) -> None:
        application.note("card_printed", event.data.printed_at)

    await _change(event, tx, change)


async def on_card_collected(event: Event[CardCollected], tx: Tx) -> None:
    data = event.data

    def change(application: Application) -> None:
        application.note("card_collected", data.collected_at, by_other=data.by_other)

    await _change(event, tx, change)


async def on_notice_sent(event: Event[NoticeSent], tx: Tx) -> None:
    data = event.data
    if data.template in DRAFT_TEMPLATES | OFFICE_TEMPLATES:
        return

    def change(application: Application) -> None:
        application.note("notice_sent", data.sent_at, template=data.template, channel=data.channel)

    await _change(event, tx, change)


async def on_notice_failed(event: Event[NoticeFailed], tx: Tx) -> None:
    data = event.data
    if data.template in DRAFT_TEMPLATES | OFFICE_TEMPLATES:
        return

    def change(application: Application) -> None:
        application.note("notice_failed", data.failed_at, template=data.template)

    await _change(event, tx, change)


def _answered(application: Application, at: datetime) -> None:
    application.decided_at = max(at, application.decided_at or at)


def _decide(application: Application, event: Event[Any], to: State) -> bool:
    """Move unless something newer is known already."""
    return application.hear(event.source, event.aggregateversion) and application.move(to)


async def _change(event: Event[Any], tx: Tx, change: Callable[[Application], None]) -> None:
    application = await store.find_application(tx, event.data.application_id)
    if application is None:
        # It was committed here before anybody could hear of it: this is not our event.
        raise Poison(f"no application {event.data.application_id}")
    change(application)
    await store.save_application(tx, application)
