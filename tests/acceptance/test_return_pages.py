"""A draft begun in one browser is finished in another, with the codes from the mailbox."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import httpx2
import pytest
from itsdangerous import URLSafeSerializer
from playwright.async_api import Browser, expect

from deploy.demo.applicant import answers_of
from deploy.demo.people import sample_people
from deploy.local.stack import Servers
from services.intake.forms import form_of
from tests.acceptance.mailbox import DRAFT_CODE, ONE_TIME_CODE, found, mail
from tests.acceptance.public_visitor import Visitor
from tests.acceptance.system import serving
from tests.integration.intake.conftest import FILES, Applicant
from tests.unit.intake import answers_example


@pytest.fixture(scope="module")
def base(servers: Servers) -> Iterator[str]:
    """Intake with its messages on their way."""
    with serving(servers, "intake", "notify") as services:
        yield services.url("intake")


async def test_a_draft_begun_in_one_browser_is_finished_in_another(
    chromium: Browser, base: str, servers: Servers
) -> None:
    email = f"{uuid4().hex[:12]}@contoh.example"
    first = await Visitor.arrive(chromium, base, script=False)
    await first.begin()
    person = sample_people(1, seed=20261125)[0]
    await first.answer("contact", form_of(answers_of(person, email)["contact"]))
    await first.go("/daftar/daftar-tugas")
    await first.check_page()
    code = found(DRAFT_CODE, await first.page.locator(".spk-code").inner_text())
    assert found(DRAFT_CODE, await mail(servers, email, "untuk melanjutkan")) == code

    second = await Visitor.arrive(chromium, base)
    await second.go("/")
    await second.page.get_by_role("link", name="Lanjutkan dengan kode Anda").click()
    await second.check_page()
    await second.page.locator("#draft_code").fill("D-00000-00000-0")
    await second.press("Lanjutkan")
    assert await second.errors() == [
        "Kode untuk melanjutkan tidak cocok. Periksa lagi kodenya, lalu coba lagi."
    ]
    await second.page.locator("#draft_code").fill(code.lower().replace("-", " "))
    await second.press("Lanjutkan")
    await second.check_page()
    await expect(second.page.locator("main")).to_contain_text(f"{email[0]}…@contoh.example")
    one_time = found(ONE_TIME_CODE, await mail(servers, email, "membuka pendaftaran"))
    await second.page.locator("#code").fill("000000" if one_time != "000000" else "000001")
    await second.press("Buka pendaftaran")
    assert len(await second.errors()) == 1
    await second.page.locator("#code").fill(one_time)
    await second.press("Buka pendaftaran")
    await second.page.wait_for_url("**/daftar/daftar-tugas")
    await second.check_page()

    await first.go("/daftar/daftar-tugas")
    assert await first.heading() == "Pendaftaran ini sudah dibuka di tempat lain"
    await first.check_page()

    await fill_the_rest(second)
    await second.go("/daftar/periksa")
    await second.page.locator("#declaration").check()
    await second.press("Kirim pendaftaran")
    await second.page.wait_for_url("**/daftar/terkirim/**")


async def fill_the_rest(visitor: Visitor) -> None:
    """Through the API, with the token of this browser: the form has tests of its own."""
    (token,) = [
        each["value"] for each in await visitor.context.cookies() if each["name"] == "pendaftaran"
    ]
    draft_id, _ = URLSafeSerializer("").load_payload(token.split(".")[0].encode())
    async with httpx2.AsyncClient(base_url=f"{visitor.base}/api/v1", timeout=30) as http:
        applicant = Applicant(http, draft_id, token)
        for page, values in answers_example.PAGES.items():
            if page not in {"start", "contact"}:
                assert (await applicant.put(page, values)).is_success
        for kind, data in FILES.items():
            assert (await applicant.upload(kind, data)).is_success


async def test_leaving_a_shared_phone_shows_the_code_once(chromium: Browser, base: str) -> None:
    visitor = await Visitor.arrive(chromium, base)
    await visitor.begin()
    await visitor.go("/daftar/kode")
    await visitor.check_page()
    code = (await visitor.page.locator(".spk-code").inner_text()).strip()
    await expect(visitor.page.get_by_role("button", name="Cetak")).to_be_visible()
    await visitor.press("Keluar")
    await visitor.check_page()
    assert (await visitor.page.locator(".spk-code").inner_text()).strip() == code
    assert "pendaftaran" not in {each["name"] for each in await visitor.context.cookies()}
    await visitor.go("/keluar")
    assert code not in await visitor.page.content()
    await visitor.go("/lanjutkan")
    await visitor.page.locator("#draft_code").fill(code)
    await visitor.press("Lanjutkan")  # nothing personal is in it yet: the code alone opens it
    await visitor.page.wait_for_url("**/daftar/daftar-tugas")
