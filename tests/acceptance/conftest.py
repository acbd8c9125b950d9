"""Servers that only the acceptance tests write to, and Debian's Chromium once for each module."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
from playwright.async_api import Browser

from deploy.local.stack import Servers
from tests.chromium import open_chromium
from tests.conftest import started
from tests.integration.verification.stage import Stage, end_stage, start_stage


@pytest.fixture(scope="package")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """Cases and accounts that other tests leave behind would stand in the officer's queue."""
    with started(tmp_path_factory.mktemp("acceptance")) as running:
        yield running


@pytest.fixture(scope="module")
async def stage(servers: Servers) -> AsyncIterator[Stage]:
    """The officers' desk, with their accounts as new."""
    started = await start_stage(servers)
    yield started
    await end_stage(started)


@pytest.fixture(scope="module")
async def chromium() -> AsyncIterator[Browser]:
    async with open_chromium() as browser:
        yield browser
