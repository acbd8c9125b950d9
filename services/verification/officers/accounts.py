"""Making, changing and disabling the accounts of officers."""

from __future__ import annotations

from dataclasses import dataclass, replace

from services.verification.audit import log
from services.verification.audit.domain import Actor, Entry
from services.verification.officers import store
from services.verification.officers.domain import (
    Officer,
    checked_nip,
    checked_password,
    checked_roles,
    checked_username,
)
from services.verification.officers.passwords import hash_password, is_password
from shared.errors import Invalid, NotFound
from shared.ids import uuid7
from shared.uow import Scope, Tx, UnitOfWork

COMMAND = Actor("command", "Perintah administrator")


@dataclass(frozen=True)
class Account:
    """What an account should be."""

    username: str
    name: str
    roles: list[str]
    password: str
    nip: str | None = None


async def ensure_account(uow: UnitOfWork, account: Account, actor: Actor = COMMAND) -> Officer:
    """Create the account or bring it to this state; the same again changes nothing."""
    username = checked_username(account.username)
    name = " ".join(account.name.split())
    if not name:
        raise Invalid("Isi nama petugas.")
    roles, nip = checked_roles(account.roles), checked_nip(account.nip)
    password = checked_password(account.password)
    found = await store.find_by_username(uow.reading(), username)
    wanted = Officer(found[0].id if found else uuid7(), username, name, roles, nip)
    new_hash: str | None = None
    if found is None or not await is_password(found[1], password):
        new_hash = await hash_password(password)
    if found is not None and found[0] == wanted and new_hash is None:
        return wanted

    async def work(tx: Tx) -> Officer:
        await store.save(tx, wanted, new_hash)
        if new_hash is not None or (found and found[0].roles != roles):
            await store.delete_sessions_of(tx, wanted.id)
        action = "account.changed" if found else "account.created"
        detail = {"username": username, "roles": list(roles), "password": new_hash is not None}
        await log.record(tx, Entry(actor, action, detail=detail))
        return wanted

    return await uow.run(work)


async def disable_account(uow: UnitOfWork, username: str, actor: Actor = COMMAND) -> Officer:
    """No sign-in any more, and running sessions end at once."""

    async def work(tx: Tx) -> Officer:
        found = await store.find_by_username(tx, checked_username(username))
        if found is None:
            raise NotFound(f"Tidak ada petugas dengan nama pengguna {username}.")
        officer = found[0]
        if officer.disabled_at is None:
            officer = replace(officer, disabled_at=tx.at)
            await store.save(tx, officer)
            await log.record(
                tx, Entry(actor, "account.disabled", detail={"username": officer.username})
            )
        await store.delete_sessions_of(tx, officer.id)
        return officer

    return await uow.run(work)


async def list_accounts(scope: Scope) -> list[Officer]:
    return await store.everyone(scope)
