"""allocate_card, issue_card, retry_card: one step, one event each."""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass, replace

from services.cards import store
from services.cards.domain import (
    RENDER_ATTEMPTS,
    Card,
    registration_number,
    report_dates,
)
from services.cards.printing import face_of
from services.cards.rendering import RenderError, render
from shared import clock
from shared.contracts.cards import CardAllocated, CardFailed, CardIssued
from shared.contracts.envelope import Event
from shared.contracts.repairs import CardRetryRequested
from shared.contracts.reviews import ApplicationApproved
from shared.dates import add_months
from shared.errors import NotFound, Poison
from shared.ids import uuid7
from shared.messaging.subscribe import Finish
from shared.observability import get_logger
from shared.office import Office
from shared.procpool import WorkerDied, WorkerPool, WorkTimedOut
from shared.sealed import KeyRing, field_context
from shared.storage import CARDS, DOCUMENTS, Damaged, Storage
from shared.uow import Tx

_log = get_logger(__name__)


@dataclass(frozen=True)
class Press:
    """What issuing works with: store of files, keys, the office's texts, workers that draw."""

    storage: Storage
    keys: KeyRing
    office: Office
    workers: WorkerPool
    public_url: str


async def allocate_card(event: Event[ApplicationApproved], tx: Tx, press: Press) -> None:
    """Give the approved application its number; at most once per application."""
    approved = event.data
    if await store.find_card_of(tx, approved.application_id) is not None:
        return
    issued_on = tx.at.astimezone(clock.OFFICE_ZONE).date()
    sequence = await store.next_sequence(tx, tx.office, issued_on.year)
    rules = press.office.card
    code = new_check_code()
    card = Card(
        card_id=uuid7(),
        application_id=approved.application_id,
        reference=approved.reference,
        registration_number=registration_number(tx.office, issued_on, sequence),
        state="allocated",
        version=1,
        holder=approved.holder,
        photo=approved.photo,
        signatory=approved.signatory,
        issued_on=issued_on,
        valid_until=add_months(issued_on, rules.validity_months),
        report_due_on=report_dates(issued_on, rules.report_interval_months, rules.report_lines),
        check_code=press.keys.seal(
            "identity", code, field_context(approved.application_id, "check_code")
        ),
        check_code_hash=hashlib.sha256(code.encode()).hexdigest(),
        allocated_at=tx.at,
    )
    await store.insert_card(tx, card)
    _emit_allocated(tx, card)


async def issue_card(
    event: Event[CardAllocated], finish: Finish, card: Card | None, press: Press
) -> None:
    """Draw the card, store it, and say so. Doing it twice overwrites the same object."""
    if card is None:
        raise Poison(f"no card {event.data.card_id}")
    if card.state != "allocated":
        await finish(_nothing)
        return
    photo = await press.storage.get(DOCUMENTS, card.photo.key, card.photo.sha256)
    face = face_of(card, press.keys, press.office, press.public_url)
    pdf = await press.workers.run(render, face, photo)
    sha256 = await press.storage.put(CARDS, card.object_key, pdf, "application/pdf")
    stored = replace(card, pdf={"key": card.object_key, "sha256": sha256, "size": len(pdf)})

    async def record(tx: Tx) -> None:
        issued = stored.to("issued")
        await store.save_card(tx, issued)
        tx.emit(
            CardIssued(
                card_id=issued.card_id,
                application_id=issued.application_id,
                reference=issued.reference,
                registration_number=issued.registration_number,
                issued_on=issued.issued_on,
                valid_until=issued.valid_until,
                report_due_on=issued.report_due_on,
                object_key=issued.object_key,
                sha256=sha256,
                size=len(pdf),
                check_code_hash=issued.check_code_hash,
                issued_at=tx.at,
            ),
            subject=issued.card_id,
            version=issued.version,
        )

    await finish(record)


# Failures of this one card; anything else (an outage) is tried again without being counted.
CARD_FAULTS = (RenderError, WorkTimedOut, WorkerDied, NotFound, Damaged)


async def give_up_card(finish: Finish, card: Card, error: Exception) -> None:
    """Mark the card as failed, so that an officer looks and work behind it goes on."""
    cause = type(error).__name__
    _log.error("card.failed", card_id=card.card_id, cause=cause)

    async def record(tx: Tx) -> None:
        failed = card.to("failed")
        await store.save_card(tx, failed)
        tx.emit(
            CardFailed(
                card_id=failed.card_id,
                application_id=failed.application_id,
                reference=failed.reference,
                registration_number=failed.registration_number,
                cause=cause,
                failed_at=tx.at,
            ),
            subject=failed.card_id,
            version=failed.version,
        )

    await finish(record)


def is_last_attempt(attempts: int) -> bool:
    return attempts >= RENDER_ATTEMPTS


async def retry_failed_card(event: Event[CardRetryRequested], tx: Tx) -> None:
    """An officer asks for it; a card that is issued, or is being drawn, stays as it is."""
    card = await store.find_card(tx, event.data.card_id)
    if card is None:
        raise Poison(f"no card {event.data.card_id}")
    if card.state == "failed":
        await retry_card(tx, card.card_id)


async def retry_card(tx: Tx, card_id: str) -> None:
    """Draw a failed card again, under the number it has; raises `NotFound`."""
    card = await store.find_card(tx, card_id)
    if card is None:
        raise NotFound(f"no card {card_id}")
    again = card.to("allocated")
    await store.save_card(tx, again)
    await store.forget_attempts(tx, card_id)
    _emit_allocated(tx, again)


def new_check_code() -> str:
    """128 random bits in base32, 26 characters: unguessable, never derived from the number."""
    return base64.b32encode(secrets.token_bytes(16)).decode().rstrip("=").lower()


def _emit_allocated(tx: Tx, card: Card) -> None:
    tx.emit(
        CardAllocated(
            card_id=card.card_id,
            application_id=card.application_id,
            registration_number=card.registration_number,
        ),
        subject=card.card_id,
        version=card.version,
    )


async def _nothing(_: Tx) -> None:
    """Only the inbox row is written."""
