"""Changing one's own password: the present one is asked, other sessions end."""

from __future__ import annotations

from dataclasses import dataclass, replace

from services.verification.audit import log
from services.verification.audit.domain import Entry
from services.verification.officers import session_store, store
from services.verification.officers.administration import AccountChanged
from services.verification.officers.attempts import counters_of, forgive, take_turn
from services.verification.officers.domain import PASSWORD_LONGEST, checked_password
from services.verification.officers.login import WrongPassword
from services.verification.officers.passwords import hash_password, is_password
from services.verification.officers.sessions import Session
from services.verification.officers.store import Secret
from shared.errors import Invalid
from shared.uow import Tx, UnitOfWork


@dataclass(frozen=True)
class Wish:
    present: str
    new: str
    repeated: str


async def change_password(uow: UnitOfWork, by: Session, wish: Wish, address: str) -> None:
    """Take the new password when the present one fits."""
    officer = by.officer
    new = checked_password(wish.new, officer.username, officer.name)
    if new != wish.repeated:
        raise Invalid("Kedua kata sandi baru tidak sama. Ketik lagi keduanya.")
    if new == wish.present:
        raise Invalid("Kata sandi baru sama dengan yang lama. Buat kata sandi lain.")
    counters = await counters_of(uow, "password", officer.username, address)
    await take_turn(uow, counters)
    kept = await store.find_secret(uow.reading(), officer.id)
    if kept is None or not await is_password(kept.hash, wish.present[:PASSWORD_LONGEST]):
        raise WrongPassword("Kata sandi sekarang salah. Periksa lagi, lalu ulangi.")
    await forgive(uow, counters)
    secret = Secret(await hash_password(new))

    async def work(tx: Tx) -> None:
        present, found = await store.find(tx, officer.id), await store.find_secret(tx, officer.id)
        if present is None or found != kept:
            raise AccountChanged  # an administrator reset it in the same moment
        changed = replace(present, must_change_password=False, version=present.version + 1)
        await store.save(tx, changed, secret)
        await session_store.delete_all_of(tx, officer.id, but=by.id)
        await log.record(tx, Entry(officer.actor, "account.password_changed"))

    await uow.run(work)
