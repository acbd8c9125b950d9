"""Accounts in Chromium: an administrator makes one, its owner takes it over and adds his phone."""

from __future__ import annotations

import pyotp
from playwright.async_api import Browser, BrowserContext, Page, ViewportSize, expect

from shared.clock import now
from tests.acceptance.page_rules import look
from tests.integration.verification.stage import PASSWORDS, Stage

DESK: ViewportSize = {"width": 1280, "height": 900}
OWN = "sagu rotan kelapa muda"


async def sign_in(context: BrowserContext, stage: Stage, username: str, password: str) -> Page:
    page = await context.new_page()
    await page.goto(stage.url)
    await page.get_by_label("Nama pengguna").fill(username)
    await page.get_by_label("Kata sandi").fill(password)
    await look(page, "login")
    await page.get_by_role("button", name="Masuk").click()
    return page


async def press(page: Page, button: str) -> None:
    await page.get_by_role("button", name=button, exact=True).click()


async def make_account(page: Page) -> str:
    """As the administrator; returns the one-time password."""
    await look(page, "accounts")
    await page.get_by_role("link", name="Buat akun").click()
    await page.get_by_label("Nama pengguna").fill("vera")
    await page.get_by_label("Nama lengkap dengan gelar").fill("Rahma Contoh, S.Sos.")
    await page.get_by_label("Verifikator").check()
    await page.get_by_label("Operator Pendaftaran").check()
    await press(page, "Buat akun")
    await expect(page.get_by_role("alert")).to_contain_text("sudah dipakai")
    await expect(page.get_by_label("Verifikator")).to_be_checked()
    await look(page, "account new")
    await page.get_by_label("Nama pengguna").fill("rahma")
    await press(page, "Buat akun")
    await expect(page.get_by_role("heading", name="Akun dibuat")).to_be_visible()
    await look(page, "handover")
    given = await page.locator(".secret").text_content()
    await page.get_by_role("link", name="Sudah saya tulis").click()
    assert given
    return given


async def take_over(page: Page, given: str) -> str:
    """As the new officer: an own password, then the phone; returns the app's secret."""
    await expect(page.get_by_role("heading", name="Buat kata sandi Anda sendiri")).to_be_visible()
    await look(page, "password")
    await page.get_by_label("Kata sandi sekarang").fill(given)
    await page.get_by_label("Kata sandi baru", exact=True).fill(OWN)
    await page.get_by_label("Ketik lagi kata sandi baru").fill(OWN)
    await press(page, "Simpan kata sandi")
    await expect(page.get_by_role("heading", name="Antrean permohonan")).to_be_visible()
    await page.get_by_role("link", name="Rahma Contoh").click()
    await look(page, "account")
    await page.get_by_role("link", name="Pasang kode masuk").click()
    await look(page, "enrolment")
    await press(page, "Mulai")
    secret = (await page.locator(".secret").text_content() or "").replace(" ", "")
    await expect(page.get_by_role("img", name="Kode QR")).to_have_js_property("naturalWidth", 265)
    await look(page, "enrolment image")
    await page.get_by_label("Kode masuk").fill(pyotp.TOTP(secret).at(now()))
    await press(page, "Pasang")
    await expect(page.get_by_role("listitem")).to_have_count(10)
    await look(page, "recovery codes")
    return secret


async def test_an_account_from_its_making_to_its_end(stage: Stage, chromium: Browser) -> None:
    theirs = await chromium.new_context(viewport=DESK)
    admins = await chromium.new_context(viewport=DESK)
    admin = await sign_in(admins, stage, "admin", PASSWORDS["admin"])
    given = await make_account(admin)

    page = await sign_in(theirs, stage, "rahma", given)
    await take_over(page, given)
    code = await page.get_by_role("listitem").first.text_content()
    await page.get_by_role("link", name="Sudah saya simpan").click()
    await press(page, "Keluar")
    page = await sign_in(theirs, stage, "rahma", OWN)
    await expect(page.get_by_role("heading", name="Ketik kode dari ponsel Anda")).to_be_visible()
    await page.get_by_label("Kode masuk").fill("000000")
    await press(page, "Masuk")
    await expect(page.get_by_role("alert")).to_contain_text("Kode salah atau sudah dipakai.")
    await look(page, "code")
    await page.get_by_label("Kode masuk").fill(code or "")
    await press(page, "Masuk")
    await expect(page.get_by_role("heading", name="Antrean permohonan")).to_be_visible()

    await admin.get_by_role("link", name="Rahma Contoh, S.Sos.").click()
    await expect(admin.get_by_role("button", name="Akhiri sesi")).to_have_count(1)
    await look(admin, "account edit")
    rows = stage.uow.reading().collection("sessions")
    await rows.update_many({}, {"$unset": {"confirmed_at": ""}})
    await admin.get_by_role("link", name="Nonaktifkan akun").click()
    await look(admin, "account disable")
    await press(admin, "Ya, nonaktifkan")
    await expect(admin.get_by_role("heading", name="Buktikan bahwa ini Anda")).to_be_visible()
    await look(admin, "confirm")
    await admin.get_by_label("Kata sandi Anda").fill(PASSWORDS["admin"])
    await press(admin, "Lanjutkan")
    await expect(admin.get_by_role("status")).to_contain_text("Akun dinonaktifkan.")
    await look(admin, "account disabled")
    await page.reload()
    await expect(page.get_by_role("status")).to_contain_text("Sesi Anda sudah berakhir.")
    await admin.get_by_role("link", name="Admin Contoh").click()
    await admin.goto(f"{stage.url}/petugas/akun-petugas")
    await admin.get_by_role("main").get_by_role("link", name="Admin Contoh").click()
    await expect(admin.get_by_role("status")).to_contain_text("Ini akun Anda sendiri.")
    await look(admin, "own account")
    await theirs.close()
    await admins.close()


async def test_a_placement_officer_reads_the_figures_and_takes_them_along(
    stage: Stage, chromium: Browser
) -> None:
    context = await chromium.new_context(viewport=DESK, locale="id-ID")
    page = await sign_in(context, stage, "putra", PASSWORDS["putra"])
    await page.get_by_role("link", name="Angka").click()
    await page.get_by_label("Dari tanggal").fill("2026-11-01")
    await press(page, "Tampilkan")
    await expect(page.get_by_role("img", name="Lama menunggu petugas")).to_be_visible()
    for width in (360, 768, 1280):
        await page.set_viewport_size({"width": width, "height": 900})
        await look(page, f"figures at {width}")
    async with page.expect_download() as coming:
        await press(page, "Excel: angka dan daftar permohonan")
    assert (await coming.value).suggested_filename.endswith(".xlsx")
    await context.close()
