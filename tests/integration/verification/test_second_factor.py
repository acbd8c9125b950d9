"""Codes from the phone: enrolled at the first sign-in, asked at each, every code once."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pyotp
import pytest

from services.verification.officers import attempts, login, session_store, sessions, store
from services.verification.officers.accounts import (
    Account,
    clear_second_factor,
    ensure_account,
)
from services.verification.settings import VerificationSettings
from shared.clock import now
from shared.service import Resources
from tests.integration.verification.browser import PASSWORD, Browser, open_browser
from tests.integration.verification.conftest import Desk

CODE = "/petugas/masuk/kode"
ENROLMENT = "/petugas/akun/kode"


@pytest.fixture
def strict(resources: Resources) -> Resources:
    """The desk as it is by default: with codes."""
    assert isinstance(resources.settings, VerificationSettings)
    settings = resources.settings.model_copy(update={"totp_required": True})
    return replace(resources, settings=settings)


@pytest.fixture
async def browser(strict: Resources) -> AsyncIterator[Browser]:
    async with open_browser(strict) as client:
        yield Browser(client)


def code_of(secret: str, later: int = 0) -> str:
    """The code of this half minute, or of one to come."""
    return pyotp.TOTP(secret).at(now() + timedelta(seconds=30 * later))


async def post(browser: Browser, path: str, data: dict[str, str], page: str) -> tuple[int, str]:
    """Send a form with the token that `page` shows: the status, and where it leads or its text."""
    fields = {"csrf_token": await browser.token(page), **data}
    answer = await browser.client.post(path, data=fields)
    return answer.status_code, answer.headers.get("location", answer.text)


@dataclass(frozen=True)
class Enrolled:
    """What the officer has then: the app's secret, the code he typed, the recovery codes."""

    secret: str
    used: str
    codes: list[str]


async def enrol(browser: Browser) -> Enrolled:
    """As the officer who signed in."""
    assert await post(browser, ENROLMENT, {}, ENROLMENT) == (303, ENROLMENT)
    page = (await browser.client.get(ENROLMENT)).text
    found = re.search(r'class="secret">([A-Z2-7 ]+)<', page)
    assert found
    secret = found[1].replace(" ", "")
    assert 'src="data:image/svg+xml' in page
    status, text = await post(browser, f"{ENROLMENT}/pasang", {"code": "000000"}, ENROLMENT)
    assert status == 422
    assert "Kode tidak cocok." in text
    used = code_of(secret)
    status, text = await post(browser, f"{ENROLMENT}/pasang", {"code": used}, ENROLMENT)
    assert status == 200
    return Enrolled(secret, used, re.findall(r"<li>([a-z0-9-]{19})</li>", text))


async def answer_code(browser: Browser, code: str) -> tuple[int, str]:
    return await post(browser, CODE, {"code": code}, CODE)


async def test_without_a_code_the_desk_stays_shut_until_one_is_enrolled(
    desk: Desk, browser: Browser
) -> None:
    await browser.sign_in("vera")
    for path in ("/petugas", "/petugas/antrean", "/petugas/akun", "/petugas/akun-petugas"):
        assert (await browser.client.get(path)).headers["location"] == ENROLMENT
    phone = await enrol(browser)
    secret, codes = phone.secret, phone.codes
    assert len(set(codes)) == 10
    assert (await browser.client.get("/petugas/antrean")).status_code == 200
    rows = await desk.uow.reading().collection(store.OFFICERS).find({}).to_list(None)
    assert secret not in repr(rows)
    assert all(code not in repr(rows) for code in codes)
    assert secret not in repr(await desk.audit())
    assert [row["action"] for row in await desk.audit()][-1] == "account.totp_enrolled"


async def test_the_password_alone_opens_only_the_page_of_the_code(
    desk: Desk, browser: Browser
) -> None:
    await browser.sign_in("vera")
    secret = (await enrol(browser)).secret
    await post(browser, "/petugas/keluar", {}, "/petugas/akun")
    await browser.sign_in("vera")
    half = browser.client.cookies["petugas"]
    for path in ("/petugas", "/petugas/antrean", "/petugas/akun", ENROLMENT, "/petugas/akun/sandi"):
        assert (await browser.client.get(path)).headers["location"] == CODE
    assert await post(browser, ENROLMENT, {}, CODE) == (303, CODE)
    assert await answer_code(browser, code_of(secret, 1)) == (303, "/petugas")
    assert browser.client.cookies["petugas"] != half
    assert (await browser.client.get("/petugas/antrean")).status_code == 200
    browser.client.cookies.clear()
    browser.client.cookies.set("petugas", half)
    ended = await browser.client.get(CODE)
    assert ended.headers["location"] == "/petugas/masuk?berakhir=1"


async def test_a_code_works_once_even_for_two_at_the_same_moment(
    desk: Desk, browser: Browser, strict: Resources
) -> None:
    await browser.sign_in("vera")
    phone = await enrol(browser)
    async with open_browser(strict) as client:
        other = Browser(client)
        await browser.sign_in("vera")
        await other.sign_in("vera")
        status, text = await answer_code(browser, phone.used)
        assert status == 401, "the code that enrolled is used up"
        assert "Kode salah atau sudah dipakai." in text
        code = code_of(phone.secret, 1)
        answers = await asyncio.gather(answer_code(browser, code), answer_code(other, code))
        assert sorted(status for status, _ in answers) == [303, 401]


