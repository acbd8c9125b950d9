"""A benchmark officer: a morning's cases in Chromium, by the keyboard alone, none wrong or lost.

Twelve cases in the tests; `make officer` works eighty and prints the time of each.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from playwright.async_api import Browser, Page, expect

from deploy.local.stack import Servers
from shared.mongo import Mongo
from tests.acceptance.officer_work import EVENTS, ITEMS, Matter, Work, lay_out, outcome
from tests.acceptance.test_desk_pages import DESK, sign_in
from tests.integration.verification.stage import Stage, end_stage, start_stage

CASES = int(os.environ.get("OFFICER_CASES", "12"))
BY_VERIFIER = max(3, CASES // 4)


@pytest.fixture(scope="module")
async def stage(servers: Servers) -> AsyncIterator[Stage]:
    """A desk without the cases of other tests, which would come up as the next ones."""
    owner = Mongo(servers.run.mongo_url("deploy"), "verification", "tests")
    for name in ("cases", "search_rows"):
        await owner.collection(name).delete_many({})
    owner.close()
    started = await start_stage(servers)
    yield started
    await end_stage(started)


@dataclass
class OfficerAtKeys:
    """Presses keys and reads the page; never touches the mouse."""

    page: Page
    decides: bool
    seconds: list[float] = field(default_factory=list)

    async def press(self, *keys: str) -> None:
        """The hints are shown as soon as the keys work; an officer waits for them, too."""
        await expect(self.page.locator("html.has-keys")).to_be_attached()
        for key in keys:
            await self.page.keyboard.press(key)

    async def begin(self) -> None:
        await self.press("n")
        await self.case()

    async def case(self) -> str:
        """The reference of the case that is open."""
        await expect(self.page.locator("#periksa")).to_be_attached()
        return await self.page.locator("h1 + .case-meta .case-ref").inner_text()

    async def work(self, plan: dict[str, Work]) -> None:
        """One case, from seeing it to seeing that it is done."""
        begun = time.perf_counter()
        reference = await self.case()
        await self._act(plan[reference].matter)
        await expect(self.page.get_by_role("status")).to_contain_text(reference)
        self.seconds.append(time.perf_counter() - begun)

    async def _act(self, matter: Matter) -> None:
        if matter == "too_young":
            return await self._reject()
        if matter == "other_name":
            await self._match("2", "2")  # the second item: matches, then does not
            await self.press("p")
            return await self._send("Periksa pesan sebelum dikirim")
        await self._match()
        await self.press("]")
        await self._match()
        await self.press("]")
        if matter == "bad_photo":
            await self._match("2", "2", "2")
            await self.press("p")
            return await self._send("Periksa pesan sebelum dikirim")
        await self._match()
        if matter == "shared_phone" and await self.page.locator("[data-key=b]").count():
            await self.press("b")
            await expect(self.page.get_by_role("status")).to_contain_text("bukan orang yang sama")
        if matter == "warned":
            await self.press("w")
            await self.page.keyboard.type("Sudah dicocokkan dengan KTP.")
            await self.press("Escape")
        await expect(self.page.locator("[data-needs]")).to_be_enabled()
        await self.press("a", "a")  # a nervous finger
        return None

    async def _match(self, *items: str) -> None:
        """Look at the document, say what differs, then that all else matches."""
        await self.page.wait_for_function(
            "() => document.querySelector('.viewer-document:not([hidden]) img').naturalWidth > 600 - 1"
        )
        await self.press(*items, "0")

    async def _reject(self) -> None:
        await self.press("t")
        proposed = self.page.locator("[name=reason]:checked")
        await expect(self.page.locator("[name=reason]").first).to_be_attached()
        if not await proposed.count():
            await self.press("2")
        await self._send("tolak" if self.decides else "penolakan")

    async def _send(self, heading: str) -> None:
        await self.press("s")
        await expect(self.page.locator(".letter")).to_be_visible()
        await expect(self.page.locator("h1")).to_contain_text(heading, ignore_case=True)
        await self.press("s", "s")


async def test_a_morning_by_the_keyboard(stage: Stage, chromium: Browser) -> None:
    day = await lay_out(stage, CASES)
    plan = {each.reference: each for each in day}
    complaints: list[str] = []
    contexts = [await chromium.new_context(viewport=DESK) for _ in range(2)]
    vera = OfficerAtKeys(await sign_in(contexts[0], stage, "vera"), decides=False)
    putra = OfficerAtKeys(await sign_in(contexts[1], stage, "putra"), decides=True)
    for officer in (vera, putra):
        officer.page.on("pageerror", lambda error: complaints.append(str(error)))

    await vera.begin()
    for _ in range(BY_VERIFIER):
        await vera.work(plan)
    await vera.page.get_by_role("button", name="Lepas").press("Enter")

    await putra.begin()
    kind_word = "Tidak ada permohonan lain yang menunggu Anda"
    while not await putra.page.get_by_text(kind_word).count():
        assert len(putra.seconds) <= 2 * CASES
        await putra.work(plan)

    assert complaints == []
    for each in day:
        ended = await outcome(stage, each.case_id)
        wanted = EVENTS[each.matter]
        assert ended.events == [wanted], each
        assert ended.state == wanted.split(".")[1], each
        assert ended.reasons == ITEMS.get(each.matter, []), each
        assert len(ended.deciders) == 1, each
    for officer, name in ((vera, "verifier"), (putra, "placement officer")):
        spent = sorted(officer.seconds)
        print(  # noqa: T201  what `make officer` is for
            f"\n{name}: {len(spent)} cases, {sum(spent):.0f} s; a case takes the machine "
            f"{statistics.median(spent):.2f} s (median), {spent[-1]:.2f} s at most"
        )
    for context in contexts:
        await context.close()
