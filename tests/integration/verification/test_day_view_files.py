"""The figures as files: read by a real parser, guarded against formulas, recorded."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta
from functools import partial

import httpx2
import pytest
from python_calamine import CalamineWorkbook

from services.verification.figures import export
from services.verification.officers import login, sessions
from services.verification.officers.accounts import Account, ensure_account
from services.verification.review.facts import Decision, note_decided
from shared.clock import now
from tests.integration.verification.browser import PASSWORD, Browser
from tests.integration.verification.conftest import Desk
from tests.integration.verification.test_day_view import BEGUN, head
from tests.unit.verification.sample_events import submitted

HOSTILE = '=HYPERLINK("https://contoh.example";"Klik")'


async def with_hostile_names(desk: Desk) -> None:
    event = submitted(reference="AK1-7K3M9QX2TWP")
    answers = event.data.answers
    place = answers.domicile_address.model_copy(update={"subdistrict_name": HOSTILE})
    data = event.data.model_copy(
        update={"answers": answers.model_copy(update={"domicile_address": place})}
    )
    await desk.deliver(event.model_copy(update={"data": data}))
    account = Account("rumus", "@SUM(A1;A9)", ["placement_officer"], PASSWORD)
    officer = await ensure_account(desk.uow, account)
    done = Decision(await desk.case(event.subject), "approved", officer)
    await desk.uow.run(partial(note_decided, decision=done))


async def take(browser: Browser, file: str, **more: str) -> httpx2.Response:
    fields = {"dari": f"{BEGUN.first}", "sampai": f"{BEGUN.last}", "berkas": file, **more}
    fields["csrf_token"] = await browser.token("/petugas/angka")
    return await browser.client.post("/petugas/angka/unduh", data=fields)


def lines_of(answer: httpx2.Response) -> list[list[str]]:
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))


async def test_a_list_for_a_spreadsheet_holds_no_formula_and_no_person(
    desk: Desk, browser: Browser
) -> None:
    await head(desk)
    await with_hostile_names(desk)
    await browser.sign_in("kepala")
    answer = await take(browser, "permohonan")
    assert answer.status_code == 200
    name = f"permohonan-{BEGUN.first}-sampai-{BEGUN.last}.csv"
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
    headers, received, approved = lines_of(answer)
    assert headers[:3] == ["Waktu", "Nomor pendaftaran", "Kejadian"]
    assert received[1:7] == ["AK1-7K3M9QX2TWP", "Masuk", f"'{HOSTILE}", "Kartu baru", "Online", ""]
    assert approved[6] == "'@SUM(A1;A9)"
    assert "Contoh Pencari Kerja" not in answer.text
    figures = lines_of(await take(browser, "angka"))
    assert ["Kecamatan", f"'{HOSTILE}", "1", "0", "1", "0", "0", "0", ""] in figures
    assert figures[1][:3] == ["Semua", "Semua", "1"]
    recorded = await desk.audit(action="figures.exported")
    assert [row["detail"] for row in recorded] == [
        {"first": f"{BEGUN.first}", "last": f"{BEGUN.last}", "content": content}
        for content in ("cases.csv", "figures.csv")
    ]


async def test_a_workbook_is_read_by_another_program(desk: Desk, browser: Browser) -> None:
    await head(desk)
    await with_hostile_names(desk)
    await browser.sign_in("kepala")
    answer = await take(browser, "excel")
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    assert book.sheet_names == ["Angka", "Permohonan"]
    total = book.get_sheet_by_name("Angka").to_python()[1]
    assert total[:3] == ["Semua", "Semua", 1.0]
    _, received, approved = book.get_sheet_by_name("Permohonan").to_python()
    assert isinstance(received[0], datetime)
    assert received[3] == f"'{HOSTILE}"
    assert approved[6] == "'@SUM(A1;A9)"


async def test_what_is_too_long_is_refused_and_not_recorded(
    desk: Desk, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    await head(desk)
    await with_hostile_names(desk)
    await browser.sign_in("kepala")
    monkeypatch.setattr(export, "ROWS_MOST", 1)
    answer = await take(browser, "excel")
    assert answer.status_code == 422
    assert "Pilih waktu yang lebih pendek" in answer.text
    assert (await take(browser, "apa saja")).status_code == 422
    assert await desk.audit(action="figures.exported") == []
    assert (await take(browser, "angka")).status_code == 200, "figures stay short"


async def test_the_proof_is_asked_before_a_file_leaves(
    desk: Desk, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    await head(desk)
    await browser.sign_in("kepala")
    later = now() + timedelta(minutes=11)
    for module in (sessions, login):
        monkeypatch.setattr(module, "now", lambda: later)
    asked = await take(browser, "angka")
    assert asked.status_code == 403
    assert 'name="berkas" value="angka"' in asked.text
    assert (await take(browser, "angka", confirm_proof=PASSWORD)).status_code == 200


async def test_a_long_list_comes_whole_and_in_order(
    desk: Desk, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over several pieces and batches."""
    await head(desk)
    event = submitted()
    await desk.deliver(event)
    done = Decision(await desk.case(event.subject), "approved", desk.second)
    for _ in range(7):
        await desk.uow.run(partial(note_decided, decision=done))
    monkeypatch.setattr(export, "_BATCH", 3)
    monkeypatch.setattr(export, "_CHUNK", 100)
    await browser.sign_in("kepala")
    lines = lines_of(await take(browser, "permohonan"))
    assert len(lines) == 9
    assert [line[0] for line in lines[1:]] == sorted(line[0] for line in lines[1:])
    book = CalamineWorkbook.from_filelike(io.BytesIO((await take(browser, "excel")).content))
    assert len(book.get_sheet_by_name("Permohonan").to_python()) == 9
