"""The counter: tickets of the desk, an officer who types, and what is left behind. Real servers."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import httpx2
import pytest

from deploy.local.stack import Servers
from services.intake import store
from services.intake.counter.sessions import COLLECTION
from services.intake.forms import form_of
from services.intake.intake import Intake
from services.intake.web import sessions
from services.intake.web.app import make_app
from shared.contracts.applications import ApplicationAmended, ApplicationSubmitted, Contact
from tests.integration.intake.browsing import Browser, errors
from tests.integration.intake.conftest import FILES, Applicant, Others, Served
from tests.integration.intake.counter_visits import Desk, emitted, finished, sent
from tests.integration.intake.test_amendments import back
from tests.unit.intake import answers_example

pytestmark = pytest.mark.usefixtures("no_limits")
BAR = "diisi oleh <strong>Olga Contoh</strong>"
NUMBER = "/status?nomor="
NO_TELEPHONE = "Tidak punya nomor HP"
NOWHERE = Contact(mobile_has_whatsapp=False, preferred_channel="email")
UNREACHABLE: dict[str, object] = {
    "has_mobile": False,
    **dict.fromkeys(("mobile", "mobile_has_whatsapp", "email", "preferred_channel")),
}


@pytest.fixture
def desk(servers: Servers) -> Desk:
    return Desk(servers)


async def test_an_officer_types_for_one_person_after_the_other(
    browser: Browser, desk: Desk, intake: Intake
) -> None:
    """Channel and officer are in the event; nothing of the person stays in the browser."""
    opened = await desk.bring(browser, desk.ticket(channel="whatsapp"))
    assert (opened.status_code, opened.headers["location"]) == (303, "/loket")
    cookie = next(
        each for each in opened.headers.get_list("set-cookie") if each.startswith("loket=")
    )
    assert "HttpOnly" in cookie
    home = await browser.get("/loket")
    assert BAR in home.text
    assert "saluran WhatsApp" in home.text
    before = await browser.get("/daftar")
    assert "sudah dibacakan kepada pemohon" in before.text
    await finished(browser)
    reach = (await browser.get("/daftar/contact/reach")).text
    assert NO_TELEPHONE in reach
    assert 'autocomplete="tel"' not in reach  # the browser would offer it to the next person
    review = await browser.get("/daftar/periksa")
    assert "petugas hanya mengetikkannya untuk pemohon" in review.text
    assert errors(await browser.post("/daftar/periksa"))["declaration"]
    reference = await sent(browser)
    event = await emitted(intake, ApplicationSubmitted, reference)
    assert (event.channel, event.entered_by) == ("whatsapp", "o1")
    page = await browser.get(f"/daftar/terkirim/{reference}")
    assert "Cetak tanda terima" in page.text
    assert "Layani orang berikutnya" in page.text
    receipt = await browser.get(f"/daftar/terkirim/{reference}/tanda-terima.pdf")
    assert receipt.headers["content-disposition"].startswith("inline")

    done = await browser.post("/loket/selesai")
    assert (done.status_code, BAR in done.text, reference in done.text) == (200, True, False)
    assert '"storage"' in done.headers["clear-site-data"]
    assert "tersimpan=*" in " ".join(done.headers.get_list("set-cookie"))
    assert set(browser.client.cookies) == {sessions.COUNTER_COOKIE, "tersimpan"}
    gone = await browser.get(f"/daftar/terkirim/{reference}")
    assert gone.headers["location"] == f"{NUMBER}{reference}"
    await finished(browser)  # the next person
    assert (await emitted(intake, ApplicationSubmitted, await sent(browser))).entered_by == "o1"


async def test_somebody_without_a_telephone_is_entered_and_asks_at_the_office(
    browser: Browser, desk: Desk, intake: Intake
) -> None:
    await desk.bring(browser, desk.ticket())
    await finished(browser, UNREACHABLE)
    review = (await browser.get("/daftar/periksa")).text
    assert NO_TELEPHONE in review
    assert "Cara kami menghubungi" not in review
    assert "consent_reminders_whatsapp" not in review
    reference = await sent(browser)
    event = await emitted(intake, ApplicationSubmitted, reference)
    assert event.answers.contact == NOWHERE
    page = (await browser.get(f"/daftar/terkirim/{reference}")).text
    assert "Pemohon menanyakan hasilnya di kantor dengan nomor pendaftaran ini" in page


async def test_a_correction_at_the_counter_takes_the_number_away(
    browser: Browser, desk: Desk, http: httpx2.AsyncClient, others: Others, intake: Intake
) -> None:
    applicant = await back(http, others, "contact")
    await desk.bring(browser, desk.ticket(application_id=applicant.id))
    path = "/status/perbaikan/contact"
    assert NO_TELEPHONE in (await browser.get(path)).text
    redone = form_of({**answers_example.PAGES["contact"], **UNREACHABLE})
    assert (await browser.post(path, redone)).status_code == 303
    await browser.post("/status/perbaikan", {"declaration": ["yes"]})
    event = await emitted(intake, ApplicationAmended, applicant.reference)
    assert event.answers.contact == NOWHERE


async def test_at_home_nothing_is_marked_and_nothing_reads_differently(
    browser: Browser, intake: Intake
) -> None:
    for path in ("/daftar", "/"):
        page = await browser.get(path)
        assert "Loket:" not in page.text
        assert "dibacakan" not in page.text
    await finished(browser)
    reach = "/daftar/contact/reach"
    assert NO_TELEPHONE not in (await browser.get(reach)).text
    assert errors(await browser.post(reach, form_of(UNREACHABLE)))["mobile"] == "Isi nomor HP."
    event = await emitted(intake, ApplicationSubmitted, await sent(browser))
    assert (event.channel, event.entered_by) == ("online", None)
    assert (await browser.get("/loket")).status_code == 403


async def test_a_ticket_opens_one_browser_once(
    browser: Browser, desk: Desk, served: Served, intake: Intake
) -> None:
    text = desk.ticket()
    assert (await desk.bring(browser, text)).status_code == 303
    for _ in range(2):  # a second click, a reload: the same session
        assert (await desk.bring(browser, text)).headers["location"] == "/loket"
    async with httpx2.AsyncClient(base_url=served.url) as client:
        other = Browser(client)
        refused = await desk.bring(other, text)
        assert (refused.status_code, "sudah dipakai" in refused.text) == (403, True)
        assert not client.cookies
        racing = desk.ticket()
        answers = await asyncio.gather(*(desk.bring(other, racing) for _ in range(5)))
        assert sorted(answer.status_code for answer in answers) == [303, 403, 403, 403, 403]


async def test_what_is_no_ticket_opens_nothing(
    browser: Browser, desk: Desk, intake: Intake
) -> None:
    text = desk.ticket()
    middle = len(text) // 3
    forged = text[:middle] + ("A" if text[middle] != "A" else "B") + text[middle + 1 :]
    wrong = {
        "tidak sah": ("", "x", forged),
        "sudah lewat 2 menit": (
            desk.ticket(age=timedelta(minutes=3)),
            desk.ticket(age=-timedelta(minutes=1)),  # signed by a clock far ahead
        ),
    }
    before = await intake.mongo.collection(COLLECTION).count_documents({})
    for reason, texts in wrong.items():
        for each in texts:
            refused = await desk.bring(browser, each)
            assert (refused.status_code, reason in refused.text) == (403, True), each
    assert not browser.client.cookies
    assert await intake.mongo.collection(COLLECTION).count_documents({}) == before
    assert (await desk.bring(browser, desk.ticket(age=-timedelta(seconds=20)))).status_code == 303


@pytest.mark.parametrize("origin", ["https://lain.example", "null", None])
async def test_another_site_cannot_bring_a_citizen_to_the_counter(
    browser: Browser, desk: Desk, origin: str | None
) -> None:
    """Not even with a real ticket."""
    await finished(browser)
    desk.headers = {"Origin": origin} if origin else {}
    refused = await desk.bring(browser, desk.ticket())
    assert (refused.status_code, "meja petugas" in refused.text) == (403, True)
    assert sessions.COUNTER_COOKIE not in browser.client.cookies
    elsewhere = {"Origin": "https://lain.example", "Sec-Fetch-Site": "cross-site"}
    for path in ("/loket/selesai", "/loket/akhiri"):
        assert (await browser.client.post(path, headers=elsewhere)).status_code == 403
    assert (await browser.get("/daftar/daftar-tugas")).status_code == 200


async def test_a_citizens_draft_is_not_carried_to_the_counter(browser: Browser, desk: Desk) -> None:
    await finished(browser)
    opened = await desk.bring(browser, desk.ticket())
    assert '"storage"' in opened.headers["clear-site-data"]
    assert "Lanjutkan pendaftaran itu" not in (await browser.get("/loket")).text
    assert (await browser.get("/daftar/daftar-tugas")).status_code == 401


async def test_a_draft_begun_at_home_is_finished_at_the_counter(
    browser: Browser, desk: Desk, http: httpx2.AsyncClient, intake: Intake
) -> None:
    applicant = await Applicant.start(http)
    code = (
        await http.get(f"/applications/{applicant.id}/draft-code", headers=applicant.headers)
    ).json()
    await desk.bring(browser, desk.ticket(channel="subdistrict_desk"))
    opened = await browser.post("/lanjutkan", {"draft_code": [code["draft_code"]]})
    assert opened.headers["location"] == "/daftar/daftar-tugas", opened.text
    row = await intake.mongo.collection(store.DRAFTS).find_one({"_id": applicant.id})
    assert row is not None
    assert row["entered_by"] == "o1"


async def test_a_correction_is_entered_with_the_ticket_of_its_case(
    browser: Browser, desk: Desk, http: httpx2.AsyncClient, others: Others, intake: Intake
) -> None:
    applicant = await back(http, others, "documents.photo")
    opened = await desk.bring(browser, desk.ticket(application_id=applicant.id))
    assert opened.headers["location"] == "/status/perbaikan"
    page = await browser.get("/status/perbaikan")
    assert (BAR in page.text, applicant.reference in page.text) == (True, True)
    await browser.client.post(
        "/status/perbaikan/dokumen/photo",
        data={"csrf_token": browser.token},
        files={"file": ("foto.jpg", FILES["photo"])},
    )
    answer = await browser.post("/status/perbaikan", {"declaration": ["yes"]})
    assert answer.headers["location"] == "/status/ringkasan"
    await browser.post("/status/perbaikan", {"declaration": ["yes"]})  # a second click
    event = await emitted(intake, ApplicationAmended, applicant.reference)
    assert (event.entered_by, event.changed) == ("o1", ("documents.photo",))
    await browser.post("/loket/selesai")
    assert (await browser.get("/status/ringkasan")).status_code == 401


async def test_the_officer_is_counted_not_the_address_nor_the_number_of_a_relative(
    intake: Intake, desk: Desk
) -> None:
    """Eighty people a day come in from one address; a script is stopped all the same."""
    narrow = {"starts_per_hour": 3, "submissions_per_day": 1}
    app = make_app(replace(intake, settings=intake.settings.model_copy(update=narrow)))
    begin = {"kind": "new", "notice_acknowledged": "yes"}
    transport = httpx2.ASGITransport(app=app, client=("203.0.113.7", 1))
    async with httpx2.AsyncClient(transport=transport, base_url="http://t") as client:
        browser = Browser(client)
        for _ in range(3):  # citizens at the same address
            await client.post("/daftar", data=begin)
        assert (await client.post("/daftar", data=begin)).status_code == 429
        await desk.bring(browser, desk.ticket("busy"))
        for _ in range(2):  # two people with one number
            await finished(browser)
            await sent(browser)
        assert (await client.post("/daftar", data=begin)).status_code == 303
        assert (await client.post("/daftar", data=begin)).status_code == 429
        await desk.bring(browser, desk.ticket("calm"))
        assert (await client.post("/daftar", data=begin)).status_code == 303
