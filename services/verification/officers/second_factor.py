"""The second factor of an account: enrolled by its owner, checked at sign-in, each code once."""

from __future__ import annotations

from typing import Literal

from services.verification.audit import log
from services.verification.audit.domain import Entry
from services.verification.officers import session_store, totp, totp_store
from services.verification.officers.domain import Officer
from services.verification.officers.sessions import Session, is_recent, require_recent
from shared.contracts.envelope import Sealed
from shared.errors import Conflict, Invalid
from shared.sealed import KeyRing
from shared.uow import Scope, Tx

_PURPOSE: Literal["auth"] = "auth"
_DIGITS = 6


async def use_code(
    tx: Tx, keys: KeyRing, officer: Officer, text: str
) -> Literal["totp", "recovery_code"] | None:
    """Use a code up; None when it is wrong or was used before."""
    code = "".join(text.split())
    if len(code) != _DIGITS:
        digest = totp.recovery_digest(code)
        used = await totp_store.use_recovery_code(tx, officer.id, digest)
        return "recovery_code" if used else None
    kept = await totp_store.find(tx, officer.id)
    if kept.secret is None:
        return None
    step = totp.step_of(_open(keys, officer, kept.secret), code, tx.at)
    if step is None or not await totp_store.use_step(tx, officer.id, step):
        return None
    return "totp"


async def start_enrolment(tx: Tx, keys: KeyRing, by: Session) -> None:
    """Make a secret for the app; the old one counts until the new one is confirmed."""
    require_recent(by)
    secret = keys.seal(_PURPOSE, totp.new_secret(), _context(by.officer))
    await totp_store.set_pending(tx, by.officer.id, secret)


async def pending_secret(scope: Scope, keys: KeyRing, by: Session) -> str | None:
    """The secret to show, while an enrolment is under way; one left lying is not shown again."""
    if not is_recent(by):
        return None
    kept = await totp_store.find(scope, by.officer.id)
    return _open(keys, by.officer, kept.pending) if kept.pending else None


async def finish_enrolment(tx: Tx, keys: KeyRing, by: Session, code: str) -> list[str]:
    """The first code shows that the app works; returns the recovery codes, to be shown once."""
    require_recent(by)
    officer = by.officer
    kept = await totp_store.find(tx, officer.id)
    if kept.pending is None:
        raise Conflict("Pemasangan ini sudah selesai atau dibatalkan. Mulai lagi dari akun Anda.")
    step = totp.step_of(_open(keys, officer, kept.pending), "".join(code.split()), tx.at)
    if step is None:
        raise Invalid(
            "Kode tidak cocok. Pastikan jam ponsel Anda benar, lalu ketik kode yang sedang tampil."
        )
    codes = totp.new_recovery_codes()
    digests = [totp.recovery_digest(each) for each in codes]
    await totp_store.enrol(tx, officer.id, kept.pending, step, digests)
    await session_store.delete_all_of(tx, officer.id, but=by.id)
    await log.record(tx, Entry(officer.actor, "account.totp_enrolled"))
    return codes


async def renew_recovery_codes(tx: Tx, by: Session) -> list[str]:
    """Ten new ones; the old ones end."""
    require_recent(by)
    if by.officer.totp_since is None:
        raise Conflict("Pasang kode masuk dulu. Kode cadangan dibuat sesudahnya.")
    codes = totp.new_recovery_codes()
    digests = [totp.recovery_digest(each) for each in codes]
    await totp_store.set_recovery_codes(tx, by.officer.id, digests)
    await log.record(tx, Entry(by.officer.actor, "account.recovery_codes_made"))
    return codes


async def recovery_codes_left(scope: Scope, officer: Officer) -> int:
    return (await totp_store.find(scope, officer.id)).recovery_left


def _open(keys: KeyRing, officer: Officer, sealed: Sealed) -> str:
    return keys.open(_PURPOSE, sealed, _context(officer))


def _context(officer: Officer) -> str:
    return f"officer:{officer.id}:totp"
