"""The counter: tickets of the desk, an officer who types, and what is left behind. Real servers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from deploy.local.stack import Servers
from services.intake import store
from services.intake.counter.sessions import COLLECTION
from services.intake.intake import Intake
from services.intake.web import sessions
from services.intake.web.app import make_app
from shared import clock
from shared.contracts.applications import ApplicationAmended, ApplicationSubmitted
from shared.contracts.catalog import parse_event
from shared.counter_tickets import (
    FIELD,
    CounterChannel,
    CounterTicket,
    private_key,
    sign_ticket,
)
from shared.messaging import outbox
from tests.integration.intake.browsing import Browser, errors
from tests.integration.intake.conftest import FILES, Applicant, Others, Served
from tests.integration.intake.test_amendments import back
from tests.integration.intake.test_outages import intake_with
from tests.unit.intake import answers_example

BAR = "diisi oleh <strong>Olga Contoh</strong>"
NUMBER = "/status?nomor="


@pytest.fixture(autouse=True)
async def no_limits(intake: Intake) -> None:
    await intake.mongo.collection("rate_limits").delete_many({})


@pytest.fixture
async def office(served: Served) -> AsyncIterator[Browser]:
    """The browser of an office."""
    async with httpx2.AsyncClient(base_url=served.url, timeout=30) as client:
        yield Browser(client)


class Desk:
    """What the officers' desk signs."""

    def __init__(self, servers: Servers) -> None:
        run = servers.run
        self.key = private_key(run.secrets.values["counter:verification"])
        self.headers = {"Origin": run.officers_url, "Sec-Fetch-Site": "same-site"}

    def ticket(
        self,
        officer_id: str = "o1",
        channel: CounterChannel = "counter",
        *,
        age: timedelta = timedelta(0),
        application_id: str | None = None,
    ) -> str:
        ticket = CounterTicket(
            id=str(uuid4()),
            officer_id=officer_id,
            officer_name="Olga Contoh",
            channel=channel,
            issued_at=clock.now() - age,
            application_id=application_id,
        )
        return sign_ticket(self.key, ticket)

    async def bring(self, office: Browser, text: str, **headers: str) -> httpx2.Response:
        """The page of the desk posts a ticket."""
        return await office.client.post(
            "/loket/buka", data={FIELD: text}, headers={**self.headers, **headers}
        )


@pytest.fixture
def desk(servers: Servers) -> Desk:
    return Desk(servers)


async def finished(office: Browser, contact: dict[str, object] | None = None) -> None:
    """A draft with everything but the declaration."""
    await office.begin()
    for page in answers_example.PAGES:
        await office.fill(page, contact if page == "contact" else None)
    await office.get("/daftar/dokumen")
    for kind, data in FILES.items():
        answer = await office.client.post(
            f"/daftar/dokumen/{kind}",
            data={"csrf_token": office.token},
            files={"file": ("pindai.jpg", data)},
        )
        assert answer.status_code == 303


async def sent(office: Browser) -> str:
    await office.get("/daftar/periksa")
    answer = await office.post("/daftar/periksa", {"declaration": ["yes"]})
    assert answer.status_code == 303, errors(answer)
    return answer.headers["location"].rsplit("/", 1)[1]


async def emitted(intake: Intake, kind: type[Any], reference: str) -> Any:
    """The event about an application; there is exactly one."""
    rows = await intake.mongo.collection(outbox.COLLECTION).find({"type": kind.TYPE}).to_list(None)
    events = [event for row in rows if (event := parse_event(row["body"]))]
    [found] = [event.data for event in events if event.data.reference == reference]
    return found


