"""People at a browser: Debian's Chromium, driven as a person would."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from deploy.demo.applicant import answers_of
from deploy.demo.people import SamplePerson
from services.intake.forms import PAGES, form_of
from tests.chromium import CHROMIUM, FLAGS

PHONE: ViewportSize = {"width": 360, "height": 740}
DESK: ViewportSize = {"width": 1280, "height": 860}
TABLET: ViewportSize = {"width": 768, "height": 1024}
_ROW = re.compile(r"[a-z]+-\d+-[a-z_]+$")


def _head(name: str) -> str:
    """The field or group of an input: `education` of `education-0-major`."""
    return name.partition("-")[0]


@contextmanager
def chromium(*flags: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *flags])
        yield browser
        browser.close()


@dataclass
class Person:
    """An applicant at a page of the public site."""

    page: Page
    person: SamplePerson
    email: str
    public: str
    pictures: Path | None = None

    def register(self, files: dict[str, Path]) -> str:
        """From the start page to the confirmation; returns the reference."""
        page = self.page
        page.goto(self.public)
        self.picture("start")
        page.get_by_role("button", name="Mulai pendaftaran").click()
        self.picture("before")
        page.locator("[name=kind][value=new]").check()
        page.locator("#notice_acknowledged").check()
        page.get_by_role("button", name="Mulai mengisi").click()
        self.picture("tasks")
        for name, values in answers_of(self.person, self.email).items():
            for screen in PAGES[name].screens:
                address = f"{self.public}/daftar/{name}/{screen.id}"
                page.goto(address)
                if page.url != address:
                    continue  # not asked
                asked = {n: v for n, v in form_of(values).items() if _head(n) in screen.names}
                self.fill(asked)
                self.picture(f"{name}-{screen.id}")
                self.save()
        self.upload(f"{self.public}/daftar/dokumen", files)
        self.picture("documents")
        page.goto(f"{self.public}/daftar/periksa")
        self.picture("review")
        page.locator("input[name=declaration]").check()
        page.get_by_role("button", name="Kirim pendaftaran").click()
        page.wait_for_url("**/daftar/terkirim/**")
        self.picture("sent")
        return page.url.rsplit("/", 1)[1]

    def fill(self, form: dict[str, list[str]]) -> None:
        """Type or choose every value; rows that are not there yet are added."""
        for name, values in form.items():
            for value in values:
                self._enter(name, value)

    def _enter(self, name: str, value: str) -> None:
        fields = self.page.locator(f'[name="{name}"]')
        if fields.count() == 0 and _ROW.match(name):
            self.page.get_by_role("button", name="Tambah").click()
            self.page.wait_for_load_state()
        if fields.count() == 0:
            return  # a date as a whole, whose three parts are filled
        kind = fields.first.evaluate("e => e.type || e.tagName.toLowerCase()")
        if kind in {"radio", "checkbox"}:
            box = self.page.locator(f'[name="{name}"][value="{value}"]')
            if value != "no" or kind == "radio":
                box.check()
        elif kind.startswith("select"):
            fields.first.select_option(value)
        else:
            fields.first.fill(value)

    def save(self) -> None:
        """Press "Simpan dan lanjut", once more when a warning asks for it."""
        before = self.page.url
        self.page.get_by_role("button", name="Simpan dan lanjut").click()
        self.page.wait_for_load_state()
        if self.page.url == before and self.page.locator(".govuk-error-summary").count():
            raise AssertionError(self.page.locator(".govuk-error-summary").inner_text())

    def upload(self, address: str, files: dict[str, Path]) -> None:
        """One form for each document, as without JavaScript."""
        for kind, path in files.items():
            self.page.goto(address)
            form = self.page.locator(f'form[action$="/{kind}"]').first
            form.locator("input[type=file]").set_input_files(path)
            with self.page.expect_navigation():
                form.locator("button.govuk-button").click()

    def open_status(self, reference: str) -> None:
        page, born = self.page, self.person.birth_date
        page.goto(f"{self.public}/status")
        page.locator("[name=reference]").fill(reference.lower())
        self.fill(
            {
                "birth_date-day": [str(born.day)],
                "birth_date-month": [str(born.month)],
                "birth_date-year": [str(born.year)],
            }
        )
        page.get_by_role("button", name="Lihat status").click()
        page.wait_for_url("**/status/ringkasan")

    def picture(self, name: str) -> None:
        """Keep a picture of the page when somebody wants to look."""
        if self.pictures is not None:
            self.pictures.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=self.pictures / f"{name}.png", full_page=True)


def overflow(page: Page) -> Any:
    """Pixels by which the page is wider than the window; 0 when nothing scrolls sideways."""
    return page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
