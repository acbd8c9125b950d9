"""Finding applications of maybe one person, and deciding about a pair; nothing is ever merged."""

from __future__ import annotations

from dataclasses import dataclass

from services.verification.audit import log
from services.verification.audit.domain import Entry
from services.verification.duplicates import domain, store
from services.verification.duplicates.domain import Decision, Twin, Verdict
from services.verification.officers.domain import Officer
from shared.errors import Invalid
from shared.uow import Scope, Tx

SHOWN_MOST = 10
SHARED_PHONE = "Nomor HP yang sama dipakai bersama, misalnya oleh keluarga."


@dataclass(frozen=True)
class Judgement:
    """What an officer says about a pair; `version` is that of the decision his page showed."""

    one: str
    other: str
    verdict: Verdict
    reason: str
    version: int


async def twins_of(scope: Scope, case_id: str) -> list[Twin]:
    """Applications that may be of the same person: undecided ones first, then the likeliest."""
    row = await store.find_row(scope, case_id)
    if row is None:  # older than the search, and not made searchable yet
        return []
    near = [(each, domain.likeness(row, each)) for each in await store.near(scope, row)]
    alike = [(each, why) for each, why in near if why]
    decided = await store.decisions(scope, case_id, [each.id for each, _ in alike])
    twins = [Twin(each, why, decided.get(each.id)) for each, why in alike]
    newest_first = sorted(twins, key=lambda twin: twin.row.id, reverse=True)
    return sorted(newest_first, key=lambda twin: (twin.decision is not None, -len(twin.likeness)))[
        :SHOWN_MOST
    ]


async def twin_of(scope: Scope, case_id: str, other_id: str) -> Twin | None:
    """One pair, alike or not: an officer may compare any two."""
    one, other = [await store.find_row(scope, each) for each in (case_id, other_id)]
    if one is None or other is None or one.id == other.id:
        return None
    decided = await store.decisions(scope, case_id, [other_id])
    return Twin(other, domain.likeness(one, other), decided.get(other_id))


async def judge(tx: Tx, officer: Officer, given: Judgement) -> Decision:
    """Link two applications as one person's, or say they are not; in the history of both."""
    officer.require("check_cases")
    if await twin_of(tx, given.one, given.other) is None:
        raise Invalid("Permohonan pembandingnya tidak ditemukan. Buka lagi dari permohonan ini.")
    reason = domain.checked_reason(given.reason)
    decision = Decision(given.verdict, reason, officer.name, tx.at, given.version + 1)
    await store.put(tx, given.one, given.other, decision)
    for case_id, other_id in ((given.one, given.other), (given.other, given.one)):
        detail = {"other": other_id, "verdict": given.verdict, "note": reason}
        await log.record(tx, Entry(officer.actor, "duplicate.decided", case_id, detail))
    return decision


async def deny_shared_phones(tx: Tx, officer: Officer, case_id: str) -> None:
    """Nobody with whom the person shares a phone and nothing else is the same person."""
    for twin in await twins_of(tx, case_id):
        if twin.decision is None and twin.likeness == ("phone",):
            await judge(tx, officer, Judgement(case_id, twin.row.id, "different", SHARED_PHONE, 0))
