"""Every page of the desk that a link can open: axe-core is clean, and nothing scrolls sideways.

The routes are those of the rights test, so that a new page is looked at by itself. With
DESK_PICTURES=FOLDER a picture of each is kept, at each width, for somebody to look at.
"""

from __future__ import annotations

import os
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from services.verification.officers.domain import ROLES
from services.verification.printing import store
from services.verification.printing.domain import became_ready, by
from services.verification.printing.printers import Printer
from shared.clock import today
from shared.contracts.print_batches import PrinterOffset
from shared.dates import add_months
from shared.ids import uuid7
from shared.uow import Tx
from tests.acceptance.page_rules import accessible
from tests.acceptance.test_desk_pages import new_case, sign_in
from tests.chromium import PATIENCE
from tests.integration.verification.registered import issued
from tests.integration.verification.stage import Stage
from tests.integration.verification.test_rights import RULES
from tests.unit.verification.test_printing import AT, SHEETS, VERA
from tests.unit.verification.test_printing import batch as sample_batch

WIDTHS = (768, 1280, 1920)
# Not pages: pictures of documents, the PDF, and where a sign-in by the provider comes back.
NO_PAGES = {"berkas", "dinas", "kembali", "gambar", "lembar.pdf", "uji.pdf"}
PDFS = {"/petugas/permohonan/{case_id}/kartu"}
PATHS = [
    path
    for method, path in (route.split(" ") for route in RULES)
    if method == "GET" and not NO_PAGES & set(path.split("/")) and path not in PDFS
]


@pytest.fixture(scope="module")
async def page(stage: Stage, chromium: Browser) -> AsyncIterator[Page]:
    """Of an officer who may everything."""
    await stage.ensure("rina", "Rina Contoh", *ROLES)
    context = await chromium.new_context(viewport={"width": WIDTHS[0], "height": 900})
    yield await sign_in(context, stage, "rina")
    await context.close()


@pytest.fixture(scope="module")
async def parts(stage: Stage, page: Page) -> dict[str, str]:
    """What the addresses name: a claimed case, one that may be the same person, an account."""
    names = ("Sitti Nurhaliza Contoh", "Siti Nurhalizah Contoh", "Mu'min <b>& Contoh</b>")
    events = [
        await new_case(stage, name, f"14040467080100{number}1")
        for number, name in enumerate(names, start=1)
    ]
    await page.goto(f"{stage.url}/petugas/permohonan/{events[0].subject}")
    await page.get_by_role("button", name="Ambil permohonan").click()
    officer = await stage.uow.reading().collection("officers").find_one({"username": "vera"})
    assert officer is not None
    return {
        "case_id": events[0].subject,
        "other_id": events[1].subject,
        "officer_id": officer["_id"],
        "group": "documents.photo",
        "message": "returned",
        "note_id": uuid7(),
        "card_id": await a_card(stage),
        **await printing(stage),
    }


async def printing(stage: Stage) -> dict[str, str]:
    """A printer that shifts, and a batch whose sheets are ready."""
    asked = sample_batch().model_copy(update={"id": uuid7(), "open_cards": ()})
    batch = became_ready(asked, SHEETS, 2, AT)
    printer = Printer(
        id=uuid7(),
        name="Epson contoh",
        shape="plastic_sheet",
        offset=PrinterOffset(front_x=7, back_y=-13),
        changed=by(VERA, AT),
    )

    async def keep_both(tx: Tx) -> None:
        await store.insert(tx, batch)
        await store.insert_printer(tx, printer)

    await stage.uow.run(keep_both)
    return {"batch_id": batch.id, "printer_id": printer.id}


async def a_card(stage: Stage) -> str:
    """Of somebody whose report is due today."""
    event = await new_case(stage, "Rahma <i>Contoh</i>", "1404046708010091")
    card = issued(event, add_months(today(), -6), number=event.data.reference)
    await stage.deliver(card)
    return card.data.card_id


@pytest.mark.parametrize("path", PATHS)
async def test_a_page(stage: Stage, page: Page, parts: dict[str, str], path: str) -> None:
    page.set_default_timeout(PATIENCE)
    address = re.sub(r"\{(\w+)(:\w+)?\}", lambda found: parts[found[1]], path)
    answer = await page.goto(f"{stage.url}{address}")
    assert answer is not None
    assert answer.status in {200, 404, 409}, await page.locator("main").inner_text()
    assert await accessible(page) == []
    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": 900})
        await keep(page, path, width)
        wide = await page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, f"{wide} px too wide at {width}"


async def keep(page: Page, path: str, width: int) -> None:
    if folder := os.environ.get("DESK_PICTURES"):
        name = re.sub(r"\W+", "-", path).strip("-") or "start"
        await page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)
