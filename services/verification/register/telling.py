"""Events and audit entries of what became of a job seeker, in the transaction that writes it."""

from __future__ import annotations

from services.verification.audit import log
from services.verification.audit.domain import SYSTEM, Actor, Entry
from services.verification.register.domain import Registration
from shared.contracts.envelope import EventData
from shared.contracts.registry import (
    CardRevocationRequested,
    JobSeekerPlaced,
    JobSeekerRemoved,
    JobSeekerReported,
)
from shared.uow import Tx


async def tell_reported(tx: Tx, registration: Registration, actor: Actor) -> None:
    report = registration.reports[-1]
    card = registration.card
    event = JobSeekerReported(
        card_id=card.card_id,
        application_id=card.application_id,
        reference=card.reference,
        line_no=report.line_no,
        answer=report.answer,
        channel="counter",
        reported_on=report.reported_on,
        next_due_on=registration.due.on if registration.due else None,
        officer_name=report.officer_name,
        officer_nip=report.officer_nip,
        reported_at=report.at,
    )
    detail = {"line_no": report.line_no, "answer": report.answer}
    _emit(tx, registration, event)
    await log.record(tx, Entry(actor, "job_seeker.reported", card.application_id, detail))


async def tell_placed(tx: Tx, registration: Registration, actor: Actor) -> None:
    """The employer stays with us: nobody else needs to know it."""
    placement, card = registration.placement, registration.card
    if placement is None:
        raise ValueError("not placed")
    event = JobSeekerPlaced(
        card_id=card.card_id,
        application_id=card.application_id,
        reference=card.reference,
        placed_on=placement.placed_on,
        placed_at=placement.at,
    )
    detail = {"placed_on": placement.placed_on.isoformat()}
    _emit(tx, registration, event)
    await log.record(tx, Entry(actor, "job_seeker.placed", card.application_id, detail))


async def tell_removed(tx: Tx, registration: Registration, actor: Actor = SYSTEM) -> None:
    removal, card = registration.removal, registration.card
    if removal is None:
        raise ValueError("not removed")
    event = JobSeekerRemoved(
        card_id=card.card_id,
        application_id=card.application_id,
        reference=card.reference,
        reason=removal.reason,
        removed_on=removal.removed_on,
        removed_at=removal.at,
    )
    detail = {"removal_reason": removal.reason, "note": removal.note}
    _emit(tx, registration, event)
    await log.record(tx, Entry(actor, "job_seeker.removed", card.application_id, detail))


async def tell_recalled(tx: Tx, registration: Registration, actor: Actor) -> None:
    recall, card = registration.recall, registration.card
    if recall is None:
        raise ValueError("not recalled")
    event = CardRevocationRequested(
        card_id=card.card_id,
        application_id=card.application_id,
        reference=card.reference,
        reason=recall.reason,
        requested_at=recall.at,
    )
    detail = {"revocation_reason": recall.reason, "note": recall.note}
    _emit(tx, registration, event)
    await log.record(tx, Entry(actor, "card.revocation_asked", card.application_id, detail))


def _emit(tx: Tx, registration: Registration, event: EventData) -> None:
    tx.emit(event, subject=registration.id, version=registration.version)
