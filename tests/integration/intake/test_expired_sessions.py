"""A session or a draft that has run out: a friendly page, and nothing sent is lost."""

from __future__ import annotations

import time
from datetime import timedelta

import httpx2
import pytest
from itsdangerous import TimestampSigner

from services.intake import store
from services.intake.drafts import StartedDraft
from services.intake.intake import Intake
from services.intake.web import sessions
from shared.clock import now
from tests.integration.intake.conftest import Applicant, Served

DAY = 24 * 3600


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
        for path in ("/status/ringkasan", "/status/perbaikan", "/status/kartu.pdf"):
            answer = await browser.get(path)
            assert answer.status_code == 401, path
            assert "Masukkan lagi nomor" in answer.text
            assert 'href="/status"' in answer.text
            assert b"%PDF" not in answer.content
    assert (
        await http.get("/status", headers={"Authorization": f"Bearer {token}"})
    ).status_code == 401


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
