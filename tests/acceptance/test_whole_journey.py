"""One person, one officer, one card: the whole service in a real browser."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import Browser, Page, expect

from deploy.demo.people import SamplePerson, sample_people
from deploy.local.stack import Servers
from tests.acceptance.browser import DESK, PHONE, Person, chromium, overflow
from tests.acceptance.system import System, running, write_documents

CASES = "/petugas/permohonan"


@pytest.fixture(scope="module")
def system(servers: Servers) -> Iterator[System]:
    with running(servers) as started:
        yield started


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@dataclass
class Journey:
    """What a test needs of one way to use the service."""

    system: System
    person: SamplePerson
    applicant: Person
    desk: Page
    files: dict[str, Path]
    folder: Path

    def sign_in(self, role: str) -> None:
        username, password = self.system.officer(role)
        self.desk.goto(f"{self.system.officers}/petugas/masuk")
        self.desk.locator("[name=username]").fill(username)
        self.desk.locator("[name=password]").fill(password)
        self.desk.get_by_role("button", name="Masuk", exact=True).click()
        expect(self.desk).to_have_url(re.compile("/petugas/antrean"))

    def claim(self, reference: str) -> None:
        """Find the case in the queue (oldest first) and take it."""
        listed = self.desk.get_by_role("link", name=reference)
        eventually(
            lambda: (
                self.desk.goto(f"{self.system.officers}/petugas/antrean") is not None
                and listed.count() > 0
            )
        )
        listed.first.click()
        self.desk.get_by_role("button", name="Ambil permohonan").click()
        expect(self.desk.get_by_text("Anda memeriksa permohonan ini")).to_be_visible()

    def see_every_document(self) -> None:
        images = self.desk.locator("[data-page] img")
        for image in images.all():
            address = image.get_attribute("src")
            answer = self.desk.request.get(f"{self.system.officers}{address}")
            assert answer.status == 200
            assert answer.headers["content-type"] == "image/jpeg"
            assert "sandbox" in answer.headers["content-security-policy"]

    def return_identity_card(self) -> None:
        desk = self.desk
        desk.locator("[name='check.identity_card.picture'][value=unreadable]").check()
        desk.get_by_role("button", name="Minta perbaikan").click()
        row = desk.locator("[name='item.documents.identity_card']")
        row.select_option("identity_card_unclear")
        desk.locator("[name=note]").fill("Foto di tempat terang & tanpa kilat.")
        desk.get_by_role("button", name="Lihat pesan untuk pemohon").click()
        expect(desk.get_by_text("Foto KTP tidak terbaca")).to_be_visible()
        desk.get_by_role("button", name="Kirim ke pemohon").click()
        expect(desk.get_by_text("dikembalikan kepada pemohon")).to_be_visible()

    def approve(self) -> None:
        desk = self.desk
        for check in ("identity_card", "diploma", "photo"):
            desk.locator(f"[name='check.{check}'][value=matches]").check()
        desk.get_by_role("button", name="Setujui dan terbitkan kartu").click()
        expect(desk.get_by_text("disetujui. Kartu sedang dibuat")).to_be_visible()

    def correct(self, reference: str) -> None:
        """The applicant sees what is asked, in the officer's words, and redoes only that."""
        applicant, page = self.applicant, self.applicant.page
        applicant.open_status(reference)
        eventually(
            lambda: page.reload() is not None and page.get_by_text("Perlu diperbaiki").count() > 0
        )
        applicant.picture("returned")
        page.goto(f"{self.system.public}/status/perbaikan")
        expect(page.get_by_text("Foto KTP tidak terbaca").first).to_be_visible()
        expect(page.get_by_text("Foto di tempat terang & tanpa kilat.").first).to_be_visible()
        applicant.picture("corrections")
        identity = page.request.get(f"{self.system.public}/status/perbaikan/identity")
        assert identity.status in {403, 404, 409}, "only what was returned may be changed"
        applicant.upload(
            f"{self.system.public}/status/perbaikan/dokumen",
            {"identity_card": self.files["identity_card"]},
        )
        page.goto(f"{self.system.public}/status/perbaikan")
        page.locator("[name=declaration]").check()
        page.get_by_role("button", name="Kirim perbaikan").click()
        page.wait_for_load_state()

    def download_card(self, reference: str) -> Path:
        applicant, page = self.applicant, self.applicant.page
        applicant.open_status(reference)
        eventually(
            lambda: (
                page.reload() is not None
                and page.get_by_role("link", name="Unduh PDF untuk dicetak").count() > 0
            )
        )
        applicant.picture("issued")
        address = page.get_by_role("link", name="Unduh PDF untuk dicetak").first.get_attribute(
            "href"
        )
        answer = page.request.get(f"{self.system.public}{address}")
        assert answer.headers["content-type"] == "application/pdf"
        assert "attachment" in answer.headers["content-disposition"]
        path = self.folder / "card.pdf"
        path.write_bytes(answer.body())
        return path


def eventually(reached: Callable[[], bool], seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.3)


def pictures(request: pytest.FixtureRequest) -> Path | None:
    """Where to keep pictures of every page: PICTURES=folder, for those who want to look."""
    folder = os.environ.get("PICTURES")
    return Path(folder) / re.sub(r"\W+", "-", request.node.name) if folder else None


