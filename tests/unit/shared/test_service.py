"""How a process ends: what failed is told, also while it is stopping already."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from shared.health import ConsumersLost
from shared.service import _Process


@pytest.fixture
def process() -> _Process:
    settings: Any = SimpleNamespace(graceful_seconds=5.0)
    return _Process(settings, build=lambda _: pytest.fail("nothing is built here"))


@pytest.fixture
def resources() -> Any:
    return SimpleNamespace(stopping=asyncio.Event())


async def test_a_part_that_fails_stops_the_process(process: _Process, resources: Any) -> None:
    async def fails() -> None:
        raise RuntimeError

    serving = asyncio.create_task(resources.stopping.wait())
    await process._until_stopped(resources, [asyncio.create_task(fails()), serving])
    assert serving.done()
    assert process.exit_code == 1


async def test_a_failure_told_while_the_others_end_already_is_no_success(
    process: _Process, resources: Any
) -> None:
    """The watchdog begins the stop, and only when running work has ended it raises."""

    async def work() -> None:
        resources.stopping.set()
        await serving
        await asyncio.sleep(0.05)
        raise ConsumersLost("cards.rendering")

    serving = asyncio.create_task(resources.stopping.wait())
    await process._until_stopped(resources, [asyncio.create_task(work()), serving])
    assert process.exit_code == 1


async def test_a_stop_that_was_asked_for_is_a_success(process: _Process, resources: Any) -> None:
    resources.stopping.set()
    serving = asyncio.create_task(resources.stopping.wait())
    await process._until_stopped(resources, [serving])
    assert process.exit_code == 0
