"""SIGKILL of the desk in the middle of each of an officer's clicks.

A click happened wholly or not at all; what was acknowledged happened; pressed again, as people do,
it happens once. The row of the audit log is written in the transaction of the act.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from itertools import cycle

import httpx2
import pytest

from deploy.demo.officer import CASES
from services.verification.stuck.domain import Failure
from services.verification.stuck.store import save
from shared.clock import now
from shared.texts.builtin import BUILTIN
from shared.uow import Scope
from tests.faults.journeys import APPROVER, town
from tests.faults.system import System, until, web

Form = dict[str, str]
_HIDDEN = re.compile(r'<input type="hidden" name="(csrf_token|version|key)" value="([^"]*)"')
_CHECKS = re.compile(r'name="(check\.[a-z_]+)"')
_MOMENTS = cycle((0.0, 0.008, 0.016, 0.03, 0.06))  # seconds after the press
_BROKEN = 500
COLLEAGUE, ADMIN = "verifikator", "admin"


@dataclass(frozen=True)
class Click:
    """`path` is of the case unless it begins at the root; `page` has its form.

    `row` is its action in the audit log, `ending` the status of its answer.
    """

    path: str
    row: str
    page: str = ""
    form: tuple[tuple[str, str], ...] = ()
    all_match: bool = False
    by: str = APPROVER
    ending: int = 303
    is_killed: bool = True


_TAKE = Click("ambil", "claim.taken", is_killed=False)  # a kill in it is in the first story
_NOTE = (("note", "Sudah ditelepon, besok datang."), ("for", "all"))
_REASON = (("reason", "outside_service_area"), ("do", "send"))
_ASK = (("item.documents.identity_card", "identity_card_unclear"), ("do", "send"))
STORIES = {
    "returned": (
        Click("ambil", "claim.taken", by=COLLEAGUE),
        Click("ambil-alih", "claim.taken_over", form=(("reason", "Sudah pulang."),)),
        Click("catatan", "note.added", "catatan", _NOTE),
        Click("periksa", "checks.saved", form=(("do", "save"),), all_match=True),
        Click("perbaikan", "application.returned", "perbaikan", _ASK),
    ),
    "rejected": (
        _TAKE,
        Click("usul-tolak", "rejection.proposed", "usul-tolak", _REASON),
        Click("ambil", "claim.taken"),
        Click("tolak", "application.rejected", "tolak", _REASON),
    ),
    "collected": (
        _TAKE,
        Click("lepas", "claim.released"),
        _TAKE,
        Click("periksa", "application.approved", form=(("do", "approve"),), all_match=True),
        Click("dicetak", "card.printed"),
        Click("serahkan", "card.collected", form=(("identity_checked", "yes"),)),
    ),
}
_TEXT = (("subject", BUILTIN["closed"].subject), ("do", "save"))
_REASON_ADDED = (("new-label", "Berkas palsu"), ("new-text", "Berkas Anda tidak sah."))
_PERSON = (("username", "baru"), ("name", "Contoh Baru"), ("role.ipk_officer", "on"))
_FAILED = "unknown"  # to notify, so that a retry brings nothing new
_ITEM = ("item", f"notice:{_FAILED}")
_STUCK, _ACCOUNTS = "/petugas/macet", "/petugas/akun-petugas"
OFFICE = (
    Click(
        "/petugas/teks/pesan/closed",
        "text.changed",
        form=(*_TEXT, ("body", f"{BUILTIN['closed'].body}\n\nTerima kasih.")),
        by=ADMIN,
    ),
    Click("/petugas/teks/alasan/rejection", "reasons.changed", form=_REASON_ADDED, by=ADMIN),
    Click(f"{_STUCK}/ulang", "notice.retry_asked", _STUCK, (_ITEM,), by=ADMIN),
    Click(
        f"{_STUCK}/sisihkan",
        "notice.set_aside",
        _STUCK,
        (_ITEM, ("note", "Sudah diberi tahu lewat telepon.")),
        by=ADMIN,
    ),
    # its page tells the first password
    Click(f"{_ACCOUNTS}/baru", "account.created", form=_PERSON, by=ADMIN, ending=200),
)


@dataclass(frozen=True)
class Office:
    """Officers at their desks, each with a session."""

    system: System
    clients: dict[str, httpx2.AsyncClient]


@pytest.mark.timeout(600)
async def test_a_kill_in_a_click_loses_and_doubles_nothing(system: System) -> None:
    async with town(system, len(STORIES)) as people, at_work(system) as office:
        for journey in people.journeys:
            await journey.prepare()
            await journey.submit()
            await people.desk.await_case(journey.id)
        for journey, clicks in zip(people.journeys, STORIES.values(), strict=True):
            for click in clicks:
                await _killed_in(office, click, journey.id)
        await _fail_a_message(system, people.journeys[0].id)
        for click in OFFICE:
            await _killed_in(office, click)
        [made] = await system.rows("verification", "officers", {"username": "baru"})
        path = f"{_ACCOUNTS}/{made['_id']}/nonaktif"
        await _killed_in(office, Click(path, "account.disabled", by=ADMIN))


async def _killed_in(office: Office, click: Click, case_id: str | None = None) -> None:
    system, client = office.system, office.clients[click.by]
    if click.row == "card.printed":
        await _await_card(system, case_id)
    before = await _rows(system, click, case_id)
    form = await _form(client, click, case_id)
    if not click.is_killed:
        answer = await _press(client, click, case_id, form)
        assert answer is not None
        assert answer.status_code == click.ending, click
        return
    pressed = asyncio.create_task(_press(client, click, case_id, form))
    await asyncio.sleep(next(_MOMENTS))
    await system.kill("verification")
    answer = await pressed
    await system.start("verification")
    done = await _rows(system, click, case_id) - before
    assert done in {0, 1}, click
    if answer is not None:
        assert (answer.status_code, done) == (click.ending, 1), click
    again = await _press(client, click, case_id, form)
    assert again is not None, click
    assert again.status_code < _BROKEN, (click, again.text[:300])
    assert await _rows(system, click, case_id) - before == 1, (click, again.status_code)


async def _press(
    client: httpx2.AsyncClient, click: Click, case_id: str | None, form: Form
) -> httpx2.Response | None:
    """None where no answer came."""
    try:
        return await client.post(_address(click.path, case_id), data=form)
    except httpx2.TransportError:
        return None


async def _form(client: httpx2.AsyncClient, click: Click, case_id: str | None) -> Form:
    page = (await client.get(_address(click.page or ("" if case_id else click.path), case_id))).text
    form = dict(_HIDDEN.findall(page)) | {"lanjut_ada": "1"} | dict(click.form)  # no next case
    if click.all_match:
        form |= dict.fromkeys(_CHECKS.findall(page), "matches")
    return form


def _address(path: str, case_id: str | None) -> str:
    return f"{CASES}/{case_id}/{path}".rstrip("/") if case_id else path


async def _rows(system: System, click: Click, case_id: str | None) -> int:
    where = {"action": click.row} | ({"case_id": case_id} if case_id else {})
    return len(await system.rows("verification", "audit_log", where))


async def _await_card(system: System, case_id: str | None) -> None:
    async def is_issued() -> bool:
        where = {"_id": case_id, "state": "issued"}
        return bool(await system.rows("verification", "cases", where))

    await until(is_issued, "the card is issued")


async def _fail_a_message(system: System, case_id: str) -> None:
    failure = Failure("notice", _FAILED, case_id, "no_channel", now())
    await save(Scope(system.databases["verification"]), failure)


@asynccontextmanager
async def at_work(system: System) -> AsyncIterator[Office]:
    url = system.services.url("verification")
    async with AsyncExitStack() as stack:
        clients = {}
        for username in (APPROVER, COLLEAGUE, ADMIN):
            clients[username] = await stack.enter_async_context(web(url))
            password = system.servers.run.secrets.password("officer", username)
            data = {"username": username, "password": password}
            answer = await clients[username].post("/petugas/masuk", data=data)
            assert answer.status_code == 303, answer.text[:300]
        yield Office(system, clients)
