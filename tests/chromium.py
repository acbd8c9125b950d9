"""Debian's Chromium for tests that look at pages as a person would."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from playwright.async_api import Browser, Playwright, async_playwright

CHROMIUM = "/usr/bin/chromium-headless-shell"  # the same engine, without the window around it
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_TRIES, _SECONDS = 3, 40


@asynccontextmanager
async def open_chromium() -> AsyncIterator[Browser]:
    playwright = await _started()
    try:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        await browser.close()
    finally:
        await playwright.stop()


async def _started() -> Playwright:
    """Playwright's driver has once been silent for three minutes on a busy machine, and it has no
    time limit of its own: then another one is started.
    """
    for _ in range(_TRIES - 1):
        with suppress(TimeoutError):
            return await asyncio.wait_for(async_playwright().start(), _SECONDS)
    return await asyncio.wait_for(async_playwright().start(), _SECONDS)
