"""Open a draft on another browser: by its code, and by what only its person knows or receives.

Every attempt is counted before it is looked at, and an unknown, wrong or expired code gets the
same answer in the same time.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from services.intake.answers import open_page
from services.intake.drafts import StartedDraft
from services.intake.intake import Intake
from services.intake.quotas import TooMany
from services.intake.returning import codes, store
from services.intake.returning.destinations import Destination
from services.intake.returning.keeping import DraftCode, destination, find_draft_code
from services.intake.returning.store import Kept, OneTime
from services.intake.store import Holder
from shared import clock
from shared.contracts.drafts import CodeRequested
from shared.errors import AppError, NotFound
from shared.ids import uuid7
from shared.mongo import Document
from shared.nik import parse_nik
from shared.sealed import field_context
from shared.uow import Tx
from shared.web import limits
from shared.web.limits import Limit

CODE_MINUTES = 10
TRIES = 5
DRAFT_CODES = Limit("draft_codes", 40, 900)  # failures of a network; phones share an address
CODES_PER_DRAFT = Limit("one_time_codes_draft", 5, 3600)
CODES_PER_ADDRESS = Limit("one_time_codes_address", 5, 3600)
CODES_PER_NETWORK = Limit("one_time_codes_network", 60, 3600)
BIRTH_DATES = Limit("draft_birth_dates", 5, 900)  # failures with one draft

Need = Literal["one_time_code", "birth_date"]


class NoSuchDraft(NotFound):
    """Kode untuk melanjutkan tidak cocok. Periksa lagi kodenya, lalu coba lagi."""

    code = "no_such_draft"


class WrongCode(NotFound):
    """Kode 6 angka tidak cocok atau sudah tidak berlaku. Periksa lagi, atau minta kode baru."""

    code = "wrong_code"


class WrongBirthDate(NotFound):
    """Tanggal lahir tidak cocok. Isi tanggal lahir yang Anda tulis di pendaftaran."""

    code = "wrong_birth_date"


@dataclass(frozen=True)
class Waiting:
    """What is still needed of somebody who has the draft's code."""

    draft_id: str
    needs: Need
    code_id: str = ""
    sent_to: str = ""
    expires_at: datetime | None = None


async def begin_return(intake: Intake, typed: str, address: str) -> Waiting | StartedDraft:
    """With the code of a draft: sends the one-time code, or asks for the birth date, or opens it.

    Raises `NoSuchDraft`, `TooMany`.
    """
    reading, network = intake.uow.reading(), limits.network(address)
    await _count(intake, (DRAFT_CODES, network))
    code = codes.read_draft_code(typed) or ""
    key = intake.settings.session_key.get_secret_value()
    draft = await store.find_by_code(reading, codes.hash_draft_code(key, code))
    if draft is None:
        raise NoSuchDraft
    await limits.give_back(reading, DRAFT_CODES, network)
    to = destination(intake, draft)
    if to is not None:
        return await _send_code(intake, draft, to, address)
    if _birth_date(intake, draft):
        return Waiting(draft.id, "birth_date")
    return await _open(intake, draft.id, {"version": draft.version}, NoSuchDraft())


async def send_again(intake: Intake, draft_id: str, address: str) -> Waiting:
    """A new one-time code; the earlier one ends."""
    draft = await store.find(intake.uow.reading(), draft_id)
    to = destination(intake, draft) if draft else None
    if draft is None or to is None:
        raise NoSuchDraft
    return await _send_code(intake, draft, to, address)


async def find_masked(intake: Intake, draft_id: str) -> str:
    """Where the one-time code went, for the page that asks for it; raises `NoSuchDraft`."""
    draft = await store.find(intake.uow.reading(), draft_id)
    to = destination(intake, draft) if draft else None
    if to is None:
        raise NoSuchDraft
    return to.masked


