"""RabbitMQ and MongoDB restart, politely and by force, while 200 applications come in."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from tests.faults import outcomes
from tests.faults.journeys import Journey, Town, town
from tests.faults.system import System, side_by_side, until

APPLICATIONS = 200
APPLICANTS_AT_ONCE = 8
CASES_AT_ONCE = 4


@dataclass
class Progress:
    """How many were acknowledged so far."""

    submitted: list[Journey] = field(default_factory=list)
    approved: list[Journey] = field(default_factory=list)


@pytest.mark.timeout(900)
async def test_restarts_under_load_lose_and_double_nothing(system: System) -> None:
    servers = system.servers
    restarts: list[Callable[[], None]] = [
        lambda: servers.restart_rabbitmq(signal.SIGTERM),
        lambda: servers.restart_mongodb(signal.SIGTERM),
        lambda: servers.restart_rabbitmq(signal.SIGKILL),
        lambda: servers.restart_mongodb(signal.SIGKILL),
    ]
    async with town(system, APPLICATIONS) as people:
        progress = Progress()
        await asyncio.gather(
            _applicants(people, progress),
            _officers(people, progress),
            _restarts(restarts, progress),
        )
        assert len(progress.approved) == APPLICATIONS
        await outcomes.check(system, people.journeys)


async def _applicants(people: Town, progress: Progress) -> None:
    async def apply(journey: Journey) -> None:
        await journey.prepare()
        await journey.submit()
        progress.submitted.append(journey)

    works = [lambda each=each: apply(each) for each in people.journeys]
    await side_by_side(works, APPLICANTS_AT_ONCE)


async def _officers(people: Town, progress: Progress) -> None:
    """Decide in the order of arrival, some side by side, as long as there is work."""
    desk = people.desk

    async def decide() -> None:
        while begun[0] < APPLICATIONS:
            if begun[0] >= len(progress.submitted):
                await asyncio.sleep(0.05)
                continue
            journey = progress.submitted[begun[0]]
            begun[0] += 1
            await desk.await_case(journey.id)
            await desk.claim(journey.id)
            await desk.approve(journey)
            progress.approved.append(journey)

    begun = [0]
    await asyncio.gather(*(decide() for _ in range(CASES_AT_ONCE)))


async def _restarts(restarts: list[Callable[[], None]], progress: Progress) -> None:
    """One after the other, spread over the run; both applicants and officers are at work then."""
    span = APPLICATIONS // (len(restarts) + 1)
    for number, restart in enumerate(restarts, start=1):

        async def far_enough(wanted: int = number * span) -> bool:
            return len(progress.submitted) >= wanted and len(progress.approved) >= wanted - span

        await until(far_enough, f"load before restart {number}", seconds=180)
        await asyncio.to_thread(restart)