async def test_an_officer_types_for_one_person_after_the_other(
    office: Browser, desk: Desk, intake: Intake
) -> None:
    """Channel and officer are in the event; nothing of the person stays in the browser."""
    opened = await desk.bring(office, desk.ticket(channel="whatsapp"))
    assert (opened.status_code, opened.headers["location"]) == (303, "/loket")
    cookie = next(
        each for each in opened.headers.get_list("set-cookie") if each.startswith("loket=")
    )
    assert "HttpOnly" in cookie
    home = await office.get("/loket")
    assert BAR in home.text
    assert "saluran WhatsApp" in home.text
    before = await office.get("/daftar")
    assert "sudah dibacakan kepada pemohon" in before.text
    await finished(office)
    reach = (await office.get("/daftar/contact/reach")).text
    assert "tidak punya HP?" in reach
    assert 'autocomplete="tel"' not in reach  # the browser would offer it to the next person
    review = await office.get("/daftar/periksa")
    assert "petugas hanya mengetikkannya untuk pemohon" in review.text
    assert errors(await office.post("/daftar/periksa"))["declaration"]
    reference = await sent(office)
    event = await emitted(intake, ApplicationSubmitted, reference)
    assert (event.channel, event.entered_by) == ("whatsapp", "o1")
    page = await office.get(f"/daftar/terkirim/{reference}")
    assert "Cetak tanda terima" in page.text
    assert "Layani orang berikutnya" in page.text
    receipt = await office.get(f"/daftar/terkirim/{reference}/tanda-terima.pdf")
    assert receipt.headers["content-disposition"].startswith("inline")

    done = await office.post("/loket/selesai")
    assert (done.status_code, BAR in done.text, reference in done.text) == (200, True, False)
    assert '"storage"' in done.headers["clear-site-data"]
    assert "tersimpan=*" in " ".join(done.headers.get_list("set-cookie"))
    assert set(office.client.cookies) == {sessions.COUNTER_COOKIE, "tersimpan"}
    gone = await office.get(f"/daftar/terkirim/{reference}")
    assert gone.headers["location"] == f"{NUMBER}{reference}"
    await finished(office)  # the next person
    assert (await emitted(intake, ApplicationSubmitted, await sent(office))).entered_by == "o1"


async def test_at_home_nothing_is_marked_and_nothing_reads_differently(
    office: Browser, intake: Intake
) -> None:
    for path in ("/daftar", "/"):
        page = await office.get(path)
        assert "Loket:" not in page.text
        assert "dibacakan" not in page.text
    await finished(office)
    event = await emitted(intake, ApplicationSubmitted, await sent(office))
    assert (event.channel, event.entered_by) == ("online", None)
    assert (await office.get("/loket")).status_code == 403


async def test_a_ticket_opens_one_browser_once(
    office: Browser, desk: Desk, served: Served, intake: Intake
) -> None:
    text = desk.ticket()
    assert (await desk.bring(office, text)).status_code == 303
    for _ in range(2):  # a second click, a reload: the same session
        assert (await desk.bring(office, text)).headers["location"] == "/loket"
    async with httpx2.AsyncClient(base_url=served.url) as client:
        other = Browser(client)
        refused = await desk.bring(other, text)
        assert (refused.status_code, "sudah dipakai" in refused.text) == (403, True)
        assert not client.cookies
        racing = desk.ticket()
        answers = await asyncio.gather(*(desk.bring(other, racing) for _ in range(5)))
        assert sorted(answer.status_code for answer in answers) == [303, 403, 403, 403, 403]


async def test_what_is_no_ticket_opens_nothing(office: Browser, desk: Desk, intake: Intake) -> None:
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
            refused = await desk.bring(office, each)
            assert (refused.status_code, reason in refused.text) == (403, True), each
    assert not office.client.cookies
    assert await intake.mongo.collection(COLLECTION).count_documents({}) == before
    assert (await desk.bring(office, desk.ticket(age=-timedelta(seconds=20)))).status_code == 303


@pytest.mark.parametrize("origin", ["https://lain.example", "null", None])
async def test_another_site_cannot_bring_a_citizen_to_the_counter(
    office: Browser, desk: Desk, origin: str | None
) -> None:
    """Not even with a real ticket."""
    await finished(office)
    desk.headers = {"Origin": origin} if origin else {}
    refused = await desk.bring(office, desk.ticket())
    assert (refused.status_code, "meja petugas" in refused.text) == (403, True)
    assert sessions.COUNTER_COOKIE not in office.client.cookies
    elsewhere = {"Origin": "https://lain.example", "Sec-Fetch-Site": "cross-site"}
    for path in ("/loket/selesai", "/loket/akhiri"):
        assert (await office.client.post(path, headers=elsewhere)).status_code == 403
    assert (await office.get("/daftar/daftar-tugas")).status_code == 200


async def test_a_citizens_draft_is_not_carried_to_the_counter(office: Browser, desk: Desk) -> None:
    await finished(office)
    opened = await desk.bring(office, desk.ticket())
    assert '"storage"' in opened.headers["clear-site-data"]
    assert "Lanjutkan pendaftaran itu" not in (await office.get("/loket")).text
    assert (await office.get("/daftar/daftar-tugas")).status_code == 401


