"""The check page in Chromium: every verdict, every changed character, no line, no script."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import date, timedelta
from functools import partial
from typing import Any

import httpx2
import pytest
from playwright.async_api import Browser, BrowserContext, Page, Route, expect

from services.cards.keys.ring import RingKey
from services.cards.keys.signer import PemSigner, new_private_key
from services.cards.publishing import lists
from services.cards.publishing.key_sets import jwks
from services.cards.token import Claims as IssuedClaims
from services.cards.token import end_of_day, qr_text, sign_token
from services.intake.intake import Intake
from shared import clock
from shared.storage import PUBLIC, Storage
from tests.acceptance.page_rules import CHECKS, fits_the_smallest_phone
from tests.chromium import PATIENCE, open_chromium
from tests.integration.intake.conftest import Others, Served
from tests.integration.intake.issued_cards import NAME, card_of, new_code, sent
from tests.unit.intake.cards_by_hand import (
    COMPROMISED,
    DAY,
    KEY,
    OLD,
    UNKNOWN,
    Claims,
    Key,
    code_of,
    key_set,
    status_list,
)

NOW = int(time.time())
RUNNING: dict[str, Any] = {"issued": NOW - DAY, "expires": NOW + 700 * DAY}
STALE = 100_000  # of a list that should have been written again two days ago
STRANGE = 200_000  # of a list that says of itself that it lies elsewhere
ABSENT = 99 * 100_000


def card(index: int = 0, key: Key = KEY, **changes: Any) -> str:
    return code_of(key, Claims(**{**RUNNING, **changes, "index": index}))


def changed(code: str, at: int) -> str:
    return code[:at] + ("B" if code[at] == "A" else "A") + code[at + 1 :]


GOOD, WARNING, BAD = "good", "warning", "bad"
NOT_CHECKED = "TANDA TANGAN SAH, status belum dicek"
VERDICTS = {
    "valid": (card(), GOOD, "BERLAKU sampai "),
    "cut name": (card(name="MUHAMMAD ABDURRAHMAN WAHID BI…"), GOOD, "BERLAKU sampai "),
    "revoked": (card(1), BAD, "DICABUT"),
    "overdue": (
        card(2),
        WARNING,
        "TIDAK AKTIF: wajib lapor terlewat atau sudah dihapus dari daftar",
    ),
    "placed": (card(3), WARNING, "TIDAK AKTIF: pemegang sudah bekerja"),
    "stale list": (card(STALE), WARNING, NOT_CHECKED),
    "strange list": (card(STRANGE), WARNING, NOT_CHECKED),
    "no list": (card(ABSENT), WARNING, NOT_CHECKED),
    "expired": (card(1, issued=NOW - 731 * DAY, expires=NOW - 2), BAD, "KEDALUWARSA sejak "),
    "changed": (changed(card(), -5 % len(card())), BAD, "TIDAK SAH"),
    "from tomorrow": (card(issued=NOW + DAY), BAD, "TIDAK SAH: tanggal terbit belum tiba"),
    "other office": (card(issuer="ID-1405"), BAD, "TIDAK SAH"),
    "compromised": (card(key=COMPROMISED), BAD, "TIDAK SAH"),
    "unknown key": (card(key=UNKNOWN), BAD, "TIDAK SAH: kunci tidak dikenal"),
    "garbage": ("HALO-DUNIA", BAD, "Kode tidak terbaca"),
}
SIGNS = {GOOD: "✔", WARNING: "!", BAD: "✖"}
LOOKED_AT = {"cut name", "stale list", "unknown key"}  # all other panels are made like these
SHOWS_CARD = {*list(VERDICTS)[:9]}


@pytest.fixture(scope="module", autouse=True)
async def published(cards: Storage, intake: Intake, served: Served) -> None:
    """What cards would write; list 1 is old, though not yet past its end; list 2 is a stranger's."""
    site = intake.settings.public_url
    lists = {
        0: status_list(KEY, 0, {1: 1, 2: 2, 3: 3}, at=NOW - 7200, site=site),
        1: status_list(KEY, 1, {}, at=NOW - 2 * DAY, lives=3 * DAY, site=site),
        2: status_list(KEY, 2, {}, at=NOW - 7200, site="https://ak1.example"),
    }
    await cards.put(PUBLIC, "jwks.json", key_set(), "application/json")
    for number, listed in lists.items():
        await cards.put(PUBLIC, f"status/{number}.jwt", listed, "application/statuslist+jwt")
    async with httpx2.AsyncClient(base_url=served.url, timeout=30) as client:
        for path, body in {"/.well-known/jwks.json": key_set(), **_paths(lists)}.items():
            while (await client.get(path)).content != body:  # a copy of what other tests wrote
                await asyncio.sleep(0.2)


