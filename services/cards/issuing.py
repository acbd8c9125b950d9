"""issue_card, give_up_card, retry_card: one step, one event each."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from services.cards import store
from services.cards.domain import RENDER_ATTEMPTS, Card
from services.cards.face import CardFace
from services.cards.keys.signer import Signer
from services.cards.layouts.phone import render_phone
from services.cards.numbers import NumberTemplate
from services.cards.printing import face_of
from services.cards.records import cause_of, keep_card, revoke_replaced
from services.cards.rendering import RenderError, render
from services.cards.sealing.certificate import OfficeCertificate
from services.cards.sealing.pades import SealError, seal_pdf
from shared.clock import now
from shared.contracts.cards import CardAllocated, CardFailed, CardIssued, StoredObject
from shared.contracts.envelope import Event
from shared.contracts.repairs import CardRetryRequested
from shared.errors import Conflict, NotFound, Poison
from shared.messaging.subscribe import Finish
from shared.observability import get_logger
from shared.office import Office
from shared.procpool import WorkerDied, WorkerPool, WorkTimedOut
from shared.sealed import KeyRing
from shared.storage import CARDS, DOCUMENTS, Damaged, Storage
from shared.uow import Scope, Tx

_log = get_logger(__name__)


@dataclass(frozen=True)
class Press:
    """What cards are made with: store of files, keys, the office's texts, workers that draw.

    `signer_at` gives the key that signs cards at a moment; with a `certificate` the PDF is sealed.
    """

    storage: Storage
    keys: KeyRing
    office: Office
    workers: WorkerPool
    public_url: str
    numbers: NumberTemplate
    signer_at: Callable[[datetime], Signer]
    certificate: OfficeCertificate | None = None

    @property
    def grace_days(self) -> int:
        return self.office.card.report_grace_days


class RevokedMeanwhile(Exception):
    """The card was revoked while it was drawn: what was stored must go before this is done."""


async def issue_card(
    event: Event[CardAllocated], finish: Finish, card: Card | None, press: Press, scope: Scope
) -> None:
    """Draw the card, seal it, store it, and say so. Doing it twice overwrites the same object.

    No two seals are the same bytes: a sealed PDF lies under a name with its hash, so that two tries
    at once cannot leave one's object with the other's hash. Of a card that is revoked meanwhile no
    object stays: who stores looks at the card after that, and the event is done when they are gone.
    """
    if card is None:
        raise Poison(f"no card {event.data.card_id}")
    if card.state != "allocated":
        await _leave_nothing(press, card)
        await finish(_nothing)
        return
    photo = await press.storage.get(DOCUMENTS, card.photo.key, card.photo.sha256)
    face = face_of(card, press.keys, press.office, press.public_url)
    pdf, key = await _pdf_of(press, card, face, photo)
    image = await press.workers.run(render_phone, face, photo)
    stored_pdf = await _stored(press, key, pdf, "application/pdf")
    stored_image = await _stored(press, card.phone_image_key, image, "image/png")

    async def record(tx: Tx) -> None:
        fresh = await _still_to_issue(tx, card)
        if fresh is None:
            return
        drawn = replace(fresh, pdf=stored_pdf, phone_image=stored_image)
        noted = drawn.to("issued").noting(tx.at, "issued")
        issued = await keep_card(tx, fresh, noted, press.grace_days)
        tx.emit(_issued(issued, tx.at), subject=issued.card_id, version=issued.version)
        await revoke_replaced(tx, issued, press.grace_days)

    try:
        await finish(record)
    except RevokedMeanwhile:
        await _leave_nothing(press, await store.find_card(scope, card.card_id))
        await finish(_nothing)
    else:
        # another delivery may have been done with it before these objects were stored
        await _leave_nothing(press, await store.find_card(scope, card.card_id))


async def _leave_nothing(press: Press, card: Card | None) -> None:
    """Of a card that never appeared; of any other every object stays."""
    if card is None or not card.never_appeared:
        return
    for key in await press.storage.keys(CARDS, card.object_prefix):
        await press.storage.delete(CARDS, key)


async def _pdf_of(press: Press, card: Card, face: CardFace, photo: bytes) -> tuple[bytes, str]:
    """The PDF that people get, and where it will lie."""
    layout = press.office.card.layout
    if press.certificate is None:
        return await press.workers.run(render, face, photo, layout), card.object_key
    sealing_key = press.certificate.key_at(now())
    drawn = await press.workers.run(render, face, photo, layout)
    sealed = await press.workers.run(seal_pdf, drawn, sealing_key)
    return sealed, card.sealed_key(hashlib.sha256(sealed).hexdigest())


# Failures of this one card; anything else (an outage) is tried again without being counted.
CARD_FAULTS = (RenderError, SealError, WorkTimedOut, WorkerDied, NotFound, Damaged)


async def give_up_card(finish: Finish, card: Card, error: Exception) -> None:
    """Mark the card as failed, so that an officer looks and work behind it goes on."""
    cause = type(error).__name__
    _log.error("card.failed", card_id=card.card_id, cause=cause)

    async def record(tx: Tx) -> None:
        fresh = await store.find_card(tx, card.card_id)
        if fresh is None or fresh.state != "allocated":
            return
        failed = await store.save_card(tx, fresh.to("failed").noting(tx.at, "failed", cause))
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
    noted = card.to("allocated").noting(tx.at, "retried", None, cause_of(tx))
    again = await store.save_card(tx, noted)
    await store.forget_attempts(tx, card_id)
    emit_allocated(tx, again)


def emit_allocated(tx: Tx, card: Card) -> None:
    tx.emit(
        CardAllocated(
            card_id=card.card_id,
            application_id=card.application_id,
            registration_number=card.registration_number,
        ),
        subject=card.card_id,
        version=card.version,
    )


async def _stored(press: Press, key: str, data: bytes, media_type: str) -> Mapping[str, Any]:
    sha256 = await press.storage.put(CARDS, key, data, media_type)
    return {"key": key, "sha256": sha256, "size": len(data)}


async def _still_to_issue(tx: Tx, drawn: Card) -> Card | None:
    """The card as it is now, unless another try was faster; raises `RevokedMeanwhile`."""
    card = await store.find_card(tx, drawn.card_id)
    if card is not None and card.state == "revoked":
        raise RevokedMeanwhile
    if card is None or card.state != "allocated":
        return None
    if card.reports != drawn.reports:
        raise Conflict(f"a report was noted while card {card.card_id} was drawn")
    if card.token != drawn.token:
        raise Conflict(f"card {card.card_id} was signed anew while it was drawn")
    return card


def _issued(card: Card, at: datetime) -> CardIssued:
    if card.pdf is None:
        raise AssertionError("an issued card is drawn")
    return CardIssued(
        card_id=card.card_id,
        application_id=card.application_id,
        reference=card.reference,
        registration_number=card.registration_number,
        issued_on=card.issued_on,
        valid_until=card.valid_until,
        report_due_on=card.report_due_on,
        object_key=card.pdf["key"],
        sha256=card.pdf["sha256"],
        size=card.pdf["size"],
        issued_at=at,
        kind=card.kind,
        copy_no=card.copy_no,
        replaces_card_id=card.replaces_card_id,
        check_code=card.check_code,
        token_id=card.token_id,
        status_index=card.status_index,
        phone_image=StoredObject.model_validate(card.phone_image),
    )


async def _nothing(_: Tx) -> None:
    """Only the inbox row is written."""
