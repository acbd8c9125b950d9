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
from tests.faults.system import System, side_by_side, until

PEOPLE = 6
AT_ONCE = 4
KILLS = 6
ACKNOWLEDGEMENTS = 11  # of one person: the start, six pages, three documents, the sending
SEED = 20261124
LONGEST_SECONDS = 0.4  # from the acknowledgement that was waited for to the kill


@dataclass
class Progress:
    """How often intake has said that it keeps something."""

    acknowledged: int = 0


@dataclass
class Acknowledged:
    """What intake said it has kept, of one person."""

    journey: Journey
    progress: Progress
    pages: list[str] = field(default_factory=list)
    documents: dict[str, str] = field(default_factory=dict)

    async def fill(self) -> None:
        applicant = self.journey.applicant
        await applicant.start()
        self.progress.acknowledged += 1
        for page, values in answers_of(applicant.person, applicant.email).items():
            await applicant.put_answers(page, values)
            self.pages.append(page)
            self.progress.acknowledged += 1
            await self.all_is_there()
        self.journey.told.append("draft_kept")
        for kind, sent in small_files().items():
            self.documents[kind] = (await applicant.put_document(kind, sent))["document_id"]
            self.progress.acknowledged += 1
        await self.all_is_there()

    async def all_is_there(self) -> None:
        applicant = self.journey.applicant
        shown = await applicant.draft()
        done = [page for page, complete in shown["pages"].items() if complete]
        assert set(self.pages) <= set(done), self.journey.id
        kept = {kind: each["document_id"] for kind, each in shown["documents"].items()}
        assert {kind: kept.get(kind) for kind in self.documents} == self.documents

    async def send(self) -> None:
        await self.journey.submit()
        self.progress.acknowledged += 1

    async def answers_are_as_typed(self) -> None:
        applicant = self.journey.applicant
        saved: dict[str, Any] = await applicant.answers("identity")
        assert saved["nik"] == applicant.person.nik
        assert saved["full_name"] == applicant.person.full_name


@pytest.mark.timeout(900)
async def test_intake_may_die_at_any_moment_of_the_form(system: System) -> None:
    async with town(system, PEOPLE) as people:
        progress = Progress()
        everybody = [Acknowledged(each, progress) for each in people.journeys]

        async def apply() -> None:
            await side_by_side([each.fill for each in everybody], AT_ONCE)
            await side_by_side([each.answers_are_as_typed for each in everybody], AT_ONCE)
            await side_by_side([each.send for each in everybody], AT_ONCE)

        await asyncio.gather(apply(), _kill_again_and_again(system, progress))
        for each in everybody:
            await people.desk.await_case(each.journey.id)
        await outcomes.quiet(system)
        cases = await system.rows(
            "verification", "cases", {"_id": {"$in": [each.journey.id for each in everybody]}}
        )
        assert len(cases) == PEOPLE
        await outcomes.one_message_per_event(system, people.journeys, ())


async def _kill_again_and_again(system: System, progress: Progress) -> None:
    """Spread over the whole of it; each a moment after an acknowledgement, whatever runs then."""
    chance = random.Random(SEED)
    for number in range(1, KILLS + 1):
        wanted = number * PEOPLE * ACKNOWLEDGEMENTS // (KILLS + 1)

        async def far_enough(wanted: int = wanted) -> bool:
            return progress.acknowledged >= wanted

        await until(far_enough, f"acknowledgements before kill {number}", pause=0.01)
        await asyncio.sleep(chance.uniform(0, LONGEST_SECONDS))
        await system.kill_and_restart("intake")