def _paths(lists: dict[int, bytes]) -> dict[str, bytes]:
    return {f"/status/{number}": listed for number, listed in lists.items()}


@pytest.fixture(scope="module")
async def chromium() -> AsyncIterator[Browser]:
    async with open_chromium() as browser:
        yield browser


@pytest.fixture
async def phone(chromium: Browser, served: Served) -> AsyncIterator[BrowserContext]:
    context = await chromium.new_context(
        base_url=served.url, viewport={"width": 320, "height": 700}
    )
    context.set_default_timeout(PATIENCE)
    yield context
    await context.close()


async def scan(page: Page, code: str) -> str:
    """Open the address in a QR; the verdict in words."""
    await page.goto("about:blank")
    with suppress(Exception):  # without a line the answer is the service worker's
        await page.goto(f"/V#{code}")
    await expect(page.locator("#hasil h2")).to_be_visible()
    return await page.locator("#hasil h2 > :last-child").inner_text()


async def test_every_verdict_is_told_in_words_with_a_sign_on_the_smallest_phone(
    phone: BrowserContext,
) -> None:
    page = await phone.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda told: complaints.append(told.text))
    for name, (code, kind, words) in VERDICTS.items():
        told = await scan(page, code)
        assert told.startswith(words), name
        assert told == words or words.endswith(" "), name
        panel = page.locator("#hasil[role=status] .spk-panel")
        assert f"spk-panel--{kind}" in str(await panel.get_attribute("class")), name
        assert await page.locator(".spk-verdict__sign").inner_text() == SIGNS[kind], name
        assert await page.title() == f"{told} – SI PINTAR KERJA", name
        assert await page.locator("#tanpa-kode").is_hidden()
        facts = await page.locator("#isi-kartu").inner_text()
        assert bool(facts) == (name in SHOWS_CARD), name
        checks = CHECKS.values() if name in LOOKED_AT else [fits_the_smallest_phone]
        wrong = [f"{name}: {each}" for check in checks for each in await check(page)]
        assert wrong == []
    assert [each for each in complaints if "404" not in each] == []


async def test_what_is_on_the_card_is_shown_to_be_compared(phone: BrowserContext) -> None:
    page = await phone.new_page()
    name = "MUHAMMAD ABDURRAHMAN WAHID BI…"
    await scan(page, card(name=name))
    facts = page.locator("#isi-kartu")
    for text in (name, "17 April 1999", "•••• 7891", "SLTA", "1404 241126 000123"):
        await expect(facts).to_contain_text(text)
    note = facts.get_by_text("Nama yang panjang dipotong")
    await expect(note).to_be_visible()
    await expect(page.locator("#hasil")).to_contain_text("dengan KTP")
    await expect(page.locator("#hasil")).to_contain_text("2 jam lalu")
    await page.goto(f"/V#{card(1)}")  # another card in the same page
    await expect(page.locator("#hasil h2")).to_contain_text("DICABUT")
    await expect(note).to_be_hidden()
    await page.goto("/v")  # no card at all
    await expect(page.locator("#tanpa-kode")).to_be_visible()
    assert await page.locator("#hasil").inner_text() == ""


async def test_what_the_service_cards_makes_is_read_here(
    phone: BrowserContext, intake: Intake
) -> None:
    signer, now = PemSigner.load(new_private_key()), clock.now()
    jwk = signer.public.jwk
    long = timedelta(days=400)
    key = RingKey(
        kid=signer.kid.hex(),
        x=jwk["x"],
        y=jwk["y"],
        nbf=now,
        exp_sign=now + long,
        exp_verify=now + 3 * long,
    )
    claims = IssuedClaims(
        issuer="ID-1404",
        issued_at=now,
        expires_at=end_of_day(date(2090, 11, 24)),
        number="1404241126000123",
        name="Ñandú Siti Nur'aini binti Abdurrahman Wahid",
        birth_date=date(1999, 4, 17),
        nik_last4="0042",
        education_level=13,
        token_id=bytes(8),
        status_index=2_000_003,
    )
    site = intake.settings.public_url
    _, code = qr_text(sign_token(claims, signer), site)
    packed = lists.pack([(3, 2)])
    listed = lists.signed_list(20, packed, public_url=site, signer=signer, now=now)
    answers = {"jwks.json": jwks([key], "ID-1404"), "status/20": listed}
    for path, body in answers.items():
        await phone.route(f"**/{path}", partial(_fulfil, body))
    page = await phone.new_page()
    assert (await scan(page, code)).startswith("TIDAK AKTIF: wajib lapor")
    for text in ("ÑANDÚ SITI NUR'AINI BINTI", "…", "17 April 1999", "0042", "Doktor"):
        await expect(page.locator("#isi-kartu")).to_contain_text(text)


