"""The paper card: printed at the office, then handed to its holder or to somebody he sends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.verification.audit import log
from services.verification.audit.domain import Entry
from services.verification.officers.domain import Officer
from services.verification.review import store
from services.verification.review.decisions import Act
from services.verification.review.domain import Case, Collector, State, step
from services.verification.review.four_eyes import require_not_own
from services.verification.review.refusals import CaseChanged
from shared.contracts.reviews import CardCollected, CardPrinted
from shared.errors import Invalid
from shared.uow import Tx

NAME_LONGEST = 60


@dataclass(frozen=True)
class Asked:
    """What the form says about who collects the card; empty names: the holder himself."""

    by_other: bool
    name: str
    relation: str
    is_identity_checked: bool


def mark_printed(case: Case, officer: Officer, now: datetime) -> Case:
    _require(case, officer, "issued")
    if not case.paper:
        raise CaseChanged(case)
    return step(case, "printed", officer, now, state="printed", queued_at=now)


def hand_over(case: Case, officer: Officer, now: datetime, collector: Collector) -> Case:
    _require(case, officer, "printed")
    if not case.paper:
        raise CaseChanged(case)
    return step(
        case, "collected", officer, now, state="collected", queued_at=now, collector=collector
    )


def checked_collector(asked: Asked) -> Collector:
    if not asked.is_identity_checked:
        raise Invalid("Periksa dulu identitas orang yang mengambil, lalu centang kotaknya.")
    if not asked.by_other:
        return Collector()
    return Collector(
        name=_text(asked.name, "nama orang yang mengambil"),
        relation=_text(asked.relation, "hubungannya dengan pemegang kartu"),
    )


async def print_card(tx: Tx, act: Act) -> Case:
    """Note that the paper card is ready."""
    case = await _load(tx, act)
    printed = mark_printed(case, act.officer, tx.at)
    await store.replace(tx, printed, case.version)
    event = CardPrinted(application_id=case.id, reference=case.reference, printed_at=tx.at)
    tx.emit(event, subject=case.id, version=printed.version)
    await log.record(tx, Entry(act.officer.actor, "card.printed", case.id))
    return printed


async def hand_over_card(tx: Tx, act: Act, asked: Asked) -> Case:
    """Note who got the paper card."""
    case = await _load(tx, act)
    collector = checked_collector(asked)
    collected = hand_over(case, act.officer, tx.at, collector)
    await store.replace(tx, collected, case.version)
    event = CardCollected(
        application_id=case.id,
        reference=case.reference,
        by_other=collector.name is not None,
        collected_at=tx.at,
    )
    tx.emit(event, subject=case.id, version=collected.version)
    detail = {"collected_by": "other" if collector.name else "holder"}
    await log.record(tx, Entry(act.officer.actor, "card.collected", case.id, detail))
    return collected


async def _load(tx: Tx, act: Act) -> Case:
    act.officer.require("check_cases")
    case = await store.load(tx, act.case_id)
    if case.version != act.version:
        raise CaseChanged(case)
    return case


def _require(case: Case, officer: Officer, state: State) -> None:
    officer.require("check_cases")
    require_not_own(case, officer)
    if case.state != state:
        raise CaseChanged(case)


def _text(text: str, what: str) -> str:
    value = " ".join(text.split())
    if not 2 <= len(value) <= NAME_LONGEST:
        raise Invalid(f"Tulis {what}, 2 sampai {NAME_LONGEST} huruf.")
    return value
