"""What became of a decided case: its card and the messages to the applicant.

Kept beside the case, because these facts come from other services in any order and must not make
an officer's open form stale.
"""

from __future__ import annotations

from datetime import datetime

from services.verification.audit import log
from services.verification.audit.domain import SYSTEM, Entry
from services.verification.register.domain import RegisteredCard, RegisteredPerson
from services.verification.register.hearing import (
    Descent,
    expire_registered,
    is_registered,
    register_card,
    revoke_registered,
)
from services.verification.review import store
from services.verification.review.domain import HAS_CARD, Case, end_without_card
from services.verification.search.store import plain_number
from services.verification.stuck import causes, failures
from services.verification.stuck.domain import Failure
from shared.contracts.cards import CardExpired, CardFailed, CardIssued, CardRevoked
from shared.contracts.envelope import Event
from shared.contracts.notices import DRAFT_TEMPLATES, NoticeFailed, NoticeSent
from shared.errors import NotYet
from shared.uow import Tx


async def note_issued_card(event: Event[CardIssued], tx: Tx, *, paper: bool) -> None:
    """The card exists; its case is done, or with `paper` waits to be printed.

    A case that is not open yet is waited for: were the card noted alone, a case opened at the same
    moment would not see it and stay in the queue. A card signed anew is issued again: what was
    printed of it before is refused wherever it is checked, so it waits to be printed once more.
    Drawing it may have failed in between.
    """
    data = event.data
    case = await store.find(tx, data.application_id)
    if case is None:
        raise NotYet(f"card of application {data.application_id} came before its case")
    values = {
        "application_id": data.application_id,
        "state": "issued",
        "registration_number": data.registration_number,
        "object_key": data.object_key,
        "sha256": data.sha256,
        "issued_on": data.issued_on.isoformat(),
        "valid_until": data.valid_until.isoformat(),
        "at": data.issued_at,
        "version": event.aggregateversion,
        "cause": None,
        "registered": True,
    }
    known = await store.card(tx, data.card_id)
    before = known.get("sha256") if known is not None else None
    if known is not None and before is not None and store.is_later(known, values):
        return  # its first issue, told late
    is_anew = before not in (None, data.sha256)
    if is_anew:
        values["sealed"] = None  # the seal is on the PDF of before
    await store.put_card(tx, data.card_id, values)
    await _register(tx, data, case)
    is_revoked = known is not None and known["state"] == "revoked"
    if known is not None and is_revoked:
        await revoke_registered(tx, data.card_id, known["cause"], known["at"])
    await failures.forget(tx, "card", data.card_id)
    detail = {"registration_number": data.registration_number}
    await log.record(
        tx, Entry(SYSTEM, "card.issued", data.application_id, detail, happened_at=data.issued_at)
    )
    if case.state not in HAS_CARD or is_anew:
        issued = case.model_copy(
            update={
                "state": "issued",
                "paper": paper and not is_revoked,
                "version": case.version + 1,
                "queued_at": data.issued_at,
                "claim": None,
                "forwarded": None,
            }
        )
        await store.replace(tx, issued, case.version)


async def _register(tx: Tx, data: CardIssued, case: Case) -> None:
    card = RegisteredCard(
        card_id=data.card_id,
        application_id=data.application_id,
        reference=data.reference,
        number=data.registration_number,
        copy_no=data.copy_no,
        kind=data.kind,
        issued_on=data.issued_on,
        valid_until=data.valid_until,
        report_due_on=data.report_due_on,
        issued_at=data.issued_at,
    )
    approved = case.last_step if case.last_step and case.last_step.act == "approved" else None
    descent = Descent(
        data.replaces_card_id,
        plain_number(case.previous_registration_number or "") or None,
        approved.at if approved else None,
    )
    await register_card(tx, card, person_of(case), descent)