@pytest.fixture
def journey(
    system: System, browser: Browser, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Journey]:
    scripted, size, seed = request.param
    person = sample_people(1, seed=seed)[0]
    context = browser.new_context(viewport=size, java_script_enabled=scripted)
    desk = browser.new_context(viewport=DESK, java_script_enabled=scripted)
    page = context.new_page()
    yield Journey(
        system,
        person,
        Person(page, person, f"p{seed}@contoh.example", system.public, pictures(request)),
        desk.new_page(),
        write_documents(person, tmp_path / "files"),
        tmp_path,
    )
    context.close()
    desk.close()


WAYS = [
    pytest.param((True, PHONE, 101), id="phone"),
    pytest.param((False, PHONE, 102), id="phone-without-javascript"),
    pytest.param((True, DESK, 103), id="desk"),
]


@pytest.mark.parametrize("journey", WAYS, indirect=True)
def test_from_the_form_to_the_card(journey: Journey) -> None:
    page = journey.applicant.page
    reference = journey.applicant.register(journey.files)
    assert re.fullmatch(r"AK1-[0-9A-HJKMNP-TV-Z]{11}", reference)
    assert overflow(page) == 0

    page.go_back()
    page.go_forward()
    assert page.get_by_text(reference).count() > 0, "back and forward show the confirmation again"

    journey.sign_in("placement_officer")
    journey.claim(reference)
    journey.see_every_document()
    journey.return_identity_card()
    journey.correct(reference)
    journey.claim(reference)
    expect(journey.desk.get_by_text("Yang berubah sejak dikembalikan")).to_be_visible()
    journey.approve()
    card = journey.download_card(reference)

    check_card(card, journey)
    subjects = [mail["subject"] for mail in journey.system.mails(reference)]
    eventually(lambda: len(journey.system.mails(reference)) == 3)
    assert len(set(subjects)) == len(subjects)
    check_logs(journey)


def check_card(path: Path, journey: Journey) -> None:
    """The PDF holds the person's data, and its QR leads to a check page that knows it."""
    person = journey.person
    document = pypdfium2.PdfDocument(path)
    text = " ".join(" ".join(page.get_textpage().get_text_bounded().split()) for page in document)
    squeezed = text.replace(" ", "")
    for value in (person.full_name.upper(), person.nik, "Kesatu", "KETENTUAN", "Tembilahan"):
        assert value.replace(" ", "") in squeezed, f"{value} is not on the card"
    picture = path.with_suffix("")
    subprocess.run(
        ["pdftoppm", "-r", "300", "-png", "-f", "1", "-l", "1", path, picture], check=True
    )
    image = next(path.parent.glob("card-*.png"))
    decoded = subprocess.run(
        ["zbarimg", "-q", "--raw", image], capture_output=True, text=True, check=True
    ).stdout.strip()
    address, _, token = decoded.partition("#")
    assert address == f"{journey.system.public}/V".upper()
    assert token
    check_signed(decoded, journey)
    (code,) = set(re.findall(r"\b[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}\b", text))
    page = journey.applicant.page
    for typed, word in ((code.lower(), "Berlaku"), (code[::-1], "Kartu tidak ditemukan")):
        page.goto(f"{journey.system.public}/V")
        page.locator("#kode").fill(typed)
        page.get_by_role("button", name="Cek kode").click()
        expect(page.locator("main .spk-verdict")).to_contain_text(word)
        assert person.full_name not in page.locator("main").inner_text(), "it shows a masked name"
    journey.applicant.picture("checked")
    logs = journey.system.logs()
    for secret in (code, code.lower(), code.replace("-", ""), token, token[-40:]):
        assert secret not in logs


def check_signed(decoded: str, journey: Journey) -> None:
    """The QR in the phone of somebody else, as soon as the list of card states is written."""
    assert journey.desk.context.browser is not None
    context = journey.desk.context.browser.new_context(viewport=PHONE)
    page = context.new_page()

    def counts() -> bool:
        page.goto("about:blank")
        page.goto(decoded)
        return page.locator("#hasil h2").inner_text().startswith("✔")

    eventually(counts)
    shown = page.locator("main").inner_text()
    assert "BERLAKU sampai" in shown
    assert journey.person.full_name.upper()[:20] in shown
    assert journey.person.nik[-4:] in shown
    assert journey.person.nik not in shown
    context.close()


def check_logs(journey: Journey) -> None:
    logs = journey.system.logs()
    for secret in (journey.person.nik, journey.applicant.email, journey.person.full_name):
        assert secret not in logs


@pytest.mark.parametrize("journey", [pytest.param((True, PHONE, 104), id="phone")], indirect=True)
def test_a_stranger_learns_nothing(journey: Journey) -> None:
    """Wrong reference and wrong birth date get the same answer; a card needs the session."""
    reference = journey.applicant.register(journey.files)
    page = journey.applicant.page
    page.context.clear_cookies()
    answers = []
    for given, year in ((reference, "1970"), ("AK1-0000000000" + "0", "1970")):
        page.goto(f"{journey.system.public}/status")
        page.locator("[name=reference]").fill(given)
        journey.applicant.fill(
            {
                "birth_date-day": ["1"],
                "birth_date-month": ["1"],
                "birth_date-year": [year],
            }
        )
        page.get_by_role("button", name="Lihat status").click()
        answers.append(page.locator(".govuk-error-summary").inner_text())
    assert answers[0] == answers[1]
    card = page.request.get(f"{journey.system.public}/status/kartu.pdf", max_redirects=0)
    assert card.status in {302, 303, 401, 403, 404}
    assert b"%PDF" not in card.body()
