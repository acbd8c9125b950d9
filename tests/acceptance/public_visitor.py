"""A person at the public pages, in a browser that watches for what must never happen."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Request

from deploy.demo.applicant import answers_of
from deploy.demo.people import SamplePerson
from services.intake.forms import PAGES, form_of
from tests.chromium import PATIENCE

NAMES = ("identity", "contact", "education", "skills", "experience", "preferences")
_addresses = itertools.count(1)


@dataclass
class Visitor:
    """Each has an address of their own, so that rate limits do not add up between tests."""

    base: str
    context: BrowserContext
    page: Page
    script: bool = True
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    @classmethod
    async def arrive(
        cls,
        browser: Browser,
        base: str,
        *,
        width: int = 360,
        script: bool = True,
        service_worker: bool = True,
    ) -> Visitor:
        number = next(_addresses)
        context = await browser.new_context(
            viewport={"width": width, "height": 780},
            java_script_enabled=script,
            service_workers="allow" if service_worker else "block",
            extra_http_headers={"X-Forwarded-For": f"10.{number // 250}.{number % 250}.9"},
        )
        context.set_default_timeout(PATIENCE)
        visitor = cls(base, context, await context.new_page(), script)
        visitor.page.on("console", visitor._hear)
        visitor.page.on("pageerror", lambda error: visitor.complaints.append(str(error)))
        visitor.page.on("request", visitor._note)
        return visitor

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "status of 4" not in message.text:
            self.complaints.append(message.text)

    def _note(self, request: Request) -> None:
        self.requests.append(request.url)

    async def go(self, path: str) -> Page:
        await self.page.goto(self.base + path)
        return self.page

    async def press(self, name: str) -> None:
        """A button, found by its words."""
        await self.page.get_by_role("button", name=name, exact=True).first.click()
        await self.page.wait_for_load_state()

    async def fill(self, form: Mapping[str, list[str]]) -> None:
        """Type or choose every value by the name of its input; dates come as three."""
        for name, entries in form.items():
            inputs = self.page.locator(f'[name="{name}"]')
            if not await inputs.count():
                continue
            kind = await inputs.first.evaluate("e => e.tagName === 'SELECT' ? 'select' : e.type")
            for entry in entries:
                if kind in {"radio", "checkbox"}:
                    box = self.page.locator(f'[name="{name}"][value="{entry}"]')
                    if await box.count():
                        await box.check()
                elif kind == "select":
                    await inputs.first.select_option(entry)
                else:
                    await inputs.first.fill(entry)

    async def begin(self) -> None:
        """From the notice to the task list."""
        await self.go("/daftar")
        await self.page.locator("[name=kind][value=new]").check()
        await self.page.locator("#notice_acknowledged").check()
        await self.press("Mulai mengisi")

    async def answer(self, name: str, form: Mapping[str, list[str]]) -> None:
        """One page, screen by screen, with as many rows as it needs, saved."""
        for screen in PAGES[name].screens:
            address = f"{self.base}/daftar/{name}/{screen.id}"
            await self.page.goto(address)
            if self.page.url != address:
                continue  # not asked
            await self._add_rows(screen.names, form)
            await self.fill({n: v for n, v in form.items() if n.partition("-")[0] in screen.names})
            await self.press("Simpan dan lanjut")

    async def _add_rows(self, groups: tuple[str, ...], form: Mapping[str, list[str]]) -> None:
        rows = {(part[0], int(part[1])) for key in form if len(part := key.split("-")) == 3}
        for group, number in sorted(rows):
            if group in groups and not await self.page.locator(f"#{group}-{number}").count():
                await self.page.locator(f'button[name=tambah][value="{group}"]').click()
                await self.page.wait_for_load_state()

    async def answer_all(
        self, person: SamplePerson, changes: Mapping[str, Mapping[str, list[str]]] | None = None
    ) -> None:
        """Every page of the form; `changes` replaces entries of a page."""
        values = answers_of(person, "contoh@pemohon.example")
        for name in NAMES:
            await self.answer(name, {**form_of(values[name]), **(changes or {}).get(name, {})})

    async def save_all(self, person: SamplePerson) -> None:
        """The same in the same session without looking at a page, for tests of what comes after."""
        token = self.page.locator("[name=csrf_token]").first
        values = answers_of(person, "contoh@pemohon.example")
        for name in NAMES:
            form = form_of(values[name])
            for screen in PAGES[name].screens:
                asked = {n: v for n, v in form.items() if n.partition("-")[0] in screen.names}
                answer = await self.context.request.post(
                    f"{self.base}/daftar/{name}/{screen.id}",
                    data=urlencode({**asked, "csrf_token": await token.input_value()}, doseq=True),
                    headers={"Content-Type": "application/x-www-form-urlencoded"},
                )
                assert answer.ok, await answer.text()

    async def upload(self, kind: str, file: Path) -> None:
        """Choose and send one file; returns when its answer is on the screen."""
        await self.page.locator(f"#{kind}").set_input_files(file)
        button = self.page.locator(f"form#berkas-{kind} button.govuk-button")
        if not self.script:
            async with self.page.expect_navigation():
                await button.click()
            return
        async with self.page.expect_response(lambda answer: answer.request.method == "POST"):
            await button.click()
        # the script puts the new page in the place of the one whose form it marked
        await self.page.locator("form[data-sent]").wait_for(state="detached")

    async def upload_all(self, files: Mapping[str, Path]) -> None:
        await self.go("/daftar/dokumen")
        for kind, file in files.items():
            await self.upload(kind, file)

    async def look_up(self, reference: str, born: str) -> None:
        """The status form, with a date like 2001-08-27."""
        await self.go("/status")
        year, month, day = born.split("-")
        await self.page.locator("#reference").fill(reference)
        await self.fill(
            {
                "birth_date-day": [day.lstrip("0")],
                "birth_date-month": [month.lstrip("0")],
                "birth_date-year": [year],
            }
        )
        await self.press("Lihat status")

    async def errors(self) -> list[str]:
        """The lines of the error summary; none when there is no summary."""
        lines = await self.page.locator(".govuk-error-summary li").all_inner_texts()
        return [line.strip() for line in lines]

    async def heading(self) -> str:
        return await self.page.locator("h1").inner_text()

    async def check_page(self) -> None:
        """What holds on every page."""
        found = await self.context.pages[0].content()
        assert '<html lang="id"' in found, self.page.url
        assert await self.page.locator("h1").count() == 1, self.page.url
        assert await self.page.locator("[style], style, script:not([src])").count() == 0
        size = await self.page.locator("html").bounding_box()
        wide = await self.page.evaluate("document.documentElement.scrollWidth")
        assert size is not None
        assert wide <= round(size["width"]), f"{self.page.url} scrolls sideways"
        assert self.complaints == [], self.page.url
        assert all(url.startswith((self.base, "data:")) for url in self.requests)
