"""One running system for all tests of faults; each begins with everything up."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.faults.papers import small_files
from tests.faults.system import System, start_system, stop_system


@pytest.fixture(scope="package")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[System]:
    small_files()
    started = await start_system(tmp_path_factory.mktemp("faults"))
    yield started
    await stop_system(started)


@pytest.fixture
async def system(running: System) -> System:
    await running.all_up()
    return running
