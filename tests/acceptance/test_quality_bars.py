"""The bars for every public page, in Chromium on the real service: one walk, many checkers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import brotli
import pytest
from playwright.async_api import Browser

from deploy.demo.people import sample_people
from deploy.local.commands import ensure_officers
from deploy.local.stack import Servers, Services
from services.intake.web.assets import FOLDER
from tests.acceptance.hands import Keyboard
from tests.acceptance.made_up import made_up
from tests.acceptance.page_rules import CHECKS, SMALLEST
from tests.acceptance.public_visitor import Visitor
from tests.acceptance.relay import Relay
from tests.acceptance.slow_phone import first_paint_seconds
from tests.acceptance.system import System, serving, write_documents
from tests.acceptance.walker import Walker
from tests.acceptance.walker_afterwards import (
    follow_the_application,
    see_the_waiting_page,
    see_what_goes_wrong,
    signed_in,
)
from tests.acceptance.walker_next_card import answer_the_survey, ask_for_the_next_card
from tests.acceptance.walker_returning import come_back_with_the_codes
from tests.acceptance.wire import PAGE_BYTES, Wire

FIRST_PAGE_BYTES = 50_000
SCRIPT_BYTES = 10_000
PAINT_SECONDS = 3.5
pytestmark = pytest.mark.timeout(600)  # the walk is long, and a machine may be busy


@pytest.fixture(scope="module")
def services(servers: Servers) -> Iterator[Services]:
    with serving(servers, "intake", "verification", "cards", "notify") as started:
        ensure_officers(servers.run, lambda _: None)
        yield started


@pytest.fixture(scope="module")
async def walk(
    chromium: Browser, services: Services, tmp_path_factory: pytest.TempPathFactory
) -> Walker:
    """Every state once, with what the checkers said about each."""
    servers = services.servers
    person = sample_people(1, seed=3)[0]
    files = write_documents(person, tmp_path_factory.mktemp("documents"))
    visitor = await Visitor.arrive(
        chromium, services.url("intake"), width=SMALLEST, service_worker=False
    )
    walker = await Walker.begin(visitor, made_up(person), files, CHECKS)
    await walker.see_all_of("/", but=("/daftar",))
    reference = await walker.register()
    async with signed_in(services.url("verification"), System(servers, services)) as desk:
        await follow_the_application(walker, desk, reference)
    await answer_the_survey(walker)
    await ask_for_the_next_card(walker, servers, reference)
    await come_back_with_the_codes(walker, servers)
    await see_what_goes_wrong(walker, servers)
    await see_the_waiting_page(walker, servers)
    return walker


@pytest.mark.parametrize("check", CHECKS)
async def test_every_state_of_every_page(walk: Walker, check: str) -> None:
    found = "\n".join(walk.findings[check])
    assert not found, f"{check}:\n{found}"


async def test_each_next_page_is_light(walk: Walker) -> None:
    """With the style sheets of the first page in the browser's cache, as a person has them."""
    heavy = "\n".join(filter(None, (load.too_much() for load in walk.wire.loads)))
    assert not heavy, heavy
    assert not walk.wire.uncounted


async def test_the_first_page_is_light(chromium: Browser, services: Services) -> None:
    visitor = await Visitor.arrive(chromium, services.url("intake"))
    wire = await Wire.tap(visitor.page)
    await visitor.go("/")
    await wire.rest()
    assert sum(load.bytes for load in wire.loads) > 5_000, "nothing was counted"
    assert not wire.loads[-1].too_much(FIRST_PAGE_BYTES)


async def test_a_first_visit_with_all_that_is_put_by_for_later_is_light(
    chromium: Browser, services: Services
) -> None:
    """Two pages, and what the service worker loads for a day without a line: its page comes then."""
    async with Relay.before(services.servers.run.ports.intake) as relay:
        visitor = await Visitor.arrive(chromium, relay.url, width=SMALLEST)
        page = await visitor.go("/")
        await visitor.go("/daftar")
        await page.wait_for_function("() => navigator.serviceWorker.controller !== null")
        await page.wait_for_load_state("networkidle")
        assert 5_000 < relay.bytes <= FIRST_PAGE_BYTES + PAGE_BYTES
        await page.locator("[name=kind][value=new]").check()
        relay.cut()
        await visitor.go("/status")
        await page.locator("[data-offline]").wait_for()
        await page.locator("[data-kept=there]").wait_for()
        found = {name: await check(page) for name, check in CHECKS.items()}
        assert not any(found.values()), found


def test_our_scripts_are_small() -> None:
    """Those of applicants together, and those of who checks a card, compressed as they are sent."""
    sizes = {
        file.name: len(brotli.compress(file.read_bytes(), quality=11))
        for file in FOLDER.rglob("*.js")
        if "vendor" not in file.parts
    }
    checking = {"check.js", "card-check.js"}  # of no other page
    assert sum(size for name, size in sizes.items() if name not in checking) <= SCRIPT_BYTES
    assert sum(sizes[name] for name in {*checking, "autosave.js", "sw.js"}) <= SCRIPT_BYTES


async def test_the_first_page_is_painted_soon_on_a_slow_line(services: Services) -> None:
    """The best of three, for the machine may be busy; `make bench` prints the figure."""
    seconds = await first_paint_seconds(services.url("intake"), enough=PAINT_SECONDS)
    assert seconds < PAINT_SECONDS


async def test_the_whole_form_by_keyboard(
    chromium: Browser, services: Services, tmp_path: Path
) -> None:
    person = sample_people(1, seed=4)[0]
    visitor = await Visitor.arrive(chromium, services.url("intake"))
    keyboard = Keyboard()
    walker = await Walker.begin(visitor, made_up(person), write_documents(person, tmp_path))
    walker.hand, walker.tries_empty = keyboard, False
    reference = await walker.register()
    assert reference.startswith("AK1-")
    assert keyboard.unseen == []


BAD_PAGE = """<!DOCTYPE html><html lang="en"><head><title>x</title></head><body>
<main><h1>Satu</h1><h1>Dua</h1><p style="width: 900px">lebar</p>
<p style="height: 10px; overflow: hidden">Tulisan yang terpotong di bagian bawah</p>
<label class="govuk-visually-hidden" style="position: absolute; width: 1px; height: 1px;
overflow: hidden" for="a">Nama</label><input id="a" name="full_name" type="text">
<input name="mobile" type="number"><a href="/x" style="color: #ddd">pudar</a></main></body></html>"""


async def test_the_checkers_find_what_they_look_for(chromium: Browser) -> None:
    page = await chromium.new_page(viewport={"width": 360, "height": 740})
    await page.set_content(BAD_PAGE)
    found = {name: " ".join(await check(page)) for name, check in CHECKS.items()}
    assert "color-contrast" in found["accessible"]
    assert "label" in found["accessible"]
    for text in ("one h1", "Indonesian", "no label", "autocomplete=''", "type=number"):
        assert text in found["named"]
    assert "wider than the window" in found["fits_the_smallest_phone"]
    assert "cut off" in found["grows_with_the_letters"]
    await page.close()
