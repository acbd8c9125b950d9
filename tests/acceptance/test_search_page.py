"""The search page in Chromium: answers while typing, and the way back from a case."""

from __future__ import annotations

from playwright.async_api import Browser, expect

from shared.ids import uuid7
from tests.acceptance.page_rules import accessible
from tests.acceptance.test_desk_pages import DESK, PHONE, new_case, sign_in
from tests.integration.verification.stage import Stage


async def test_answers_come_while_typing_and_again_after_a_look_at_the_case(
    stage: Stage, chromium: Browser
) -> None:
    name = f"Soekaryo {uuid7()[-6:].translate(str.maketrans('0123456789', 'ghijklmnop'))}"
    event = await new_case(stage, name, "1404040101900031")
    context = await chromium.new_context(viewport=DESK)
    page = await sign_in(context, stage, "vera")
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda told: complaints.append(told.text) if told.type == "error" else None)
    await page.get_by_role("link", name="Cari", exact=True).click()
    await page.get_by_label("Nama, NIK").press_sequentially(name.replace("oe", "u"))
    link = page.get_by_role("link", name=name)
    await expect(link).to_be_visible()
    assert await accessible(page) == []
    assert name.split()[1] not in page.url
    await link.click()
    await expect(page.get_by_role("heading", name=name)).to_be_visible()
    await page.go_back()
    await expect(link).to_be_visible()
    await page.get_by_label("Nama, NIK").fill("123")
    await expect(page.get_by_role("alert")).to_contain_text("belum lengkap")
    await page.get_by_label("Nama, NIK").fill("")
    await expect(page.get_by_role("alert")).to_have_count(0)
    assert [each for each in complaints if "status of 422" not in each] == []

    await context.set_offline(True)
    await page.get_by_label("Nama, NIK").fill(name)
    await expect(page.get_by_role("alert")).to_contain_text("Periksa jaringan")
    await context.set_offline(False)
    await page.get_by_role("button", name="Cari").click()
    await expect(link).to_be_visible()
    await context.clear_cookies()  # as when the session has ended
    await page.get_by_label("Nama, NIK").fill(f"{name} x")
    await expect(page.get_by_label("Kata sandi")).to_be_visible()
    await context.close()

    context = await chromium.new_context(viewport=PHONE, java_script_enabled=False)
    page = await sign_in(context, stage, "vera")
    await page.goto(f"{stage.url}/petugas/cari")
    await page.get_by_label("Nama, NIK").fill(event.data.reference)
    await page.get_by_role("button", name="Cari").click()
    await expect(page.get_by_role("link", name=name)).to_be_visible()
    await context.close()


async def test_two_who_may_be_one_are_compared_and_decided(stage: Stage, chromium: Browser) -> None:
    one = await new_case(stage, "Soekaryo Hidayat Contoh", "1404040101900041")
    other = await new_case(stage, "Hidajat Sukaryo Contoh", "1404040101900042")
    context = await chromium.new_context(viewport=PHONE)
    page = await sign_in(context, stage, "vera")
    await page.goto(f"{stage.url}/petugas/permohonan/{one.subject}")
    await page.get_by_role("link", name=f"Hidajat Sukaryo Contoh, {other.data.reference}").click()
    await expect(page.get_by_role("heading", name="Apakah ini orang yang sama?")).to_be_visible()
    assert await accessible(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    await page.get_by_label("Bukan duplikat").check()
    await page.get_by_label("Alasan").fill("Foto dan alamatnya berbeda.")
    await page.get_by_role("button", name="Simpan keputusan").click()
    await expect(page.get_by_role("status")).to_contain_text("Keputusan Anda tersimpan.")
    await page.get_by_role("link", name=one.data.reference).first.click()
    await expect(page.get_by_text("Bukan duplikat, menurut Vera Contoh")).to_be_visible()
    await context.close()
