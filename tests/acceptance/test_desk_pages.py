"""An officer's day in Chromium: sign in, claim, look, return, approve; with and without script."""

from __future__ import annotations

import hashlib
import re

import pytest
from playwright.async_api import (
    Browser,
    BrowserContext,
    Page,
    ViewportSize,
    expect,
)

from deploy.local.environment import environment
from services.verification.accounts import main
from shared.contracts.applications import Answers, ApplicationSubmitted
from shared.contracts.catalog import parse_event
from shared.contracts.envelope import Event
from shared.ids import uuid7
from shared.sealed import field_context
from tests.chromium import PATIENCE
from tests.integration.verification.stage import PASSWORDS, Stage
from tests.unit.verification.sample_events import amended, answers, card_issued, submitted

PHONE: ViewportSize = {"width": 360, "height": 780}
DESK: ViewportSize = {"width": 1280, "height": 900}


def own_answers(stage: Stage, case_id: str, name: str, nik: str) -> Answers:
    """With a phone of their own: nobody here is taken for somebody else."""
    given = answers(case_id, full_name=name, nik=nik, keys=stage.keys)
    digits = f"+628{int(hashlib.sha256(case_id.encode()).hexdigest()[:8], 16):010d}"
    mobile = stage.keys.seal("contact", digits, field_context(case_id, "mobile"))
    contact = given.contact.model_copy(update={"mobile": mobile})
    return given.model_copy(update={"contact": contact})


async def new_case(stage: Stage, name: str, nik: str) -> Event[ApplicationSubmitted]:
    case_id = uuid7()
    files = (
        await stage.document("identity_card", f"KTP\n{name}"),
        await stage.document("diploma", f"Ijazah\n{name}", pages=2),
        await stage.document("photo", f"Pas foto\n{name}"),
    )
    reference = f"AK1-{case_id.replace('-', '')[-11:].upper()}"
    event = submitted(case_id, own_answers(stage, case_id, name, nik), files, reference)
    await stage.deliver(event)
    return event


async def sign_in(context: BrowserContext, stage: Stage, username: str) -> Page:
    context.set_default_timeout(PATIENCE)
    page = await context.new_page()
    await page.goto(stage.url)
    await page.get_by_label("Nama pengguna").fill(username)
    await page.get_by_label("Kata sandi").fill(PASSWORDS[username])
    await page.get_by_role("button", name="Masuk").click()
    await expect(page.get_by_role("heading", name="Antrean permohonan")).to_be_visible()
    return page


async def choose_checks(page: Page, *choices: str) -> None:
    """What is found in each document, by all of its items or by the first that differs."""
    panels = page.locator(".panel")
    for number, choice in enumerate(choices):
        panel = panels.nth(number)
        if choice == "matches":
            await panel.get_by_label("Semua sesuai").check()
        else:
            await panel.locator(f"[type=radio][value={choice}]").first.check()


async def actions_of(stage: Stage, case_id: str) -> list[str]:
    rows = stage.uow.reading().collection("audit_log").find({"case_id": case_id})
    return [row["action"] for row in await rows.sort("_id", 1).to_list(None)]


async def emitted_types(stage: Stage, case_id: str) -> list[str]:
    rows = stage.uow.reading().collection("outbox").find({"key": case_id}).sort("_id", 1)
    return [event.type async for row in rows if (event := parse_event(row["body"]))]


async def return_the_photo(page: Page) -> None:
    """From the case to the message, previewed and sent."""
    await page.get_by_role("button", name="Minta perbaikan").click()
    await expect(page.get_by_label("Pas foto")).to_have_value("photo_not_accepted")
    await page.get_by_label("Catatan untuk pemohon").fill("Wajah tertutup masker.")
    await page.get_by_role("button", name="Lihat pesan untuk pemohon").click()
    await expect(page.get_by_text("Pas foto belum sesuai.")).to_be_visible()
    await page.get_by_role("button", name="Kirim ke pemohon").click()
    await expect(page.get_by_role("status")).to_contain_text("dikembalikan kepada pemohon")


