"""The queue and a held case in Chromium: marks, filters, takeover, and a page that keeps its case."""

from __future__ import annotations

from datetime import timedelta

from playwright.async_api import Browser, expect

from services.verification.review import store
from shared.clock import now
from tests.acceptance.page_rules import accessible
from tests.acceptance.test_desk_pages import DESK, new_case, sign_in
from tests.acceptance.test_stuck_page import scrolls_sideways
from tests.integration.verification.stage import Stage
from tests.unit.verification.sample_events import card_issued

REASON = "Pemohon menunggu di loket"


async def test_the_most_urgent_is_seen_and_filters_stay(stage: Stage, chromium: Browser) -> None:
    late = await new_case(stage, "Contoh Terlambat", "1404040101900081")
    cases = stage.uow.mongo.collection(store.CASES)
    past = now() - timedelta(days=2)
    await cases.update_one({"_id": late.subject}, {"$set": {"order_at": past, "due_at": past}})
    context = await chromium.new_context(viewport=DESK)
    page = await sign_in(context, stage, "putra")
    await page.goto(f"{stage.url}/petugas/antrean?tab=new&saring=1")
    first = page.locator(".queue tbody tr").first
    await expect(first).to_contain_text("Contoh Terlambat")
    await expect(first).to_contain_text("Lewat batas")
    assert await accessible(page) == []
    assert await scrolls_sideways(page) == []
    await page.get_by_label("Tanda").select_option("Lewat batas")
    await page.get_by_role("button", name="Saring").click()
    await page.get_by_role("link", name="Menunggu persetujuan").click()
    await expect(page.get_by_label("Tanda")).to_have_value("red")
    await page.get_by_role("link", name="Baru").click()
    await page.get_by_role("link", name=late.data.reference).click()
    await page.get_by_role("link", name="← Antrean").click()
    await expect(page.get_by_label("Tanda")).to_have_value("red")
    await page.get_by_role("link", name="Hapus saringan").click()
    await expect(page.get_by_label("Tanda")).to_have_value("")
    await context.close()


async def test_an_open_page_keeps_its_case_until_somebody_takes_it_over(
    stage: Stage, chromium: Browser
) -> None:
    event = await new_case(stage, "Contoh Dialihkan", "1404040101900082")
    address = f"{stage.url}/petugas/permohonan/{event.subject}"
    context = await chromium.new_context(viewport=DESK)
    page = await sign_in(context, stage, "vera")
    await page.clock.install()
    await page.goto(address)
    await page.get_by_role("button", name="Ambil permohonan").click()
    cases = stage.uow.mongo.collection(store.CASES)
    soon = now() + timedelta(minutes=1)
    await cases.update_one({"_id": event.subject}, {"$set": {"claim.until": soon}})
    async with page.expect_response("**/detak") as beat:
        await page.clock.run_for(61_000)
    assert (await beat.value).status == 200
    row = await cases.find_one({"_id": event.subject})
    assert row is not None
    assert row["claim"]["until"] > soon

    others = await chromium.new_context(viewport=DESK)
    other = await sign_in(others, stage, "putra")
    await other.goto(address)
    await other.get_by_text("Ambil alih dari").click()
    assert await accessible(other) == []
    await other.get_by_label("Alasan").fill(REASON)
    await other.get_by_role("button", name="Ambil alih", exact=True).click()
    await expect(other.get_by_text("Anda memeriksa permohonan ini")).to_be_visible()
    async with page.expect_response("**/detak"):
        await page.clock.run_for(61_000)
    await expect(page.get_by_role("alert")).to_contain_text(REASON)
    await others.close()
    await context.close()


async def test_a_card_is_printed_and_handed_over(stage: Stage, chromium: Browser) -> None:
    event = await new_case(stage, "Contoh Kartu", "1404040101900083")
    await stage.deliver(card_issued(event))
    context = await chromium.new_context(viewport=DESK)
    page = await sign_in(context, stage, "vera")
    await page.goto(f"{stage.url}/petugas/antrean?tab=print&saring=1")
    await page.get_by_role("link", name=event.data.reference).click()
    await page.get_by_role("button", name="Tandai sudah dicetak").click()
    await expect(page.get_by_role("status")).to_contain_text("siap diserahkan")
    await page.get_by_role("link", name="Siap serah").click()
    await page.get_by_role("link", name=event.data.reference).click()
    assert await accessible(page) == []
    await page.get_by_text("Identitas orang yang mengambil").click()
    await page.get_by_role("button", name="Serahkan kartu").click()
    await expect(page.get_by_role("status")).to_contain_text("sudah diserahkan")
    await context.close()