async def note_revoked_card(event: Event[CardRevoked], tx: Tx) -> None:
    """The card counts no more; one that was revoked before it was issued never will be.

    Then its case ends without a card. Or the issue comes late, and finds the end waiting for it. On
    paper the card is not wanted any more.
    """
    data = event.data
    case = await store.find(tx, data.application_id)
    if case is not None and case.lane in {"print", "hand_over"}:
        unwanted = case.model_copy(update={"paper": False, "version": case.version + 1})
        await store.replace(tx, unwanted, case.version)
    ends_case = False
    if await is_registered(tx, data.card_id):
        await revoke_registered(tx, data.card_id, data.reason, data.revoked_at)
    else:
        values = {
            "application_id": data.application_id,
            "state": "revoked",
            "registration_number": data.registration_number,
            "at": data.revoked_at,
            "version": event.aggregateversion,
            "cause": data.reason,
            "replaced_by": data.replaced_by,
        }
        await store.put_card(tx, data.card_id, values)
        ends_case = case is not None and await _end_without_card(tx, case, data.revoked_at)
    await store.mark_ended(tx, data.card_id)
    await failures.forget(tx, "card", data.card_id)
    if data.reason != "superseded" or ends_case:
        detail = {"revocation_reason": data.reason}
        at = data.revoked_at
        entry = Entry(SYSTEM, "card.revoked", data.application_id, detail, happened_at=at)
        await log.record(tx, entry)


async def _end_without_card(tx: Tx, case: Case, revoked_at: datetime) -> bool:
    """Whether the case was waiting for the card."""
    ended = end_without_card(case, revoked_at)
    if ended is case:
        return False
    await store.replace(tx, ended, case.version)
    return True


async def note_expired_card(event: Event[CardExpired], tx: Tx) -> None:
    """The last day of the card is over: its holder leaves the list, nobody seals it any more."""
    await expire_registered(tx, event.data)
    await store.mark_ended(tx, event.data.card_id)


def person_of(case: Case) -> RegisteredPerson:
    answers = case.current.answers
    return RegisteredPerson(
        full_name=answers.person.full_name,
        nik_index=case.nik_index,
        subdistrict=answers.domicile_address.subdistrict_name,
    )


async def note_failed_card(event: Event[CardFailed], tx: Tx) -> None:
    """Rendering gave up: an officer looks; a card that was issued after all stays issued.

    The card may have been issued before: what failed is drawing it signed anew.
    """
    data = event.data
    values = {
        "application_id": data.application_id,
        "state": "failed",
        "registration_number": data.registration_number,
        "at": data.failed_at,
        "version": event.aggregateversion,
        "cause": data.cause,
    }
    if await store.put_card(tx, data.card_id, values):
        await failures.keep(
            tx, Failure("card", data.card_id, data.application_id, data.cause, data.failed_at)
        )
    detail = {"cause": data.cause}
    await log.record(
        tx, Entry(SYSTEM, "card.failed", data.application_id, detail, happened_at=data.failed_at)
    )


async def note_sent_notice(event: Event[NoticeSent], tx: Tx) -> None:
    data = event.data
    await failures.forget(tx, "notice", data.notice_id)
    if data.template in DRAFT_TEMPLATES:
        return
    values = {
        "application_id": data.application_id,
        "template": data.template,
        "state": "sent",
        "channel": data.channel,
        "at": data.sent_at,
    }
    await store.put_notice(tx, data.notice_id, values)


async def note_failed_notice(event: Event[NoticeFailed], tx: Tx) -> None:
    """An officer looks, unless nobody waits for the message any more."""
    data = event.data
    failure = Failure(
        "notice",
        data.notice_id,
        data.application_id,
        data.reason,
        data.failed_at,
        data.template,
        data.channel,
        data.template in DRAFT_TEMPLATES,
    )
    if data.reason == causes.EXPIRED:
        await failures.forget(tx, "notice", data.notice_id)
    elif failure.of_draft and data.template != "code":  # whoever misses a code asks for another
        await failures.keep(tx, failure)
    if failure.of_draft:
        return
    values = {
        "application_id": data.application_id,
        "template": data.template,
        "state": "failed",
        "reason": data.reason,
        "at": data.failed_at,
    }
    if await store.put_notice(tx, data.notice_id, values) and data.reason != causes.EXPIRED:
        await failures.keep(tx, failure)