@pytest.mark.parametrize(("script", "size"), [(True, DESK), (False, PHONE)])
async def test_return_amend_and_approve(
    stage: Stage, chromium: Browser, script: bool, size: ViewportSize
) -> None:
    """The whole way of a case through the desk."""
    nik = f"14040467080100{11 if script else 12}"
    name = "Siti Contoh Rahma" if script else "Nurul Hidayah Contoh"
    event = await new_case(stage, f"{name}wati", nik)
    context = await chromium.new_context(java_script_enabled=script, viewport=size)
    page = await sign_in(context, stage, "putra")

    await page.get_by_role("link", name=event.data.reference).click()
    await page.get_by_role("button", name="Ambil permohonan").click()
    await expect(page.get_by_text("Anda memeriksa permohonan ini sampai pukul")).to_be_visible()
    await choose_checks(page, "matches", "matches", "does_not_match")
    if script:
        await expect(page.get_by_role("button", name="Setujui")).to_be_disabled()
        await expect(page.locator("[data-missing]")).to_have_text(
            "Belum: Pas foto 3x4: tidak sesuai."
        )
    else:
        await page.get_by_role("button", name="Setujui").click()
        await expect(page.get_by_role("alert")).to_contain_text("Pas foto 3x4: tidak sesuai.")

    await return_the_photo(page)
    files = (*event.data.documents[:2], await stage.document("photo", "Pas foto\nbaru"))
    better = own_answers(stage, event.subject, name, nik)
    changed = ("identity", "documents.photo")
    await stage.deliver(amended(event, given=better, files=files, changed=changed))
    await page.goto(f"{stage.url}/petugas/permohonan/{event.subject}")
    changes = page.locator(".changes")
    await expect(changes.locator("del")).to_have_text(f"{name}wati")
    await expect(changes.locator("ins")).to_have_text(name)
    await expect(changes).to_contain_text("Berkas Pas foto 3x4 diunggah ulang.")

    await page.get_by_role("button", name="Ambil permohonan").click()
    await expect(page.locator(".alert-warning")).to_contain_text("data diri diubah")
    await choose_checks(page, "matches", "matches", "matches")
    await page.get_by_role("button", name="Teruskan").click()
    await expect(page.get_by_role("status")).to_contain_text("diteruskan kepada Pengantar Kerja")
    other = await chromium.new_context(java_script_enabled=script, viewport=size)
    second = await sign_in(other, stage, "rina")
    await second.goto(f"{stage.url}/petugas/permohonan/{event.subject}")
    await second.get_by_role("button", name="Ambil permohonan").click()
    await second.get_by_role("button", name="Setujui").click()
    await expect(second.get_by_role("status")).to_contain_text("disetujui. Kartu sedang dibuat.")
    await other.close()
    assert await emitted_types(stage, event.subject) == [
        "review.started.v1",
        "application.returned.v1",
        "review.started.v1",
        "application.approved.v1",
    ]
    await context.close()


async def test_the_viewer_zooms_turns_and_changes_documents(
    stage: Stage, chromium: Browser
) -> None:
    event = await new_case(stage, "Budi Contoh", "1404042708010003")
    context = await chromium.new_context(viewport=DESK)
    problems: list[str] = []
    page = await sign_in(context, stage, "vera")
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda line: problems.append(line.text) if line.type == "error" else None)
    await page.goto(f"{stage.url}/petugas/permohonan/{event.subject}")
    image = page.locator(".viewer-document:not([hidden]) img").first
    await expect(image).to_have_js_property("naturalWidth", 1011)
    before = await image.bounding_box()
    await page.get_by_role("button", name="Perbesar").click()
    larger = await image.bounding_box()
    await page.get_by_role("button", name="Putar").click()
    turned = await image.bounding_box()
    assert before
    assert larger
    assert turned
    assert larger["width"] > before["width"] * 1.2
    assert before["width"] > before["height"]
    assert turned["width"] < turned["height"]
    await page.locator(".viewer-tab", has_text="Ijazah").click()
    await expect(page.locator(".viewer-document:not([hidden]) img")).to_have_count(2)
    await page.locator(".panel", has_text="Pas foto").locator(".card-title").click()
    await expect(page.locator(".viewer-tab.is-current")).to_have_text("Pas foto 3x4")
    assert problems == []
    seen = await actions_of(stage, event.subject)
    assert seen.count("document.viewed") >= 3
    assert "case.viewed" in seen
    await context.close()


async def test_a_colleague_sees_who_has_it_and_cannot_decide(
    stage: Stage, chromium: Browser
) -> None:
    event = await new_case(stage, "Rina Contoh", "1404046708010004")
    mine = await chromium.new_context(viewport=DESK)
    theirs = await chromium.new_context(viewport=DESK)
    first = await sign_in(mine, stage, "putra")
    second = await sign_in(theirs, stage, "vera")
    for page in (first, second):
        await page.goto(f"{stage.url}/petugas/permohonan/{event.subject}")
    await first.get_by_role("button", name="Ambil permohonan").click()
    await expect(first.get_by_text("Anda memeriksa")).to_be_visible()
    await second.get_by_role("button", name="Ambil permohonan").click()
    await expect(second.get_by_role("heading")).to_have_text("Sedang diperiksa petugas lain")
    await expect(second.get_by_role("main")).to_contain_text(
        re.compile(r"sedang diperiksa Putra Contoh, S.E. sampai pukul \d\d\.\d\d WIB")
    )
    await second.get_by_role("link", name="Buka permohonan ini").click()
    await expect(second.get_by_role("button", name="Teruskan")).to_have_count(0)
    await first.get_by_role("button", name="Lepas").click()
    await second.reload()
    await second.get_by_role("button", name="Ambil permohonan").click()
    await expect(second.get_by_role("button", name="Teruskan")).to_be_visible()
    await expect(second.get_by_role("button", name="Setujui dan terbitkan")).to_have_count(0)
    await choose_checks(second, "matches", "matches", "matches")
    await second.get_by_role("button", name="Teruskan").click()
    await expect(second.get_by_role("status")).to_contain_text("diteruskan kepada Pengantar Kerja")
    await first.goto(f"{stage.url}/petugas/antrean?tab=approval")
    await expect(first.get_by_role("link", name=event.data.reference)).to_be_visible()
    await mine.close()
    await theirs.close()


