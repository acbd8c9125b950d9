"""plan_notice, keep_contact, retry_notice: what an event means for a person's inbox.

One transaction each.
"""

from __future__ import annotations

from typing import Any

from services.notify import store
from services.notify.domain import (
    CodeFacts,
    Contact,
    DraftFacts,
    Facts,
    Notice,
    OverdueFacts,
    notice_id,
)
from shared.contracts.applications import Answers
from shared.contracts.envelope import Event
from shared.contracts.repairs import NoticeRetryRequested
from shared.errors import NotYet
from shared.observability import get_logger
from shared.uow import Tx

_log = get_logger(__name__)


async def keep_contact(
    event: Event[Any], application_id: str, reference: str, answers: Answers, tx: Tx
) -> None:
    """Remember how to reach the person, unless something newer is known."""
    known = await store.contact_of(tx, application_id)
    if known is not None and known.version >= event.aggregateversion:
        return
    contact = Contact(
        application_id=application_id,
        version=event.aggregateversion,
        reference=reference,
        full_name=answers.person.full_name,
        email=answers.contact.email,
        mobile=answers.contact.mobile,
        mobile_has_whatsapp=answers.contact.mobile_has_whatsapp,
        preferred_channel=answers.contact.preferred_channel,
    )
    await store.save_contact(tx, contact)


async def plan_notice(event: Event[Any], application_id: str, facts: Facts, tx: Tx) -> None:
    """Plan one message; sending it is a step of its own (`delivery.py`).

    Nothing is planned for a person who has no address at all. Raises `NotYet` while the contact is
    unknown; messages about a draft, and those to the office itself, bring their address along.
    """
    planned_id = notice_id(event.id, facts.template)
    if await store.notice(tx, planned_id) is not None:  # replayed after the inbox row expired
        return
    if not isinstance(facts, DraftFacts | OverdueFacts):
        contact = await store.contact_of(tx, application_id)
        if contact is None:
            raise NotYet(f"contact of application {application_id} has not arrived")
        if not contact.is_reachable:
            _log.info("notice.nobody_to_tell", event_id=event.id, template=facts.template)
            return
    notice = Notice(
        id=planned_id,
        event_id=event.id,
        correlation_id=event.correlationid,
        application_id=application_id,
        facts=facts,
        happened_at=event.time,
        due_at=tx.at,
        urgent=isinstance(facts, CodeFacts),
        deadline=facts.deadline if isinstance(facts, DraftFacts) else None,
    )
    await store.add_notice(tx, notice)


async def retry_notice(event: Event[NoticeRetryRequested], tx: Tx) -> None:
    """Plan a failed message anew, under its id, with all its attempts before it.

    One that was sent meanwhile, or still waits, stays as it is; one that was forgotten stays so.
    """
    notice = await store.notice(tx, event.data.notice_id)
    if notice is None or notice.state != "failed":
        state = notice.state if notice else "forgotten"
        _log.info("notice.not_retried", notice_id=event.data.notice_id, state=state)
        return
    changes = {
        "state": "planned",
        "version": notice.version + 1,
        "earlier_attempts": notice.attempts,
        "due_at": tx.at,
        "finished_at": None,
        "reason": None,
    }
    await store.update_notice(tx, notice.id, notice.version, changes)
