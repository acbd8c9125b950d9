"""What the script shows on the page of the documents, from the choice of a file to its end."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Protocol

from playwright.async_api import Page, Route

from tests.unit.intake.bad_files import locked_pdf

_PIECES = "**/unggah/**"
_TOO_LARGE = b"%PDF-1.7\n" + b"0" * 6_000_000
# The pause before the next try never ends by itself: the person presses the button.
_WAIT_FOR_THE_BUTTON = """() => {
  const ring = window.setTimeout;
  window.setTimeout = (act, ms = 0, ...more) => (ms > 400 && ms <= 30000 ? 0 : ring(act, ms, ...more));
}"""


class Walking(Protocol):
    @property
    def page(self) -> Page: ...

    async def see(self, name: str = "") -> None: ...


async def see_refused_files(walker: Walking) -> None:
    """Too large, which the phone itself says, and locked, which the service finds out."""
    page, form = walker.page, "#berkas-diploma"
    for name, content, told in (
        ("terlalu besar", _TOO_LARGE, f"{form} .spk-progress .govuk-error-message"),
        ("terkunci", locked_pdf("rahasia", "pemilik") + b"\n" * 12_000, ".govuk-error-summary"),
    ):
        file = {"name": "ijazah.pdf", "mimeType": "application/pdf", "buffer": content}
        await page.locator(f"{form} input[type=file]").set_input_files(file)  # type: ignore[arg-type]
        await page.locator(f"{form} button.govuk-button").first.click()
        await page.locator(told).wait_for()
        await walker.see(name)


async def see_a_portrait_on_its_way(walker: Walking, form: str, file: Path) -> None:
    """Cut to 3x4, half sent, broken off, and sent again by the button."""
    page = walker.page
    await page.locator(f"{form} input[type=file]").set_input_files(file)
    await page.locator(f"{form} .spk-crop").wait_for()
    await walker.see("potong")
    broken = asyncio.Event()

    async def hold(route: Route) -> None:
        await broken.wait()
        await route.abort("connectionreset")

    await page.route(_PIECES, hold)
    await page.evaluate(_WAIT_FOR_THE_BUTTON)
    await page.locator(f"{form} button.govuk-button").first.click()
    await page.locator(f"{form} progress").wait_for()
    await walker.see("mengunggah")
    broken.set()
    again = page.locator(f"{form} .spk-now")
    await again.wait_for()
    await walker.see("terputus")
    await page.unroute(_PIECES)
    await again.click()
