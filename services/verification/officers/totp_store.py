"""The second factor in the rows of `officers`: sealed secret, last used step, recovery codes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from services.verification.officers.store import OFFICERS
from shared.contracts.envelope import Sealed
from shared.uow import Scope, Tx


@dataclass(frozen=True)
class Kept:
    """What is kept of one officer; `pending` is a secret shown but not yet confirmed."""

    secret: Sealed | None
    pending: Sealed | None
    recovery_left: int


async def find(scope: Scope, officer_id: str) -> Kept:
    row = await scope.collection(OFFICERS).find_one({"_id": officer_id}, session=scope.session)
    row = row or {}
    secret = (row.get("totp") or {}).get("secret")
    pending = row.get("totp_pending")
    return Kept(
        Sealed.model_validate(secret) if secret else None,
        Sealed.model_validate(pending) if pending else None,
        len(row.get("recovery_codes", ())),
    )


async def set_pending(tx: Tx, officer_id: str, secret: Sealed) -> None:
    await _change(tx, {"_id": officer_id}, {"$set": {"totp_pending": secret.model_dump()}})


async def enrol(tx: Tx, officer_id: str, secret: Sealed, step: int, digests: list[str]) -> None:
    """The confirmed secret; the code that confirmed it is used up."""
    totp = {"secret": secret.model_dump(), "last_step": step, "since": tx.at}
    change = {"$set": {"totp": totp, "recovery_codes": digests}, "$unset": {"totp_pending": ""}}
    await _change(tx, {"_id": officer_id}, change)


async def set_recovery_codes(tx: Tx, officer_id: str, digests: list[str]) -> None:
    await _change(tx, {"_id": officer_id}, {"$set": {"recovery_codes": digests}})


async def clear(tx: Tx, officer_id: str) -> None:
    gone = {"totp": "", "totp_pending": "", "recovery_codes": ""}
    await _change(tx, {"_id": officer_id}, {"$unset": gone})


async def use_step(tx: Tx, officer_id: str, step: int) -> bool:
    """Whether no code of this half minute or a later one was used before."""
    wanted = {"_id": officer_id, "totp.last_step": {"$lt": step}}
    return await _change(tx, wanted, {"$set": {"totp.last_step": step}})


async def use_recovery_code(tx: Tx, officer_id: str, digest: str) -> bool:
    """Whether it was one of those left; it is not any more."""
    wanted = {"_id": officer_id, "recovery_codes": digest}
    return await _change(tx, wanted, {"$pull": {"recovery_codes": digest}})


async def _change(tx: Tx, wanted: dict[str, Any], change: dict[str, Any]) -> bool:
    done = await tx.collection(OFFICERS).update_one(wanted, change, session=tx.session)
    return bool(done.matched_count)
