"""SIGKILL of the desk in the middle of each of an officer's clicks.

A click happened wholly or not at all; what was acknowledged happened; pressed again, as people do,
it happens once. The row of the audit log is written in the transaction of the act.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from itertools import cycle

import httpx2
import pytest

from deploy.demo.officer import CASES
from tests.faults.journeys import APPROVER, Journey, town
from tests.faults.system import System, until, web

Form = dict[str, str]
_HIDDEN = re.compile(r'<input type="hidden" name="(csrf_token|version|key)" value="([^"]*)"')
_CHECKS = re.compile(r'name="(check\.[a-z_]+)"')
_MOMENTS = cycle((0.0, 0.008, 0.016, 0.03, 0.06))  # seconds after the press
_BROKEN = 500


@dataclass(frozen=True)
class Click:
    """`page` has its form; `row` is its action in the audit log."""

    path: str
    row: str
    page: str = ""
    form: tuple[tuple[str, str], ...] = ()
    all_match: bool = False


_TAKE = Click("ambil", "claim.taken")
_NOTE = (("note", "Sudah ditelepon, besok datang."), ("for", "all"))
_REASON = (("reason", "outside_service_area"), ("do", "send"))
_ASK = (("item.documents.identity_card", "identity_card_unclear"), ("do", "send"))
STORIES = {
    "returned": (
        _TAKE,
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
        Click("ambil", "claim.taken"),
        Click("periksa", "application.approved", form=(("do", "approve"),), all_match=True),
        Click("dicetak", "card.printed"),
        Click("serahkan", "card.collected", form=(("identity_checked", "yes"),)),
    ),
}


@pytest.mark.timeout(600)
async def test_a_kill_in_a_click_loses_and_doubles_nothing(system: System) -> None:
    async with town(system, len(STORIES)) as people:
        for journey in people.journeys:
            await journey.prepare()
            await journey.submit()
            await people.desk.await_case(journey.id)
        async with web(system.services.url("verification")) as client:
            await _sign_in(client, system)
            for journey, clicks in zip(people.journeys, STORIES.values(), strict=True):
                for click in clicks:
                    await _killed_in(system, client, journey, click)


async def _killed_in(
    system: System, client: httpx2.AsyncClient, journey: Journey, click: Click
) -> None:
    if click.row == "card.printed":
        await _await_card(system, journey)
    before = await _rows(system, journey, click)
    form = await _form(client, journey, click)
    pressed = asyncio.create_task(_press(client, journey, click, form))
    await asyncio.sleep(next(_MOMENTS))
    await system.kill("verification")
    answer = await pressed
    await system.start("verification")
    done = await _rows(system, journey, click) - before
    assert done in {0, 1}, click
    if answer is not None:
        assert (answer.status_code, done) == (303, 1), click
    again = await _press(client, journey, click, form)
    assert again is not None, click
    assert again.status_code < _BROKEN, (click, again.text[:300])
    assert await _rows(system, journey, click) - before == 1, (click, again.status_code)


async def _press(
    client: httpx2.AsyncClient, journey: Journey, click: Click, form: Form
) -> httpx2.Response | None:
    """None where no answer came."""
    try:
        return await client.post(f"{CASES}/{journey.id}/{click.path}", data=form)
    except httpx2.TransportError:
        return None


async def _form(client: httpx2.AsyncClient, journey: Journey, click: Click) -> Form:
    address = f"{CASES}/{journey.id}/{click.page}".rstrip("/")
    page = (await client.get(address)).text
    form = dict(_HIDDEN.findall(page)) | {"lanjut_ada": "1"} | dict(click.form)  # no next case
    if click.all_match:
        form |= dict.fromkeys(_CHECKS.findall(page), "matches")
    return form


async def _rows(system: System, journey: Journey, click: Click) -> int:
    where = {"case_id": journey.id, "action": click.row}
    return len(await system.rows("verification", "audit_log", where))


async def _await_card(system: System, journey: Journey) -> None:
    async def is_issued() -> bool:
        where = {"_id": journey.id, "state": "issued"}
        return bool(await system.rows("verification", "cases", where))

    await until(is_issued, "the card is issued")


async def _sign_in(client: httpx2.AsyncClient, system: System) -> None:
    password = system.servers.run.secrets.password("officer", APPROVER)
    data = {"username": APPROVER, "password": password}
    answer = await client.post("/petugas/masuk", data=data)
    assert answer.status_code == 303, answer.text[:300]
