"""Debian's Chromium for tests that look at pages as a person would."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from playwright.async_api import Browser, Playwright, async_playwright
from playwright.async_api import Error as BrowserError

CHROMIUM = "/usr/bin/chromium-headless-shell"  # the same engine, without the window around it
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-proxy-server",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Timing never decides a test: how long Chromium may take on a busy machine, in milliseconds.
PATIENCE = 60_000
_NOBODY = "http://127.0.0.1:2/"  # nobody listens there: refused, which is an answer
_PATIENCE_OF_TRIES = (10, 30, 60)  # seconds; what is silent so long stays so, mostly


@asynccontextmanager
async def open_chromium() -> AsyncIterator[Browser]:
    playwright = await _started()
    try:
        browser = await _awake(playwright)
        yield browser
        await browser.close()
    finally:
        await playwright.stop()


async def _started() -> Playwright:
    """Playwright's driver has once been silent for three minutes on a busy machine, and it has no
    time limit of its own: then another one is started.
    """
    *first, last = _PATIENCE_OF_TRIES
    for seconds in first:
        with suppress(TimeoutError):
            return await asyncio.wait_for(async_playwright().start(), seconds)
    return await asyncio.wait_for(async_playwright().start(), last)


async def _awake(playwright: Playwright) -> Browser:
    """A browser whose processes for pages and network answer.

    Both start with the first page; that first page has once not come within ten seconds.
    """
    for seconds in _PATIENCE_OF_TRIES[:-1]:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            await asyncio.wait_for(_first_page(browser), seconds)
        except TimeoutError:
            await browser.close()
        else:
            return browser
    return await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)


async def _first_page(browser: Browser) -> None:
    page = await browser.new_page()
    with suppress(BrowserError):
        await page.goto(_NOBODY)
    await page.close()
