"""Notes, reasons and messages in Chromium: written, used at once, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from services.verification.texts import reason_store, store
from tests.acceptance.page_rules import accessible, look
from tests.acceptance.test_desk_pages import DESK, new_case, sign_in
from tests.integration.verification.stage import PASSWORDS, Stage


@pytest.fixture(scope="module", autouse=True)
async def words_put_back(stage: Stage) -> AsyncIterator[None]:
    """Other modules read and choose what comes with the program."""
    yield
    for name in (store.MESSAGES, reason_store.LISTS):
        await stage.uow.mongo.collection(name).delete_many({})


async def administrator(context: BrowserContext, stage: Stage) -> Page:
    page = await context.new_page()
    await page.goto(stage.url)
    await page.get_by_label("Nama pengguna").fill("admin")
    await page.get_by_label("Kata sandi").fill(PASSWORDS["admin"])
    await page.get_by_role("button", name="Masuk").click()
    await page.get_by_role("link", name="Teks", exact=True).click()
    return page


async def change_the_message(page: Page) -> None:
    await page.get_by_role("link", name="Permintaan perbaikan").click()
    body = page.get_by_label("Isi pesan")
    words = (await body.input_value()).replace("hampir selesai", "sudah kami periksa")
    await body.fill(words.replace("{catatan}", "{note}"))
    await page.get_by_role("button", name="Lihat hasil").click()
    await expect(page.locator(".texts-wrong")).to_contain_text("{note} tidak dikenal.")
    await look(page, "message with mistakes")
    await body.fill(words)
    await page.get_by_role("button", name="Lihat hasil").click()
    await expect(page.locator(".message")).to_contain_text("Anda sudah kami periksa.")
    await page.get_by_role("button", name="Simpan dan pakai").click()
    await expect(page.get_by_role("status")).to_contain_text("Pesan berikutnya memakai teks ini.")
    await look(page, "message")
    await page.get_by_role("link", name="Lihat semua versi").click()
    await expect(page.locator("article ins").first).to_be_visible()
    await look(page, "versions of a message")


async def change_a_reason(page: Page) -> None:
    await page.get_by_role("link", name="Buka daftar alasan").click()
    await look(page, "reasons")
    await page.get_by_role("link", name="Ubah alasan Pas foto 3x4").click()
    await page.locator("#new-label").fill("Latar tidak merah")
    await page.locator("#new-text").fill("Latar pas foto harus merah atau biru.")
    await page.get_by_role("checkbox", name="Tidak dipakai lagi").check()
    await look(page, "reasons of the photo")
    await page.get_by_role("button", name="Simpan dan pakai").click()
    await expect(page.get_by_role("status")).to_contain_text("mulai sekarang")
    await page.get_by_role("link", name="Lihat semua versi").click()
    await expect(page.locator(".reason-changes")).to_contain_text("Ditambahkan")
    await look(page, "versions of the reasons")


async def test_what_an_administrator_writes_is_what_officers_send(
    stage: Stage, chromium: Browser
) -> None:
    context = await chromium.new_context(viewport=DESK)
    page = await administrator(context, stage)
    await look(page, "texts")
    await change_the_message(page)
    await page.goto(f"{stage.url}/petugas/teks")
    await change_a_reason(page)
    event = await new_case(stage, "Mu'min Contoh", "1404046708010091")
    officer = await sign_in(await chromium.new_context(viewport=DESK), stage, "vera")
    await officer.goto(f"{stage.url}/petugas/permohonan/{event.subject}")
    await officer.get_by_role("button", name="Ambil permohonan").click()
    await officer.goto(f"{stage.url}/petugas/permohonan/{event.subject}/perbaikan")
    choice = officer.get_by_label("Pas foto 3x4")
    assert await choice.locator("option").all_inner_texts() == [
        "Tidak perlu diperbaiki",
        "Latar tidak merah",
    ]
    await choice.select_option("latar_tidak_merah")
    await officer.get_by_role("button", name="Lihat pesan untuk pemohon").click()
    message = officer.locator(".message")
    await expect(message).to_contain_text("Halo Mu'min Contoh,")
    await expect(message).to_contain_text("Anda sudah kami periksa.")
    await expect(message).to_contain_text("Latar pas foto harus merah atau biru.")


async def test_a_note_leaves_what_is_typed_on_the_page_of_the_case(
    stage: Stage, chromium: Browser
) -> None:
    event = await new_case(stage, "Rahma Contoh", "1404046708010092")
    context = await chromium.new_context(viewport=DESK)
    page = await sign_in(context, stage, "putra")
    await page.goto(f"{stage.url}/petugas/permohonan/{event.subject}")
    await page.get_by_role("button", name="Ambil permohonan").click()
    finding = page.get_by_label("Catatan tentang KTP")
    await finding.fill("Sudut kiri terlipat")
    note = page.get_by_label("Tulis catatan")
    await note.fill("Sudah saya telepon.")
    await context.set_offline(True)
    await page.get_by_role("button", name="Simpan catatan").click()
    await expect(page.locator("#catatan [role=alert]")).to_contain_text("Periksa jaringan")
    await expect(note).to_have_value("Sudah saya telepon.")
    await context.set_offline(False)
    await page.get_by_role("button", name="Simpan catatan").dblclick()
    await expect(page.locator(".notes-text")).to_have_text(["Sudah saya telepon."])
    await expect(note).to_have_value("")
    await expect(finding).to_have_value("Sudut kiri terlipat")
    await note.fill("Panjang. " * 120)
    await page.get_by_role("button", name="Simpan catatan").click()
    await expect(page.locator("#note-error")).to_contain_text("Anda menulis 1.079 huruf")
    await expect(note).to_have_value("Panjang. " * 120)
    assert await accessible(page) == []
    await page.get_by_role("button", name="Tarik catatan").click()
    await expect(page.locator(".notes-gone")).to_be_visible()
    await page.reload()
    await expect(page.locator(".notes-gone")).to_be_visible()
    await page.goto(f"{stage.url}/petugas/permohonan/{event.subject}/catatan")
    await look(page, "notes")
