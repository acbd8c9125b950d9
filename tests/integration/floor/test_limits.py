"""Rate limits: exact under concurrency, and over when their window is over."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from shared import clock
from shared.clock import now
from shared.web.limits import COLLECTION, Limit, give_back, hit
from tests.integration.floor.conftest import Floor

LIMIT = Limit("test", 3, 900)


@pytest.fixture(autouse=True)
async def _empty(floor: Floor) -> None:
    await floor.mongo.collection(COLLECTION).delete_many({})


async def test_of_many_at_once_as_many_pass_as_allowed(floor: Floor) -> None:
    scope = floor.uow.reading()
    waits = await asyncio.gather(*(hit(scope, LIMIT, "one") for _ in range(20)))
    assert sum(wait == 0 for wait in waits) == 3
    assert await hit(scope, LIMIT, "another") == 0


async def test_a_window_begins_with_its_first_hit_and_ends(
    floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    scope, begun = floor.uow.reading(), now()
    for seconds, allowed in ((0, True), (300, True), (899, True), (899, False), (901, True)):
        monkeypatch.setattr(clock, "now", lambda at=begun + timedelta(seconds=seconds): at)
        assert (await hit(scope, LIMIT, "one") == 0) is allowed, seconds


async def test_what_was_no_failure_is_given_back(floor: Floor) -> None:
    scope = floor.uow.reading()
    for _ in range(10):
        assert await hit(scope, LIMIT, "one") == 0
        await give_back(scope, LIMIT, "one")
