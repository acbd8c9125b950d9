"""A cheap phone on a slow line: when the largest thing of the first page is painted."""

from __future__ import annotations

from playwright.async_api import Browser

from tests.chromium import open_chromium

LINE = {
    "offline": False,
    "downloadThroughput": 400_000 / 8,
    "uploadThroughput": 200_000 / 8,
    "latency": 400,
}
SLOWER_PROCESSOR = 6
_LARGEST_PAINT = """() => new Promise(done => new PerformanceObserver(list => {
  done(list.getEntries().at(-1).startTime);
}).observe({type: 'largest-contentful-paint', buffered: true}))"""


async def first_paint_seconds(url: str, *, tries: int = 3, enough: float = 0.0) -> float:
    """The best of some first visits, each with an empty cache; ends early when good enough."""
    async with open_chromium() as browser:
        best = await _paint(browser, url)
        for _ in range(tries - 1):
            if best <= enough:
                break
            best = min(best, await _paint(browser, url))
    return best


async def _paint(browser: Browser, url: str) -> float:
    context = await browser.new_context(viewport={"width": 360, "height": 740})
    page = await context.new_page()
    wire = await context.new_cdp_session(page)
    await wire.send("Network.enable")
    await wire.send("Network.emulateNetworkConditions", LINE)
    await wire.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER_PROCESSOR})
    await page.goto(url, wait_until="networkidle")
    milliseconds: float = await page.evaluate(_LARGEST_PAINT)
    await context.close()
    return milliseconds / 1000