async def test_reject_needs_a_confirmation(stage: Stage, chromium: Browser) -> None:
    event = await new_case(stage, "Dewi Contoh", "1404046708010005")
    context = await chromium.new_context(viewport=DESK)
    page = await sign_in(context, stage, "putra")
    await page.goto(f"{stage.url}/petugas/permohonan/{event.subject}")
    await page.get_by_role("button", name="Ambil permohonan").click()
    await page.get_by_role("button", name="Tolak").click()
    await page.get_by_role("button", name="Lanjut ke konfirmasi").click()
    await expect(page.get_by_role("alert")).to_have_text("Pilih alasan penolakan.")
    await page.get_by_label("Di luar wilayah pelayanan").check()
    await page.get_by_role("button", name="Lanjut ke konfirmasi").click()
    assert "application.rejected.v1" not in await emitted_types(stage, event.subject)
    await page.get_by_role("button", name="Ya, tolak permohonan").click()
    await expect(page.get_by_role("status")).to_contain_text("ditolak.")
    assert "application.rejected.v1" in await emitted_types(stage, event.subject)
    await context.close()


async def test_an_issued_card_can_be_opened(stage: Stage, chromium: Browser) -> None:
    event = await new_case(stage, "Nur Contoh", "1404046708010006")
    issued = card_issued(event, b"%PDF-1.4 contoh")
    await stage.put_card(issued.data.object_key, b"%PDF-1.4 contoh")
    await stage.deliver(issued)
    context = await chromium.new_context(viewport=DESK)
    page = await sign_in(context, stage, "vera")
    await page.goto(f"{stage.url}/petugas/permohonan/{event.subject}")
    await expect(page.get_by_text("Kartu terbit dengan nomor 1404241126000001.")).to_be_visible()
    address = await page.get_by_role("link", name="Buka kartu").get_attribute("href")
    answer = await context.request.get(f"{stage.url}{address}")
    assert await answer.body() == b"%PDF-1.4 contoh"
    assert answer.headers["content-type"] == "application/pdf"
    assert (await actions_of(stage, event.subject))[-1] == "card.viewed"
    await context.close()


async def test_no_page_is_wider_than_a_phone(stage: Stage, chromium: Browser) -> None:
    name = "Muhammad Fauzan Contoh bin Abdul Karim Al-Tembilahani Contoh"
    event = await new_case(stage, name, "1404042708010007")
    context = await chromium.new_context(viewport=PHONE)
    page = await sign_in(context, stage, "putra")
    case = f"{stage.url}/petugas/permohonan/{event.subject}"
    await page.goto(case)
    await page.get_by_role("button", name="Ambil permohonan").click()
    for address in (
        f"{stage.url}/petugas/antrean",
        *(f"{stage.url}/petugas/antrean?tab={tab}" for tab in ("mine", "approved")),
        case,
        f"{case}/perbaikan",
        f"{case}/tolak",
        f"{stage.url}/petugas/tidak-ada",
    ):
        await page.goto(address)
        width = await page.evaluate("document.documentElement.scrollWidth")
        assert width <= PHONE["width"], address
    await context.close()


def test_the_accounts_command_is_idempotent_and_lists(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in environment("verification", stage.servers.run).items():
        monkeypatch.setenv(name, value)
    assert main(["disable", "--username", "admin"]) == 2
    assert "administrator terakhir" in capsys.readouterr().err
    password = stage.servers.run.folder / "vera.password"
    password.write_text(PASSWORDS["vera"] + "\n", "utf-8")
    vera = ("--username", "vera", "--name", "Vera Contoh", "--password-file", str(password))
    for _ in range(2):
        roles = ("--role", "verification_officer", "--role", "system_admin")
        assert main(["ensure", *vera, *roles]) == 0
    assert main(["disable", "--username", "admin"]) == 0
    listed = stage.accounts("list").stdout
    assert listed.count("vera\tVera Contoh\tverification_officer,system_admin\taktif") == 1
    assert "putra\tPutra Contoh, S.E.\tplacement_officer\taktif" in listed
    assert "admin\tAdmin Contoh\tsystem_admin\tnonaktif" in listed
    assert main(["disable", "--username", "siapa"]) == 2
    assert "siapa" in capsys.readouterr().err
