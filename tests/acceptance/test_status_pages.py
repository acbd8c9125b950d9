"""After sending, in Chromium on real servers: the expected day, the receipt, and changing one's mind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from playwright.async_api import Browser, expect

from deploy.local.stack import Servers
from tests.acceptance.public_visitor import Visitor
from tests.acceptance.system import serving
from tests.integration.intake.conftest import Applicant

BORN = "2001-08-27"


@pytest.fixture(scope="module")
def base(servers: Servers) -> Iterator[str]:
    with serving(servers, "intake") as services:
        yield services.url("intake")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
async def test_a_person_keeps_the_receipt_and_withdraws(
    chromium: Browser, base: str, tmp_path: Path, script: bool
) -> None:
    async with httpx2.AsyncClient(base_url=f"{base}/api/v1", timeout=30) as http:
        applicant = await Applicant.start(http)
        await applicant.send()
    visitor = await Visitor.arrive(chromium, base, script=script)
    page = await visitor.go(f"/daftar/terkirim/{applicant.reference}")  # as a bookmark elsewhere
    await expect(page.locator("#reference")).to_have_value(applicant.reference)
    await visitor.look_up(applicant.reference, BORN)
    await visitor.check_page()
    await expect(page.locator(".spk-expected strong")).to_contain_text("2026")
    await expect(page.locator(".spk-timeline .is-next")).to_have_count(2)

    async with page.expect_download() as saved:
        await page.get_by_role("link", name="Unduh tanda terima (PDF)").click()
    receipt = await saved.value
    assert receipt.suggested_filename == f"tanda-terima-{applicant.reference}.pdf"
    await receipt.save_as(tmp_path / "receipt.pdf")
    assert (tmp_path / "receipt.pdf").read_bytes().startswith(b"%PDF")

    await page.get_by_role("link", name="Batalkan permohonan ini").click()
    await visitor.check_page()
    await page.get_by_role("link", name="Tidak, kembali ke status").click()
    assert (await visitor.heading()).endswith("Diajukan")
    await page.get_by_role("link", name="Batalkan permohonan ini").click()
    await page.get_by_role("button", name="Ya, batalkan permohonan").dblclick()
    await page.wait_for_url("**/status/ringkasan")
    await visitor.check_page()
    assert (await visitor.heading()).endswith("Dibatalkan")
    await expect(page.locator(".spk-timeline")).to_contain_text("Dibatalkan atas permintaan Anda.")
    assert not await page.get_by_role("link", name="Batalkan permohonan ini").count()
    await page.go_back()
    await visitor.go("/status/batalkan")
    assert (await visitor.heading()).endswith("Dibatalkan")
    await page.get_by_role("link", name="Daftar lagi").click()
    await expect(page.get_by_role("button", name="Mulai pendaftaran")).to_be_visible()
