"""The live queue on a real database: who waits before whom, and how many answers a day brought."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx2

from services.intake import store
from services.intake.finish.queue import Queue
from services.intake.intake import Intake
from shared import clock
from tests.integration.intake.conftest import Applicant, Others
from tests.integration.intake.test_withdrawal import rejected, sent, withdraw


async def ahead(intake: Intake, applicant: Applicant) -> int:
    """As a process sees it that has just started."""
    reading = intake.uow.reading()
    found = await store.find_application(reading, applicant.id)
    assert found is not None
    return await Queue(intake.queue.calendar).ahead_of(reading, found.submitted_at)


async def test_the_older_ones_that_wait_are_ahead(
    http: httpx2.AsyncClient, intake: Intake, others: Others
) -> None:
    first, second, third = [await sent(http) for _ in range(3)]
    before = await ahead(intake, first)
    assert await ahead(intake, third) == before + 2
    await others.say(rejected(first), "verification", 3)
    assert await ahead(intake, third) == before + 1
    await withdraw(second)
    assert await ahead(intake, third) == before
    expected = (await third.status())["expected"]
    assert expected["basis"] in {"queue", "promise"}
    assert expected["on"] >= clock.today().isoformat()


async def test_answers_are_counted_by_the_day_of_the_office(
    http: httpx2.AsyncClient, intake: Intake, others: Others
) -> None:
    applicant = await sent(http)
    late = datetime(2026, 11, 17, 18, 30, tzinfo=UTC)  # half past one in the night of the 18th
    begin, end = late - timedelta(days=3), late + timedelta(days=3)
    reading = intake.uow.reading()
    before = await store.count_answers_by_day(reading, begin, end)
    decision = rejected(applicant).model_copy(update={"rejected_at": late})
    await others.say(decision, "verification", 3)
    after = await store.count_answers_by_day(reading, begin, end)
    day = datetime(2026, 11, 18, tzinfo=UTC).date()
    assert after.get(day, 0) == before.get(day, 0) + 1
    assert sum(after.values()) == sum(before.values()) + 1
