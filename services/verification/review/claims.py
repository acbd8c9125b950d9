"""Taking a case and giving it back: a claim is a lease of fifteen minutes, not a lock."""

from __future__ import annotations

from services.verification.audit import log
from services.verification.audit.domain import Entry
from services.verification.officers.domain import Officer
from services.verification.review import domain, store
from services.verification.review.domain import Case, Lane
from services.verification.review.four_eyes import may_take, require_not_own
from shared.contracts.reviews import ReviewStarted
from shared.uow import Tx


async def claim_case(tx: Tx, case_id: str, officer: Officer) -> Case:
    """Take the case, or renew the claim; tells the applicant at the first claim of a round."""
    officer.require("check_cases")
    return await _claim(tx, await store.load(tx, case_id), officer)


async def claim_next(tx: Tx, officer: Officer, lane: Lane | None = None) -> Case | None:
    """Take the most urgent free case of the lane, or of those that are this officer's work.

    Officers who ask at the same time collide at the same case; the transaction of all but one
    runs again and finds the next.
    """
    officer.require("check_cases")
    for each in [lane] if lane else lanes_of(officer):
        async for case in store.free_cases(tx, each):
            if may_take(case, officer):
                return await _claim(tx, case, officer)
    return None


def lanes_of(officer: Officer) -> tuple[Lane, ...]:
    """Where an officer's next case comes from, first what only he can do."""
    return ("approval", "new") if officer.may("decide_cases") else ("new",)


async def _claim(tx: Tx, case: Case, officer: Officer) -> Case:
    require_not_own(case, officer)
    claimed = domain.claim(case, officer, tx.at)
    await store.replace(tx, claimed, case.version)
    if claimed.started_round > case.started_round:
        tx.emit(
            ReviewStarted(application_id=case.id, reference=case.reference, started_at=tx.at),
            subject=case.id,
            version=claimed.version,
        )
    renewed = case.claim is not None and case.claim.officer_id == officer.id
    action = "claim.renewed" if renewed else "claim.taken"
    await log.record(tx, Entry(officer.actor, action, case.id, {"round": case.round}))
    return claimed


async def release_case(tx: Tx, case_id: str, officer: Officer) -> Case:
    """Give the case back to the list."""
    officer.require("check_cases")
    case = await store.load(tx, case_id)
    released = domain.release(case, officer, tx.at)
    await store.replace(tx, released, case.version)
    await log.record(tx, Entry(officer.actor, "claim.released", case.id))
    return released
