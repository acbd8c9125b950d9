"""Accounts at the desk: made, changed, ended by an administrator, and what he may not do."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from services.verification.officers import (
    administration,
    attempts,
    login,
    passwords,
    sessions,
    store,
)
from services.verification.officers.accounts import Account, disable_account, ensure_account
from services.verification.officers.administration import AccountChanged, Change
from services.verification.officers.attempts import TooManyLogins
from services.verification.officers.domain import Officer
from services.verification.officers.login import Credentials
from services.verification.officers.sessions import Origin, Session
from shared.clock import now
from shared.errors import Conflict, Forbidden
from shared.service import Resources
from tests.integration.verification.browser import PASSWORD, Browser, open_browser
from tests.integration.verification.conftest import Desk
from tests.unit.verification.sample_events import INDEX_KEY

ACCOUNTS = "/petugas/akun-petugas"
NEW = {"username": "baru", "name": "Baru Contoh", "role.verification_officer": "1"}


async def administrator(desk: Desk, username: str = "admin") -> Officer:
    account = Account(username, f"{username.title()} Contoh", ["system_admin"], PASSWORD)
    return await ensure_account(desk.uow, account)


def session_of(officer: Officer) -> Session:
    return Session(f"session of {officer.username}", officer, confirmed_at=now())


async def version_on(browser: Browser, officer: Officer) -> str:
    page = await browser.client.get(f"{ACCOUNTS}/{officer.id}")
    found = re.search(r'name="version" value="(\d+)"', page.text)
    assert found
    return found[1]


async def press(browser: Browser, officer: Officer, act: str = "", **fields: str) -> str:
    """One of the buttons on the page of an account; the answer's text or where it leads."""
    data = {"version": await version_on(browser, officer), **fields}
    data["csrf_token"] = await browser.token("/petugas/akun")
    answer = await browser.client.post(f"{ACCOUNTS}/{officer.id}{act}", data=data)
    return answer.headers.get("location", answer.text)


async def post(browser: Browser, path: str, data: dict[str, str]) -> tuple[int, str]:
    fields = {"csrf_token": await browser.token("/petugas/akun"), **data}
    answer = await browser.client.post(path, data=fields)
    return answer.status_code, answer.headers.get("location", answer.text)


async def make_account(browser: Browser) -> str:
    """The one-time password of a new account."""
    status, page = await post(browser, f"{ACCOUNTS}/baru", NEW)
    assert status == 200
    found = re.search(r'class="secret">([a-z0-9-]+)<', page)
    assert found
    return found[1]


async def test_a_new_officer_must_make_his_own_password_first(
    desk: Desk, browser: Browser, resources: Resources
) -> None:
    await administrator(desk)
    await browser.sign_in("admin")
    given = await make_account(browser)
    async with open_browser(resources) as client:
        theirs = Browser(client)
        assert (await theirs.sign_in("baru", given)).status_code == 303
        own = "/petugas/akun/sandi"
        for path in ("/petugas/antrean", "/petugas/akun", "/petugas"):
            assert (await client.get(path)).headers["location"] == own
        token = await theirs.token(own)
        form = {"csrf_token": token, "present": given, "new": given, "repeated": given}
        assert (await client.post(own, data=form)).status_code == 422
        form |= {"new": "sagu rotan kelapa", "repeated": "sagu rotan kelapa"}
        wrong = await client.post(own, data={**form, "present": "bukan yang itu"})
        assert "Kata sandi sekarang salah." in wrong.text
        assert (await client.post(own, data=form)).headers["location"] == "/petugas"
        assert (await client.get("/petugas/antrean")).status_code == 200
        assert (await theirs.sign_in("baru", given)).status_code == 401
        assert (await theirs.sign_in("baru", "sagu rotan kelapa")).status_code == 303
    actions = [row["action"] for row in await desk.audit()]
    assert actions[-5:-3] == ["account.created", "session.begun"]
    assert "account.password_changed" in actions
    assert given not in repr(await desk.audit())


