"""Signing in: the same answer and the same time for an unknown user and a wrong password.

Failures make the next attempt wait longer; nobody can lock an officer out from elsewhere, because
the short limit counts account and network together.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.verification.audit import log
from services.verification.audit.domain import Actor, Entry
from services.verification.officers import sessions, store
from services.verification.officers.domain import PASSWORD_LONGEST, Officer
from services.verification.officers.passwords import hash_password, is_password, needs_rehash
from shared.clock import now
from shared.errors import AppError
from shared.uow import Tx, UnitOfWork
from shared.web.limits import network

WINDOW = timedelta(minutes=15)
_PAUSES = (0, 0, 1, 5)  # seconds after the first, second … failure; then until the window ends
_PER_NETWORK = 30  # a whole office may stand behind one address
_PER_ACCOUNT = 30


class WrongLogin(AppError):
    """Nama pengguna atau kata sandi salah. Periksa lagi, lalu coba masuk kembali."""

    status = 401
    code = "wrong_login"


class TooManyLogins(AppError):
    """Too many failures: wait."""

    status = 429
    code = "too_many_logins"

    def __init__(self, seconds: int) -> None:
        wait = f"{seconds} detik" if seconds < 60 else f"{math.ceil(seconds / 60)} menit"
        super().__init__(f"Terlalu banyak percobaan masuk yang gagal. Coba lagi dalam {wait}.")
        self.seconds = seconds


@dataclass(frozen=True)
class Credentials:
    username: str
    password: str
    address: str


async def sign_in(uow: UnitOfWork, given: Credentials) -> str:
    """Check the password and begin a session; returns its token."""
    username = given.username.strip().lower()[:60]
    keys = _keys(username, given.address)
    await _take_turn(uow, keys)
    found = await store.find_by_username(uow.reading(), username)
    password = given.password[:PASSWORD_LONGEST]
    fits = await is_password(found[1] if found else None, password)
    if found is None or not fits or found[0].disabled_at is not None:
        actor = found[0].actor if found else Actor("unknown", "Tidak dikenal")
        await uow.run(lambda tx: log.record(tx, Entry(actor, "session.refused")))
        raise WrongLogin
    officer, kept_hash = found
    new_hash = await hash_password(password) if needs_rehash(kept_hash) else None
    await _forgive(uow, keys)
    return await _begin(uow, officer, new_hash)


async def _begin(uow: UnitOfWork, officer: Officer, new_hash: str | None) -> str:
    token = sessions.new_token()

    async def work(tx: Tx) -> None:
        if new_hash is not None:
            await store.set_password_hash(tx, officer, new_hash)
        await sessions.begin(tx, token, officer)
        await log.record(tx, Entry(officer.actor, "session.begun"))

    await uow.run(work)
    return token


async def _take_turn(uow: UnitOfWork, keys: dict[str, int | None]) -> None:
    """Count the attempt as a failure before its password is looked at, or refuse it.

    Counted afterwards, a hundred attempts at the same moment would all find no failure yet.
    """
    scope = uow.reading()
    first, *others = keys
    while True:
        present = now()
        rows = {row["_id"]: row for row in await store.failures(scope, list(keys), present)}
        for key, row in rows.items():
            if (wait := _wait(row, keys[key], present)) > 0:
                raise TooManyLogins(wait)
        seen = rows[first]["count"] if first in rows else 0
        if await store.count_next(scope, first, seen, present, WINDOW):
            break  # else another attempt was quicker, and this one looks again
    for key in others:
        limit = keys[key] or 0
        row = await store.count_failure(scope, key, present, WINDOW)
        if row["count"] > limit:
            raise TooManyLogins(max(1, _wait(row, limit, present)))


async def _forgive(uow: UnitOfWork, keys: dict[str, int | None]) -> None:
    """It was no failure after all."""
    first, *others = keys
    await store.clear_failures(uow.reading(), first)
    for key in others:
        await store.take_back_failure(uow.reading(), key)


def _wait(row: dict[str, object], limit: int | None, present: datetime) -> int:
    """Seconds until the next attempt; `limit` None means growing pauses."""
    count, last_at, ends = row["count"], row["last_at"], row["expires_at"]
    if not (
        isinstance(count, int) and isinstance(last_at, datetime) and isinstance(ends, datetime)
    ):
        return 0
    if limit is not None:
        until = ends if count >= limit else last_at
    elif count > len(_PAUSES):
        until = ends
    else:
        until = last_at + timedelta(seconds=_PAUSES[count - 1])
    return math.ceil((until - present).total_seconds())


def _keys(username: str, address: str) -> dict[str, int | None]:
    """Counters of one attempt and their limits; the first one has growing pauses."""
    net = network(address)
    named: dict[str, int | None] = {
        f"both:{username}:{net}": None,
        f"network:{net}": _PER_NETWORK,
        f"account:{username}": _PER_ACCOUNT,
    }
    return {hashlib.sha256(name.encode()).hexdigest()[:32]: limit for name, limit in named.items()}