async def open_with_code(intake: Intake, draft_id: str, code_id: str, typed: str) -> StartedDraft:
    """The draft with a new token, once for each one-time code; raises `WrongCode`."""
    key = intake.settings.session_key.get_secret_value()
    given = codes.hash_one_time_code(key, code_id, codes.read_one_time_code(typed) or "")
    expected = await store.count_try(intake.uow.reading(), draft_id, code_id, TRIES)
    if not codes.is_same(given, expected or codes.NO_HASH):
        raise WrongCode
    return await _open(intake, draft_id, {"returning.one_time.id": code_id}, WrongCode())


async def open_with_birth_date(intake: Intake, draft_id: str, born: date | None) -> StartedDraft:
    """For a draft whose person cannot be reached; raises `WrongBirthDate`, `TooMany`."""
    reading = intake.uow.reading()
    await _count(intake, (BIRTH_DATES, draft_id))
    draft = await store.find(reading, draft_id)
    reachable = draft is not None and destination(intake, draft) is not None
    expected = _birth_date(intake, draft) if draft and not reachable else None
    if not codes.is_same(born.isoformat() if born else "", expected or codes.NO_HASH):
        raise WrongBirthDate
    await limits.give_back(reading, BIRTH_DATES, draft_id)
    still = {"version": draft.version if draft else 0}
    return await _open(intake, draft_id, still, WrongBirthDate())


async def leave(intake: Intake, holder: Holder) -> DraftCode | None:
    """End the token on this browser; the code to come back with, if there is a draft."""
    code = await find_draft_code(intake, holder)
    await store.end_token(intake.uow.reading(), holder, secrets.token_hex(32))
    return code


async def was_opened_elsewhere(intake: Intake, holder: Holder) -> bool:
    return await store.was_moved(intake.uow.reading(), holder)


async def _send_code(intake: Intake, draft: Kept, to: Destination, address: str) -> Waiting:
    """Code and event in one transaction: what is said to be sent, is on its way."""
    await _count(
        intake,
        (CODES_PER_NETWORK, limits.network(address)),
        (CODES_PER_DRAFT, draft.id),
        (CODES_PER_ADDRESS, to.address_hash),
    )
    key = intake.settings.session_key.get_secret_value()

    async def work(tx: Tx) -> Waiting:
        code, code_id = codes.new_one_time_code(), uuid7()
        expires_at = tx.at + timedelta(minutes=CODE_MINUTES)
        one_time = OneTime(code_id, codes.hash_one_time_code(key, code_id, code), expires_at)
        if not await store.put_one_time(tx, draft.id, one_time):
            raise NoSuchDraft
        event = CodeRequested(
            code_id=code_id,
            draft_id=draft.id,
            purpose="return_to_draft",
            to=to.to,
            code=intake.keys.seal("contact", code, field_context(draft.id, "code")),
            expires_at=expires_at,
        )
        tx.emit(event, subject=draft.id, version=draft.version)
        return Waiting(draft.id, "one_time_code", code_id, to.masked, expires_at)

    return await intake.uow.run(work)


async def _open(intake: Intake, draft_id: str, where: Document, refusal: AppError) -> StartedDraft:
    """The draft with a new token, if it is still as it was looked at."""
    started = StartedDraft(draft_id, secrets.token_urlsafe(32))
    token_hash = started.holder.token_hash
    if not await store.take_over(intake.uow.reading(), draft_id, token_hash, where):
        raise refusal
    return started


async def _count(intake: Intake, *counted: tuple[Limit, str]) -> None:
    wait = await limits.hit_all(intake.uow.reading(), *counted)
    if wait:
        raise TooMany(wait)


def _birth_date(intake: Intake, draft: Kept) -> str | None:
    """As answered; until then as the NIK says, which a finder of the code must not see."""
    identity = draft.pages.get("identity")
    if identity is None:
        return None
    values = open_page(intake.keys, draft.id, "identity", identity)
    if values.get("birth_date"):
        return str(values["birth_date"])
    nik = values.get("nik")
    return parse_nik(nik, clock.today()).birth_date.isoformat() if nik else None
