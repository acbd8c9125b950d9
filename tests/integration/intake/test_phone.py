"""A phone with a bad line, used by several people: typed answers, caches, and what is forgotten."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import brotli
import httpx2
import pytest
from PIL import Image
from playwright.async_api import Browser, BrowserContext, Page, expect

from services.intake import answers
from services.intake.web.assets import FOLDER
from services.intake.web.kept import PRIVATE_FIELDS
from tests.chromium import PATIENCE, open_chromium
from tests.integration.intake.conftest import Served

NIK, NAME = "1404 0467 0801 0001", "Siti Contoh"
CACHED = "Promise.all((await caches.keys()).map(async (n) => (await (await caches.open(n)).keys()).map((r) => r.method + ' ' + new URL(r.url).pathname)))"


@pytest.fixture(scope="module")
async def chromium() -> AsyncIterator[Browser]:
    async with open_chromium() as browser:
        yield browser


@pytest.fixture
async def phone(chromium: Browser, served: Served) -> AsyncIterator[BrowserContext]:
    context = await chromium.new_context(
        base_url=served.url, viewport={"width": 360, "height": 740}
    )
    context.set_default_timeout(PATIENCE)
    yield context
    await context.close()


async def begin(phone: BrowserContext) -> Page:
    """A new draft, and the page with the name, with its service worker at work."""
    page = await phone.new_page()
    await page.goto("/daftar")
    await page.locator("[name=kind][value=new]").check()
    await page.locator("#notice_acknowledged").check()
    await page.get_by_role("button", name="Mulai mengisi").click()
    await page.wait_for_url("**/daftar/daftar-tugas")
    await page.evaluate("navigator.serviceWorker.ready.then(() => 1)")
    await open_names(page)
    return page


async def open_names(page: Page) -> None:
    for path in ("/daftar/identity/birth", "/daftar/identity"):
        await page.goto(path)
        if await page.locator("#full_name").count():
            return


async def kept(page: Page) -> dict[str, Any]:
    return dict(await page.evaluate("({...localStorage})"))


async def test_what_was_typed_outlives_a_lost_line_and_a_crash(phone: BrowserContext) -> None:
    page = await begin(phone)
    await page.locator("#full_name").fill(NAME)
    await page.locator("[name=sex]").first.check()
    typed_at = page.url
    await phone.set_offline(True)
    await page.get_by_role("button", name="Simpan dan lanjut").click()
    await expect(page.locator("h1")).to_have_text("Tidak ada sambungan internet")
    await expect(page.locator("[data-kept=there]")).to_be_visible()
    await page.close()  # the battery is empty, too

    page = await phone.new_page()
    with suppress(Exception):  # the answer is the page of the service worker
        await page.goto(typed_at)
    await expect(page.locator("h1")).to_have_text("Tidak ada sambungan internet")
    await phone.set_offline(False)
    await page.get_by_role("link", name="Coba lagi").click()
    await expect(page.locator("[data-kept=restored]")).to_be_visible()
    await expect(page.locator("#full_name")).to_have_value(NAME)
    await expect(page.locator("[name=sex]").first).to_be_checked()

    await page.locator("[data-kept=restored] button").click()
    await expect(page.locator("[data-kept=cleared]")).to_be_visible()
    await expect(page.locator("#full_name")).to_have_value("")
    assert await kept(page) == {}


async def test_secrets_are_never_kept(phone: BrowserContext) -> None:
    page = await begin(phone)
    await page.locator("#full_name").fill(f"Siti {NIK}")
    await page.goto("/daftar/identity")
    await page.locator("#nik").fill(NIK)
    await page.locator("#nik").press("Tab")
    assert NIK[:4] not in str(await kept(page))


async def test_what_was_saved_is_forgotten_and_what_was_refused_is_not(
    phone: BrowserContext,
) -> None:
    page = await begin(phone)
    await page.locator("#full_name").fill(NAME)
    await page.get_by_role("button", name="Simpan dan lanjut").click()
    await expect(page.locator(".govuk-error-summary")).to_be_visible()
    assert NAME in str(await kept(page))
    await expect(page.locator("[data-kept=restored]")).to_be_hidden()  # the server kept it, too

    await page.goto("/daftar/experience")
    await page.locator("[name=employment_status]").first.check()
    assert "employment_status" in str(await kept(page))
    await page.get_by_role("button", name="Simpan dan lanjut").click()
    await expect(page.locator(".govuk-error-summary")).to_have_count(0)
    left = str(await kept(page))
    assert "employment_status" not in left
    assert NAME in left
    assert "tersimpan" not in str(await phone.cookies())


async def test_who_leaves_leaves_nothing_and_caches_hold_no_page(phone: BrowserContext) -> None:
    page = await begin(phone)
    await page.locator("#full_name").fill(NAME)
    await page.goto("/daftar/daftar-tugas")
    caches = [name for each in await page.evaluate(f"(async () => {CACHED})()") for name in each]
    pages = {name for name in caches if not name.startswith("GET /static/")}
    assert pages == {"GET /luring", "GET /V"}  # of nobody
    for path in ("/luring", "/V"):
        kept_page = await page.evaluate(f"caches.match('{path}').then((page) => page.text())")
        assert "Keluar" not in kept_page
        assert "csrf" not in kept_page
    await page.get_by_role("button", name="Keluar").click()
    await expect(page.locator("h1")).to_have_text("Anda sudah keluar")
    assert await kept(page) == {}
    assert await phone.cookies() == []


async def test_a_draft_begun_anew_finds_nothing_of_the_one_before(phone: BrowserContext) -> None:
    page = await begin(phone)
    await page.locator("#full_name").fill(NAME)
    await page.close()
    page = await begin(phone)
    await expect(page.locator("#full_name")).to_have_value("")
    assert NAME not in str(await kept(page))


async def test_it_can_be_installed(served: Served) -> None:
    async with httpx2.AsyncClient(base_url=served.url) as client:
        assert 'href="/manifest.webmanifest"' in (await client.get("/")).text
        answer = await client.get("/manifest.webmanifest")
        assert answer.headers["content-type"] == "application/manifest+json"
        manifest = answer.json()
        assert manifest["display"] in {"standalone", "minimal-ui"}
        sizes = {(icon["sizes"], icon.get("purpose")) for icon in manifest["icons"]}
        assert {("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")} <= sizes
        for icon in manifest["icons"]:
            picture = await client.get(icon["src"])
            assert picture.headers["content-type"] == icon["type"]
        worker = await client.get("/sw.js")
        assert worker.headers["cache-control"] == "no-cache"
        for address in json.loads(worker.text.partition("addAll(")[2].partition(")")[0]):
            assert (await client.get(address)).status_code == 200
        assert (await client.get("/apple-touch-icon.png")).headers["content-type"] == "image/png"


def test_icons_have_the_size_they_are_named_after() -> None:
    for name, size in (("192", 192), ("512", 512), ("180", 180), ("maskable", 512)):
        with Image.open(FOLDER / "icons" / f"{name}.png") as icon:
            assert icon.size == (size, size)


def test_what_is_sealed_in_the_database_is_not_kept_on_a_phone() -> None:
    sealed = {name for page in answers._SEALED.values() for name in page} - {"disability"}
    assert sealed <= PRIVATE_FIELDS
    assert {"disability_status", "disability_kinds", "family_card_number"} <= PRIVATE_FIELDS


def test_scripts_are_small() -> None:
    sizes = [
        len(brotli.compress((FOLDER / name).read_bytes(), quality=11))
        for name in ("autosave.js", "sw.js")
    ]
    assert sum(sizes) <= 3000
