"""Taking a case from the colleague who holds it, and the heartbeat of an open page.

A placement officer goes on with the case himself. A division head checks no cases: what he takes
goes back to the list, where the next officer finds it by its deadline.
"""

from __future__ import annotations

from datetime import datetime

from services.verification.audit import log
from services.verification.audit.domain import Entry
from services.verification.officers.domain import Officer
from services.verification.review import store
from services.verification.review.domain import LEASE, Case, Claim, State, step
from services.verification.review.four_eyes import require_not_own
from services.verification.review.refusals import AlreadyDecided, CaseChanged
from shared.errors import Invalid
from shared.uow import Scope, Tx

REASON_SHORTEST, REASON_LONGEST = 2, 300


def take_over(case: Case, officer: Officer, now: datetime, reason: str) -> Case:
    """The case with its claim moved to the officer, or free if he does not check cases."""
    officer.require("take_over_cases")
    if case.state not in {"submitted", "under_review"}:
        raise AlreadyDecided(case)
    held = case.held_by(now)
    if held is None or held.officer_id == officer.id:
        raise CaseChanged(case)
    if officer.may("check_cases"):
        require_not_own(case, officer)
        claim = Claim(officer_id=officer.id, name=officer.name, until=now + LEASE)
        return step(case, "taken_over", officer, now, note=reason, claim=claim)
    state: State = "under_review" if case.forwarded else "submitted"
    return step(case, "freed", officer, now, note=reason, state=state, claim=None)


def checked_reason(text: str) -> str:
    reason = " ".join(text.split())
    if not REASON_SHORTEST <= len(reason) <= REASON_LONGEST:
        raise Invalid(
            f"Tulis alasan mengambil alih, {REASON_SHORTEST} sampai {REASON_LONGEST} huruf. "
            f"Anda menulis {len(reason)} huruf."
        )
    return reason


async def take_over_case(tx: Tx, case_id: str, officer: Officer, text: str) -> Case:
    """Take the case from whoever holds it; he reads the reason when he saves."""
    officer.require("take_over_cases")
    reason = checked_reason(text)
    case = await store.load(tx, case_id)
    taken = take_over(case, officer, tx.at, reason)
    await store.replace(tx, taken, case.version)
    action = "claim.taken_over" if taken.claim else "claim.freed"
    detail = {"from": case.claim.name if case.claim else "", "note": reason}
    await log.record(tx, Entry(officer.actor, action, case.id, detail))
    return taken


async def keep_claim(scope: Scope, case_id: str, officer: Officer, now: datetime) -> Claim:
    """Renew the officer's own claim, silently; raises what happened if it is his no more."""
    officer.require("check_cases")
    claim = Claim(officer_id=officer.id, name=officer.name, until=now + LEASE)
    if not await store.extend_claim(scope, case_id, claim):
        raise CaseChanged(await store.load(scope, case_id))
    return claim
