"""The pages of the way back, without JavaScript, and drafts that come from an issued card."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from services.intake import expiry, store
from services.intake.forms import form_of
from services.intake.intake import Intake
from services.intake.web import sessions
from shared import clock
from shared.storage import DOCUMENTS
from tests.integration.intake.browsing import Browser, errors
from tests.integration.intake.conftest import Applicant, Others, Served, key
from tests.integration.intake.test_returning import address, begun, sent_code, told
from tests.unit.intake import answers_example

pytestmark = pytest.mark.usefixtures("no_limits")
BORN = {"birth_date-day": ["27"], "birth_date-month": ["8"], "birth_date-year": ["2001"]}
LATER_BORN = {**BORN, "birth_date-year": ["2002"]}


async def test_with_the_one_time_code(
    browser: Browser, http: httpx2.AsyncClient, intake: Intake
) -> None:
    applicant, code = await begun(http, email=address())
    for path in ("/lanjutkan/kode", "/lanjutkan/tanggal-lahir"):
        assert (await browser.get(path)).headers["location"] == "/lanjutkan"
        late = await browser.post(path)
        assert late.status_code == 401
        assert "Lanjutkan dengan kode Anda" in late.text
    assert (await browser.get("/lanjutkan")).status_code == 200
    empty = await browser.post("/lanjutkan", {"draft_code": [" "]})
    assert (empty.status_code, errors(empty)) == (
        422,
        {"draft_code": "Isi kode untuk melanjutkan."},
    )
    went = await browser.post("/lanjutkan", {"draft_code": [code]})
    assert went.headers["location"] == "/lanjutkan/kode"
    asked = await browser.get("/lanjutkan/kode")
    assert 'autocomplete="one-time-code"' in asked.text
    assert code not in asked.text
    short = await browser.post("/lanjutkan/kode", {"code": ["123"]})  # costs no try
    assert errors(short) == {"code": "Kode terdiri dari 6 angka."}
    forged = await browser.client.post("/lanjutkan/kode", data={"code": "123456"})
    assert forged.status_code == 403
    again = await browser.post("/lanjutkan/kirim-ulang")
    assert again.headers["location"] == "/lanjutkan/kode?ulang=1"
    assert "Kode baru sudah kami kirim" in (await browser.get(again.headers["location"])).text
    opened = await browser.post("/lanjutkan/kode", {"code": [await sent_code(intake, applicant)]})
    assert opened.headers["location"] == "/daftar/daftar-tugas"
    tasks = await browser.get("/daftar/daftar-tugas")
    assert code in tasks.text
    assert sessions.RETURN_COOKIE not in browser.client.cookies


async def test_too_many_codes_are_refused_where_the_code_is_asked(
    browser: Browser, http: httpx2.AsyncClient
) -> None:
    _, code = await begun(http, email=address())
    await browser.post("/lanjutkan", {"draft_code": [code]})
    await browser.get("/lanjutkan/kode")
    answers = [await browser.post("/lanjutkan/kirim-ulang") for _ in range(5)]
    assert [answer.status_code for answer in answers] == [303] * 4 + [429]
    assert "Tunggu" in errors(answers[-1])["code"]
    assert 'name="code"' in answers[-1].text  # the last code may still be entered
    refused = await browser.post("/lanjutkan", {"draft_code": [code]})
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0


async def test_with_the_birth_date(browser: Browser, http: httpx2.AsyncClient) -> None:
    _, code = await begun(http, email=None)
    went = await browser.post("/lanjutkan", {"draft_code": [code]})
    assert went.headers["location"] == "/lanjutkan/tanggal-lahir"
    assert (await browser.get("/lanjutkan/tanggal-lahir")).status_code == 200
    wrong = await browser.post("/lanjutkan/tanggal-lahir", LATER_BORN)
    assert wrong.status_code == 422
    assert errors(wrong)["birth_date"].startswith("Tanggal lahir tidak cocok.")
    opened = await browser.post("/lanjutkan/tanggal-lahir", BORN)
    assert opened.headers["location"] == "/daftar/daftar-tugas"
    assert (await browser.get("/daftar/kode")).text.count(code) >= 1


async def test_a_nik_without_a_birth_date_asks_for_the_one_it_tells(
    browser: Browser, served: Served
) -> None:
    """Else whoever found the code would see the NIK."""
    nik = form_of(answers_example.PAGES["identity"])
    async with httpx2.AsyncClient(base_url=served.url, timeout=30) as client:
        first = Browser(client)
        await first.begin()
        await first.get("/daftar/identity/nik")
        assert (await first.post("/daftar/identity/nik", nik)).status_code == 303
        shown = (await first.get("/daftar/kode")).text
    code = shown.partition('spk-code">')[2].partition("<")[0]
    went = await browser.post("/lanjutkan", {"draft_code": [code]})
    assert went.headers["location"] == "/lanjutkan/tanggal-lahir"
    await browser.get("/lanjutkan/tanggal-lahir")
    assert (await browser.post("/lanjutkan/tanggal-lahir", LATER_BORN)).status_code == 422
    assert (await browser.post("/lanjutkan/tanggal-lahir", BORN)).status_code == 303


async def test_a_draft_from_an_issued_card_is_told_at_once_and_takes_no_images_along(
    http: httpx2.AsyncClient, intake: Intake, others: Others, monkeypatch: pytest.MonkeyPatch
) -> None:
    holder = await Applicant.start(http)
    await holder.fill({"contact": {"email": address(), "preferred_channel": "email"}})
    sent = await holder.submit()
    holder.reference = sent.json()["reference"]
    await others.issue(holder, b"%PDF", uuid4().hex)
    body: dict[str, Any] = {"kind": "correction", "correction_pages": ["education"]}
    began = await http.post(
        "/status/continuation",
        json={**body, "notice_acknowledged": True},
        headers={**await holder.look(), **key()},
    )
    assert began.status_code == 201, began.text
    draft = Applicant(http, began.json()["id"], began.json()["token"])
    assert len(await told(intake, draft, "draft.kept")) == 1
    row = await intake.mongo.collection(store.DRAFTS).find_one({"_id": draft.id})
    assert row is not None
    keys = [page["key"] for each in row["documents"].values() for page in each["pages"]]
    assert keys
    now = clock.now
    monkeypatch.setattr(clock, "now", lambda: now() + timedelta(days=31))
    while await expiry.expire_drafts(intake):
        pass  # those of other tests too
    assert await intake.mongo.collection(store.DRAFTS).find_one({"_id": draft.id}) is None
    for each in keys:
        assert await intake.storage.get(DOCUMENTS, each)
