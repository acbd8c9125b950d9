"""Printing for the counter in Chromium: choose cards, wait, download, say what came out."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from functools import partial

from playwright.async_api import Browser, Page, expect

from services.verification.printing import store
from services.verification.review.results import note_issued_card
from shared.contracts.cards import StoredObject
from shared.contracts.envelope import EventData
from shared.contracts.print_batches import (
    PrintBatchFailed,
    PrintBatchProgressed,
    PrintBatchReady,
)
from tests.acceptance.page_rules import accessible
from tests.acceptance.test_desk_pages import DESK, PHONE, new_case, sign_in
from tests.acceptance.test_every_desk_page import keep
from tests.integration.verification.stage import Stage
from tests.unit.verification.sample_events import SUBMITTED_AT, card_issued, event_of

WIDTHS = (360, 768, 1280)
PDF = b"%PDF-1.7 lembar contoh"


async def look(page: Page, name: str) -> None:
    """axe-core is clean, nothing scrolls sideways; with DESK_PICTURES=FOLDER a picture is kept."""
    assert await accessible(page) == []
    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": 900})
        await keep(page, f"cetak-{name}", width)
        assert not await page.evaluate("document.documentElement.scrollWidth > innerWidth")


async def card_waits(stage: Stage, name: str, number: int) -> None:
    event = await new_case(stage, name, f"14040467080{number:05d}")
    issued = card_issued(event)
    values = {
        "registration_number": f"1404241126{number:06d}",
        "issued_at": SUBMITTED_AT + timedelta(minutes=number),
    }
    issued = issued.model_copy(update={"data": issued.data.model_copy(update=values)})
    await stage.uow.run(partial(note_issued_card, issued, paper=True))


def batch_of(page: Page) -> str:
    return page.url.partition("?")[0].rpartition("/")[2]


async def tell(stage: Stage, data: EventData) -> None:
    """What cards says of a batch."""
    await stage.deliver(event_of(data, source="cards", subject="batch", version=1))


async def become_ready(stage: Stage, batch_id: str) -> None:
    key = f"batches/{batch_id}.pdf"
    await stage.put_card(key, PDF)
    sheets = StoredObject(key=key, sha256=hashlib.sha256(PDF).hexdigest(), size=len(PDF))
    data = PrintBatchReady(batch_id=batch_id, sheets=sheets, pages=2, ready_at=SUBMITTED_AT)
    await tell(stage, data)


async def forget(stage: Stage) -> None:
    for name in ("print_batches", "cases"):
        await stage.uow.mongo.collection(name).delete_many({})


async def test_an_officer_prints_a_batch(stage: Stage, chromium: Browser) -> None:
    await forget(stage)
    for number, name in enumerate(("Siti Contoh", "Budi Contoh", "Ani Contoh"), start=1):
        await card_waits(stage, name, number)
    context = await chromium.new_context(viewport=DESK)
    page = await sign_in(context, stage, "vera")
    await page.goto(f"{stage.url}/petugas/antrean?tab=print")
    await page.get_by_role("link", name="Cetak beberapa kartu").click()
    await page.get_by_role("link", name="Centang 3 teratas").click()
    await page.get_by_role("row", name="Ani Contoh").get_by_role("checkbox").uncheck()
    await look(page, "pilih")
    await page.get_by_role("button", name="Buat daftar cetak").click()
    await expect(page.get_by_text("0 dari 2 kartu")).to_be_visible()
    await look(page, "menunggu")

    data = PrintBatchProgressed(
        batch_id=batch_of(page), drawn=1, total=2, progressed_at=SUBMITTED_AT
    )
    await tell(stage, data)
    await expect(page.get_by_text("1 dari 2 kartu")).to_be_visible()  # by itself
    await become_ready(stage, batch_of(page))
    await expect(page.get_by_role("heading", name="1. Cetak lembarnya")).to_be_visible()
    await look(page, "siap")
    async with page.expect_download() as started:
        await page.get_by_role("link", name="Unduh lembar cetak").click()
    assert (await (await started.value).path()).read_bytes() == PDF

    row = page.get_by_role("row", name="Budi Contoh")
    await expect(row).to_contain_text("lembar 1, baris 1, kanan")
    await row.get_by_role("checkbox").check()
    await page.get_by_role("button", name="Simpan, yang dicentang rusak").click()
    await expect(page.get_by_text("1 kartu tercetak baik, 1 rusak")).to_be_visible()
    await look(page, "selesai")
    await page.get_by_role("link", name="Cetak lagi yang rusak").click()
    await expect(page.get_by_role("row", name="Budi Contoh")).to_contain_text("Rusak 1 kali")
    await expect(page.get_by_text("Siti Contoh")).to_have_count(0)
    await context.close()


async def test_a_card_in_the_way_is_left_out_without_script(
    stage: Stage, chromium: Browser
) -> None:
    await forget(stage)
    for number, name in enumerate(("Siti Contoh", "Budi Contoh"), start=11):
        await card_waits(stage, name, number)
    context = await chromium.new_context(viewport=PHONE, java_script_enabled=False)
    page = await sign_in(context, stage, "putra")
    await page.goto(f"{stage.url}/petugas/cetak/baru")
    await page.get_by_label("Yang teratas, sebanyak").check()
    await page.get_by_role("button", name="Buat daftar cetak").click()
    batch = await store.load(stage.uow.reading(), batch_of(page))
    data = PrintBatchFailed(
        batch_id=batch.id, cause="revoked", card_id=batch.card_ids[0], failed_at=SUBMITTED_AT
    )
    await tell(stage, data)
    await page.get_by_role("link", name="Muat ulang").click()
    await expect(page.get_by_text("Kartu ini sudah dicabut")).to_be_visible()
    await expect(page.get_by_text("Siti Contoh")).to_be_visible()
    await keep(page, "cetak-gagal", 360)
    await page.get_by_role("button", name="Buat daftar baru tanpa kartu itu").click()
    await expect(page.get_by_text("0 dari 1 kartu")).to_be_visible()
    await become_ready(stage, batch_of(page))
    await page.get_by_role("link", name="Muat ulang").click()
    await page.get_by_role("button", name="Semua tercetak baik").click()
    await expect(page.get_by_text("1 kartu tercetak baik.")).to_be_visible()
    await context.close()
