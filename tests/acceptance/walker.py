"""Walks through the public service as its pages lead, and shows each state to checkers.

No list of screens: the walker follows the task list, answers whatever a page asks (made_up.py) and
presses its main button. Each form is sent empty once before, for the sake of its errors.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.async_api import Page

from tests.acceptance.hands import MAIN_BUTTON, Hand, Pointer
from tests.acceptance.made_up import MadeUp
from tests.acceptance.page_rules import Check, rule
from tests.acceptance.public_visitor import Visitor
from tests.acceptance.walker_uploads import see_a_portrait_on_its_way, see_refused_files
from tests.acceptance.wire import Wire

TASK_LIST = "/daftar/daftar-tugas"
DOCUMENTS = "/daftar/dokumen"
SENT = "/daftar/terkirim/"
MOST_STEPS = 80
MOST_PAGES = 40
MOST_TRIES = 4
_NO_PAGE = (".pdf", ".jpg", ".png", ".xlsx", ".csv", ".json")
_MAIN_FORM = f"main form:has({MAIN_BUTTON})"


@dataclass
class Walker:
    """One person on the way; `findings` holds what the checkers said, by checker."""

    visitor: Visitor
    wire: Wire
    answers: MadeUp
    files: Mapping[str, Path]
    checks: Mapping[str, Check] = field(default_factory=dict)
    hand: Hand = field(default_factory=Pointer)
    tries_empty: bool = True
    findings: dict[str, list[str]] = field(default_factory=dict)
    seen: list[str] = field(default_factory=list)

    @classmethod
    async def begin(
        cls,
        visitor: Visitor,
        answers: MadeUp,
        files: Mapping[str, Path],
        checks: Mapping[str, Check] | None = None,
    ) -> Walker:
        """A person whose browser has been on the first page before."""
        wire = await Wire.tap(visitor.page)
        await visitor.go("/")
        await wire.rest()
        wire.loads.clear()
        return cls(visitor, wire, answers, files, checks or {})

    @property
    def page(self) -> Page:
        return self.visitor.page

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    async def see(self, name: str = "") -> None:
        """Show the state to every checker."""
        state = f"{self.path} ({name})" if name else self.path
        self.seen.append(state)
        await self.wire.rest()
        for title, check in self.checks.items():
            found = self.findings.setdefault(title, [])
            found += [f"{state}: {text}" for text in await check(self.page)]
        await self.wire.rest()

    async def see_all_of(self, start: str, *, but: tuple[str, ...] = ()) -> None:
        """Every page that is linked from `start`, or from such a page in turn, if not seen yet."""
        waiting = [start]
        for _ in range(MOST_PAGES):
            if not waiting:
                return
            await self.visitor.go(waiting.pop(0))
            await self.see()
            links: list[str] = await self.page.evaluate(
                "[...document.links].filter(a => a.origin === location.origin).map(a => a.pathname)"
            )
            for link in dict.fromkeys(links):
                known = link in self.seen or link in waiting
                if not (known or link.startswith(but) or link.endswith(_NO_PAGE)):
                    waiting.append(link)
            if await self.page.locator(
                f"{_MAIN_FORM} :is(input:not([type=hidden]), select)"
            ).count():
                await self.send_empty()
        raise AssertionError(f"no end of pages: {waiting}")

    async def register(self) -> str:
        """From the first page to the confirmation; returns the reference."""
        await self.visitor.go("/")
        await self.hand.follow(self.page.locator('main a.govuk-button[href^="/daftar"]').first)
        await self.work_off(TASK_LIST, SENT)
        await self.see()
        return self.path.removeprefix(SENT).strip("/")

    async def work_off(self, tasks: str, end: str) -> None:
        """Open each task of the list `tasks`, answer it, until the page `end` is there."""
        visits: Counter[str] = Counter()
        for _ in range(MOST_STEPS):
            path = self.path
            if path.startswith(end):
                return
            visits[path] += 1
            assert visits[path] < MOST_STEPS / 4, f"{path} comes again and again"
            if path == tasks and await self._open_task(visits):
                continue
            if await self.page.locator("main input[type=file]").count():
                await self.documents(first=visits[path] == 1)
            else:
                await self.form(first=visits[path] == 1)
        raise AssertionError(f"the form has no end: {visits}")

    async def _open_task(self, visits: Counter[str]) -> bool:
        """The first task that was not opened yet, if there is one."""
        links = await self.page.locator("main .govuk-task-list__link").all()
        paths = [urlsplit(await link.get_attribute("href") or "").path for link in links]
        new = [number for number, path in enumerate(paths) if not visits[path]]
        if visits[self.path] == 1 or len(new) <= 1:
            await self.see(f"{len(new)} new")
        if new:
            await self.hand.follow(links[new[0]])
        return bool(new)

    async def form(self, *, first: bool = True) -> None:
        """One page of questions: as it comes, sent empty, with one row of each kind, sent."""
        path = self.path
        if first and self.tries_empty:
            await self.page.evaluate(rule("showAllQuestions(true)"))
            await self.see()
            await self.page.evaluate(rule("showAllQuestions(false)"))
            await self.send_empty()
        if first:
            await self._add_rows()
        await self._complete()
        if self.path == path and await self.page.locator("#peringatan").count():
            await self.see("peringatan")
            await self.hand.follow(self.page.locator("#peringatan a").last)

    async def _complete(self) -> None:
        """Answer and send; what is refused is answered otherwise, a few times."""
        path, page = self.path, self.page
        for _ in range(MOST_TRIES):
            await self.hand.complete(page, await self._main_form(), self.answers)
            links = page.locator(".govuk-error-summary a")
            refused = [await link.get_attribute("href") or "" for link in await links.all()]
            if not refused:
                return
            self.answers.refused.update(name.lstrip("#") for name in refused)
        raise AssertionError(
            f"{path} does not take the made-up answers (tests/acceptance/made_up.py): "
            f"{await self.visitor.errors()}"
        )

    async def send_empty(self) -> None:
        """Press the main button of a page as it came; comes back if there was nothing to say."""
        url, path = self.page.url, self.path
        await self.hand.press(self.page.locator(await self._main_form()).locator(MAIN_BUTTON).last)
        if await self.visitor.errors():
            await self.see("kesalahan")
        if self.path != path:
            await self.page.goto(url)

    async def _add_rows(self) -> None:
        """A row in each list that has none yet."""
        for group in await self.page.locator("main button[name=tambah]").all_inner_texts():
            button = self.page.get_by_role("button", name=group, exact=True)
            value = await button.get_attribute("value")
            if not await self.page.locator(f'[name^="{value}-"]').count():
                await self.hand.press(button)

    async def documents(self, *, first: bool = True) -> None:
        """The page of the documents: one refused, then each that is asked for."""
        page = self.page
        is_new = first and self.tries_empty
        by_script = is_new and self.path == DOCUMENTS
        if is_new:
            await self.see("kosong")
            await page.locator("main form:has(input[type=file]) button.govuk-button").first.click()
            await page.wait_for_load_state()
            await self.see("kesalahan")
            if by_script:
                await see_refused_files(self)
        for kind, file in self.files.items():
            form = f"#berkas-{kind}"
            if await page.locator(f"{form} input[type=file]").is_visible():
                if kind == "photo" and by_script:
                    await see_a_portrait_on_its_way(self, form, file)
                else:
                    await self.hand.send_file(page, form, file)
                await page.locator(f"{form} .spk-thumb").first.wait_for()
        if first:
            await self.see("terisi")
        await self.hand.press(page.locator(_MAIN_FORM).last.locator(MAIN_BUTTON).last)

    async def _main_form(self) -> str:
        """A selector of the form that the page is about: the last with a main button."""
        forms: int = await self.page.evaluate(
            "form => [...document.querySelectorAll(form)].map((e, number, all) => "
            "e.toggleAttribute('data-main', number === all.length - 1)).length",
            _MAIN_FORM,
        )
        heading = " / ".join(await self.page.locator("h1").all_inner_texts())
        assert forms, f"{self.page.url} ({heading}) leads nowhere"
        return "form[data-main]"
