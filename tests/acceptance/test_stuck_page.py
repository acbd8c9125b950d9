"""The page of stuck work in Chromium: from a failure to "tried again" and "set aside"."""

from __future__ import annotations

import aio_pika
from playwright.async_api import Browser, Page, expect

from shared.ids import uuid7
from shared.messaging.topology import VERIFICATION_APPLICATIONS
from tests.acceptance.page_rules import accessible
from tests.acceptance.test_desk_pages import DESK, PHONE, new_case, sign_in
from tests.integration.verification.stage import PASSWORDS, Stage
from tests.integration.verification.test_stuck import card_failed, notice_failed
from tests.unit.verification.sample_events import card_issued

WIDTHS = (360, 768, 1280, 1920)


async def put_unreadable(stage: Stage) -> None:
    """Into the queue of the running desk, which sets it aside at once."""
    connection = await aio_pika.connect(stage.servers.run.rabbit_url("deploy"))
    async with connection:
        channel = await connection.channel()
        await (await channel.get_queue(VERIFICATION_APPLICATIONS.dead)).purge()
        await channel.default_exchange.publish(
            aio_pika.Message(f"{{broken {uuid7()}".encode()), VERIFICATION_APPLICATIONS.name
        )


async def scrolls_sideways(page: Page) -> list[int]:
    wide = []
    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": 900})
        if await page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wide.append(width)
    return wide


async def test_an_officer_mends_what_is_stuck(stage: Stage, chromium: Browser) -> None:
    await stage.uow.mongo.collection("stuck_work").delete_many({})
    context = await chromium.new_context(viewport=DESK)
    page = await sign_in(context, stage, "putra")
    await page.get_by_role("link", name="Macet").first.click()
    await expect(page.get_by_role("heading", name="Pekerjaan macet")).to_be_visible()
    assert await accessible(page) == []

    event = await new_case(stage, "Contoh Macet", "1404040101900077")
    await stage.deliver(card_failed(card_issued(event)))
    await stage.deliver(notice_failed(event.subject, "smtp_550"))
    await put_unreadable(stage)
    unreadable = page.get_by_text("Pendaftaran yang belum sampai di meja petugas")
    for _ in range(100):
        await page.reload()
        if await unreadable.count():
            break
        await page.wait_for_timeout(200)
    await expect(unreadable).to_be_visible()
    reference = event.data.reference
    await expect(page.get_by_role("link", name=reference)).to_have_count(2)
    assert await accessible(page) == []
    assert await scrolls_sideways(page) == []

    await page.get_by_role("button", name=f"Coba lagi: Kartu {reference}").click()
    await expect(page.get_by_role("status")).to_contain_text("Kartu sedang dibuat lagi")
    await expect(page.get_by_text("Sedang dicoba lagi")).to_be_visible()
    for opener, reason in (
        ("Sisihkan: Tanda terima pendaftaran", "Sudah ditelepon"),
        ("Sisihkan: Data yang tidak dikenal", "Kiriman percobaan"),
    ):
        line = page.get_by_role("row").filter(has=page.get_by_label(opener))
        await line.get_by_label(opener).focus()
        await page.keyboard.press("Enter")
        await line.get_by_label("Alasan").fill(reason)
        assert await accessible(page) == []
        await line.get_by_role("button", name="Sisihkan", exact=True).click()
        await expect(page.get_by_role("status")).to_contain_text("Disisihkan")
    await page.get_by_role("link", name="Disisihkan").click()
    for reason in ("Sudah ditelepon", "Kiriman percobaan"):
        await expect(page.get_by_text(reason)).to_be_visible()
    assert await accessible(page) == []
    assert await scrolls_sideways(page) == []
    await context.close()


async def test_an_administrator_works_there_without_script_on_a_phone(
    stage: Stage, chromium: Browser
) -> None:
    await stage.uow.mongo.collection("stuck_work").delete_many({})
    event = await new_case(stage, "Contoh Rahasia", "1404040101900078")
    await stage.deliver(notice_failed(event.subject, "smtp_554"))
    context = await chromium.new_context(viewport=PHONE, java_script_enabled=False)
    page = await context.new_page()
    await page.goto(f"{stage.url}/petugas/masuk")
    await page.get_by_label("Nama pengguna").fill("admin")
    await page.get_by_label("Kata sandi").fill(PASSWORDS["admin"])
    await page.get_by_role("button", name="Masuk").click()
    await page.get_by_role("link", name="Macet").click()
    await expect(page.get_by_text(event.data.reference)).to_be_visible()
    await expect(page.get_by_text("Contoh Rahasia")).to_have_count(0)
    await expect(page.get_by_role("link", name=event.data.reference)).to_have_count(0)
    await page.get_by_role("button", name="Kirim lagi").click()
    await expect(page.get_by_role("status")).to_contain_text("Pesan sedang dikirim lagi")
    await context.close()
