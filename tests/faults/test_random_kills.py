"""Intake killed at any moment while people fill in the form: nothing acknowledged is lost."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field
from typing import Any

import pytest

from deploy.demo.applicant import answers_of
from tests.faults import outcomes
from tests.faults.journeys import Journey, town
from tests.faults.papers import small_files
from tests.faults.system import System, side_by_side

PEOPLE = 12
AT_ONCE = 4
SEED = 20261124
PAUSE_SECONDS = (0.1, 1.5)  # of intake's life between being up and its next death


@dataclass
class Acknowledged:
    """What intake said it has kept, of one person."""

    journey: Journey
    pages: list[str] = field(default_factory=list)
    documents: dict[str, str] = field(default_factory=dict)

    async def fill(self) -> None:
        applicant = self.journey.applicant
        await applicant.start()
        for page, values in answers_of(applicant.person, applicant.email).items():
            await applicant.put_answers(page, values)
            self.pages.append(page)
            await self.all_is_there()
        self.journey.told.append("draft_kept")
        for kind, sent in small_files().items():
            self.documents[kind] = (await applicant.put_document(kind, sent))["document_id"]
        await self.all_is_there()

    async def all_is_there(self) -> None:
        applicant = self.journey.applicant
        shown = await applicant.draft()
        done = [page for page, complete in shown["pages"].items() if complete]
        assert set(self.pages) <= set(done), self.journey.id
        kept = {kind: each["document_id"] for kind, each in shown["documents"].items()}
        assert {kind: kept.get(kind) for kind in self.documents} == self.documents

    async def answers_are_as_typed(self) -> None:
        applicant = self.journey.applicant
        saved: dict[str, Any] = await applicant.answers("identity")
        assert saved["nik"] == applicant.person.nik
        assert saved["full_name"] == applicant.person.full_name


@pytest.mark.timeout(300)
async def test_intake_may_die_at_any_moment_of_the_form(system: System) -> None:
    chance = random.Random(SEED)  # the same moments every time, as far as that goes
    async with town(system, PEOPLE) as people:
        everybody = [Acknowledged(each) for each in people.journeys]
        over = asyncio.Event()
        killing = asyncio.create_task(_kill_again_and_again(system, chance, over))
        try:
            await side_by_side([each.fill for each in everybody], AT_ONCE)
            await side_by_side([each.answers_are_as_typed for each in everybody], AT_ONCE)
            await side_by_side([each.journey.submit for each in everybody], AT_ONCE)
        finally:
            over.set()
            kills = await killing
        assert kills >= 2, "intake lived too long to show anything"
        for each in everybody:
            await people.desk.await_case(each.journey.id)
        await outcomes.quiet(system)
        cases = await system.rows(
            "verification", "cases", {"_id": {"$in": [each.journey.id for each in everybody]}}
        )
        assert len(cases) == PEOPLE
        outcomes.one_message_per_event(system, people.journeys, ())


async def _kill_again_and_again(system: System, chance: random.Random, over: asyncio.Event) -> int:
    kills = 0
    while not over.is_set():
        await asyncio.sleep(chance.uniform(*PAUSE_SECONDS))
        await system.kill_and_restart("intake")
        kills += 1
    return kills
