"""Accounts by command (the first administrator, and whatever an operator must repair)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from services.verification.audit import log
from services.verification.audit.domain import Actor, Entry
from services.verification.officers import session_store, store, totp_store
from services.verification.officers.domain import (
    Officer,
    checked_name,
    checked_nip,
    checked_password,
    checked_roles,
    checked_username,
)
from services.verification.officers.passwords import hash_password, is_password
from services.verification.officers.store import Secret
from shared.errors import Conflict, NotFound
from shared.ids import uuid7
from shared.uow import Scope, Tx, UnitOfWork

COMMAND = Actor("command", "Perintah administrator")


@dataclass(frozen=True)
class Account:
    """What an account should be; without `nik_index` the one that is kept stays."""

    username: str
    name: str
    roles: list[str]
    password: str
    nip: str | None = None
    nik_index: str | None = None
    forget_nik: bool = False


async def ensure_account(uow: UnitOfWork, account: Account, actor: Actor = COMMAND) -> Officer:
    """Create the account or bring it to this state; the same again changes nothing."""
    username = checked_username(account.username)
    name = checked_name(account.name)
    roles, nip = checked_roles(account.roles), checked_nip(account.nip)
    password = checked_password(account.password, username, name)
    found = await store.find_by_username(uow.reading(), username)
    known = found[0] if found else Officer(uuid7(), username, name, roles, version=0)
    wanted = replace(
        known,
        name=name,
        roles=roles,
        nip=nip,
        nik_index=account.nik_index or (None if account.forget_nik else known.nik_index),
        disabled_at=None,
        must_change_password=False,
    )
    secret: Secret | None = None
    if found is None or not await is_password(found[1].hash, password):
        secret = Secret(await hash_password(password))
    if found is not None and known == wanted and secret is None:
        return wanted
    wanted = replace(wanted, version=known.version + 1)

    async def work(tx: Tx) -> Officer:
        if found is not None and "system_admin" not in roles:
            await require_another_administrator(tx, known)
        await store.save(tx, wanted, secret)
        if secret is not None or known.roles != roles:
            await session_store.delete_all_of(tx, wanted.id)
        action = "account.changed" if found else "account.created"
        detail = {
            "username": username,
            "roles": list(roles),
            "password": secret is not None,
            "nik_changed": wanted.nik_index != known.nik_index,
        }
        await log.record(tx, Entry(actor, action, detail=detail))
        return wanted

    return await uow.run(work)


async def disable_account(uow: UnitOfWork, username: str, actor: Actor = COMMAND) -> Officer:
    """No sign-in any more, and running sessions end at once."""

    async def work(tx: Tx) -> Officer:
        return await disable(tx, await _named(tx, username), actor)

    return await uow.run(work)


async def _named(tx: Tx, username: str) -> Officer:
    found = await store.find_by_username(tx, checked_username(username))
    if found is None:
        raise NotFound(f"Tidak ada petugas dengan nama pengguna {username}.")
    return found[0]


async def disable(tx: Tx, officer: Officer, actor: Actor) -> Officer:
    """End the account and its sessions; once is enough."""
    if officer.disabled_at is None:
        await require_another_administrator(tx, officer)
        officer = replace(officer, disabled_at=tx.at, version=officer.version + 1)
        await store.save(tx, officer)
        detail = {"username": officer.username}
        await log.record(tx, Entry(actor, "account.disabled", detail=detail))
    await session_store.delete_all_of(tx, officer.id)
    return officer


async def clear_second_factor(uow: UnitOfWork, username: str, actor: Actor = COMMAND) -> Officer:
    """For the last administrator who lost his phone: nobody else could clear it."""

    async def work(tx: Tx) -> Officer:
        return await reset_totp(tx, await _named(tx, username), actor)

    return await uow.run(work)


async def reset_totp(tx: Tx, officer: Officer, actor: Actor) -> Officer:
    """The next sign-in asks to enrol a phone anew; running sessions end."""
    officer = replace(officer, totp_since=None, version=officer.version + 1)
    await totp_store.clear(tx, officer.id)
    await store.save(tx, officer)
    await session_store.delete_all_of(tx, officer.id)
    detail = {"username": officer.username}
    await log.record(tx, Entry(actor, "account.totp_reset", detail=detail))
    return officer


async def require_another_administrator(tx: Tx, officer: Officer) -> None:
    """Raise `Conflict` when the office would be left without an administrator."""
    if "system_admin" not in officer.roles or officer.disabled_at is not None:
        return
    # Of two who remove one another at the same moment, one has to wait and then sees it.
    await store.lock_all_with(tx, "system_admin")
    if not await store.count_others_with(tx, "system_admin", officer.id):
        raise Conflict(
            f"{officer.name} adalah administrator terakhir. "
            "Jadikan petugas lain administrator dulu, lalu ulangi."
        )


async def list_accounts(scope: Scope) -> list[Officer]:
    return await store.everyone(scope)
