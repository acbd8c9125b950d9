"""Everything that was published in one run, and what the databases held on the way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from deploy.local import SERVICES
from shared.contracts.catalog import parse_event
from shared.contracts.envelope import Event, EventData
from shared.mongo import Document
from tests.faults import outcomes
from tests.faults.journeys import Journey, Town, town
from tests.faults.system import System, side_by_side

Snapshot = dict[str, list[Document]]
PEOPLE = 8


@dataclass(frozen=True)
class Recorded:
    """One event as published."""

    id: str
    type: str
    application_id: str
    body: bytes


@dataclass(frozen=True)
class Recording:
    """`events` in the order they happened; snapshots are restricted to these applications.

    `sent`: intake, when everybody had just sent the form; `decided`: intake and verification,
    after all decisions and before any card.
    """

    events: list[Recorded]
    sent: Snapshot
    decided: dict[str, Snapshot]


async def record(system: System) -> Recording:
    """Two are corrected and approved, two approved, one each rejected, returned, claimed, withdrawn.

    Two cards are printed, one of them is handed over.
    """
    async with town(system, PEOPLE) as people:
        for service in ("verification", "cards", "notify"):
            await system.kill(service)
        await side_by_side([lambda each=each: _send(each) for each in people.journeys], 4)  # type: ignore[misc]
        sent = await _snapshot(system, "intake", people)
        await system.start("verification", "notify")
        await _decide(people)
        await outcomes.quiet(system, but_for={"cards.approvals"})
        decided = {
            service: await _snapshot(system, service, people)
            for service in ("intake", "verification")
        }
        await system.start("cards")
        await outcomes.settle(system, people.journeys[:4])
        printed, collected = (each.id for each in people.journeys[2:4])
        await people.desk.officer.print_card(printed)
        await people.desk.officer.print_card(collected)
        await people.desk.officer.hand_over(collected)
        return Recording(await _published(system, people), sent, decided)


async def _send(journey: Journey) -> None:
    await journey.prepare()
    await journey.submit()


async def _decide(people: Town) -> None:
    desk, journeys = people.desk, people.journeys
    first, second, third, fourth, rejected, returned, _, withdrawn = journeys
    for journey in journeys:
        await desk.await_case(journey.id)
        await desk.claim(journey.id)
    for journey in (first, second, returned):
        await desk.return_case(journey)
    for journey in (first, second):
        await journey.await_return(people.system)
        await journey.amend()
        await desk.await_case(journey.id, rounds=2)
        await desk.claim(journey.id)
    await desk.officer.reject(rejected.id, "outside_service_area")
    await withdrawn.applicant.enter_status()
    await withdrawn.applicant.withdraw()
    for journey in (first, second, third, fourth):
        await desk.approve(journey)


async def _snapshot(system: System, service: str, people: Town) -> Snapshot:
    ids = [each.id for each in people.journeys]
    own = {"intake": ("applications", "_id"), "verification": ("cases", "_id")}[service]
    tables = {own[0]: await system.rows(service, own[0], {own[1]: {"$in": ids}})}
    if service == "verification":
        where = {"application_id": {"$in": ids}}
        tables["case_notices"] = await system.rows(service, "case_notices", where)
        tables["case_cards"] = await system.rows(service, "case_cards", where)
        tables["audit_log"] = await system.rows(service, "audit_log", {"case_id": {"$in": ids}})
    tables["inbox"] = await system.rows(service, "inbox")
    return tables


async def _published(system: System, people: Town) -> list[Recorded]:
    ids = {each.id for each in people.journeys}
    found = []
    for service in SERVICES:
        for row in await system.rows(service, "outbox"):
            event = parse_event(bytes(row["body"]))
            assert event is not None
            recorded = Recorded(event.id, event.type, _application_of(event), bytes(row["body"]))
            if recorded.application_id in ids:
                found.append(recorded)
    return sorted(found, key=lambda each: each.id)


def _application_of(event: Event[EventData]) -> str:
    """Of a draft it is the id of the application that it becomes; a survey answer names none."""
    data: Any = event.data
    for name in ("application_id", "draft_id"):
        if hasattr(data, name):
            found: str = getattr(data, name)
            return found
    return ""
