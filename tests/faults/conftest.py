"""One running system for all tests of faults; each begins with everything up."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Generator
from itertools import islice

import pytest

from deploy.local import SERVICES
from tests.faults.papers import small_files
from tests.faults.system import System, start_system, stop_system

_UNEXPLAINED = re.compile(r'"event": "(request\.broken|page\.failed)"')


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


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """With a failure comes what the services could not explain: the folder may be gone by then."""
    report = yield
    if report.failed and (system := getattr(item, "funcargs", {}).get("system")):
        for service in SERVICES:
            if said := "".join(islice(_unexplained(system, service), 5)):
                report.sections.append((f"unexplained in {service}", said))
    return report


def _unexplained(system: System, service: str) -> Generator[str]:
    with (system.servers.run.folder / "log" / f"{service}.log").open() as lines:
        yield from (line for line in lines if _UNEXPLAINED.search(line))
