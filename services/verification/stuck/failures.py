"""Failed cards and messages: kept as they are heard of, tried again or set aside by officers.

A request leaves as an event in the transaction that notes it; what comes of it is heard of again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from services.verification.audit import log
from services.verification.audit.domain import Entry
from services.verification.officers.domain import Officer
from services.verification.stuck import causes, domain, store
from services.verification.stuck.domain import Failure, Gone, Kind
from shared.contracts.repairs import CardRetryRequested, NoticeRetryRequested
from shared.uow import Tx

AT_ONCE = 200  # of "all": one transaction


@dataclass(frozen=True)
class Asked:
    """How many are tried again, and how many still wait."""

    count: int
    left: int


async def keep(tx: Tx, failure: Failure) -> None:
    """Something failed (again): it waits for an officer, whatever was asked before."""
    known = await store.find(tx, failure.id)
    await store.save(tx, replace(failure, version=known.version + 1 if known else 1))


async def forget(tx: Tx, kind: Kind, source_id: str) -> None:
    """It succeeded after all."""
    await store.delete(tx, f"{kind}:{source_id}")


async def ask_again(tx: Tx, officer: Officer, failure_id: str) -> Failure:
    """Have one tried again."""
    failure = await _load(tx, officer, failure_id)
    after = domain.asked(failure, officer, tx.at)
    if after is not failure:
        await _ask(tx, officer, after)
    return after


async def ask_all(tx: Tx, officer: Officer, kind: Kind) -> Asked:
    """Have all of a kind tried again where that may help, the oldest first."""
    officer.require("repair_stuck_work")
    found = await store.oldest(tx, kind, ("waiting",), AT_ONCE, causes.HOPELESS)
    for failure in found:
        await _ask(tx, officer, domain.asked(failure, officer, tx.at))
    return Asked(len(found), await store.count(tx, kind, ("waiting",), causes.HOPELESS))


async def set_aside(tx: Tx, officer: Officer, failure_id: str, note: str) -> Failure:
    """Off the list, with a reason."""
    failure = await _load(tx, officer, failure_id)
    after = domain.set_aside(failure, officer, tx.at, note)
    await store.save(tx, after)
    await _record(tx, officer, after, "set_aside")
    return after


async def take_up(tx: Tx, officer: Officer, failure_id: str) -> Failure:
    """Back on the list."""
    failure = await _load(tx, officer, failure_id)
    after = domain.taken_up(failure, officer, tx.at)
    await store.save(tx, after)
    await _record(tx, officer, after, "taken_up")
    return after


async def _load(tx: Tx, officer: Officer, failure_id: str) -> Failure:
    officer.require("repair_stuck_work")
    failure = await store.find(tx, failure_id)
    if failure is None:
        raise Gone
    return failure


async def _ask(tx: Tx, officer: Officer, failure: Failure) -> None:
    await store.save(tx, failure)
    source_id, application_id = failure.source_id, failure.application_id
    request: CardRetryRequested | NoticeRetryRequested
    if failure.kind == "card":
        request = CardRetryRequested(
            card_id=source_id, application_id=application_id, requested_at=tx.at
        )
    else:
        request = NoticeRetryRequested(
            notice_id=source_id, application_id=application_id, requested_at=tx.at
        )
    tx.emit(request, subject=source_id, version=failure.version)
    await _record(tx, officer, failure, "retry_asked")


async def _record(tx: Tx, officer: Officer, failure: Failure, act: str) -> None:
    detail = {f"{failure.kind}_id": failure.source_id, "cause": failure.cause}
    if failure.note:
        detail["note"] = failure.note
    action = f"{failure.kind}.{act}"
    await log.record(tx, Entry(officer.actor, action, failure.case_id, detail))
