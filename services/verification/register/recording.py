"""record_report, record_placement, record_removal, record_recall: acts at the page of a card.

Each takes the version that the officer's page showed; two officers at once give one act.
"""

from __future__ import annotations

from dataclasses import dataclass

from services.verification.officers.sessions import Session, require_recent
from services.verification.register import acts, store
from services.verification.register.acts import AskedEnd, AskedPlacement
from services.verification.register.domain import Registration
from services.verification.register.refusals import RegistrationChanged
from services.verification.register.telling import (
    tell_placed,
    tell_recalled,
    tell_removed,
    tell_reported,
)
from shared.contracts.registry import ReportAnswer
from shared.uow import Tx


@dataclass(frozen=True)
class CardAct:
    """Who acts on which card, and the version of its registration that he saw."""

    card_id: str
    version: int
    by: Session


async def record_report(
    tx: Tx, act: CardAct, answer: ReportAnswer, grace_days: int
) -> Registration:
    """A periodic report taken at the counter fills a line of the card."""
    officer = act.by.officer
    officer.require("take_reports")
    before = await _load(tx, act)
    reported = acts.take_report(before, officer, tx.at, answer, grace_days)
    await store.replace(tx, reported, before.version)
    await tell_reported(tx, reported, officer.actor)
    return reported


async def record_placement(tx: Tx, act: CardAct, asked: AskedPlacement) -> Registration:
    officer = act.by.officer
    officer.require("end_registrations")
    before = await _load(tx, act)
    placed = acts.place(before, officer, tx.at, asked)
    await store.replace(tx, placed, before.version)
    await tell_placed(tx, placed, officer.actor)
    return placed


async def record_removal(tx: Tx, act: CardAct, asked: AskedEnd) -> Registration:
    officer = act.by.officer
    officer.require("end_registrations")
    before = await _load(tx, act)
    removed = acts.remove(before, officer, tx.at, asked)
    await store.replace(tx, removed, before.version)
    await tell_removed(tx, removed, officer.actor)
    return removed


async def record_recall(tx: Tx, act: CardAct, asked: AskedEnd) -> Registration:
    """Take the card back; it counts until cards has said so, which takes seconds."""
    officer = act.by.officer
    officer.require("end_registrations")
    before = await _load(tx, act)
    recalled = acts.recall(before, officer, tx.at, asked)
    require_recent(act.by)
    await store.replace(tx, recalled, before.version)
    await tell_recalled(tx, recalled, officer.actor)
    return recalled


async def _load(tx: Tx, act: CardAct) -> Registration:
    registration = await store.load(tx, act.card_id)
    if registration.version != act.version:
        raise RegistrationChanged(registration)
    return registration
