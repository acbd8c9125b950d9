"""The browser of the acceptance tests: Debian's Chromium, started once for each module."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, async_playwright, expect

from tests.acceptance.browser import CHROMIUM, FLAGS

# Timing never decides a test: Chromium may put off a canvas's picture for seconds on a busy machine.
expect.set_options(timeout=30_000)


@pytest.fixture(scope="module")
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        await browser.close()
