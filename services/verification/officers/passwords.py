"""Passwords: Argon2id in threads, few at a time because each takes 19 MiB."""

from __future__ import annotations

from functools import cache

import anyio
from anyio import to_thread
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_AT_ONCE = 4


@cache
def _threads() -> anyio.CapacityLimiter:
    return anyio.CapacityLimiter(_AT_ONCE)


@cache
def _nobodys_hash() -> str:
    """Verified for unknown users, so that they take as long as known ones."""
    return _HASHER.hash("a password that nobody has")


async def hash_password(password: str) -> str:
    return await to_thread.run_sync(_HASHER.hash, password, limiter=_threads())


async def is_password(kept_hash: str | None, password: str) -> bool:
    """Whether the password fits; without a hash (unknown user) false, after the same time."""

    def verify() -> bool:
        try:
            return _HASHER.verify(kept_hash or _nobodys_hash(), password)
        except (VerificationError, InvalidHashError):
            return False

    fits = await to_thread.run_sync(verify, limiter=_threads())
    return fits and kept_hash is not None


def needs_rehash(kept_hash: str) -> bool:
    return _HASHER.check_needs_rehash(kept_hash)