@pytest.mark.parametrize("rests", [timedelta(minutes=31), timedelta(hours=9)])
async def test_after_its_end_the_browser_is_closed_until_it_is_cleared(
    office: Browser, desk: Desk, later: Any, intake: Intake, rests: timedelta
) -> None:
    """What was begun at the counter does not go on as if typed at home."""
    await desk.bring(office, desk.ticket())
    await finished(office)
    await office.get("/daftar/periksa")
    later(rests)
    for path in ("/", "/daftar/daftar-tugas", "/daftar/periksa", "/loket"):
        over = await office.get(path)
        assert (over.status_code, "sudah berakhir" in over.text) == (401, True), path
    late = await office.post("/daftar/periksa", {"declaration": ["yes"]})
    assert (late.status_code, "kirim lagi" in late.text) == (401, True)
    assert (await office.client.get("/api/v1/areas")).status_code == 200
    cleared = await office.post("/loket/akhiri")
    assert "belum dikirim" in cleared.text  # with the code to go on
    assert set(office.client.cookies) == {"tersimpan"}
    assert (await office.get("/daftar/daftar-tugas")).status_code == 401


async def test_the_same_officer_goes_on_another_does_not(
    office: Browser, desk: Desk, later: Any, intake: Intake
) -> None:
    await desk.bring(office, desk.ticket())
    await office.begin()
    await office.get("/daftar/identity/nik")
    later(timedelta(minutes=31))
    assert (await office.post("/daftar/identity/nik")).status_code == 401
    await desk.bring(office, desk.ticket())
    assert "Lanjutkan pendaftaran itu" in (await office.get("/loket")).text
    assert (await office.get("/daftar/daftar-tugas")).status_code == 200
    later(timedelta(minutes=31))
    await desk.bring(office, desk.ticket("o2"))
    assert (await office.get("/daftar/daftar-tugas")).status_code == 401


async def test_being_used_keeps_it_for_eight_hours(office: Browser, desk: Desk, later: Any) -> None:
    await desk.bring(office, desk.ticket())
    for _ in range(16):
        assert (await office.get("/loket")).status_code == 200
        later(timedelta(minutes=29))
    assert (await office.get("/loket")).status_code == 200
    later(timedelta(minutes=29))
    assert (await office.get("/loket")).status_code == 401


async def test_ended_by_hand_it_does_not_come_back(
    office: Browser, desk: Desk, served: Served
) -> None:
    text = desk.ticket()
    await desk.bring(office, text)
    stolen = office.client.cookies[sessions.COUNTER_COOKIE]
    ended = await office.post("/loket/akhiri")
    assert (ended.status_code, "/petugas/loket" in ended.text) == (200, True)
    assert (await office.get("/loket")).status_code == 403
    assert (await desk.bring(office, text)).status_code == 403
    cookies = {sessions.COUNTER_COOKIE: stolen}
    async with httpx2.AsyncClient(base_url=served.url, cookies=cookies) as client:
        assert (await client.get("/loket")).status_code == 401


async def test_an_unfinished_draft_is_left_with_its_code_and_finished_at_home_it_names_the_officer(
    office: Browser, desk: Desk, served: Served, intake: Intake
) -> None:
    await desk.bring(office, desk.ticket())
    await finished(office, {"email": "", "preferred_channel": "whatsapp"})  # cannot be reached
    held = office.client.cookies[sessions.DRAFT_COOKIE]
    done = await office.post("/loket/selesai")
    assert "Pendaftaran orang tadi belum dikirim" in done.text
    code = done.text.split('spk-code">')[1].split("<")[0]
    office.client.cookies.set(sessions.DRAFT_COOKIE, held)
    assert (await office.get("/daftar/daftar-tugas")).status_code == 401  # its token ended
    born = {"birth_date-day": ["27"], "birth_date-month": ["8"], "birth_date-year": ["2001"]}
    async with httpx2.AsyncClient(base_url=served.url, timeout=30) as client:
        home = Browser(client)
        went = await home.post("/lanjutkan", {"draft_code": [code]})
        assert went.headers["location"] == "/lanjutkan/tanggal-lahir"
        await home.get("/lanjutkan/tanggal-lahir")
        assert (await home.post("/lanjutkan/tanggal-lahir", born)).status_code == 303
        event = await emitted(intake, ApplicationSubmitted, await sent(home))
    assert (event.channel, event.entered_by) == ("online", "o1")


