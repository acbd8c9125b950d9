"""Sessions on the server: the browser holds a random token, the database only its hash."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from services.verification.audit import log
from services.verification.audit.domain import Entry
from services.verification.officers import store
from services.verification.officers.domain import Officer
from shared.clock import now
from shared.uow import Scope, Tx, UnitOfWork

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
_TOUCH_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class Session:
    """A signed-in officer; `id` is the hash of the token."""

    id: str
    officer: Officer


def new_token() -> str:
    return secrets.token_urlsafe(32)


async def begin(tx: Tx, token: str, officer: Officer) -> None:
    await store.insert_session(tx, _digest(token), officer.id, tx.at, tx.at + LONGEST)


async def find_session(scope: Scope, token: str) -> Session | None:
    """The living session of a token; being used keeps it alive."""
    row = await store.find_session(scope, _digest(token))
    present = now()
    if row is None or row["expires_at"] <= present or row["seen_at"] + IDLE <= present:
        return None
    officer = await store.find(scope, row["officer_id"])
    if officer is None or officer.disabled_at is not None:
        return None
    if row["seen_at"] + _TOUCH_EVERY <= present:
        await store.touch_session(scope, row["_id"], present)
    return Session(row["_id"], officer)


async def end_session(uow: UnitOfWork, session: Session) -> None:
    async def work(tx: Tx) -> None:
        await store.delete_session(tx, session.id)
        await log.record(tx, Entry(session.officer.actor, "session.ended"))

    await uow.run(work)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
