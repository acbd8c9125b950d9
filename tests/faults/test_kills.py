"""SIGKILL of each service at each step of the journey."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest

from deploy.local import SERVICES
from tests.faults import outcomes
from tests.faults.journeys import Journey, Town, town
from tests.faults.system import System, side_by_side, until

STEPS = ("submit", "claim", "return", "amend", "approve", "issue", "send")
ANSWERED = "notify, the provider has answered"
AT_ONCE = 8


@dataclass
class Pair:
    """One journey, and the service that dies at one step of it."""

    service: str
    step: str
    journey: Journey


@pytest.mark.timeout(900)
async def test_a_kill_at_any_step_loses_and_doubles_nothing(system: System) -> None:
    names = [(service, step) for step in STEPS for service in SERVICES] + [(ANSWERED, "send")]
    async with town(system, len(names)) as people:
        pairs = [Pair(*name, journey) for name, journey in zip(names, people.journeys, strict=True)]
        await side_by_side([pair.journey.prepare for pair in pairs], AT_ONCE)
        await _kill_at_each_acknowledgement(people, pairs)
        await _kill_while_cards_are_drawn(people, [each for each in pairs if each.step == "issue"])
        await _kill_while_mails_are_sent(people, [each for each in pairs if each.step == "send"])
        answered = {each.journey.id for each in pairs if each.service == ANSWERED}
        await outcomes.check(system, people.journeys, repeated=answered)


async def _kill_at_each_acknowledgement(people: Town, pairs: list[Pair]) -> None:
    desk = people.desk

    async def claim_again(journey: Journey) -> None:
        await desk.await_case(journey.id, rounds=2)
        await desk.claim(journey.id)

    async def approve(journey: Journey) -> None:
        await claim_again(journey)
        await desk.approve(journey)

    async def claim(journey: Journey) -> None:
        await desk.await_case(journey.id)
        await desk.claim(journey.id)

    async def amend(journey: Journey) -> None:
        await journey.await_return(people.system)
        await journey.amend()

    await _step(people.system, "submit", pairs, Journey.submit)
    await _step(people.system, "claim", pairs, claim)
    await _step(people.system, "return", pairs, desk.return_case)
    await _step(people.system, "amend", pairs, amend)
    held_back = [each for each in pairs if each.step not in {"issue", "send"}]
    await _step(people.system, "approve", held_back, approve)


async def _step(
    system: System, step: str, pairs: list[Pair], act: Callable[[Journey], Awaitable[None]]
) -> None:
    """Everybody does one step, in four groups; each group sees another service die.

    The kill comes right after the acknowledgement of one of the group, before its event can have
    gone far; what the others of the group have asked meanwhile is in flight.
    """
    others = [each for each in pairs if each.step != step]

    async def do(some: list[Pair]) -> None:
        await side_by_side([lambda each=each: act(each.journey) for each in some], AT_ONCE)  # type: ignore[misc]

    restarting: asyncio.Future[None] | None = None
    for number, service in enumerate(SERVICES):
        target = [each for each in pairs if each.step == step and each.service == service]
        others_done = asyncio.create_task(do(others[number :: len(SERVICES)]))
        await do(target)
        if restarting is not None:
            await restarting
        await system.kill(service)
        restarting = asyncio.ensure_future(system.start(service))
        await others_done
    if restarting is not None:
        await restarting


async def _kill_while_cards_are_drawn(people: Town, pairs: list[Pair]) -> None:
    system = people.system
    for pair in pairs:
        journey = pair.journey
        await people.desk.await_case(journey.id, rounds=2)
        await people.desk.claim(journey.id)
        await people.desk.approve(journey)

        async def is_being_drawn(journey: Journey = journey) -> bool:
            return bool(await system.rows("cards", "cards", {"application_id": journey.id}))

        await until(is_being_drawn, "the card has its number", pause=0.01)
        await system.kill_and_restart(pair.service)


async def _kill_while_mails_are_sent(people: Town, pairs: list[Pair]) -> None:
    system = people.system
    for pair in pairs:
        await outcomes.quiet(system)
        system.gate.close_on("answer" if pair.service == ANSWERED else "mail")
        await people.desk.await_case(pair.journey.id, rounds=2)
        await people.desk.claim(pair.journey.id)
        await people.desk.approve(pair.journey)
        async with asyncio.timeout(60):
            await system.gate.holding.wait()
        await system.kill("notify" if pair.service == ANSWERED else pair.service)
        system.gate.open()
        await system.all_up()
