"""Heads of the chain kept outside the database, in a bucket whose objects nobody can delete.

Without them whoever owns the database could cut off the end of the chain unseen. One object for
each day; later heads of the day are newer versions of it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date

from services.verification.audit import chain_store
from services.verification.audit.chain import Seal
from shared.errors import AppError
from shared.storage import AUDIT, Storage
from shared.uow import Scope, UnitOfWork


class HeadLost(AppError):
    """A head that was stored is no longer in the chain."""

    code = "audit_head_lost"


@dataclass(frozen=True)
class StoredHead:
    day: date
    seq: int
    head: str


async def deposit(uow: UnitOfWork, storage: Storage) -> int:
    """Store the heads of the days since the last stored one; returns how many were new.

    Raises `HeadLost` when that one is not in the chain: a newer head must not cover it up.
    """
    scope, office = uow.reading(), uow.office
    keys = await storage.keys(AUDIT, f"{office}/")
    stored = await read(storage, max(keys)) if keys else None
    if stored is not None and not await is_in_chain(scope, office, stored):
        raise HeadLost
    begin = stored.day if stored else date.min
    new = [
        seal
        for seal in await chain_store.days_from(scope, office, begin)
        if stored is None or seal.seq > stored.seq
    ]
    for seal in new:
        await storage.put(AUDIT, key_of(office, seal.day), _content(seal), "application/json")
    return len(new)


async def all_stored(storage: Storage, office: str) -> list[StoredHead]:
    """The newest head of each day, also where a delete marker hides it; oldest first."""
    newest: dict[str, str] = {}
    for key, version in await storage.versions(AUDIT, f"{office}/"):
        newest.setdefault(key, version)
    return [await read(storage, key, newest[key]) for key in sorted(newest)]


async def read(storage: Storage, key: str, version: str | None = None) -> StoredHead:
    content = json.loads(await storage.get(AUDIT, key, version=version))
    return StoredHead(date.fromisoformat(content["day"]), content["seq"], content["head"])


async def is_in_chain(scope: Scope, office: str, stored: StoredHead) -> bool:
    seal = await chain_store.one(scope, office, stored.seq)
    return seal is not None and seal.head == stored.head


def key_of(office: str, day: date) -> str:
    return f"{office}/{day.isoformat()}.json"


def _content(seal: Seal) -> bytes:
    """All that was signed, so that the signature can be checked without the database."""
    signed = json.loads(seal.signed_part)
    return json.dumps({**signed, "signature": seal.signature}, indent=1).encode()
