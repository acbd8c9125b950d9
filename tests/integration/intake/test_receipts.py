"""Receipt and card image over HTTP, drawn by real worker processes; the confirmation page."""

from __future__ import annotations

import io
import re

import httpx2
from PIL import Image

from deploy.local.stack import Servers
from services.intake.intake import Intake
from services.intake.receipts.receipt import DRAWN
from services.intake.web.sessions import DRAFT_COOKIE, STATUS_COOKIE
from shared.web.limits import hit
from tests.integration.intake.conftest import Applicant, Others, Served
from tests.integration.intake.test_journey import put_card
from tests.integration.intake.test_withdrawal import sent


async def cookies(applicant: Applicant) -> dict[str, str]:
    """Of the phone that sent, after looking at the status."""
    token = (await applicant.look())["Authorization"].removeprefix("Bearer ")
    return {DRAFT_COOKIE: applicant.token, STATUS_COOKIE: token}


async def test_the_confirmation_can_be_reloaded_and_kept(
    http: httpx2.AsyncClient, served: Served
) -> None:
    applicant = await sent(http)
    address = f"/daftar/terkirim/{applicant.reference}"
    async with httpx2.AsyncClient(
        base_url=served.url, cookies=await cookies(applicant), timeout=30
    ) as phone:
        for _ in range(2):
            page = await phone.get(address)
            assert page.status_code == 200
            assert applicant.reference in page.text
            assert "Kami memberi kabar</strong> lewat email." in page.text
        receipt = await phone.get(f"{address}/tanda-terima.pdf")
        assert receipt.content.startswith(b"%PDF")
        assert f"tanda-terima-{applicant.reference}.pdf" in receipt.headers["content-disposition"]
    async with httpx2.AsyncClient(base_url=served.url, timeout=30) as other:
        for path in (address, f"{address}/tanda-terima.pdf"):
            answer = await other.get(path)
            assert answer.status_code == 303
            assert answer.headers["location"] == f"/status?nomor={applicant.reference}"
        form = await other.get(f"/status?nomor={applicant.reference}")
        assert f'value="{applicant.reference}"' in form.text
        assert 'value="&lt;' not in (await other.get("/status?nomor=<b>")).text
        assert (await other.get("/daftar/terkirim/x")).headers["location"] == "/status"


async def test_the_receipt_by_a_script_within_limits(
    http: httpx2.AsyncClient, intake: Intake
) -> None:
    applicant = await sent(http)
    session = await applicant.look()
    answer = await http.get("/status/receipt", headers=session)
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    assert (await http.get("/status/receipt")).status_code == 401
    for _ in range(DRAWN.count - 1):
        assert not await hit(intake.uow.reading(), DRAWN, applicant.id)
    often = await http.get("/status/receipt", headers=session)
    assert often.status_code == 429
    assert int(often.headers["retry-after"]) > 0


async def test_the_card_as_an_image(
    http: httpx2.AsyncClient, intake: Intake, others: Others, servers: Servers, served: Served
) -> None:
    applicant = await sent(http)
    async with httpx2.AsyncClient(
        base_url=served.url, cookies=await cookies(applicant), timeout=30
    ) as phone:
        assert (await phone.get("/status/kartu.png")).status_code == 404
        early = await http.get("/status/card/image", headers=await applicant.look())
        assert early.status_code == 404
        pdf = io.BytesIO()
        Image.new("RGB", (842, 312), "#ffffff").save(pdf, "PDF")
        issued = await others.issue(applicant, pdf.getvalue(), applicant.id)
        await put_card(servers, issued.object_key, pdf.getvalue())
        first, again = [await phone.get("/status/kartu.png") for _ in range(2)]
        assert first.headers["content-type"] == "image/png"
        assert f"AK1-{issued.registration_number}.png" in first.headers["content-disposition"]
        assert "no-store" in first.headers["cache-control"]
        assert Image.open(io.BytesIO(first.content)).width == 1200
        assert again.content == first.content
        session = await applicant.look()
        by_script = await http.get("/status/card/image", headers=session)
        assert by_script.headers["content-type"] == "image/png"
        assert by_script.headers["content-disposition"] == first.headers["content-disposition"]
        assert by_script.content == first.content
        page = (await phone.get("/status/ringkasan")).text
        assert re.search(r'href="/status/kartu.pdf">Unduh PDF untuk dicetak<', page)
        assert re.search(r'href="/status/kartu.png">Simpan gambar untuk HP<', page)
        kinds = re.findall(r'name="kind" value="(\w+)"', page)
        assert kinds == ["correction", "replacement"]  # it ends too late to be renewed now
        assert "Kartu dapat diperpanjang mulai 25 Oktober 2028." in page
    async with httpx2.AsyncClient(base_url=served.url, timeout=30) as other:
        assert (await other.get("/status/kartu.png")).status_code == 401
    assert (await http.get("/status/card/image")).status_code == 401
