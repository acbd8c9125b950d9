"""Every recorded stream, duplicated and shuffled, leads to the same state as in its own order."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import structlog

from shared.contracts.cards import CardExpired, CardFailed, CardRevoked
from shared.contracts.catalog import BY_TYPE, parse_event
from shared.contracts.drafts import CodeRequested, DraftExpiring
from shared.contracts.notices import NoticeFailed
from shared.contracts.registry import (
    CardRevocationRequested,
    CardSealed,
    JobSeekerPlaced,
    JobSeekerRemoved,
    JobSeekerReported,
)
from shared.contracts.repairs import CardRetryRequested, NoticeRetryRequested
from shared.contracts.reviews import ApplicationApproved, ReviewOverdue
from shared.contracts.surveys import SurveyAnswered
from shared.contracts.texts import TextChanged
from shared.mongo import Document
from shared.procpool import WorkerPool
from tests.faults.recordings import Recorded, Recording, Snapshot, record
from tests.faults.replays import Stand, shuffled, stand
from tests.faults.system import System

SEEDS = (1, 2, 3)
# Of trouble, of drafts that nobody sent, of nobody in particular, of the months after the card
# (their disorder: tests/integration/cards/test_registry.py, test_copies.py).
NOT_RECORDED = {
    *(CardRevoked.TYPE, CardExpired.TYPE, CardRevocationRequested.TYPE, CardSealed.TYPE),
    *(JobSeekerReported.TYPE, JobSeekerPlaced.TYPE, JobSeekerRemoved.TYPE),
    *(each for each in BY_TYPE if each.startswith("print_batch.")),
    CardFailed.TYPE,
    CardRetryRequested.TYPE,
    NoticeFailed.TYPE,
    NoticeRetryRequested.TYPE,
    ReviewOverdue.TYPE,
    DraftExpiring.TYPE,
    CodeRequested.TYPE,
    SurveyAnswered.TYPE,
    TextChanged.TYPE,
}
AT_ONCE = 4  # deliveries side by side in the shuffled runs, as with a prefetch


@pytest.fixture(scope="module")
async def recording(running: System) -> Recording:
    await running.all_up()
    return await record(running)


@pytest.fixture(scope="module")
async def workers() -> AsyncIterator[WorkerPool]:
    pool = WorkerPool(2)
    yield pool
    await pool.close()


def test_the_recording_holds_every_type_of_a_sound_run(recording: Recording) -> None:
    assert {each.type for each in recording.events} == set(BY_TYPE) - NOT_RECORDED


@pytest.mark.parametrize("start", ["sent", "decided"])
async def test_intake(system: System, recording: Recording, start: str) -> None:
    """`sent`: all that others said comes now; `decided`: half of it is known already."""
    before = without_inbox(recording.sent) if start == "sent" else recording.decided["intake"]
    in_order = await _intake_state(system, before, recording.events, 1)
    for seed in SEEDS:
        again = await _intake_state(system, before, shuffled(recording.events, seed), AT_ONCE)
        assert differences(again, in_order) == [], seed


@pytest.mark.parametrize("start", ["nothing", "decided"])
async def test_verification(system: System, recording: Recording, start: str) -> None:
    before: Snapshot = {} if start == "nothing" else recording.decided["verification"]
    in_order = await _verification_state(system, before, recording.events, 1)
    for seed in SEEDS:
        again = await _verification_state(system, before, shuffled(recording.events, seed), AT_ONCE)
        assert differences(again, in_order) == [], seed


async def test_notify(system: System, recording: Recording) -> None:
    in_order = await _notify_state(system, recording.events, 1)
    for seed in SEEDS:
        again = await _notify_state(system, shuffled(recording.events, seed), AT_ONCE)
        assert differences(again, in_order) == [], seed


async def test_cards(system: System, recording: Recording, workers: WorkerPool) -> None:
    """Numbers go by order of arrival: which one a person gets may differ, the set may not."""
    approvals = [each for each in recording.events if each.type == ApplicationApproved.TYPE]
    in_order = await _cards_state(system, workers, approvals, None)
    assert in_order["sequences"] == list(range(1, len(approvals) + 1))
    for seed in SEEDS:
        again = await _cards_state(system, workers, shuffled(approvals, seed), seed)
        assert differences(again, in_order) == [], seed


def differences(one: Any, other: Any, path: str = "") -> list[str]:
    """Where two states differ, by path."""
    if isinstance(one, dict) and isinstance(other, dict):
        found = []
        for key in sorted(one.keys() | other.keys(), key=str):
            found += differences(one.get(key), other.get(key), f"{path}/{key}")
        return found
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        pairs = enumerate(zip(one, other, strict=True))
        return [each for n, (a, b) in pairs for each in differences(a, b, f"{path}/{n}")]
    return [] if one == other else [f"{path}: {one!r} != {other!r}"]


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Thousands of deliveries fail on purpose and are tried again."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.reset_defaults()


def without_inbox(snapshot: Snapshot) -> Snapshot:
    return {table: rows for table, rows in snapshot.items() if table != "inbox"}


async def _intake_state(
    system: System, before: Snapshot, events: list[Recorded], at_once: int
) -> dict[str, Any]:
    async with stand(system, "intake", before) as intake:
        await intake.feed(events, at_once)
        return {row["_id"]: _application(row) for row in await intake.rows("applications")}


def _application(row: Document) -> Document:
    """Lines of the same moment stand in any order; what was returned counts while it is so."""
    shown = dict(row)
    shown["timeline"] = sorted(row["timeline"], key=lambda line: (line["at"], line["what"]))
    if row["state"] != "returned":
        del shown["returned"], shown["amendment"]
    return shown


async def _verification_state(
    system: System, before: Snapshot, events: list[Recorded], at_once: int
) -> dict[str, Any]:
    async with stand(system, "verification", before) as desk:
        await desk.feed(events, at_once)
        audit = [
            {key: value for key, value in row.items() if key not in {"_id", "at"}}
            for row in await desk.rows("audit_log")
        ]
        return {
            "cases": await _by_id(desk, "cases"),
            "cards": await _by_id(desk, "case_cards"),
            "notices": await _by_id(desk, "case_notices"),
            "audit": sorted(audit, key=repr),
        }


async def _notify_state(system: System, events: list[Recorded], at_once: int) -> dict[str, Any]:
    async with stand(system, "notify") as notify:
        await notify.feed(events, at_once)
        notices = await _by_id(notify, "notices")
        for notice in notices.values():
            del notice["due_at"]
        return {"contacts": await _by_id(notify, "contacts"), "notices": notices}


async def _cards_state(
    system: System, workers: WorkerPool, approvals: list[Recorded], seed: int | None
) -> dict[str, Any]:
    """Approvals first; then what cards itself asked for, in the same manner."""
    at_once = 1 if seed is None else AT_ONCE
    async with stand(system, "cards", workers=workers) as cards:
        await cards.feed(approvals, at_once)
        allocated = [_recorded(row) for row in await cards.rows("outbox")]
        await cards.feed(allocated if seed is None else shuffled(allocated, seed), at_once)
        rows = await cards.rows("cards")
        kept = ("reference", "state", "version", "holder", "photo", "signatory", "render_attempts")
        events = Counter(_recorded(row).type for row in await cards.rows("outbox"))
        return {
            "sequences": sorted(int(row["registration_number"][-6:]) for row in rows),
            "counter": [row["sequence"] for row in await cards.rows("counters")],
            "cards": {row["application_id"]: {key: row[key] for key in kept} for row in rows},
            "events": dict(events),
        }


def _recorded(row: Document) -> Recorded:
    body = bytes(row["body"])
    event = parse_event(body)
    assert event is not None
    return Recorded(event.id, event.type, event.data.application_id, body)


async def _by_id(place: Stand, table: str) -> dict[str, Document]:
    return {row["_id"]: row for row in await place.rows(table)}
