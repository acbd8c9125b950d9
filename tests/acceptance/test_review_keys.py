"""The review screen in Chromium: keys and when they rest, one request, what is remembered."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, BrowserContext, Page, Request, expect

from tests.acceptance.page_rules import accessible
from tests.acceptance.test_desk_pages import DESK, new_case, sign_in
from tests.acceptance.test_officer import stage
from tests.integration.verification.stage import Stage

__all__ = ["stage"]
KEYS = "html.has-keys"


@pytest.fixture
async def context(chromium: Browser) -> AsyncIterator[BrowserContext]:
    made = await chromium.new_context(viewport=DESK)
    yield made
    await made.close()


async def opened(page: Page, stage: Stage, name: str, nik: str) -> str:
    """A case of this person, taken; its address."""
    event = await new_case(stage, name, nik)
    address = f"{stage.url}/petugas/permohonan/{event.subject}"
    await page.goto(address)
    await expect(page.locator(KEYS)).to_be_attached()
    await page.keyboard.press("a")
    await expect(page.get_by_text("Anda memeriksa permohonan ini")).to_be_visible()
    await expect(page.locator(KEYS)).to_be_attached()
    return address


async def shown(page: Page, title: str) -> None:
    await expect(page.locator(".viewer-tab.is-current")).to_contain_text(title)
    image = page.locator(".viewer-document:not([hidden]) img").first
    await expect(image).not_to_have_js_property("naturalWidth", 0)
    await expect(image).to_have_js_property("complete", True)  # before that, 0 asks to wait


async def test_keys_check_and_rest_where_somebody_types(
    stage: Stage, context: BrowserContext
) -> None:
    page = await sign_in(context, stage, "putra")
    await opened(page, stage, "Siti Contoh", "1404046708010301")
    approve = page.locator("[data-needs]")
    count = page.locator(".panel.is-current [data-count]")
    await expect(approve).to_be_disabled()
    await shown(page, "KTP")
    await page.keyboard.press("1")
    await expect(count).to_have_text("1 dari 6")
    await page.keyboard.press("1")
    await expect(page.locator("[name='check.identity_card.nik']:checked")).to_have_value(
        "does_not_match"
    )
    await page.keyboard.press("0")
    await expect(count).to_have_text("6 dari 6")
    await expect(page.locator("[data-missing]")).to_contain_text("KTP: tidak sesuai")
    await page.keyboard.press("Control+1")
    await page.keyboard.press("a")
    await expect(page.locator("[data-missing]")).to_have_class("missing is-asked")
    note = page.get_by_label("Catatan tentang KTP")
    await note.focus()
    await page.keyboard.type("a1p?]")
    await expect(note).to_have_value("a1p?]")
    await expect(page.locator("[name='check.identity_card.nik']:checked")).to_have_value(
        "does_not_match"
    )
    await page.keyboard.press("Escape")
    await page.keyboard.press("1")
    await page.keyboard.press("1")
    await expect(page.locator("[data-missing]")).not_to_contain_text("KTP")
    await page.keyboard.press("]")
    await shown(page, "Ijazah")
    await page.keyboard.press("0")
    await page.keyboard.press("[")
    await page.keyboard.press("[")
    await shown(page, "Pas foto")
    await page.keyboard.press("0")
    await expect(approve).to_be_enabled()
    await expect(page.locator("[data-missing]")).to_be_hidden()
    assert await accessible(page) == []


async def test_the_help_and_the_switch(stage: Stage, context: BrowserContext) -> None:
    page = await sign_in(context, stage, "putra")
    address = await opened(page, stage, "Budi Contoh", "1404042708010302")
    await page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Pintasan papan ketik")
    await expect(dialog).to_be_visible()
    assert await accessible(page) == []
    await page.keyboard.press("1")
    await page.get_by_label("Pakai pintasan").uncheck()
    await page.get_by_role("button", name="Tutup").press("Enter")
    await expect(dialog).to_be_hidden()
    await page.keyboard.press("1")
    await expect(page.locator(".panel.is-current [data-count]")).to_have_text("0 dari 6")
    await page.goto(address)
    await expect(page.locator("[data-keys-foot]")).to_be_visible()
    await page.keyboard.press("1")
    await expect(page.locator(".panel.is-current [data-count]")).to_have_text("0 dari 6")
    await page.get_by_role("button", name="Pintasan papan ketik").press("Enter")
    await page.get_by_label("Pakai pintasan").check()
    await page.keyboard.press("Escape")
    await page.keyboard.press("1")
    await expect(page.locator(".panel.is-current [data-count]")).to_have_text("1 dari 6")


async def test_zoom_and_rotation_are_remembered_for_each_kind_of_document(
    stage: Stage, context: BrowserContext
) -> None:
    page = await sign_in(context, stage, "putra")
    await opened(page, stage, "Dewi Contoh", "1404046708010303")
    image = page.locator(".viewer-document:not([hidden]) img").first
    await shown(page, "KTP")
    before = await image.bounding_box()
    for key in ("+", "r"):
        await page.keyboard.press(key)
    turned = await image.bounding_box()
    await page.keyboard.press("]")
    paper = await image.get_attribute("style")
    await opened(page, stage, "Rina Contoh", "1404046708010304")
    await shown(page, "KTP")
    again = await image.bounding_box()
    assert before
    assert turned
    assert again
    assert before["width"] > before["height"]
    assert (again["width"], again["height"]) == (turned["width"], turned["height"])
    await page.keyboard.press("]")
    assert await image.get_attribute("style") == paper, "another kind stays as it was"
    kept: str = await page.evaluate("localStorage.getItem('spk-viewer')")
    assert "Contoh" not in kept
    assert "140404" not in kept


async def test_a_double_press_sends_one_request(stage: Stage, context: BrowserContext) -> None:
    page = await sign_in(context, stage, "putra")
    await opened(page, stage, "Tono Contoh", "1404042708010305")
    sent: list[str] = []

    def note(request: Request) -> None:
        if request.method == "POST":
            sent.append(request.url)

    page.on("request", note)
    await page.get_by_role("button", name="Simpan hasil").dblclick()
    await expect(page.get_by_role("status")).to_have_text("Hasil pemeriksaan tersimpan.")
    assert len(sent) == 1


async def test_without_the_page_images_the_rest_works(
    stage: Stage, context: BrowserContext
) -> None:
    page = await sign_in(context, stage, "putra")
    await context.route("**/berkas/**", lambda route: route.abort())
    await opened(page, stage, "Nina Contoh", "1404046708010306")
    await expect(page.locator("[data-page] img").first).to_have_attribute(
        "alt", "KTP, halaman 1. Belum dapat ditampilkan: muat ulang halaman ini."
    )
    await page.keyboard.press("0")
    await expect(page.locator("[data-missing]")).to_contain_text("Tunggu sampai berkasnya tampil")
    await page.keyboard.press("6")
    await page.keyboard.press("s")
    await expect(page.get_by_role("status")).to_have_text("Hasil pemeriksaan tersimpan.")


async def test_rows_of_the_list_by_keys(stage: Stage, context: BrowserContext) -> None:
    for number, name in ((7, "Wati Contoh"), (8, "Joko Contoh")):
        await new_case(stage, name, f"140404670801030{number}")
    page = await sign_in(context, stage, "vera")
    await expect(page.locator(KEYS)).to_be_attached()
    rows = page.locator(".queue-link")
    await page.keyboard.press("j")
    await expect(rows.nth(0)).to_be_focused()
    await page.keyboard.press("j")
    await expect(rows.nth(1)).to_be_focused()
    await page.keyboard.press("k")
    reference = await rows.nth(0).inner_text()
    await page.keyboard.press("Enter")
    await expect(page.locator("h1 + .case-meta .case-ref")).to_have_text(reference)


async def test_the_pages_of_a_decision_are_accessible(
    stage: Stage, context: BrowserContext
) -> None:
    page = await sign_in(context, stage, "putra")
    address = await opened(page, stage, "Lala Contoh", "1404046708010309")
    for path, heading in (
        ("perbaikan", "Minta perbaikan"),
        ("tolak", "Tolak permohonan"),
        ("usul-tolak", "Usulkan penolakan"),
    ):
        await page.goto(f"{address}/{path}")
        await expect(page.get_by_role("heading", level=1)).to_have_text(heading)
        await expect(page.locator(KEYS)).to_be_attached()
        assert await accessible(page) == []
        await page.keyboard.press("s")
        await expect(page.get_by_role("alert")).to_contain_text("Pilih")
        assert await accessible(page) == []
        if path == "perbaikan":
            await page.get_by_label("Pas foto").select_option("photo_not_accepted")
            await page.keyboard.press("Escape")
        await expect(page.locator(KEYS)).to_be_attached()
        await page.keyboard.press("1")
        await page.keyboard.press("s")
        await expect(page.locator(".letter")).to_be_visible()
        assert await accessible(page) == []