async def _fulfil(body: bytes, route: Route) -> None:
    await route.fulfill(body=body)


async def test_after_one_visit_cards_are_checked_without_a_line(
    phone: BrowserContext, served: Served
) -> None:
    asked: list[tuple[str, str]] = []
    phone.on("request", lambda each: asked.append((each.method, each.url)))
    page = await phone.new_page()
    await scan(page, card())
    await page.evaluate("navigator.serviceWorker.ready.then(() => 1)")
    for method, url in asked:
        address = url.removeprefix(served.url).partition("#")[0]
        assert method == "GET"
        assert address in {
            *("/V", "/status/0", "/.well-known/jwks.json", "/sw.js", "/luring"),
            *("/manifest.webmanifest", "about:blank"),
        } or address.startswith("/static/")
    await page.close()
    await phone.set_offline(True)

    page = await phone.new_page()
    assert await scan(page, card(7, name="BUDI")) == NOT_CHECKED
    await expect(page.locator("#isi-kartu")).to_contain_text("BUDI")
    await expect(page.locator("#hasil")).to_contain_text("data per ")
    assert await scan(page, card(1)) == "DICABUT"  # nothing takes that back
    assert await scan(page, changed(card(), 200)) == "TIDAK SAH"
    assert await scan(page, card(ABSENT)) == NOT_CHECKED
    await expect(page.locator("#hasil")).to_contain_text("belum ada data status di HP ini")
    await page.clock.set_fixed_time(clock.now() + timedelta(days=2))
    assert await scan(page, card(1)) == NOT_CHECKED  # the list is past its end
    await expect(page.locator("#hasil")).to_contain_text("belum ada data status di HP ini")
    await page.goto("/V")
    await page.locator("#kode").fill(new_code())
    await page.get_by_role("button", name="Cek kode").click()
    await expect(page.locator("h1")).to_have_text("Tidak ada sambungan internet")


async def test_a_new_key_is_asked_for_and_without_keys_nothing_is_claimed(
    chromium: Browser, served: Served
) -> None:
    context = await chromium.new_context(base_url=served.url, service_workers="block")
    page = await context.new_page()
    answers = [key_set(OLD), key_set()]
    await page.route(
        "**/jwks.json", lambda route: route.fulfill(body=answers.pop(0) if answers else b"{}")
    )
    assert (await scan(page, card())).startswith("BERLAKU")
    assert answers == []
    await page.unroute("**/jwks.json")
    await page.evaluate("caches.delete('spk-cek')")
    await page.route("**/jwks.json", lambda route: route.abort())
    assert await scan(page, card()) == "Belum dapat diperiksa"
    await context.close()


async def test_without_script_the_printed_code_is_asked_for(
    chromium: Browser, served: Served, http: httpx2.AsyncClient, intake: Intake, others: Others
) -> None:
    applicant, code = await sent(http), new_code()
    await others.say(card_of(intake, applicant, code), "cards", 2)
    context = await chromium.new_context(
        base_url=served.url, viewport={"width": 320, "height": 700}, java_script_enabled=False
    )
    page = await context.new_page()
    await page.goto(f"/V#{card()}")
    await expect(page.locator("main")).to_contain_text("ketik kode cek di bawah")
    await page.locator("#kode").fill(f"{code[:5].lower()}-{code[5:]}")
    await page.get_by_role("button", name="Cek kode").click()
    await expect(page.locator(".spk-verdict")).to_have_text("✔Berlaku")
    await expect(page.locator("main")).to_contain_text(NAME)
    assert code not in page.url
    await page.locator("#kode").fill("salah")
    await page.get_by_role("button", name="Cek kode").click()
    await expect(page.locator(".spk-verdict")).to_have_text("✖Kartu tidak ditemukan")
    await context.close()


async def test_the_page_is_light(phone: BrowserContext) -> None:
    page = await phone.new_page()
    wire = await phone.new_cdp_session(page)
    await wire.send("Network.enable")
    sizes: list[float] = []
    wire.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    await page.goto(f"/V#{card()}")
    await expect(page.locator("#hasil h2")).to_contain_text("BERLAKU")
    await page.wait_for_load_state("networkidle")
    assert sum(sizes) <= 30 * 1024
