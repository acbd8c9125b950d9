"""Who opened the file of one person: page, CSV and command."""

from __future__ import annotations

import asyncio
import csv
import io

import pytest

from deploy.local.environment import environment
from deploy.local.stack import Servers
from services.verification.access_log import main
from services.verification.audit import log
from services.verification.audit.domain import Entry
from services.verification.officers.accounts import Account, ensure_account
from services.verification.review.claims import claim_case
from shared.service import Resources
from tests.integration.verification.browser import PASSWORD, Browser, open_browser
from tests.integration.verification.conftest import Desk
from tests.unit.verification.sample_events import submitted

PAGE = "/petugas/catatan-akses"
NIK = "1404046708010001"
PURPOSE = "Permintaan pemilik data"


async def looked_at(desk: Desk) -> list[str]:
    """Two applications of one person, one opened and taken; their references."""
    first, second = submitted(), submitted(reference="AK1-4H6C2RB9WEJ")
    await desk.deliver(first)
    await desk.deliver(second)
    await desk.uow.run(lambda tx: claim_case(tx, first.subject, desk.verifier))
    for case_id, action, detail in (
        (first.subject, "case.viewed", {}),
        (first.subject, "document.viewed", {"kind": "identity_card", "page": 2}),
        (second.subject, "field.revealed", {"field": "nik"}),
    ):
        entry = Entry(desk.approver.actor, action, case_id, detail, purpose="=1+1", is_view=True)
        await log.record_view(desk.uow, entry)
    return [first.data.reference, second.data.reference]


async def privacy_officer(desk: Desk, browser: Browser) -> None:
    account = Account("dpo", "Contoh PDP", ["data_protection_officer"], PASSWORD)
    await ensure_account(desk.uow, account)
    await browser.sign_in("dpo")


async def ask(browser: Browser, text: str, do: str = "show", purpose: str = PURPOSE) -> str:
    form = {"csrf_token": await browser.token(PAGE), "text": text, "purpose": purpose, "do": do}
    return (await browser.client.post(PAGE, data=form)).text


async def test_the_privacy_officer_sees_every_access_to_all_files_of_a_person(
    desk: Desk, browser: Browser
) -> None:
    references = await looked_at(desk)
    await privacy_officer(desk, browser)
    assert (await browser.client.get("/petugas")).headers["location"] == PAGE
    for text in (references[0].lower(), f"{NIK[:6]} {NIK[6:]}"):
        page = await ask(browser, text)
        for each in (*references, "Putra Contoh", "KTP, halaman 2", "NIK: =1+1", "Vera Contoh"):
            assert each in page
    looks = await desk.audit(action="access_log.viewed")
    assert len(looks) == 4
    assert {(row["actor"]["name"], row["purpose"]) for row in looks} == {("Contoh PDP", PURPOSE)}
    assert "Membuka catatan akses" in await ask(browser, references[1])


async def test_the_csv_computes_nothing(desk: Desk, browser: Browser) -> None:
    references = await looked_at(desk)
    await privacy_officer(desk, browser)
    rows = list(csv.reader(io.StringIO(await ask(browser, references[0], "csv")), delimiter=";"))
    assert rows[0][0].endswith("Waktu (WIB)")
    assert [row[3] for row in rows[1:]] == [
        "Mengambil permohonan",
        "Membuka permohonan",
        "Melihat berkas",
        "Menampilkan data tertutup",
    ]
    assert [row[5] for row in rows[2:]] == ["'=1+1"] * 3
    assert {row[6] for row in rows[1:]} == set(references)


async def test_wrong_questions_are_answered_and_others_are_refused(
    desk: Desk, browser: Browser, resources: Resources
) -> None:
    references = await looked_at(desk)
    await privacy_officer(desk, browser)
    assert "NIK 16 angka" in await ask(browser, "siapa saja")
    assert "Tidak ada permohonan" in await ask(browser, "AK1-TIDAKADA")
    assert "Pilih keperluan" in await ask(browser, references[0], purpose="iseng")
    assert await desk.audit(action="access_log.viewed") == []
    async with open_browser(resources) as client:
        other = Browser(client)
        await other.sign_in("putra")
        assert (await client.get(PAGE)).status_code == 403
        form = {"text": references[0], "purpose": PURPOSE, "do": "csv"}
        assert (await other.post(PAGE, form)).status_code == 403


async def test_the_command_writes_the_same_csv(
    desk: Desk,
    servers: Servers,
    monkeypatch: pytest.MonkeyPatch,
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    references = await looked_at(desk)
    for name, value in environment("verification", servers.run).items():
        monkeypatch.setenv(name, value)
    assert await asyncio.to_thread(main, [references[1]]) == 0
    assert capsysbinary.readouterr().out.count(b"\r\n") == 5
    looks = await desk.audit(action="access_log.viewed")
    assert {row["actor"]["id"] for row in looks} == {"command"}
    assert await asyncio.to_thread(main, ["AK1-TIDAKADA"]) == 2
    assert "Tidak ada permohonan" in capsysbinary.readouterr().err.decode()
