"""Accounts made and changed by an administrator in the desk.

Nobody changes his own account here: an administrator who gave himself a right to cases would read
what domain.md keeps from him. Two administrators look after one another.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from services.verification.audit import log
from services.verification.audit.domain import Entry
from services.verification.officers import accounts, provider_store, session_store, store, totp
from services.verification.officers.domain import (
    Officer,
    checked_name,
    checked_nik_index,
    checked_nip,
    checked_provider_name,
    checked_roles,
    checked_username,
)
from services.verification.officers.passwords import hash_password
from services.verification.officers.sessions import Session, require_recent
from services.verification.officers.store import Secret
from shared.clock import now
from shared.errors import Conflict, Forbidden, Invalid, NotFound
from shared.ids import uuid7
from shared.mongo import DuplicateKeyError
from shared.uow import Scope, Tx, UnitOfWork

ONE_TIME_LASTS = timedelta(days=7)
_TAKEN = "Nama pengguna ini sudah dipakai. Pilih nama pengguna lain."


class AccountChanged(Conflict):
    """Akun ini baru saja diubah. Buka lagi akunnya, periksa, lalu ulangi."""

    code = "account_changed"


@dataclass(frozen=True)
class Details:
    """What an administrator types; an empty `nik` and no `provider_name` leave what is kept."""

    name: str
    roles: list[str]
    nip: str | None
    nik: str = ""
    forget_nik: bool = False
    provider_name: str | None = None


@dataclass(frozen=True)
class Handover:
    """An account with the one-time password to hand over: shown once, kept nowhere."""

    officer: Officer
    password: str


@dataclass(frozen=True)
class Change:
    """Who changes which account, and the version he saw."""

    by: Session
    officer_id: str
    version: int


async def everyone(scope: Scope, by: Officer) -> list[Officer]:
    by.require("manage_accounts")
    return await store.everyone(scope)


async def one(scope: Scope, by: Officer, officer_id: str) -> Officer:
    by.require("manage_accounts")
    officer = await store.find(scope, officer_id)
    if officer is None:
        raise NotFound("Akun ini tidak ditemukan. Kembali ke daftar petugas.")
    return officer


async def create(
    uow: UnitOfWork, by: Session, username: str, details: Details, index_key: str
) -> Handover:
    """A new account with a one-time password, which its owner must change at once."""
    by.officer.require("manage_accounts")
    require_recent(by)
    officer = Officer(
        uuid7(),
        checked_username(username),
        checked_name(details.name),
        checked_roles(details.roles),
        checked_nip(details.nip),
        checked_nik_index(index_key, details.nik) if details.nik.strip() else None,
        must_change_password=True,
    )
    password = totp.random_words()
    secret = Secret(await hash_password(password), now() + ONE_TIME_LASTS)

    async def work(tx: Tx) -> None:
        if await store.find_by_username(tx, officer.username) is not None:
            raise Invalid(_TAKEN)
        await store.save(tx, officer, secret)
        detail = {
            "username": officer.username,
            "roles": list(officer.roles),
            "has_nik": officer.nik_index is not None,
        }
        await log.record(tx, Entry(by.officer.actor, "account.created", detail=detail))

    try:
        await uow.run(work)
    except DuplicateKeyError as error:
        raise Invalid(_TAKEN) from error
    return Handover(officer, password)


async def change(tx: Tx, act: Change, details: Details, index_key: str) -> Officer:
    """Name, NIP, NIK and roles; with other roles its owner signs in anew."""
    officer = await _load(tx, act)
    roles = checked_roles(details.roles)
    if "system_admin" not in roles:
        await accounts.require_another_administrator(tx, officer)
    nik_index = None if details.forget_nik else officer.nik_index
    if details.nik.strip():
        nik_index = checked_nik_index(index_key, details.nik)
    changed = replace(
        officer,
        nik_index=nik_index,
        name=checked_name(details.name),
        roles=roles,
        nip=checked_nip(details.nip),
        version=officer.version + 1,
    )
    await store.save(tx, changed)
    if details.provider_name is not None:
        changed = await _linked(tx, changed, details.provider_name)
    if roles != officer.roles:
        await session_store.delete_all_of(tx, officer.id)
    detail = {
        "username": officer.username,
        "roles_before": list(officer.roles),
        "roles": list(roles),
        "nik_changed": nik_index != officer.nik_index,
        "link_changed": changed.provider_name != officer.provider_name,
    }
    await log.record(tx, Entry(act.by.officer.actor, "account.changed", detail=detail))
    return changed


async def _linked(tx: Tx, officer: Officer, text: str) -> Officer:
    name = checked_provider_name(text)
    if name == officer.provider_name:
        return officer
    if name is not None and await provider_store.is_taken(tx, name, officer.id):
        raise Invalid("Akun dinas ini sudah terhubung dengan petugas lain. Periksa lagi.")
    await provider_store.link(tx, officer.id, name)
    return replace(officer, provider_name=name)


async def disable(tx: Tx, act: Change) -> Officer:
    """No sign-in any more, and running sessions end at once."""
    return await accounts.disable(tx, await _load(tx, act), act.by.officer.actor)


async def enable(tx: Tx, act: Change) -> Officer:
    """The account works again, with the password it had."""
    officer = replace(await _load(tx, act), disabled_at=None, version=act.version + 1)
    await store.save(tx, officer)
    await _record(tx, act, "account.enabled", officer)
    return officer


async def reset_password(uow: UnitOfWork, act: Change) -> Handover:
    """A one-time password instead of the forgotten one; its owner's sessions end."""
    _require(act)
    password = totp.random_words()
    secret = Secret(await hash_password(password), now() + ONE_TIME_LASTS)

    async def work(tx: Tx) -> Officer:
        officer = await _load(tx, act)
        officer = replace(officer, must_change_password=True, version=act.version + 1)
        await store.save(tx, officer, secret)
        await session_store.delete_all_of(tx, officer.id)
        await _record(tx, act, "account.password_reset", officer)
        return officer

    return Handover(await uow.run(work), password)


async def reset_totp(tx: Tx, act: Change) -> Officer:
    """For a lost phone."""
    return await accounts.reset_totp(tx, await _load(tx, act), act.by.officer.actor)


def _require(act: Change) -> None:
    act.by.officer.require("manage_accounts")
    if act.officer_id == act.by.officer.id:
        raise Forbidden("Akun sendiri hanya boleh diubah administrator lain. Minta bantuan rekan.")
    require_recent(act.by)


async def _load(tx: Tx, act: Change) -> Officer:
    """The account to change, if he may and saw its present version."""
    _require(act)
    officer = await one(tx, act.by.officer, act.officer_id)
    if officer.version != act.version:
        raise AccountChanged
    return officer


async def _record(tx: Tx, act: Change, action: str, officer: Officer) -> None:
    detail = {"username": officer.username}
    await log.record(tx, Entry(act.by.officer.actor, action, detail=detail))
