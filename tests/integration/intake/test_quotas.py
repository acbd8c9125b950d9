"""What one network or one telephone number may do, and what a script gets that fills in all."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace

import httpx2
import pytest

from services.intake import store
from services.intake.intake import Intake
from services.intake.web import sessions, trap
from services.intake.web.app import make_app
from tests.integration.intake.browsing import Browser, errors
from tests.integration.intake.conftest import FILES, Applicant, key

SCHOOL, HOME = "203.0.113.7", "198.51.100.20"
BEGIN = {"notice_acknowledged": "yes", "kind": "new"}
Browse = Callable[..., AbstractAsyncContextManager[httpx2.AsyncClient]]


@pytest.fixture
async def browse(intake: Intake) -> AsyncIterator[Browse]:
    """Intake with narrow limits, visited from an address."""
    narrow = {"starts_per_hour": 2, "uploads_per_hour": 1, "submissions_per_day": 1}
    app = make_app(replace(intake, settings=intake.settings.model_copy(update=narrow)))

    @asynccontextmanager
    async def client(address: str, path: str = "") -> AsyncIterator[httpx2.AsyncClient]:
        transport = httpx2.ASGITransport(app=app, client=(address, 1))
        async with httpx2.AsyncClient(transport=transport, base_url=f"http://t{path}") as browser:
            yield browser

    await intake.mongo.collection("rate_limits").delete_many({})
    yield client
    await intake.mongo.collection("rate_limits").delete_many({})


async def test_a_network_begins_so_many_drafts_and_its_visitors_lose_nothing(
    browse: Browse, intake: Intake
) -> None:
    async with browse(SCHOOL) as browser:
        for _ in range(4):  # an unfinished form begins nothing
            assert (await browser.post("/daftar", data={"kind": "new"})).status_code == 422
        for _ in range(2):
            assert (await browser.post("/daftar", data=BEGIN)).status_code == 303
        browser.cookies.clear()
        answer = await browser.post("/daftar", data=BEGIN)
        assert answer.status_code == 429
        assert 3500 < int(answer.headers["retry-after"]) <= 3600
        assert "Tunggu 60 menit, lalu coba lagi." in answer.text
        assert intake.office.identity.telephone in answer.text
        assert 'value="yes" checked' in answer.text  # what was chosen is still there
    async with browse(SCHOOL.replace(".7", ".99"), "/api/v1") as script:
        begin = {"notice_acknowledged": True, "kind": "new"}
        refused = await script.post("/applications", json=begin, headers=key())
        assert refused.status_code == 429
        assert refused.json()["code"] == "too_many_tries"
        assert int(refused.headers["retry-after"]) > 3500
    async with browse(HOME) as browser:
        assert (await browser.post("/daftar", data=BEGIN)).status_code == 303


async def test_a_network_uploads_so_many_files(browse: Browse, intake: Intake) -> None:
    async with browse(SCHOOL, "/api/v1") as script:
        applicant = await Applicant.start(script)
        assert (await applicant.upload("photo", FILES["photo"])).status_code == 200
        refused = await applicant.upload("photo", FILES["photo"])
        assert refused.status_code == 429
        assert refused.json()["detail"].endswith("lalu coba lagi.")
    async with browse(HOME, "/api/v1") as script:
        elsewhere = Applicant(script, applicant.id, applicant.token)
        assert (await elsewhere.upload("photo", FILES["photo"])).status_code == 200


async def test_one_number_sends_so_many_applications_and_is_not_kept(
    browse: Browse, intake: Intake, http: httpx2.AsyncClient
) -> None:
    async with browse(SCHOOL, "/api/v1") as script:
        for is_first in (True, False):
            applicant = await Applicant.start(http)
            await applicant.fill()
            sender = Applicant(script, applicant.id, applicant.token)
            answer = await sender.submit()
            assert answer.status_code == (202 if is_first else 429), answer.text
            assert (await sender.submit()).status_code == answer.status_code  # the same again
        async with browse(SCHOOL) as phone:
            phone.cookies.set(sessions.DRAFT_COOKIE, sender.token)
            browser = Browser(phone)
            await browser.get("/daftar/periksa")
            form = {"declaration": ["yes"], "consent_publication": ["yes"]}
            shown = await browser.post("/daftar/periksa", form)
            assert shown.status_code == 429
            assert int(shown.headers["retry-after"]) > 0
            assert "Nomor HP ini sudah dipakai" in errors(shown)["declaration"]
            assert shown.text.count('value="yes" checked') == len(form)
        counted = await intake.mongo.collection("rate_limits").find().to_list()
        assert "6281200000001" not in str(counted)
        await intake.mongo.collection("rate_limits").delete_many({})
        assert (await sender.submit()).status_code == 202  # the draft is still whole


async def test_who_fills_in_the_hidden_field_begins_nothing(browse: Browse, intake: Intake) -> None:
    drafts = intake.mongo.collection(store.DRAFTS)
    async with browse(HOME) as browser:
        assert f'name="{trap.FIELD}"' in (await browser.get("/daftar")).text
        honest = await browser.post("/daftar", data={**BEGIN, trap.FIELD: ""})
        known = await drafts.count_documents({})
        caught = await browser.post("/daftar", data={**BEGIN, trap.FIELD: "murah!"})
        assert await drafts.count_documents({}) == known
        assert caught.status_code == honest.status_code
        assert caught.headers["location"] == honest.headers["location"]
        assert len(caught.headers["set-cookie"]) == len(honest.headers["set-cookie"])
        assert "Mulai pendaftaran baru" in (await browser.get("/daftar/daftar-tugas")).text
