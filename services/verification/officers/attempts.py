"""Failed attempts make the next one wait longer, counted per account and network.

Nobody can lock an officer out from elsewhere: the short limit counts account and network together,
and the limit of the whole account does not hold where he usually works.
"""

from __future__ import annotations

import hashlib
import math
from datetime import datetime, timedelta

from services.verification.officers import store
from shared.clock import now
from shared.errors import AppError
from shared.uow import UnitOfWork
from shared.web.limits import network

WINDOW = timedelta(minutes=15)
# Seconds after the first, second … failure; then until the window ends.
_PAUSES = (0, 0, 1, 5, 15, 60, 240)
_PER_NETWORK = 30  # a whole office may stand behind one address
_PER_ACCOUNT = {"password": 30, "code": 10}  # a code has six digits only

_KNOWN = timedelta(days=30)

Counters = dict[str, int | None]


class TooManyLogins(AppError):
    """Too many failures: wait."""

    status = 429
    code = "too_many_logins"

    def __init__(self, seconds: int) -> None:
        wait = f"{seconds} detik" if seconds < 60 else f"{math.ceil(seconds / 60)} menit"
        super().__init__(f"Terlalu banyak percobaan masuk yang gagal. Coba lagi dalam {wait}.")
        self.seconds = seconds


async def counters_of(uow: UnitOfWork, kind: str, username: str, address: str) -> Counters:
    """Counters of one attempt and their limits; the first one has growing pauses.

    Strangers who fail elsewhere cannot keep an officer out of his own office: where he has signed
    in lately, only his failures from there count.
    """
    net = network(address)
    named: Counters = {f"{kind}:both:{username}:{net}": None, f"network:{net}": _PER_NETWORK}
    key = _digest(f"{username}:{net}")
    if not await store.is_known_network(uow.reading(), key, now()):
        named[f"{kind}:account:{username}"] = _PER_ACCOUNT[kind]
    return {_digest(name): limit for name, limit in named.items()}


async def remember_network(uow: UnitOfWork, username: str, address: str) -> None:
    """The officer has signed in from there."""
    key = _digest(f"{username}:{network(address)}")
    await store.remember_network(uow.reading(), key, now() + _KNOWN)


async def take_turn(uow: UnitOfWork, counters: Counters) -> None:
    """Count the attempt as a failure before its secret is looked at, or refuse it.

    Counted afterwards, a hundred attempts at the same moment would all find no failure yet.
    """
    scope = uow.reading()
    first, *others = counters
    while True:
        present = now()
        rows = {row["_id"]: row for row in await store.failures(scope, list(counters), present)}
        for key, row in rows.items():
            if (wait := _wait(row, counters[key], present)) > 0:
                raise TooManyLogins(wait)
        seen = rows[first]["count"] if first in rows else 0
        if await store.count_next(scope, first, seen, present, WINDOW):
            break  # else another attempt was quicker, and this one looks again
    for key in others:
        limit = counters[key] or 0
        row = await store.count_failure(scope, key, present, WINDOW)
        if row["count"] > limit:
            raise TooManyLogins(max(1, _wait(row, limit, present)))


async def forgive(uow: UnitOfWork, counters: Counters) -> None:
    """It was no failure after all."""
    first, *others = counters
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


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:32]