async def test_a_recovery_code_works_once_and_the_rest_is_counted(
    desk: Desk, browser: Browser
) -> None:
    await browser.sign_in("vera")
    codes = (await enrol(browser)).codes
    await browser.sign_in("vera")
    assert await answer_code(browser, codes[0].upper().replace("-", " ")) == (303, "/petugas")
    page = (await browser.client.get("/petugas/akun")).text
    assert "Kode cadangan tersisa: <strong>9</strong>" in page
    begun = await desk.audit(action="session.begun")
    assert begun[-1]["detail"] == {"code": "recovery_code"}
    await browser.sign_in("vera")
    assert (await answer_code(browser, codes[0]))[0] == 401
    assert (await answer_code(browser, codes[1]))[0] == 303
    status, page = await post(browser, f"{ENROLMENT}/cadangan", {}, "/petugas/akun")
    assert status == 200
    fresh = re.findall(r"<li>([a-z0-9-]{19})</li>", page)
    await browser.sign_in("vera")
    assert (await answer_code(browser, codes[2]))[0] == 401
    assert (await answer_code(browser, fresh[2]))[0] == 303


async def test_guessed_codes_make_the_next_one_wait(
    desk: Desk, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    await browser.sign_in("vera")
    secret = (await enrol(browser)).secret
    await browser.sign_in("vera")
    clock = now()
    monkeypatch.setattr(attempts, "now", lambda: clock)
    for _ in range(3):
        assert (await answer_code(browser, "000000"))[0] == 401
    status, text = await answer_code(browser, code_of(secret, 1))
    assert status == 429
    assert "Coba lagi dalam 1 detik." in text
    clock += timedelta(seconds=1)
    assert (await answer_code(browser, code_of(secret, 1)))[0] == 303


async def test_the_half_session_ends_soon(desk: Desk, browser: Browser) -> None:
    await browser.sign_in("vera")
    await enrol(browser)
    await browser.sign_in("vera")
    rows = await desk.uow.reading().collection(session_store.SESSIONS).find({}).to_list(None)
    [half] = [row for row in rows if not row["proven"]]
    assert half["expires_at"] - half["created_at"] == timedelta(minutes=10)
    assert half["confirmed_at"] is None


async def test_proof_is_the_code_for_one_who_has_it(
    desk: Desk, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    await browser.sign_in("vera")
    phone = await enrol(browser)
    later = now() + timedelta(minutes=11)
    for module in (sessions, login, attempts):
        monkeypatch.setattr(module, "now", lambda: later)
    path = f"{ENROLMENT}/cadangan"
    status, page = await post(browser, path, {}, "/petugas/akun")
    assert status == 403
    assert "Kode masuk dari ponsel Anda" in page
    status, _ = await post(browser, path, {"confirm_proof": PASSWORD}, "/petugas/akun")
    assert status == 401, "the password is no proof for one who has a code"
    status, page = await post(browser, path, {"confirm_proof": phone.codes[0]}, "/petugas/akun")
    assert status == 200
    status, page = await post(browser, path, {"confirm_proof": phone.used}, "/petugas/akun")
    assert status == 401, "used at the enrolment"


async def test_after_a_lost_phone_the_administrator_clears_and_the_owner_enrols_anew(
    desk: Desk, browser: Browser, strict: Resources
) -> None:
    account = Account("admin", "Admin Contoh", ["system_admin"], PASSWORD)
    await ensure_account(desk.uow, account)
    await browser.sign_in("vera")
    old = await enrol(browser)
    async with open_browser(strict) as client:
        admin = Browser(client)
        await admin.sign_in("admin")
        await enrol(admin)
        page = f"/petugas/akun-petugas/{desk.verifier.id}"
        found = re.search(r'name="version" value="(\d+)"', (await client.get(page)).text)
        assert found
        done = await post(admin, f"{page}/kode", {"version": found[1]}, page)
        assert done == (303, f"{page}?done=totp")
    assert (await browser.client.get("/petugas/antrean")).status_code == 303, "sessions ended"
    await browser.sign_in("vera")
    assert (await browser.client.get("/petugas/antrean")).headers["location"] == ENROLMENT
    assert (await enrol(browser)).secret != old.secret


async def test_for_the_last_administrator_the_command_clears_a_lost_phone(
    desk: Desk, browser: Browser
) -> None:
    await browser.sign_in("vera")
    await enrol(browser)
    await clear_second_factor(desk.uow, "vera")
    assert (await browser.client.get("/petugas/antrean")).status_code == 303
    await browser.sign_in("vera")
    assert (await browser.client.get("/petugas/antrean")).headers["location"] == ENROLMENT
    cleared = await desk.audit(action="account.totp_reset")
    assert cleared[-1]["actor"]["id"] == "command"


async def test_a_secret_left_on_the_screen_is_not_shown_again(
    desk: Desk, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    await browser.sign_in("vera")
    await post(browser, ENROLMENT, {}, ENROLMENT)
    assert 'class="secret"' in (await browser.client.get(ENROLMENT)).text
    later = now() + timedelta(minutes=11)
    monkeypatch.setattr(sessions, "now", lambda: later)
    assert 'class="secret"' not in (await browser.client.get(ENROLMENT)).text
