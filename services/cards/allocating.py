"""allocate_card: number or copy, check code, signed token and a place in the status lists."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import date

from services.cards import store
from services.cards.domain import Card, Revocation, report_dates, with_status
from services.cards.issuing import Press, emit_allocated
from services.cards.publishing.changes import note_status
from services.cards.publishing.indexes import take_status_index
from services.cards.records import cause_of, day_of, keep_card, revoke_card
from services.cards.token import TOKEN_ID_BYTES, Claims, end_of_day, sign_token
from shared.code_lists import EDUCATION_LEVEL
from shared.contracts.envelope import Event, Sealed
from shared.contracts.reviews import ApplicationApproved, Holder
from shared.dates import add_months
from shared.ids import uuid7
from shared.observability import get_logger
from shared.sealed import KeyRing, field_context
from shared.uow import Tx

_KEEPS_NUMBER = frozenset({"correction", "replacement"})
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE_LENGTH = 10  # 50 bits

_log = get_logger(__name__)


@dataclass(frozen=True)
class _Numbering:
    """What a copy has from the card before it, and a first copy anew."""

    number: str
    copy_no: int
    issued_on: date
    valid_until: date
    report_due_on: tuple[date, ...]


async def allocate_card(event: Event[ApplicationApproved], tx: Tx, press: Press) -> None:
    """Give the approved application its card; at most once per application.

    A renewal has a new number; a correction or a replacement is a copy of the earlier card. When
    we do not have that card (made by hand before this system, or by another office), or its last
    day is over, the application gets a card with a new number instead.
    """
    approved = event.data
    if await store.find_card_of(tx, approved.application_id) is not None:
        return
    earlier = await _earlier_card(tx, approved, press.keys)
    numbering = await _numbering(tx, approved, earlier, press)
    card = Card(
        card_id=uuid7(),
        application_id=approved.application_id,
        reference=approved.reference,
        registration_number=numbering.number,
        state="allocated",
        version=1,
        holder=approved.holder,
        photo=approved.photo,
        signatory=approved.signatory,
        issued_on=numbering.issued_on,
        valid_until=numbering.valid_until,
        report_due_on=numbering.report_due_on,
        check_code=_sealed_check_code(approved.application_id, press.keys),
        allocated_at=tx.at,
        approved_at=approved.approved_at,
        kind=approved.kind,
        copy_no=numbering.copy_no,
        legal_basis=press.office.card.legal_basis,
    )
    card = await _signed(tx, card, press)
    if earlier is not None:
        card = _following(card, earlier)
    grace_days = press.grace_days
    card = with_status(card, grace_days=grace_days, today=day_of(tx.at))
    card = card.noting(tx.at, "allocated", approved.kind, cause_of(tx))
    await store.insert_card(tx, card)
    if card.status and card.status_index is not None:
        await note_status(tx, card.status_index, card.status)
    emit_allocated(tx, card)
    if earlier is not None:
        await keep_card(tx, earlier, replace(earlier, replaced_by=card.card_id), grace_days)
        await _revoke_if_meant(tx, card, earlier.revocation, grace_days)


async def equip_card(tx: Tx, card_id: str, press: Press) -> Card | None:
    """Give a card that an earlier release allocated what it needs to be drawn today."""
    card = await store.find_card(tx, card_id)
    if card is None or card.state != "allocated" or card.token is not None:
        return card
    coded = replace(
        card,
        check_code=_sealed_check_code(card.application_id, press.keys),
        check_code_hash=None,
        legal_basis=press.office.card.legal_basis,
    )
    signed = await _signed(tx, coded, press)
    return await keep_card(tx, card, signed, press.grace_days)


def new_check_code() -> str:
    """What is printed for checking by hand; unguessable, never derived from the number."""
    return "".join(secrets.choice(_CROCKFORD) for _ in range(_CODE_LENGTH))


async def _earlier_card(tx: Tx, approved: ApplicationApproved, keys: KeyRing) -> Card | None:
    """The last of the cards that followed the one an application names.

    Not the named one itself: a second request must not leave two live cards.
    """
    named = "".join((approved.previous_registration_number or "").split())
    if approved.kind == "new" or not named:
        return None
    card = await store.find_last_copy(tx, named)
    while card is not None and card.replaced_by is not None:
        card = await store.find_card(tx, card.replaced_by)
    if card is None:
        _log.warning("card.earlier_unknown", reference=approved.reference, kind=approved.kind)
        return None
    if not _is_same_person(card, approved, keys):
        _log.error("card.earlier_of_another", reference=approved.reference, kind=approved.kind)
        return None
    return card


def _is_same_person(card: Card, approved: ApplicationApproved, keys: KeyRing) -> bool:
    """A number somebody typed must never end a stranger's card, nor a namesake's.

    The NIK, or name and birth date together: the rest can be what was wrong on the earlier card.
    """
    before, after = card.holder, approved.holder
    if _nik(card.application_id, before, keys) == _nik(approved.application_id, after, keys):
        return True
    same_name = before.full_name.casefold() == after.full_name.casefold()
    return same_name and before.birth_date == after.birth_date


async def _numbering(
    tx: Tx, approved: ApplicationApproved, earlier: Card | None, press: Press
) -> _Numbering:
    today = day_of(tx.at)
    if earlier and approved.kind in _KEEPS_NUMBER and today <= earlier.valid_until:
        return _Numbering(
            number=earlier.registration_number,
            copy_no=earlier.copy_no + 1,
            issued_on=earlier.issued_on,
            valid_until=earlier.valid_until,
            report_due_on=earlier.report_due_on,
        )
    rules = press.office.card
    sequence = await store.next_sequence(tx, tx.office, today.year, press.numbers.reset)
    return _Numbering(
        number=press.numbers.number(tx.office, today, sequence),
        copy_no=1,
        issued_on=today,
        valid_until=add_months(today, rules.validity_months),
        report_due_on=report_dates(today, rules.report_interval_months, rules.report_lines),
    )


def _following(card: Card, earlier: Card) -> Card:
    """What goes on from the card before (`registry.py` has the other order).

    Of a copy everything; of a renewal only an outcome that whoever approved it could not know.
    """
    linked = replace(card, replaces_card_id=earlier.card_id)
    if card.registration_number == earlier.registration_number:
        return replace(linked, reports=earlier.reports, outcome=earlier.outcome)
    outcome = earlier.outcome
    if outcome and outcome.is_about_the_person and outcome.at > card.was_approved_at:
        return replace(linked, outcome=outcome)
    return linked


async def _revoke_if_meant(
    tx: Tx, card: Card, revocation: Revocation | None, grace_days: int
) -> None:
    """Whoever took the earlier card back after this approval meant this one, too."""
    if revocation is None or revocation.reason == "superseded":
        return
    if revocation.at > card.was_approved_at:
        await revoke_card(tx, card, revocation, grace_days)


async def _signed(tx: Tx, card: Card, press: Press) -> Card:
    """The card with its token, kept with it so that a redraw never signs again."""
    token_id = secrets.token_bytes(TOKEN_ID_BYTES)
    index = await take_status_index(tx)
    finished = [EDUCATION_LEVEL[row.form_level] for row in card.holder.education if row.completed]
    claims = Claims(
        issuer=f"ID-{tx.office}",
        issued_at=tx.at,
        expires_at=end_of_day(card.valid_until),
        number=card.registration_number,
        name=card.holder.full_name,
        birth_date=card.holder.birth_date,
        nik_last4=_nik(card.application_id, card.holder, press.keys)[-4:],
        education_level=max(finished, default=EDUCATION_LEVEL["none"]),
        token_id=token_id,
        status_index=index,
    )
    token = sign_token(claims, press.signer_at(tx.at))
    return replace(card, token=token, token_id=token_id.hex(), status_index=index)


def _nik(application_id: str, holder: Holder, keys: KeyRing) -> str:
    return keys.open("identity", holder.nik, field_context(application_id, "nik"))


def _sealed_check_code(application_id: str, keys: KeyRing) -> Sealed:
    return keys.seal("identity", new_check_code(), field_context(application_id, "check_code"))