async def test_a_draft_begun_at_home_is_finished_at_the_counter(
    office: Browser, desk: Desk, http: httpx2.AsyncClient, intake: Intake
) -> None:
    applicant = await Applicant.start(http)
    code = (
        await http.get(f"/applications/{applicant.id}/draft-code", headers=applicant.headers)
    ).json()
    await desk.bring(office, desk.ticket(channel="subdistrict_desk"))
    opened = await office.post("/lanjutkan", {"draft_code": [code["draft_code"]]})
    assert opened.headers["location"] == "/daftar/daftar-tugas", opened.text
    row = await intake.mongo.collection(store.DRAFTS).find_one({"_id": applicant.id})
    assert row is not None
    assert row["entered_by"] == "o1"


async def test_a_correction_is_entered_with_the_ticket_of_its_case(
    office: Browser, desk: Desk, http: httpx2.AsyncClient, others: Others, intake: Intake
) -> None:
    applicant = await back(http, others, "documents.photo")
    opened = await desk.bring(office, desk.ticket(application_id=applicant.id))
    assert opened.headers["location"] == "/status/perbaikan"
    page = await office.get("/status/perbaikan")
    assert (BAR in page.text, applicant.reference in page.text) == (True, True)
    await office.client.post(
        "/status/perbaikan/dokumen/photo",
        data={"csrf_token": office.token},
        files={"file": ("foto.jpg", FILES["photo"])},
    )
    answer = await office.post("/status/perbaikan", {"declaration": ["yes"]})
    assert answer.headers["location"] == "/status/ringkasan"
    await office.post("/status/perbaikan", {"declaration": ["yes"]})  # a second click
    event = await emitted(intake, ApplicationAmended, applicant.reference)
    assert (event.entered_by, event.changed) == ("o1", ("documents.photo",))
    await office.post("/loket/selesai")
    assert (await office.get("/status/ringkasan")).status_code == 401


async def test_the_officer_is_counted_not_the_address_nor_the_number_of_a_relative(
    intake: Intake, desk: Desk
) -> None:
    """Eighty people a day come in from one address; a script is stopped all the same."""
    narrow = {"starts_per_hour": 3, "submissions_per_day": 1}
    app = make_app(replace(intake, settings=intake.settings.model_copy(update=narrow)))
    begin = {"kind": "new", "notice_acknowledged": "yes"}
    transport = httpx2.ASGITransport(app=app, client=("203.0.113.7", 1))
    async with httpx2.AsyncClient(transport=transport, base_url="http://t") as client:
        office = Browser(client)
        for _ in range(3):  # citizens at the same address
            await client.post("/daftar", data=begin)
        assert (await client.post("/daftar", data=begin)).status_code == 429
        await desk.bring(office, desk.ticket("busy"))
        for _ in range(2):  # two people with one number
            await finished(office)
            await sent(office)
        assert (await client.post("/daftar", data=begin)).status_code == 303
        assert (await client.post("/daftar", data=begin)).status_code == 429
        await desk.bring(office, desk.ticket("calm"))
        assert (await client.post("/daftar", data=begin)).status_code == 303


async def test_while_the_database_is_away_the_browser_is_cleared_all_the_same(
    office: Browser, desk: Desk, servers: Servers
) -> None:
    await desk.bring(office, desk.ticket())
    await office.begin()
    away = {"mongo_url": "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=200"}
    async with intake_with(servers, away) as (_, client):
        client.cookies = httpx2.Cookies(dict(office.client.cookies))
        site = "http://intake.example"
        assert (await client.get(f"{site}/daftar/daftar-tugas")).status_code == 503
        for path in ("selesai", "akhiri"):
            answer = await client.post(f"{site}/loket/{path}")
            assert (answer.status_code, answer.headers["clear-site-data"]) == (
                200,
                '"cache", "storage"',
            )
            gone = [each for each in answer.headers.get_list("set-cookie") if "Max-Age=0" in each]
            names = {each.partition("=")[0] for each in gone}
            assert sessions.DRAFT_COOKIE in names
            assert (sessions.COUNTER_COOKIE in names) == (path == "akhiri")
