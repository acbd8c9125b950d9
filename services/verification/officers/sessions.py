"""Sessions on the server: the browser holds a random token, the database only its hash.

A session is `proven` when everything that the account asks for was shown at sign-in. One without
its second factor is short and opens nothing but the page that asks for it.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.verification.audit import log
from services.verification.audit.domain import Entry
from services.verification.officers import session_store, store
from services.verification.officers.domain import Officer
from shared.clock import now
from shared.errors import Forbidden, NotFound
from shared.uow import Scope, Tx, UnitOfWork

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
UNPROVEN_LONGEST = timedelta(minutes=10)
RECENT = timedelta(minutes=10)
_TOUCH_EVERY = timedelta(minutes=1)
_AGENT_LONGEST = 300


class ConfirmFirst(Forbidden):
    """Sebelum melanjutkan, buktikan dulu bahwa ini benar Anda."""

    code = "confirm_first"


@dataclass(frozen=True)
class Origin:
    """Where a session was begun: for its owner, who ends the ones that he does not know."""

    address: str
    agent: str = ""


@dataclass(frozen=True)
class Session:
    """A signed-in officer; `id` is the hash of the token."""

    id: str
    officer: Officer
    proven: bool = True
    confirmed_at: datetime | None = None


@dataclass(frozen=True)
class OpenSession:
    """A living session as its owner or an administrator sees it."""

    id: str
    begun_at: datetime
    seen_at: datetime
    origin: Origin


def require_recent(session: Session) -> None:
    """Raise `ConfirmFirst` unless the officer proved himself in the last ten minutes.

    Any use-case may call it: the page then asks, and goes on with the same form.
    """
    if not is_recent(session):
        raise ConfirmFirst


def is_recent(session: Session) -> bool:
    return session.confirmed_at is not None and now() < session.confirmed_at + RECENT


def new_token() -> str:
    return secrets.token_urlsafe(32)


async def begin(tx: Tx, token: str, officer: Officer, origin: Origin, *, proven: bool) -> None:
    row = {
        "_id": _digest(token),
        "officer_id": officer.id,
        "created_at": tx.at,
        "seen_at": tx.at,
        "expires_at": tx.at + (LONGEST if proven else UNPROVEN_LONGEST),
        "proven": proven,
        "confirmed_at": tx.at if proven else None,
        "address": origin.address,
        "agent": origin.agent[:_AGENT_LONGEST],
    }
    await session_store.insert(tx, row)


async def find_session(scope: Scope, token: str) -> Session | None:
    """The living session of a token; being used keeps it alive."""
    row = await session_store.find(scope, _digest(token))
    present = now()
    if row is None or row["expires_at"] <= present or row["seen_at"] + IDLE <= present:
        return None
    officer = await store.find(scope, row["officer_id"])
    if officer is None or officer.disabled_at is not None:
        return None
    if row["seen_at"] + _TOUCH_EVERY <= present:
        await session_store.change(scope, row["_id"], {"seen_at": present})
    return Session(row["_id"], officer, row.get("proven", True), row.get("confirmed_at"))


async def end_session(uow: UnitOfWork, session: Session) -> None:
    """Sign out."""

    async def work(tx: Tx) -> None:
        await session_store.delete(tx, session.id, session.officer.id)
        await log.record(tx, Entry(session.officer.actor, "session.ended"))

    await uow.run(work)


async def open_sessions(scope: Scope, by: Officer, officer_id: str) -> list[OpenSession]:
    """The living sessions of one officer, for himself and for administrators."""
    if by.id != officer_id:
        by.require("manage_accounts")
    present = now()
    return [
        OpenSession(
            row["_id"],
            row["created_at"],
            row["seen_at"],
            Origin(row.get("address", ""), row.get("agent", "")),
        )
        for row in await session_store.of_officer(scope, officer_id)
        if row["expires_at"] > present and row["seen_at"] + IDLE > present
    ]


async def end_one(tx: Tx, by: Session, officer_id: str, session_id: str) -> None:
    """End one session: of oneself, or of anybody as an administrator."""
    if by.officer.id != officer_id:
        by.officer.require("manage_accounts")
    if not await session_store.delete(tx, session_id, officer_id):
        raise NotFound("Sesi ini sudah berakhir. Muat ulang halaman sebelumnya.")
    detail = {"officer_id": officer_id, "count": 1}
    await log.record(tx, Entry(by.officer.actor, "session.ended_by_hand", detail=detail))


async def end_others(tx: Tx, by: Session, officer_id: str) -> int:
    """End all sessions of an officer but the one that asks."""
    if by.officer.id != officer_id:
        by.officer.require("manage_accounts")
    count = await session_store.delete_all_of(tx, officer_id, but=by.id)
    detail = {"officer_id": officer_id, "count": count}
    await log.record(tx, Entry(by.officer.actor, "session.ended_by_hand", detail=detail))
    return count


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
