"""From the desk to the counter and back: an officer types for a person who has no phone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from deploy.demo.people import sample_people
from deploy.local.stack import Servers
from tests.acceptance.browser import TABLET, Person, chromium, overflow
from tests.acceptance.page_rules import AXE, RUN_AXE, WCAG
from tests.acceptance.system import System, running, write_documents
from tests.acceptance.test_whole_journey import Journey
from tests.chromium import PATIENCE

CAMERA = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
KEPT = "Object.keys(localStorage).length + Object.keys(sessionStorage).length"


@pytest.fixture(scope="module")
def system(servers: Servers) -> Iterator[System]:
    with running(servers) as started:
        yield started


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium(*CAMERA) as started:
        yield started


def look(typing: Person, name: str) -> None:
    """Keep a picture if somebody wants one; nothing sticks out, and axe-core has no remark."""
    page = typing.page
    typing.picture(name)
    assert overflow(page) == 0, name
    page.evaluate(AXE)
    assert page.evaluate(RUN_AXE, WCAG) == [], name


def open_counter(typing: Person, channel: str) -> None:
    """From the page of the desk to intake, without a second click."""
    page = typing.page
    expect(page.get_by_role("heading", name="Layani di loket")).to_be_visible()
    page.locator(f"[name=channel][value={channel}]").check()
    look(typing, "desk")
    page.get_by_role("button", name="Buka formulir").click()
    page.wait_for_url(f"{typing.public}/loket")
    look(typing, "home")


def take_a_picture(typing: Person) -> None:
    """The next person's paper, by the camera of the office."""
    page = typing.page
    page.goto(f"{typing.public}/loket")
    page.get_by_role("link", name="Mulai pendaftaran").click()
    page.locator("[name=kind][value=new]").check()
    page.locator("#notice_acknowledged").check()
    page.get_by_role("button", name="Mulai mengisi").click()
    page.goto(f"{typing.public}/daftar/dokumen")
    paper = page.locator("#berkas-identity_card")
    paper.get_by_role("button", name="Ambil dengan kamera").click()
    shot = page.get_by_role("dialog", name="Kamera")
    page.wait_for_function("() => document.querySelector('#kamera video').videoWidth > 0")
    look(typing, "camera")
    shot.get_by_role("button", name="Ambil gambar").click()
    expect(shot).to_be_hidden()
    paper.get_by_role("button", name="Unggah").click()
    expect(paper).to_contain_text("Diterima")
    look(typing, "picture")


def close_counter(typing: Person) -> None:
    """By hand; and what a browser shows whose session is over."""
    page = typing.page
    page.goto(f"{typing.public}/loket")
    page.get_by_role("button", name="Akhiri layanan loket").click()
    look(typing, "ended")
    page.context.add_cookies([{"name": "loket", "value": "over", "url": typing.public}])
    page.goto(typing.public)
    expect(page.get_by_role("heading", level=1)).to_have_text("Layanan loket sudah berakhir")
    look(typing, "over")
    page.get_by_role("button", name="Hapus dari komputer ini").click()
    page.get_by_role("link", name="Ke meja petugas").click()


@pytest.mark.timeout(240)
def test_an_officer_enters_a_person_who_comes_without_a_phone(
    system: System, browser: Browser, tmp_path: Path
) -> None:
    person = sample_people(1, seed=44)[0]
    pictures = os.environ.get("PICTURES")
    context = browser.new_context(viewport=TABLET)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    folder = Path(pictures) / "counter" if pictures else None
    typing = Person(page, person, f"{person.nik}@contoh.example", system.public, folder)
    files = write_documents(person, tmp_path)
    journey = Journey(system, person, typing, page, files, tmp_path)
    journey.sign_in("verification_officer")
    page.get_by_role("link", name="Layani di loket").click()
    open_counter(typing, "whatsapp")
    bar = page.locator(".spk-counter")
    expect(bar).to_contain_text("diisi oleh Contoh Verifikator · saluran WhatsApp")
    page.go_back()  # to a page that can be shown, and opens another session
    open_counter(typing, "counter")

    reference = typing.register(files)
    expect(bar).to_contain_text("saluran Loket")
    expect(page.locator(".spk-reference")).to_have_text(reference)
    look(typing, "sent")
    page.get_by_role("button", name="Layani orang berikutnya").click()
    expect(page.get_by_role("heading", name="Siap untuk orang berikutnya")).to_be_visible()
    look(typing, "next")
    assert page.evaluate(KEPT) == 0
    cookies = {each.get("name", "") for each in context.cookies()}
    assert {name for name in cookies if not name.startswith("petugas")} == {"loket"}
    page.goto(f"{system.public}/daftar/daftar-tugas")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sesi pendaftaran sudah berakhir")
    take_a_picture(typing)
    close_counter(typing)

    journey.claim(reference)
    expect(page.locator(".case-meta")).to_contain_text("Loket · diisikan oleh Contoh Verifikator")
    expect(page.get_by_text("Permohonan diisikan untuk pemohon")).to_contain_text(
        "oleh Contoh Verifikator"
    )
    typing.picture("case")
    context.close()
