"""How a counter session ends, and what becomes of what was typed in it. Real servers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx2
import pytest

from deploy.local.stack import Servers
from services.intake.intake import Intake
from services.intake.web import sessions
from shared.contracts.applications import ApplicationSubmitted
from tests.integration.intake.browsing import Browser
from tests.integration.intake.conftest import Served
from tests.integration.intake.counter_visits import Desk, emitted, finished, sent
from tests.integration.intake.test_outages import intake_with

pytestmark = pytest.mark.usefixtures("no_limits")


@pytest.fixture
def desk(servers: Servers) -> Desk:
    return Desk(servers)


@pytest.mark.parametrize("rests", [timedelta(minutes=31), timedelta(hours=9)])
async def test_after_its_end_the_browser_is_closed_until_it_is_cleared(
    browser: Browser, desk: Desk, later: Any, intake: Intake, rests: timedelta
) -> None:
    """What was begun at the counter does not go on as if typed at home."""
    await desk.bring(browser, desk.ticket())
    await finished(browser)
    await browser.get("/daftar/periksa")
    later(rests)
    for path in ("/", "/daftar/daftar-tugas", "/daftar/periksa", "/loket"):
        over = await browser.get(path)
        assert (over.status_code, "sudah berakhir" in over.text) == (401, True), path
    late = await browser.post("/daftar/periksa", {"declaration": ["yes"]})
    assert (late.status_code, "kirim lagi" in late.text) == (401, True)
    assert (await browser.client.get("/api/v1/areas")).status_code == 200
    cleared = await browser.post("/loket/akhiri")
    assert "belum dikirim" in cleared.text  # with the code to go on
    assert set(browser.client.cookies) == {"tersimpan"}
    assert (await browser.get("/daftar/daftar-tugas")).status_code == 401


async def test_the_same_officer_goes_on_another_does_not(
    browser: Browser, desk: Desk, later: Any, intake: Intake
) -> None:
    await desk.bring(browser, desk.ticket())
    await browser.begin()
    await browser.get("/daftar/identity/nik")
    later(timedelta(minutes=31))
    assert (await browser.post("/daftar/identity/nik")).status_code == 401
    await desk.bring(browser, desk.ticket())
    assert "Lanjutkan pendaftaran itu" in (await browser.get("/loket")).text
    assert (await browser.get("/daftar/daftar-tugas")).status_code == 200
    later(timedelta(minutes=31))
    await desk.bring(browser, desk.ticket("o2"))
    assert (await browser.get("/daftar/daftar-tugas")).status_code == 401


async def test_being_used_keeps_it_for_eight_hours(
    browser: Browser, desk: Desk, later: Any
) -> None:
    await desk.bring(browser, desk.ticket())
    for _ in range(16):
        assert (await browser.get("/loket")).status_code == 200
        later(timedelta(minutes=29))
    assert (await browser.get("/loket")).status_code == 200
    later(timedelta(minutes=29))
    assert (await browser.get("/loket")).status_code == 401


async def test_ended_by_hand_it_does_not_come_back(
    browser: Browser, desk: Desk, served: Served
) -> None:
    text = desk.ticket()
    await desk.bring(browser, text)
    stolen = browser.client.cookies[sessions.COUNTER_COOKIE]
    ended = await browser.post("/loket/akhiri")
    assert (ended.status_code, "/petugas/loket" in ended.text) == (200, True)
    assert (await browser.get("/loket")).status_code == 403
    assert (await desk.bring(browser, text)).status_code == 403
    cookies = {sessions.COUNTER_COOKIE: stolen}
    async with httpx2.AsyncClient(base_url=served.url, cookies=cookies) as client:
        assert (await client.get("/loket")).status_code == 401


async def test_an_unfinished_draft_is_left_with_its_code_and_finished_at_home_it_names_the_officer(
    browser: Browser, desk: Desk, served: Served, intake: Intake
) -> None:
    await desk.bring(browser, desk.ticket())
    await finished(browser, {"email": "", "preferred_channel": "whatsapp"})  # cannot be reached
    held = browser.client.cookies[sessions.DRAFT_COOKIE]
    done = await browser.post("/loket/selesai")
    assert "Pendaftaran orang tadi belum dikirim" in done.text
    code = done.text.split('spk-code">')[1].split("<")[0]
    browser.client.cookies.set(sessions.DRAFT_COOKIE, held)
    assert (await browser.get("/daftar/daftar-tugas")).status_code == 401  # its token ended
    born = {"birth_date-day": ["27"], "birth_date-month": ["8"], "birth_date-year": ["2001"]}
    async with httpx2.AsyncClient(base_url=served.url, timeout=30) as client:
        home = Browser(client)
        went = await home.post("/lanjutkan", {"draft_code": [code]})
        assert went.headers["location"] == "/lanjutkan/tanggal-lahir"
        await home.get("/lanjutkan/tanggal-lahir")
        assert (await home.post("/lanjutkan/tanggal-lahir", born)).status_code == 303
        event = await emitted(intake, ApplicationSubmitted, await sent(home))
    assert (event.channel, event.entered_by) == ("online", "o1")


async def test_while_the_database_is_away_the_browser_is_cleared_all_the_same(
    browser: Browser, desk: Desk, servers: Servers
) -> None:
    await desk.bring(browser, desk.ticket())
    await browser.begin()
    away = {"mongo_url": "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=200"}
    async with intake_with(servers, away) as (_, client):
        client.cookies = httpx2.Cookies(dict(browser.client.cookies))
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
