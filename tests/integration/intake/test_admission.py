"""More people than the process can take: all get in, in order, and nobody gets an error."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import httpx2
import pytest
import uvicorn
from playwright.async_api import expect

from services.intake.admission import gate as gate_module
from services.intake.admission.gate import Gate
from services.intake.intake import Intake
from services.intake.web import sessions
from services.intake.web.api import openapi_document
from services.intake.web.app import make_app
from services.intake.web.assets import Assets
from tests.chromium import open_chromium
from tests.integration.intake.conftest import Applicant, key

MOST = 3
_BEGIN = {"notice_acknowledged": "yes", "kind": "new"}


@dataclass
class Busy:
    """Intake that takes little, and what it lets in, in order."""

    app: Any
    entered: list[str] = field(default_factory=list)

    @property
    def gate(self) -> Gate:
        gate: Gate = self.app.app.gate
        return gate

    @contextmanager
    def full(self) -> Iterator[None]:
        """So much in work that nobody new comes in."""
        self.gate.work.running += 100
        yield
        self.gate.work.running -= 100

    def client(self) -> httpx2.AsyncClient:
        transport = httpx2.ASGITransport(app=self.app, client=("192.0.2.1", 1))
        return httpx2.AsyncClient(transport=transport, base_url="http://t")


@pytest.fixture
def busy(intake: Intake) -> Busy:
    settings = intake.settings.model_copy(update={"admission_most": MOST})
    return Busy(make_app(replace(intake, settings=settings)))


def position(answer: httpx2.Response) -> int:
    found = re.search(r"Anda urutan ke-(\d+)", answer.text)
    assert found
    return int(found[1])


async def test_under_load_everybody_gets_in(busy: Busy, intake: Intake) -> None:
    """Thirty newcomers while people with drafts keep the process full; the order of the line is in
    the unit tests, where a clock of ours decides who asks when.
    """
    done, started = asyncio.Event(), 0
    entered = 0
    statuses: set[int] = set()

    async def goes_on() -> None:
        nonlocal started
        async with busy.client() as browser:
            assert (await browser.post("/daftar", data=_BEGIN)).status_code == 303
            started += 1
            while not done.is_set():
                answer = await browser.get("/daftar/daftar-tugas")
                assert answer.status_code == 200
                await asyncio.sleep(0.01)

    async def comes() -> None:
        nonlocal entered
        async with busy.client() as browser:
            last = 10_000
            while True:
                answer = await browser.get("/daftar")
                statuses.add(answer.status_code)
                if answer.status_code == 200:
                    break
                assert answer.status_code == 503
                assert int(answer.headers["retry-after"]) >= 5
                assert position(answer) <= last, "nobody goes back in the line"
                last = position(answer)
                await asyncio.sleep(0.02)
            entered += 1
            assert (await browser.post("/daftar", data=_BEGIN)).status_code == 303

    begun = [asyncio.create_task(goes_on()) for _ in range(MOST)]
    while started < MOST:
        await asyncio.sleep(0.01)
    with busy.full():
        coming = [asyncio.create_task(comes()) for _ in range(30)]
        while len(busy.gate.line) < 30:
            await asyncio.sleep(0.01)
    await asyncio.gather(*coming)
    done.set()
    await asyncio.gather(*begun)
    assert statuses == {200, 503}
    assert entered == 30
    assert len(busy.gate.line) == 0
    assert busy.gate.work.running == 0


async def test_who_began_is_never_held_up_and_the_rest_waits_kindly(
    busy: Busy, intake: Intake
) -> None:
    token = sessions.return_token(intake.settings, sessions.Returning("draft", "code"))
    async with busy.client() as mine, busy.client() as new, busy.client() as back:
        assert (await mine.post("/daftar", data=_BEGIN)).status_code == 303
        with busy.full():
            assert (await mine.get("/daftar/daftar-tugas")).status_code == 200
            assert (await mine.get("/daftar")).status_code == 200
            back.cookies.set(sessions.RETURN_COOKIE, token)  # a code is on its way to them
            assert (await back.get("/lanjutkan/kode")).status_code == 303
            for path in (Assets().url("theme.css"), "/keluar"):
                assert (await new.get(path)).status_code == 200
            for path in ("/V", "/.well-known/jwks.json", "/status/9999"):  # of who checks a card
                assert (await new.get(path)).status_code in {200, 404}
            first = await new.get("/daftar")
            assert first.status_code == 503
            assert position(first) == 1
            assert first.headers["refresh"] == first.headers["retry-after"] == "5"
            assert first.headers["cache-control"] == "no-store"
            assert intake.office.identity.telephone in first.text
            assert "Tidak ada yang hilang" in first.text
            posted = await new.post("/status", data={"reference": "AK1"})
            assert posted.status_code == 503
            assert "refresh" not in posted.headers  # it would ask again without the form
            assert "tetapi tidak hilang" in posted.text
        assert (await new.get("/daftar")).status_code == 200
        with busy.full():  # the turn has come: reading the page again loses nothing
            assert (await new.get("/daftar")).status_code == 200
            assert (await new.post("/daftar", data=_BEGIN)).status_code == 303


async def test_scripts_get_a_place_too(busy: Busy, http: httpx2.AsyncClient) -> None:
    applicant = await Applicant.start(http)
    begin: dict[str, Any] = {"json": {"notice_acknowledged": True, "kind": "new"}}
    async with busy.client() as script:
        with busy.full():
            assert (await script.post("/api/v1/applications", **begin)).status_code == 503
            answer = await script.post("/api/v1/applications", headers=key(), **begin)
            assert answer.status_code == 503
            assert answer.headers["content-type"] == "application/problem+json"
            problem = answer.json()
            assert (problem["code"], problem["position"]) == ("busy", 2)
            assert int(answer.headers["retry-after"]) >= 5
            described = openapi_document()
            assert set(problem) | {"errors"} == set(
                described["components"]["schemas"]["Busy"]["properties"]
            )
            operation = described["paths"]["/applications"]["post"]
            assert "Busy" in str(operation["responses"]["503"])
            assert "Queue-Ticket" in {each["name"] for each in operation["parameters"]}
            ticket = {"Queue-Ticket": problem["ticket"]}
            again = await script.post("/api/v1/applications", headers=ticket, **begin)
            assert again.json()["position"] == 2
            mine = f"/api/v1/applications/{applicant.id}"
            assert (await script.get(mine, headers=applicant.headers)).status_code == 200
        answer = await script.post("/api/v1/applications", headers={**key(), **ticket}, **begin)
        assert answer.status_code == 201


@pytest.fixture
async def address(busy: Busy) -> AsyncIterator[str]:
    config = uvicorn.Config(busy.app, port=0, lifespan="off", log_config=None)
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.02)
    host, port = server.servers[0].sockets[0].getsockname()
    yield f"http://{host}:{port}"
    server.should_exit = True
    await task


async def test_the_page_opens_by_itself_without_script(
    busy: Busy, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate_module, "pause_for", lambda _: 1)
    async with open_chromium() as browser:
        visits = [await browser.new_context(java_script_enabled=False) for _ in range(2)]
        pages = [await visit.new_page() for visit in visits]
        with busy.full():
            for place, page in enumerate(pages, 1):
                await page.goto(f"{address}/daftar")
                await expect(page.locator("h1")).to_contain_text(f"Anda urutan ke-{place}")
        for page in pages:
            await expect(page.locator("h1")).to_have_text("Sebelum mulai")
