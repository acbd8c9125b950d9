"""What no browser of ours sends to the desk, and what nobody may learn from it."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from services.verification.officers import attempts
from services.verification.officers.accounts import Account, ensure_account
from services.verification.settings import VerificationSettings
from services.verification.web.app import make_app
from shared.clock import now
from shared.service import Resources
from tests.integration.verification.browser import PASSWORD, Browser
from tests.integration.verification.conftest import Desk
from tests.integration.verification.test_pages import opened


@pytest.mark.parametrize(
    ("method", "path", "more", "expected"),
    [
        ("POST", "/petugas/masuk", {"data": {f"a{n}": "1" for n in range(700)}}, 413),
        ("GET", f"/petugas/static/{'a' * 300}", {}, 404),
        ("GET", f"/petugas/permohonan/x/berkas/y/{'9' * 5000}", {}, 404),
        ("POST", "/petugas/masuk", {"headers": {"Origin": "http://["}}, 403),
    ],
)
async def test_what_no_browser_of_ours_sends_is_refused_and_breaks_nothing(
    browser: Browser, method: str, path: str, more: dict[str, Any], expected: int
) -> None:
    answer = await browser.client.request(method, path, **more)
    assert answer.status_code == expected
    assert answer.headers["cache-control"] == "no-store"


async def test_the_page_of_a_crash_has_the_headers_of_every_page(
    resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def crash(*_: object) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr("services.verification.officers.pages.sign_in", crash)
    assert isinstance(resources.settings, VerificationSettings)
    transport = httpx2.ASGITransport(
        make_app(resources, resources.settings), raise_app_exceptions=False
    )
    async with httpx2.AsyncClient(transport=transport, base_url="http://desk.test") as client:
        answer = await client.post("/petugas/masuk", data={"username": "vera", "password": "x"})
    assert answer.status_code == 500
    assert "RuntimeError" not in answer.text
    assert "a fault of ours" not in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


async def test_an_administrator_does_not_learn_who_holds_a_case(
    desk: Desk, browser: Browser
) -> None:
    event = await opened(desk)
    account = Account("admin.uji", "Administrator Contoh", ["system_admin"], PASSWORD)
    await ensure_account(desk.uow, account)
    await browser.sign_in("admin.uji")
    for page in ("perbaikan", "tolak"):
        answer = await browser.client.get(f"/petugas/permohonan/{event.data.application_id}/{page}")
        assert answer.status_code == 403


async def test_guesses_at_the_same_moment_get_no_more_tries(
    desk: Desk, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = Account("dina.uji", "Dina Contoh", ["verification_officer"], PASSWORD)
    await ensure_account(desk.uow, account)
    clock = now()
    monkeypatch.setattr(attempts, "now", lambda: clock)
    guesses = (browser.sign_in("dina.uji", f"tebakan nomor {number}") for number in range(12))
    codes = [answer.status_code for answer in await asyncio.gather(*guesses)]
    assert codes.count(401) == 3  # the third failure makes the fourth attempt wait
    assert codes.count(429) == 9
    clock += timedelta(seconds=1)
    assert (await browser.sign_in("dina.uji")).status_code == 303  # nobody was locked out


async def test_signing_in_well_uses_up_no_tries(desk: Desk, browser: Browser) -> None:
    account = Account("eko.uji", "Eko Contoh", ["verification_officer"], PASSWORD)
    await ensure_account(desk.uow, account)
    for _ in range(35):
        assert (await browser.sign_in("eko.uji")).status_code == 303
