"""What intake hears: decisions and notices become the status of the application.

Events of one source may come late or in the wrong order: the timeline takes each, the state only
what is newer than all heard from that source, and an issued application never goes back. How a
withdrawal and a decision that cross are settled is told in `withdrawal.py`; of cards in
`cards_heard.py`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from services.intake import cards_heard
from services.intake.cards_heard import change_application
from services.intake.domain import Application, State
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
from shared.messaging.subscribe import Consumer
from shared.messaging.topology import INTAKE_CARDS, INTAKE_DECISIONS, INTAKE_NOTICES
from shared.service import Resources
from shared.uow import Tx


def consumers(resources: Resources) -> list[Consumer]:
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
        Consumer(INTAKE_CARDS, cards_heard.handlers(resources)),
        Consumer(INTAKE_NOTICES, {NoticeSent: on_notice_sent, NoticeFailed: on_notice_failed}),
    ]


async def on_review_started(event: Event[ReviewStarted], tx: Tx) -> None:
    def change(application: Application) -> None:
        application.note("review_started", event.data.started_at)
        _decide(application, event, "under_review")

    await change_application(event, tx, change)


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

    await change_application(event, tx, change)


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

    await change_application(event, tx, change)


async def on_application_approved(event: Event[ApplicationApproved], tx: Tx) -> None:
    def change(application: Application) -> None:
        application.note("approved", event.data.approved_at)
        _answered(application, event.data.approved_at)
        _decide(application, event, "approved")

    await change_application(event, tx, change)


async def on_card_printed(event: Event[CardPrinted], tx: Tx) -> None:
    """The state stays: the card can be downloaded as before."""

    def change(application: Application) -> None:
        application.note("card_printed", event.data.printed_at)

    await change_application(event, tx, change)


async def on_card_collected(event: Event[CardCollected], tx: Tx) -> None:
    data = event.data

    def change(application: Application) -> None:
        application.note("card_collected", data.collected_at, by_other=data.by_other)

    await change_application(event, tx, change)


async def on_notice_sent(event: Event[NoticeSent], tx: Tx) -> None:
    data = event.data
    if data.template in DRAFT_TEMPLATES | OFFICE_TEMPLATES:
        return

    def change(application: Application) -> None:
        application.note("notice_sent", data.sent_at, template=data.template, channel=data.channel)

    await change_application(event, tx, change)


async def on_notice_failed(event: Event[NoticeFailed], tx: Tx) -> None:
    data = event.data
    if data.template in DRAFT_TEMPLATES | OFFICE_TEMPLATES:
        return

    def change(application: Application) -> None:
        application.note("notice_failed", data.failed_at, template=data.template)

    await change_application(event, tx, change)


def _answered(application: Application, at: datetime) -> None:
    application.decided_at = max(at, application.decided_at or at)


def _decide(application: Application, event: Event[Any], to: State) -> bool:
    """Move unless something newer is known already."""
    return application.hear(event.source, event.aggregateversion) and application.move(to)
