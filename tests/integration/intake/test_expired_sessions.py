"""A session or a draft that has run out: a friendly page, and nothing sent is lost."""

from __future__ import annotations

import time
from datetime import timedelta

import httpx2
import pytest
from itsdangerous import TimestampSigner, URLSafeTimedSerializer

from services.intake import store
from services.intake.drafts import StartedDraft
from services.intake.intake import Intake
from services.intake.web import sessions
from shared.clock import now
from tests.integration.intake.conftest import Applicant, Served

DAY = 24 * 3600
STATUS_PAGES = ("/status/ringkasan", "/status/perbaikan", "/status/kartu.pdf")


@pytest.fixture
def long_ago(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Tokens made from now on are 31 days old."""
    past = int(time.time()) - 31 * DAY
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _: past)
    return monkeypatch


async def test_a_draft_cookie_of_last_month_says_what_to_do(
    http: httpx2.AsyncClient, served: Served, intake: Intake, long_ago: pytest.MonkeyPatch
) -> None:
    applicant = await Applicant.start(http)
    long_ago.undo()
    async with httpx2.AsyncClient(base_url=served.url) as browser:
        browser.cookies.set(sessions.DRAFT_COOKIE, applicant.token)
        for method, path in (
            ("GET", "/daftar/daftar-tugas"),
            ("GET", "/daftar/identity/nik"),
            ("POST", "/daftar/identity/nik"),
            ("POST", "/daftar/periksa"),
        ):
            answer = await browser.request(method, path, data={} if method == "POST" else None)
            assert answer.status_code == 401, (method, path)
            assert "Mulai pendaftaran baru" in answer.text
            assert "Cek statusnya" in answer.text
    answer = await applicant.put("identity", {})
    assert answer.status_code == 401
    assert answer.json()["detail"].endswith(".")


async def test_a_status_session_ends_and_reference_and_birth_date_open_it_again(
    http: httpx2.AsyncClient, served: Served, intake: Intake, long_ago: pytest.MonkeyPatch
) -> None:
    token = sessions.status_token(intake.settings, "any")
    long_ago.undo()
    async with httpx2.AsyncClient(base_url=served.url, follow_redirects=True) as browser:
        browser.cookies.set(sessions.STATUS_COOKIE, token)
        for path in STATUS_PAGES:
            answer = await browser.get(path)
            assert answer.status_code == 401, path
            assert "Masukkan lagi nomor" in answer.text
            assert 'href="/status"' in answer.text
            assert b"%PDF" not in answer.content
    assert (
        await http.get("/status", headers={"Authorization": f"Bearer {token}"})
    ).status_code == 401


async def test_leaving_ends_a_copied_status_session_but_no_other(
    http: httpx2.AsyncClient, served: Served, intake: Intake
) -> None:
    applicant = await Applicant.start(http)
    await applicant.send()
    born = {"birth_date-day": "27", "birth_date-month": "8", "birth_date-year": "2001"}
    at_home = await applicant.look()
    async with httpx2.AsyncClient(base_url=served.url) as browser:
        await browser.post("/status", data={"reference": applicant.reference, **born})
        copied = browser.cookies[sessions.STATUS_COOKIE]
        assert (await browser.get("/status/ringkasan")).status_code == 200
        left = await browser.post("/keluar", headers={"Origin": served.url})
        assert f'{sessions.STATUS_COOKIE}=""' in left.headers["set-cookie"]
        browser.cookies.set(sessions.STATUS_COOKIE, copied)
        for path in (*STATUS_PAGES, "/status/tanda-terima.pdf", "/status/batalkan"):
            answer = await browser.get(path)
            assert answer.status_code == 401, path
            assert "Masukkan lagi nomor" in answer.text
        upload = {"Tus-Resumable": "1.0.0", "Upload-Length": "20000"}
        assert (await browser.post("/unggah", headers=upload)).status_code == 401
    ended = {"Authorization": f"Bearer {copied}"}
    assert (await http.get("/status", headers=ended)).status_code == 401
    assert (await http.get("/status", headers=at_home)).status_code == 200
    assert (await http.delete("/status/token", headers=at_home)).status_code == 204
    assert (await http.get("/status", headers=at_home)).status_code == 401
    assert (await http.get("/status", headers=await applicant.look())).status_code == 200


async def test_a_status_token_of_an_earlier_release_asks_for_the_reference_again(
    http: httpx2.AsyncClient, intake: Intake
) -> None:
    key = intake.settings.session_key.get_secret_value()
    old = URLSafeTimedSerializer(key, salt="intake.status").dumps("an-application")
    headers = {"Authorization": f"Bearer {old}"}
    assert (await http.get("/status", headers=headers)).status_code == 401


async def test_an_expired_draft_is_gone_even_before_it_is_swept(
    http: httpx2.AsyncClient, intake: Intake
) -> None:
    applicant = await Applicant.start(http)
    await intake.mongo.collection(store.DRAFTS).update_one(
        {"_id": applicant.id}, {"$set": {"expires_at": now() - timedelta(seconds=1)}}
    )
    answer = await applicant.put("skills", {"languages": ["id"]})
    assert answer.status_code in {404, 410}
    assert answer.json()["detail"].endswith(".")


def test_tokens_of_one_purpose_open_nothing_else(intake: Intake) -> None:
    started = StartedDraft("draft-id", "secret")
    draft = sessions.draft_token(intake.settings, started)
    assert sessions.read_draft_token(intake.settings, draft) is not None
    assert sessions.read_status_token(intake.settings, draft) is None
