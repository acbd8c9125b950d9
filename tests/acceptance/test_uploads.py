"""Uploads in a browser: the portrait is cut by the person, and a broken line costs one piece."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import Browser, Locator, Request, expect

from deploy.local.stack import Servers
from tests.acceptance.cut_line import CutLine
from tests.acceptance.public_visitor import Visitor
from tests.acceptance.system import serving
from tests.unit.intake.bad_files import encoded, jpeg, locked_pdf

PATH = "/daftar/dokumen"
SLOW = {"latency": 20, "downloadThroughput": -1, "uploadThroughput": 200_000, "offline": False}
FAST = {**SLOW, "uploadThroughput": -1}


@pytest.fixture(scope="module")
def base(servers: Servers) -> Iterator[str]:
    with serving(servers, "intake") as services:
        yield services.url("intake")


def wide_photo() -> bytes:
    """Grey, with what matters, in blue, at the right."""
    picture = Image.effect_noise((1200, 900), 40).convert("RGB")
    picture.paste((20, 40, 220), (840, 100, 1160, 800))
    return encoded(picture, quality=92)


async def test_the_portrait_is_cut_with_the_keyboard_alone(
    chromium: Browser, base: str, tmp_path: Path
) -> None:
    file = tmp_path / "foto.jpg"
    file.write_bytes(wide_photo())
    visitor = await Visitor.arrive(chromium, base)
    await visitor.begin()
    page = await visitor.go(PATH)
    await page.locator("#photo").set_input_files(file)
    await expect(page.locator(".spk-crop")).to_be_visible()
    await page.get_by_role("button", name="Kiri", exact=True).focus()
    for _ in range(14):
        await page.keyboard.press("Enter")
    await page.locator("#dekat").focus()
    for _ in range(3):
        await page.keyboard.press("ArrowRight")
    await page.locator("form#berkas-photo button[type=submit]").focus()
    await page.keyboard.press("Enter")
    form = page.locator("form#berkas-photo")
    await expect(form.locator(".govuk-tag--green")).to_be_visible()
    assert await form.locator(".spk-mark").count() == 0, "it is 3x4 and large enough"
    link = await form.locator(".spk-document__done a").get_attribute("href")
    kept = await visitor.context.request.get(f"{base}{link}")
    image = Image.open(io.BytesIO(await kept.body())).convert("RGB")
    assert image.width * 4 == image.height * 3
    right = image.getpixel((image.width * 3 // 4, image.height // 2))
    assert isinstance(right, tuple)
    assert right[2] > 180
    assert right[0] < 100, "the person moved it there"


async def test_a_line_that_breaks_costs_one_piece(
    chromium: Browser, base: str, tmp_path: Path
) -> None:
    file = tmp_path / "ijazah.jpg"
    file.write_bytes(jpeg(1600, 1200, quality=88))
    visitor = await Visitor.arrive(chromium, base)
    await visitor.begin()
    page = await visitor.go(PATH)
    wire = await visitor.context.new_cdp_session(page)
    await wire.send("Network.enable")
    await wire.send("Network.emulateNetworkConditions", SLOW)
    pieces: list[int] = []

    def note(request: Request) -> None:
        if request.method == "PATCH":
            pieces.append(int(request.headers["upload-offset"]))

    page.on("request", note)
    form = page.locator("form#berkas-diploma")
    await page.locator("#diploma").set_input_files(file)
    await form.locator("button[type=submit]").click()
    await expect(form.locator(".spk-progress")).to_contain_text("Mengunggah")
    while len(pieces) < 3:
        await page.wait_for_timeout(50)
    await wire.send("Network.emulateNetworkConditions", {**SLOW, "offline": True})
    await expect(form.locator(".spk-progress")).to_contain_text("Sambungan terputus")
    acknowledged = max(pieces)
    await wire.send("Network.emulateNetworkConditions", FAST)
    await page.reload()  # nothing is left in the page, and the same file is chosen again
    pieces.clear()
    await page.locator("#diploma").set_input_files(file)
    await form.locator("button[type=submit]").click()
    await expect(form.locator(".govuk-tag--green")).to_be_visible()
    assert pieces[0] >= acknowledged > 0


async def test_a_chosen_file_is_sent_before_going_on(
    chromium: Browser, base: str, tmp_path: Path
) -> None:
    file = tmp_path / "ktp.jpg"
    file.write_bytes(jpeg(1200, 900))
    visitor = await Visitor.arrive(chromium, base)
    await visitor.begin()
    page = await visitor.go(PATH)
    await page.locator("#identity_card").set_input_files(file)
    await page.get_by_role("button", name="Lanjut", exact=True).click()
    form = page.locator("form#berkas-identity_card")
    await expect(form.locator(".govuk-tag--green")).to_be_visible()
    assert await visitor.errors() == []
    await page.get_by_role("button", name="Lanjut", exact=True).click()
    await expect(page.locator(".govuk-error-summary")).to_be_visible()
    assert "Pilih berkas KTP." not in await visitor.errors()


async def test_the_person_need_not_wait_for_the_next_try(
    chromium: Browser, base: str, tmp_path: Path
) -> None:
    file = tmp_path / "ktp.jpg"
    file.write_bytes(jpeg(1200, 900))
    visitor = await Visitor.arrive(chromium, base)
    await visitor.begin()
    page = await visitor.go(PATH)
    form = page.locator("form#berkas-identity_card")
    await page.route("**/unggah", lambda route: route.abort())
    await page.add_init_script("Math.random = () => 60")  # else it tries again within seconds
    await page.reload()
    await page.locator("#identity_card").set_input_files(file)
    await form.locator("button[type=submit]").click()
    now = page.get_by_role("button", name="Coba sekarang")
    await expect(form.locator(".spk-progress")).to_contain_text("dalam 31 detik")
    await page.unroute("**/unggah")
    await now.click()
    await expect(form.locator(".govuk-tag--green")).to_be_visible()


async def test_a_line_that_breaks_while_the_file_is_examined_costs_nothing(
    chromium: Browser, base: str, tmp_path: Path
) -> None:
    """All had arrived: the page says that it is examined, and asks for the verdict alone."""
    card, diploma = tmp_path / "ktp.jpg", tmp_path / "ijazah.pdf"
    card.write_bytes(jpeg(600, 450))  # one piece is enough
    diploma.write_bytes(locked_pdf("rahasia", "pemilik") + b"\n" * 12_000)
    async with CutLine.before(base) as line:
        visitor = await Visitor.arrive(chromium, line.url)
        await visitor.begin()
        page = await visitor.go(PATH)
        await page.add_init_script("Math.random = () => 60")  # else it tries again within seconds
        await page.reload()

        async def upload(kind: str, file: Path) -> tuple[Locator, Locator]:
            form = page.locator(f"form#berkas-{kind}")
            await page.locator(f"#{kind}").set_input_files(file)
            await form.locator("button[type=submit]").click()
            progress = form.locator(".spk-progress span")
            await expect(progress).to_contain_text("Menanyakan hasil pemeriksaan dalam")
            return form, progress

        form, progress = await upload("identity_card", card)
        await page.get_by_role("button", name="Coba sekarang").click()
        await expect(progress).to_have_text("Berkas sedang diperiksa …")
        line.good.set()
        await expect(form.locator(".govuk-tag--green")).to_be_visible()
        assert line.pieces == [card.stat().st_size, 0], "no byte is sent twice"

        line.break_again()
        form, progress = await upload("diploma", diploma)
        await page.reload()  # people do so when nothing seems to happen
        await expect(progress).to_have_text("Berkas sedang diperiksa …")
        line.good.set()
        refused = form.locator(".govuk-error-message")
        await expect(refused).to_contain_text("PDF ini dikunci kata sandi.")
        assert line.pieces == [diploma.stat().st_size, 0]

        line.break_again()
        form, progress = await upload("graduation_letter", card)
        await page.reload()
        await expect(form.locator(".govuk-tag--green")).to_be_visible()
        assert await progress.count() == 0, "the page shows it already: there is nothing to ask"
        await visitor.context.close()
