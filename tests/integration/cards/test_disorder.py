"""Approvals and what officers note, shuffled and doubled: the cards end up the same."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from services.cards import store
from services.cards.domain import Card
from shared.clock import now
from shared.contracts.envelope import Event
from shared.ids import uuid7
from tests.contract.samples import envelope
from tests.integration.cards.notes import placement_of, removal_of, report_of, revocation_of
from tests.integration.cards.office import Office

SECOND = timedelta(seconds=1)


def told(data: Any) -> Event[Any]:
    return envelope(data, id=uuid7(), subject="x")


async def story(office: Office, first: Card, begin: datetime) -> list[Event[Any]]:
    """In the order in which it happened; the desk knows the first card alone."""
    number = first.registration_number

    def at(second: int) -> datetime:
        return begin + second * SECOND

    correction = await office.approved(2, "correction", number, 1, at=at(2))
    renewal = await office.approved(3, "renewal", number, 1, at=at(6))
    revocation = revocation_of(first, "office_error").model_copy(update={"requested_at": at(5)})
    return [
        told(report_of(first, 1, at(1))),
        correction,
        told(report_of(first, 2, at(3))),
        told(removal_of(first, "report_overdue", at(4))),
        told(revocation),
        renewal,
        told(placement_of(first, at(7))),
    ]


async def ends(office: Office, events: Sequence[Event[Any]], applications: Sequence[str]) -> Any:
    for event in events:
        await office.hear(event)
    found = [
        await store.find_card_of(office.resources.uow.reading(), each) for each in applications
    ]
    return [
        (
            card.copy_no,
            card.state,
            card.status,
            card.next_due_on,
            [report.line_no for report in card.reports],
            card.outcome,
            card.revocation,
        )
        for card in found
        if card is not None
    ]


async def play(office: Office, seed: int | None) -> Any:
    for table in ("cards", "counters"):
        await office.resources.mongo.collection(table).delete_many({})
    begin = now() - timedelta(minutes=1)
    first = await office.allocated(await office.approved(1, at=begin - SECOND))
    events = await story(office, first, begin)
    applications = [first.application_id, events[1].data.application_id]
    applications.append(events[5].data.application_id)
    if seed is not None:
        renewal = events.pop(5)
        random.Random(seed).shuffle(events)
        after = next(n for n, each in enumerate(events) if each.type == renewal.type)
        events.insert(random.Random(seed).randint(after + 1, len(events)), renewal)
        events += events[:3]  # and delivered again
    states = await ends(office, events, applications)
    return [_since(begin, state) for state in states]


def _since(begin: datetime, state: tuple[Any, ...]) -> tuple[Any, ...]:
    """Without the time of the run."""
    *plain, outcome, revocation = state
    return (
        *plain,
        outcome and (outcome.outcome, outcome.at - begin),
        revocation and (revocation.reason, revocation.at - begin),
    )


async def test_what_happened_counts_and_not_when_it_was_heard(office: Office) -> None:
    in_order = await play(office, None)
    first, copy, renewed = in_order
    assert [state[1] for state in in_order] == ["revoked", "revoked", "allocated"]
    assert first[4] == copy[4] == [1, 2]
    assert (renewed[4], renewed[2], renewed[5][0]) == ([], 3, "placed")
    for seed in range(12):
        assert await play(office, seed) == in_order, seed
