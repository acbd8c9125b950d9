"""The code of a draft: made when first needed, sent once to each address, and before the end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.intake.intake import Intake
from services.intake.returning import codes, store
from services.intake.returning.destinations import Destination, destination_of
from services.intake.returning.store import Kept
from services.intake.store import Holder
from shared.contracts.drafts import DraftExpiring, DraftKept
from shared.contracts.envelope import Sealed
from shared.sealed import field_context
from shared.uow import Scope, Tx


@dataclass(frozen=True)
class DraftCode:
    """The code for its holder; `sent_to` is the masked address that it was sent to."""

    code: str
    keeps_until: datetime
    sent_to: str | None


async def find_draft_code(intake: Intake, holder: Holder) -> DraftCode | None:
    """The code of the draft somebody holds; None without one."""
    reading = intake.uow.reading()
    draft = await store.find_held(reading, holder)
    if draft is None:
        return None
    sealed = draft.code or await _make_code(intake, reading, draft)
    if sealed is None:
        return None
    to = destination(intake, draft)
    return DraftCode(
        intake.keys.open("contact", sealed, field_context(draft.id, "draft_code")),
        draft.expires_at,
        to.masked if to and to.address_hash in draft.told else None,
    )


async def tell_draft_code(intake: Intake, tx: Tx, draft_id: str) -> None:
    """Send the code to the address on the contact page, unless it got it before.

    To be called in the transaction that saves the page, so that neither is without the other.
    """
    draft = await store.find(tx, draft_id)
    to = destination(intake, draft) if draft else None
    if draft is None or to is None or to.address_hash in draft.told:
        return
    code = draft.code or await _make_code(intake, tx, draft)
    if code is None:
        return
    await store.note_told(tx, draft.id, to.address_hash)
    data = DraftKept(draft_id=draft.id, to=to.to, draft_code=code, keeps_until=draft.expires_at)
    tx.emit(data, subject=draft.id, version=draft.version)


async def tell_end(intake: Intake, tx: Tx, draft_id: str) -> bool:
    """Say once that the draft will be deleted; whether there was anybody to tell."""
    draft = await store.find(tx, draft_id)
    if draft is None or not await store.note_end_told(tx, draft_id, tx.at):
        return False
    to = destination(intake, draft)
    code = (draft.code or await _make_code(intake, tx, draft)) if to else None
    if to is None or code is None:
        return False
    data = DraftExpiring(draft_id=draft.id, to=to.to, draft_code=code, keeps_until=draft.expires_at)
    tx.emit(data, subject=draft.id, version=draft.version)
    return True


def destination(intake: Intake, draft: Kept) -> Destination | None:
    return destination_of(intake.keys, intake.settings, draft.id, draft.pages)


async def _make_code(intake: Intake, scope: Scope, draft: Kept) -> Sealed | None:
    code = codes.new_draft_code()
    key = intake.settings.session_key.get_secret_value()
    sealed = intake.keys.seal("contact", code, field_context(draft.id, "draft_code"))
    return await store.keep_code(scope, draft.id, codes.hash_draft_code(key, code), sealed)
