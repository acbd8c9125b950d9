"""What comes after sending, and what goes wrong: the walker's way through status and failures."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass

import httpx2
import uvicorn
from pymongo import MongoClient
from starlette.datastructures import MutableHeaders
from starlette.types import Message, Receive, Scope, Send

from deploy.demo.officer import CASES, Officer
from deploy.demo.patience import Line, expect
from deploy.local.environment import environment
from deploy.local.ports import HOST
from deploy.local.stack import Servers
from services.intake.intake import open_intake
from services.intake.references import new_reference
from services.intake.settings import IntakeSettings
from services.intake.web.app import make_app
from shared.service import connect
from tests.acceptance.system import System
from tests.acceptance.walker import Walker
from tests.acceptance.walker_returning import come_back_with_the_birth_date, see_what_the_phone_kept

SUMMARY = "/status/ringkasan"
CORRECTIONS = "/status/perbaikan"
_SELECT = re.compile(r'name="item\.([^"]+)">(.*?)</select>', re.DOTALL)
_REASON = re.compile(r'<option value="([^"]+)"')
PATIENCE_SECONDS = 90.0


@dataclass
class Desk:
    """Two officers over HTTP: one checks what was corrected, the other decides."""

    officer: Officer
    verifier: Officer

    async def case_of(self, reference: str, officer: Officer) -> str:
        """Take the case as soon as it is in the queue."""
        found: list[str] = []

        async def listed() -> bool:
            page = expect(await officer.line.request("GET", "/petugas/antrean"), 200).text
            found[:] = re.findall(rf'href="{CASES}/([^"]+)">\s*{reference}<', page)
            return bool(found)

        await eventually(listed)
        await officer.claim(found[0])
        return found[0]

    async def return_everything(self, reference: str, documents: set[str]) -> None:
        """Every page and every document that was sent, each for its first reason."""
        case = await self.case_of(reference, self.officer)
        page = expect(await self.officer.line.request("GET", f"{CASES}/{case}/perbaikan"), 200).text
        reasons = {
            item: _REASON.findall(options)[0]
            for item, options in _SELECT.findall(page)
            if not item.startswith("documents.") or item.partition(".")[2] in documents
        }
        await self.officer.return_for_correction(case, reasons, "Foto di tempat terang.")

    async def approve(self, reference: str) -> None:
        case = await self.case_of(reference, self.verifier)
        expect(await self.verifier.forward(case), 303)
        await self.officer.claim(case)
        expect(await self.officer.approve(case), 303)


@asynccontextmanager
async def signed_in(url: str, system: System) -> AsyncIterator[Desk]:
    async with AsyncExitStack() as stack:

        async def officer(role: str) -> Officer:
            client = httpx2.AsyncClient(base_url=url, timeout=60)
            signed = Officer(Line(await stack.enter_async_context(client)))
            await signed.sign_in(*system.officer(role))
            return signed

        yield Desk(await officer("placement_officer"), await officer("verification_officer"))


async def eventually(reached: Callable[[], Awaitable[bool]]) -> None:
    deadline = asyncio.get_running_loop().time() + PATIENCE_SECONDS
    while not await reached():
        assert asyncio.get_running_loop().time() < deadline, "did not happen in time"
        await asyncio.sleep(0.2)


async def follow_the_application(walker: Walker, desk: Desk, reference: str) -> None:
    """Status after sending, all of it redone, and the card."""
    visitor = walker.visitor
    born = walker.answers.person.birth_date.isoformat()
    await visitor.look_up(reference, "1970-01-01")
    await walker.see("tidak cocok")
    await visitor.look_up(reference, born)
    await walker.see_all_of(SUMMARY, but=("/daftar",))

    await desk.return_everything(reference, set(walker.files))
    await shown(walker, f'main a[href="{CORRECTIONS}"]')
    await walker.see("dikembalikan")
    await visitor.go(CORRECTIONS)
    await walker.work_off(CORRECTIONS, SUMMARY)

    await desk.approve(reference)
    await shown(walker, 'main a[href="/status/kartu.pdf"]')
    await walker.see("terbit")
    await walker.see_all_of(SUMMARY, but=("/daftar",))


async def shown(walker: Walker, selector: str) -> None:
    """Load the status again until it has what the selector finds."""

    async def found() -> bool:
        await walker.visitor.go(SUMMARY)
        return await walker.page.locator(selector).count() > 0

    await eventually(found)


async def see_what_goes_wrong(walker: Walker, servers: Servers) -> None:
    """The pages nobody wants to see: 404, 401, 403, 429, 503."""
    visitor, page = walker.visitor, walker.page
    await visitor.context.clear_cookies()
    for path in ("/tidak-ada", "/cek/abc", "/daftar/identity", SUMMARY):
        await visitor.go(path)
        await walker.see("tanpa sesi")
    await come_back_with_the_birth_date(walker)
    await see_what_the_phone_kept(walker, "/daftar/preferences/occupations", "occupation_1")
    await visitor.go("/daftar/preferences")
    await page.evaluate("document.querySelector('main [name=csrf_token]').value = '0'.repeat(40)")
    await visitor.press("Simpan dan lanjut")
    await walker.see("token lain")
    await visitor.go("/daftar/preferences")
    with without_database(servers):
        await visitor.press("Simpan dan lanjut")
        await walker.see("gangguan")
        await visitor.go("/daftar/identity")
        await walker.see("gangguan")
    unknown = new_reference()  # its limit is used up, so no other test may ask for it
    for _ in range(60):
        await visitor.look_up(unknown, "1970-01-01")
        if not await page.locator("#reference").count():
            break
    await walker.see("terlalu banyak")


async def see_the_waiting_page(walker: Walker, servers: Servers) -> None:
    """What a newcomer gets who only looks, and one who has filled in something."""
    page = walker.page
    async with full_house(servers) as url:
        await page.goto(f"{url}/luring")
        await walker.wire.rest()
        walker.wire.loads.pop()  # of another origin the browser had nothing yet
        await walker.visitor.context.clear_cookies()  # who began before is let in
        await page.goto(f"{url}/daftar")
        await walker.see("menunggu")
        await walker.visitor.context.clear_cookies()
        async with page.expect_navigation():
            await page.evaluate(_POST)
        await walker.see("menunggu mengirim")
    assert "Isian Anda belum kami terima" in await page.locator("main").inner_text()


_POST = """() => {
  const form = document.createElement('form');
  form.method = 'post';
  document.body.append(form);
  form.submit();
}"""


@asynccontextmanager
async def full_house(servers: Servers) -> AsyncIterator[str]:
    """Intake in this process, with room for nobody; its page is not reloaded while one looks."""
    values = {name.lower(): value for name, value in environment("intake", servers.run).items()}
    settings = IntakeSettings.model_validate({**values, "admission_most": 0})
    intake = open_intake(connect(settings))
    app = make_app(intake)

    async def still(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_without_refresh(message: Message) -> None:
            if message["type"] == "http.response.start":
                del MutableHeaders(scope=message)["Refresh"]
            await send(message)

        await app(scope, receive, send_without_refresh)

    server = uvicorn.Server(uvicorn.Config(still, HOST, 0, lifespan="off", log_config=None))
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.02)
    try:
        yield f"http://{HOST}:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        await task
        intake.mongo.close()


@contextmanager
def without_database(servers: Servers) -> Iterator[None]:
    """MongoDB hangs up on intake."""
    with MongoClient[dict[str, object]](servers.run.mongo_url("deploy")) as admin:
        commands = ["find", "findAndModify", "aggregate", "insert", "update", "commitTransaction"]
        data = {"failCommands": commands, "closeConnection": True, "appName": "intake"}
        admin.admin.command("configureFailPoint", "failCommand", mode="alwaysOn", data=data)
        try:
            yield
        finally:
            admin.admin.command("configureFailPoint", "failCommand", mode="off")
