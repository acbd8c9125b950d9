"""All that notify hears, and what it makes of it."""

from __future__ import annotations

from services.notify.domain import (
    CodeFacts,
    DraftExpiringFacts,
    DraftKeptFacts,
    IssuedFacts,
    Item,
    OverdueFacts,
    RejectedFacts,
    ReturnedFacts,
    SubmittedFacts,
    WithdrawnFacts,
)
from services.notify.notices import keep_contact, plan_notice, retry_notice
from services.notify.texts import keep_text
from shared.contracts.applications import (
    ApplicationAmended,
    ApplicationSubmitted,
    ApplicationWithdrawn,
)
from shared.contracts.cards import CardIssued
from shared.contracts.drafts import CodeRequested, DraftExpiring, DraftKept
from shared.contracts.envelope import Event
from shared.contracts.repairs import NoticeRetryRequested
from shared.contracts.reviews import ApplicationRejected, ApplicationReturned, ReviewOverdue
from shared.contracts.texts import TextChanged
from shared.messaging.subscribe import Consumer
from shared.messaging.topology import NOTIFY_EVENTS
from shared.uow import Tx


async def on_application_submitted(event: Event[ApplicationSubmitted], tx: Tx) -> None:
    data = event.data
    await keep_contact(event, data.application_id, data.reference, data.answers, tx)
    await plan_notice(event, data.application_id, SubmittedFacts(), tx)


async def on_application_amended(event: Event[ApplicationAmended], tx: Tx) -> None:
    """No message: the person has just done this; but the address may be a new one."""
    data = event.data
    await keep_contact(event, data.application_id, data.reference, data.answers, tx)


async def on_application_returned(event: Event[ApplicationReturned], tx: Tx) -> None:
    data = event.data
    items = tuple(Item(item=each.item, reason=each.reason) for each in data.items)
    facts = ReturnedFacts(items=items, note=data.note, due_on=data.due_on)
    await plan_notice(event, data.application_id, facts, tx)


async def on_application_rejected(event: Event[ApplicationRejected], tx: Tx) -> None:
    data = event.data
    facts = RejectedFacts(reason=data.reason, note=data.note)
    await plan_notice(event, data.application_id, facts, tx)


async def on_card_issued(event: Event[CardIssued], tx: Tx) -> None:
    data = event.data
    facts = IssuedFacts(
        registration_number=data.registration_number,
        valid_until=data.valid_until,
        first_report_on=min(data.report_due_on, default=None),
    )
    await plan_notice(event, data.application_id, facts, tx)


async def on_application_withdrawn(event: Event[ApplicationWithdrawn], tx: Tx) -> None:
    facts = WithdrawnFacts(reason=event.data.reason)
    await plan_notice(event, event.data.application_id, facts, tx)


async def on_draft_kept(event: Event[DraftKept], tx: Tx) -> None:
    data = event.data
    facts = DraftKeptFacts(to=data.to, draft_code=data.draft_code, keeps_until=data.keeps_until)
    await plan_notice(event, data.draft_id, facts, tx)


async def on_draft_expiring(event: Event[DraftExpiring], tx: Tx) -> None:
    data = event.data
    facts = DraftExpiringFacts(to=data.to, draft_code=data.draft_code, keeps_until=data.keeps_until)
    await plan_notice(event, data.draft_id, facts, tx)


async def on_code_requested(event: Event[CodeRequested], tx: Tx) -> None:
    data = event.data
    facts = CodeFacts(to=data.to, code=data.code, expires_at=data.expires_at)
    await plan_notice(event, data.draft_id, facts, tx)


def make_consumers(escalation_email: str) -> tuple[Consumer, ...]:
    """`escalation_email` is where promises not kept are told; empty: nowhere."""

    async def on_review_overdue(event: Event[ReviewOverdue], tx: Tx) -> None:
        if not escalation_email:
            return
        data = event.data
        facts = OverdueFacts(
            to=escalation_email,
            reference=data.reference,
            promise=data.promise,
            passed_at=data.due_at,
        )
        await plan_notice(event, data.application_id, facts, tx)

    return (
        Consumer(
            NOTIFY_EVENTS,
            {
                ApplicationSubmitted: on_application_submitted,
                ApplicationAmended: on_application_amended,
                ApplicationWithdrawn: on_application_withdrawn,
                ApplicationReturned: on_application_returned,
                ApplicationRejected: on_application_rejected,
                ReviewOverdue: on_review_overdue,
                CardIssued: on_card_issued,
                DraftKept: on_draft_kept,
                DraftExpiring: on_draft_expiring,
                CodeRequested: on_code_requested,
                NoticeRetryRequested: retry_notice,
                TextChanged: keep_text,
            },
        ),
    )
