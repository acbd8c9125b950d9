"""Two copies of each service at once: everything still happens exactly once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx2
import pytest

from deploy.local import SERVICES
from tests.faults import outcomes
from tests.faults.journeys import Journey, Town, town
from tests.faults.replicas import InTurn, SecondCopies
from tests.faults.system import System, side_by_side

APPLICATIONS = 18


@pytest.fixture
async def second(system: System) -> AsyncIterator[SecondCopies]:
    copies = SecondCopies.beside(system.servers, system.services.extra)
    await asyncio.to_thread(copies.start_all, names=SERVICES)
    yield copies
    await asyncio.to_thread(copies.stop)


async def test_two_copies_of_each_service_do_everything_once(
    system: System, second: SecondCopies
) -> None:
    first = system.servers.run.ports

    def doors(service: str) -> httpx2.AsyncBaseTransport:
        return InTurn([getattr(first, service), second.ports[service]])

    async with town(system, APPLICATIONS, doors) as people:
        await side_by_side([lambda each=each: _whole(people, each) for each in people.journeys], 8)  # type: ignore[misc]
        await outcomes.check(system, people.journeys)
    assert all(child.ended() is None for child in second.children.values())


async def _whole(people: Town, journey: Journey) -> None:
    """From the form to the approval; every third is returned once on the way."""
    desk = people.desk
    await journey.prepare()
    await journey.submit()
    await desk.await_case(journey.id)
    await desk.claim(journey.id)
    if people.journeys.index(journey) % 3 == 0:
        await desk.return_case(journey)
        await journey.await_return(people.system)
        await journey.amend()
        await desk.await_case(journey.id, rounds=2)
        await desk.claim(journey.id)
    await desk.approve(journey)
