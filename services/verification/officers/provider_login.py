"""Signing in with a service account: the account must exist here and be linked by an administrator.

A start is kept until its answer comes, once, and bound to the browser that began it. The first
sign-in under the linked name pins the provider's subject; from then on only that counts.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from services.verification.audit import log
from services.verification.audit.domain import Actor, Entry
from services.verification.officers import provider_store, sessions
from services.verification.officers.sessions import Origin
from services.verification.provider import NotBelieved, Person, Provider
from shared.clock import now
from shared.errors import AppError
from shared.uow import Tx, UnitOfWork

START_LASTS = timedelta(minutes=10)
_UNKNOWN = Actor("unknown", "Tidak dikenal")


class NotLinked(AppError):
    """Akun dinas ini belum terhubung, atau akun Anda nonaktif. Hubungi administrator kantor."""

    status = 401
    code = "not_linked"


@dataclass(frozen=True)
class Start:
    """The provider's address, and what the browser keeps meanwhile."""

    address: str
    browser: str


@dataclass(frozen=True)
class Answer:
    """What came back with the browser."""

    state: str
    code: str
    browser: str
    origin: Origin


async def start(uow: UnitOfWork, provider: Provider) -> Start:
    state, nonce, verifier, browser = (secrets.token_urlsafe(32) for _ in range(4))
    address = await provider.address(state, nonce, verifier)
    row = {
        "_id": _digest(state),
        "browser": _digest(browser),
        "nonce": nonce,
        "verifier": verifier,
        "expires_at": now() + START_LASTS,
    }
    await provider_store.insert_start(uow.reading(), row)
    return Start(address, browser)


async def finish(uow: UnitOfWork, provider: Provider, answer: Answer) -> str:
    """Begin a session for whom the provider names; returns its token."""
    begun = await provider_store.take_start(uow.reading(), _digest(answer.state))
    if begun is None or begun["expires_at"] <= now() or begun["browser"] != _digest(answer.browser):
        raise NotBelieved
    person = await provider.person(answer.code, begun["nonce"], begun["verifier"])
    token = sessions.new_token()

    async def work(tx: Tx) -> bool:
        officer = await provider_store.sign_in(tx, person.subject, person.names)
        if officer is None:
            await log.record(tx, Entry(_UNKNOWN, "session.refused", detail={"by": "provider"}))
            return False
        proven = officer.totp_since is None or person.with_second_factor
        await sessions.begin(tx, token, officer, answer.origin, proven=proven)
        action = "session.begun" if proven else "session.code_asked"
        await log.record(tx, Entry(officer.actor, action, detail=_how(person)))
        return True

    if not await uow.run(work):
        raise NotLinked
    return token


def _how(person: Person) -> dict[str, object]:
    return {"by": "provider", "with_second_factor": person.with_second_factor}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
