"""Signing in: the same answer and the same time for an unknown user and a wrong password.

With a second factor the password alone begins a short session that opens only the page which asks
for the code; the code begins the real one, with a new token.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from services.verification.audit import log
from services.verification.audit.domain import Actor, Entry
from services.verification.officers import second_factor, session_store, sessions, store
from services.verification.officers.attempts import (
    counters_of,
    forgive,
    remember_network,
    take_turn,
)
from services.verification.officers.domain import PASSWORD_LONGEST, Officer
from services.verification.officers.passwords import hash_password, is_password, needs_rehash
from services.verification.officers.sessions import Origin, Session
from services.verification.officers.store import Secret
from shared.clock import now
from shared.errors import AppError
from shared.sealed import KeyRing
from shared.uow import Tx, UnitOfWork

_USERNAME_LONGEST = 60


class WrongLogin(AppError):
    """Nama pengguna atau kata sandi salah. Periksa lagi, lalu coba masuk kembali."""

    status = 401
    code = "wrong_login"


class WrongCode(AppError):
    """Kode salah atau sudah dipakai. Tunggu kode berikutnya di aplikasi, lalu ketik lagi."""

    status = 401
    code = "wrong_code"


class WrongPassword(AppError):
    """Kata sandi salah. Periksa lagi, lalu ulangi."""

    status = 401
    code = "wrong_password"


@dataclass(frozen=True)
class Credentials:
    username: str
    password: str
    origin: Origin


async def sign_in(uow: UnitOfWork, given: Credentials) -> str:
    """Check the password and begin a session; returns its token."""
    username = given.username.strip().lower()[:_USERNAME_LONGEST]
    counters = await counters_of(uow, "password", username, given.origin.address)
    await take_turn(uow, counters)
    found = await store.find_by_username(uow.reading(), username)
    password = given.password[:PASSWORD_LONGEST]
    fits = await is_password(found[1].hash if found else None, password)
    if found is None or not fits or not _works(*found):
        actor = found[0].actor if found else Actor("unknown", "Tidak dikenal")
        await uow.run(lambda tx: log.record(tx, Entry(actor, "session.refused")))
        raise WrongLogin
    officer, secret = found
    new_hash = await hash_password(password) if needs_rehash(secret.hash) else None
    await forgive(uow, counters)
    token = sessions.new_token()

    async def work(tx: Tx) -> None:
        if not await store.note_sign_in(tx, officer.id, secret):
            raise WrongLogin
        if new_hash is not None:
            await store.set_password_hash(tx, officer.id, new_hash)
        proven = officer.totp_since is None
        await sessions.begin(tx, token, officer, given.origin, proven=proven)
        action = "session.begun" if proven else "session.code_asked"
        await log.record(tx, Entry(officer.actor, action))

    await uow.run(work)
    if officer.totp_since is None:
        await remember_network(uow, officer.username, given.origin.address)
    return token


def _works(officer: Officer, secret: Secret) -> bool:
    """Neither disabled nor with a one-time password that nobody used in time."""
    return officer.disabled_at is None and (secret.until is None or secret.until > now())


async def prove(uow: UnitOfWork, keys: KeyRing, session: Session, code: str, origin: Origin) -> str:
    """The second step of signing in: check the code and begin the real session."""
    officer = session.officer
    counters = await counters_of(uow, "code", officer.username, origin.address)
    await take_turn(uow, counters)
    token = sessions.new_token()

    async def work(tx: Tx) -> bool:
        used = await second_factor.use_code(tx, keys, officer, code)
        if used is None:
            await log.record(tx, Entry(officer.actor, "session.code_refused"))
            return False
        if not await session_store.delete(tx, session.id, officer.id):
            raise WrongLogin  # ended meanwhile
        await sessions.begin(tx, token, officer, origin, proven=True)
        await log.record(tx, Entry(officer.actor, "session.begun", detail={"code": used}))
        return True

    if not await uow.run(work):
        raise WrongCode
    await forgive(uow, counters)
    await remember_network(uow, officer.username, origin.address)
    return token


async def confirm(
    uow: UnitOfWork, keys: KeyRing, session: Session, proof: str, origin: Origin
) -> Session:
    """Once more, for a sensitive act: the code of one who has it, else the password."""
    officer = session.officer
    has_code = officer.totp_since is not None
    kind = "code" if has_code else "password"
    counters = await counters_of(uow, kind, officer.username, origin.address)
    await take_turn(uow, counters)
    fits = False
    if not has_code:
        secret = await store.find_secret(uow.reading(), officer.id)
        fits = await is_password(secret.hash if secret else None, proof[:PASSWORD_LONGEST])

    async def work(tx: Tx) -> bool:
        proven = fits
        if has_code:
            proven = await second_factor.use_code(tx, keys, officer, proof) is not None
        if proven:
            await session_store.change(tx, session.id, {"confirmed_at": tx.at})
        action = "session.confirmed" if proven else "session.not_confirmed"
        await log.record(tx, Entry(officer.actor, action))
        return proven

    if not await uow.run(work):
        raise WrongCode if has_code else WrongPassword
    await forgive(uow, counters)
    return replace(session, confirmed_at=now())