async def test_a_one_time_password_ends_after_a_week(
    desk: Desk, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    await administrator(desk)
    await browser.sign_in("admin")
    given = await make_account(browser)
    later = now() + timedelta(days=7, seconds=1)
    monkeypatch.setattr(login, "now", lambda: later)
    refused = await browser.sign_in("baru", given)
    assert refused.status_code == 401
    assert "Nama pengguna atau kata sandi salah." in refused.text


async def test_an_account_is_changed_disabled_enabled_and_reset(
    desk: Desk, browser: Browser, resources: Resources
) -> None:
    await administrator(desk)
    await browser.sign_in("admin")
    async with open_browser(resources) as client:
        theirs = Browser(client)
        await theirs.sign_in("vera")
        roles = {"role.verification_officer": "1", "role.intake_operator": "1"}
        done = await press(browser, desk.verifier, name="Vera Baru Contoh", nip="", **roles)
        assert done.endswith("?done=changed")
        ended = await client.get("/petugas/antrean")
        assert ended.headers["location"] == "/petugas/masuk?berakhir=1", "other roles, new sign-in"
        await theirs.sign_in("vera")
        assert "Vera Baru Contoh" in (await client.get("/petugas/antrean")).text

        assert (await press(browser, desk.verifier, "/nonaktif")).endswith("?done=disabled")
        assert (await client.get("/petugas/antrean")).status_code == 303
        assert (await theirs.sign_in("vera")).status_code == 401
        assert (await press(browser, desk.verifier, "/aktif")).endswith("?done=enabled")
        assert (await theirs.sign_in("vera")).status_code == 303

        page = await press(browser, desk.verifier, "/sandi")
        found = re.search(r'class="secret">([a-z0-9-]+)<', page)
        assert found
        assert (await client.get("/petugas/antrean")).status_code == 303
        assert (await theirs.sign_in("vera")).status_code == 401
        assert (await theirs.sign_in("vera", found[1])).status_code == 303
    actions = [row["action"] for row in await desk.audit(**{"actor.name": "Admin Contoh"})]
    assert [each for each in actions if each.startswith("account.")] == [
        "account.changed",
        "account.disabled",
        "account.enabled",
        "account.password_reset",
    ]


async def test_before_an_account_ends_the_desk_asks(desk: Desk, browser: Browser) -> None:
    await administrator(desk)
    await browser.sign_in("admin")
    address = f"{ACCOUNTS}/{desk.verifier.id}"
    page = (await browser.client.get(address)).text
    for path, question in (
        ("nonaktif", "Nonaktifkan akun ini?"),
        ("sandi", "Buat kata sandi awal baru?"),
    ):
        assert f'action="{address}/{path}"' not in page, "no button does it at once"
        assert f'href="{address}/{path}"' in page
        asked = (await browser.client.get(f"{address}/{path}")).text
        assert question in asked
        assert "Vera Contoh" in asked
        assert f'action="{address}/{path}"' in asked
        assert f'name="version" value="{desk.verifier.version}"' in asked
    assert (
        await administration.one(desk.uow.reading(), (await administrator(desk)), desk.verifier.id)
        == desk.verifier
    ), "asking changes nothing"


async def test_nobody_raises_his_own_rights(desk: Desk, browser: Browser) -> None:
    admin = await administrator(desk)
    await browser.sign_in("admin")
    fields = {"version": str(admin.version), "name": "Admin", "role.placement_officer": "1"}
    for act in ("", "/nonaktif", "/sandi", "/kode"):
        status, text = await post(browser, f"{ACCOUNTS}/{admin.id}{act}", fields)
        assert status == 403
        assert "Akun sendiri hanya boleh diubah administrator lain." in text
    kept = await administration.one(desk.uow.reading(), admin, admin.id)
    assert kept == admin


async def test_the_last_administrator_stays_whoever_is_quicker(desk: Desk) -> None:
    """Two administrators who end one another at the same moment leave one of them."""
    first, second = await administrator(desk, "satu"), await administrator(desk, "kedua")

    async def end(by: Officer, other: Officer) -> None:
        act = Change(session_of(by), other.id, other.version)
        await desk.uow.run(partial(administration.disable, act=act))

    results = await asyncio.gather(end(first, second), end(second, first), return_exceptions=True)
    assert [type(each) for each in results if each is not None] == [Conflict]
    left = [each for each in await store.everyone(desk.uow.reading()) if each.disabled_at is None]
    [admin] = [each for each in left if "system_admin" in each.roles]
    with pytest.raises(Conflict, match="administrator terakhir"):
        await disable_account(desk.uow, admin.username)
    account = Account(admin.username, admin.name, ["placement_officer"], PASSWORD)
    with pytest.raises(Conflict, match="administrator terakhir"):
        await ensure_account(desk.uow, account)


async def test_a_stale_page_changes_nothing(desk: Desk, browser: Browser) -> None:
    admin = await administrator(desk)
    details = administration.Details("Vera Lain Contoh", ["verification_officer"], None)
    act = Change(session_of(admin), desk.verifier.id, desk.verifier.version)
    work = partial(administration.change, act=act, details=details, index_key=INDEX_KEY)
    await desk.uow.run(work)
    with pytest.raises(AccountChanged):
        await desk.uow.run(partial(administration.disable, act=act))
    await browser.sign_in("admin")
    path = f"{ACCOUNTS}/{desk.verifier.id}/nonaktif"
    status, text = await post(browser, path, {"version": str(desk.verifier.version)})
    assert status == 409
    assert "Akun sudah berubah" in text


async def test_wrong_entries_are_named_and_what_was_typed_stays(
    desk: Desk, browser: Browser
) -> None:
    await administrator(desk)
    await browser.sign_in("admin")
    for wrong, text in (
        ({"username": "vera"}, "Nama pengguna ini sudah dipakai."),
        ({"username": "A b"}, "Nama pengguna terdiri dari"),
        ({"nip": "12"}, "NIP harus 18 angka."),
        ({"name": " "}, "Isi nama petugas."),
        ({"name": "<b>" * 40}, "Nama petugas paling banyak 100 huruf."),
        ({"role.raja": "1"}, "Peran harus salah satu dari"),
    ):
        status, page = await post(browser, f"{ACCOUNTS}/baru", {**NEW, **wrong})
        assert status == 422
        assert text in page
        assert re.search(r'name="role.verification_officer" value="1" checked', page)
    without = {key: value for key, value in NEW.items() if not key.startswith("role.")}
    status, page = await post(browser, f"{ACCOUNTS}/baru", without)
    assert "Pilih paling sedikit satu peran." in page
    assert 'value="Baru Contoh"' in page


async def test_sensitive_acts_ask_for_proof_and_go_on_with_the_same_form(
    desk: Desk, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    await administrator(desk)
    await browser.sign_in("admin")
    later = now() + timedelta(minutes=11)
    for module in (sessions, login, attempts):
        monkeypatch.setattr(module, "now", lambda: later)
    status, page = await post(browser, f"{ACCOUNTS}/baru", {**NEW, "name": 'Baru "Contoh"'})
    assert status == 403
    assert "Buktikan bahwa ini Anda" in page
    assert 'name="name" value="Baru &#34;Contoh&#34;"' in page
    names = [each.username for each in await store.everyone(desk.uow.reading())]
    assert "baru" not in names
    status, page = await post(
        browser, f"{ACCOUNTS}/baru", {**NEW, "confirm_proof": "bukan kata sandinya"}
    )
    assert status == 401
    assert "Kata sandi salah." in page
    assert 'name="username" value="baru"' in page
    status, page = await post(browser, f"{ACCOUNTS}/baru", {**NEW, "confirm_proof": PASSWORD})
    assert status == 200
    assert "Akun dibuat" in page


async def test_sessions_are_listed_and_ended(
    desk: Desk, browser: Browser, resources: Resources
) -> None:
    await administrator(desk)
    browser.client.headers["user-agent"] = "Mozilla/5.0 (Windows NT 10.0) Chrome/142.0"
    async with open_browser(resources) as client, open_browser(resources) as third:
        phone, admin = Browser(client), Browser(third)
        client.headers["user-agent"] = "Mozilla/5.0 (Linux; Android 15) Chrome/142.0"
        for each, name in ((browser, "vera"), (phone, "vera"), (admin, "admin")):
            await each.sign_in(name)
        page = (await browser.client.get("/petugas/akun")).text
        assert "Chrome di Windows <span" in page, "this one is marked"
        assert "Chrome di Android" in page
        [other] = re.findall(r'name="session" value="([0-9a-f]{64})"', page)
        foreign = await post(admin, "/petugas/akun/sesi", {"session": other})
        assert foreign[0] == 404, "nobody ends another one's session by its id"
        assert await post(browser, "/petugas/akun/sesi", {"session": other}) == (
            303,
            "/petugas/akun?done=session",
        )
        assert (await client.get("/petugas/antrean")).status_code == 303
        await phone.sign_in("vera")
        await post(phone, "/petugas/akun/sesi-lain", {})
        assert (await browser.client.get("/petugas/antrean")).status_code == 303
        assert (await client.get("/petugas/antrean")).status_code == 200
        assert (await press(admin, desk.verifier, "/sesi")).endswith("?done=sessions")
        assert (await client.get("/petugas/antrean")).status_code == 303


async def test_disabling_in_the_moment_of_signing_in_leaves_no_session(
    desk: Desk, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the password and the session, the account is disabled and its password reset."""
    admin = await administrator(desk)
    verify = passwords.is_password

    async def slowly(kept_hash: str | None, password: str) -> bool:
        fits = await verify(kept_hash, password)
        act = Change(session_of(admin), desk.verifier.id, desk.verifier.version)
        await administration.reset_password(desk.uow, act)
        return fits

    monkeypatch.setattr(login, "is_password", slowly)
    assert (await browser.sign_in("vera")).status_code == 401
    assert await sessions.open_sessions(desk.uow.reading(), admin, desk.verifier.id) == []


async def test_strangers_cannot_keep_an_officer_out_of_his_own_office(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempts, "_PER_ACCOUNT", {"password": 3, "code": 3})

    async def sign_in(address: str, password: str) -> str:
        return await login.sign_in(desk.uow, Credentials("vera", password, Origin(address)))

    await sign_in("10.1.1.5", PASSWORD)
    for number in range(3):
        with pytest.raises(login.WrongLogin):
            await sign_in(f"10.2.{number}.1", "tebakan orang lain")
    with pytest.raises(TooManyLogins):
        await sign_in("10.2.9.1", PASSWORD)
    assert await sign_in("10.1.1.9", PASSWORD)
    with pytest.raises(login.WrongLogin):
        await sign_in("10.1.1.9", "salah ketik di kantor")


async def test_without_rights_no_account_is_seen_or_made(desk: Desk, browser: Browser) -> None:
    await browser.sign_in("putra")
    for path in (ACCOUNTS, f"{ACCOUNTS}/baru", f"{ACCOUNTS}/{desk.verifier.id}"):
        answer = await browser.client.get(path)
        assert answer.status_code == 403
        assert "Hanya administrator yang boleh mengurus akun petugas." in answer.text
    old = replace(session_of(desk.approver), confirmed_at=None)
    details = administration.Details("X", ["system_admin"], None)
    with pytest.raises(Forbidden, match="Hanya administrator"):
        await administration.create(desk.uow, old, "x1", details, INDEX_KEY)
