"""Pages of the desk over HTTP, in this process, on real servers."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any, get_args

import pytest
from pydantic import SecretStr

from deploy.local.stack import Servers
from services.verification.officers import attempts, session_store
from services.verification.officers.accounts import Account, disable_account, ensure_account
from services.verification.settings import VerificationSettings
from shared.clock import now
from shared.contracts.applications import DocumentKind, DocumentRef
from shared.contracts.envelope import Event
from shared.service import Resources
from shared.storage import DOCUMENTS, connect_storage
from tests.integration.verification.browser import PASSWORD, Browser, open_browser
from tests.integration.verification.conftest import Desk
from tests.unit.verification.full_case import (
    FAMILY_CARD_NUMBER,
    full_documents,
    full_submission,
    requested,
)
from tests.unit.verification.sample_events import document, submitted, withdrawn

JPEG = b"\xff\xd8\xff\xe0 page image"


async def stored_document(servers: Servers) -> DocumentRef:
    """A document whose page image lies in the bucket."""
    found = document("identity_card", JPEG)
    key = servers.run.s3_key("intake")
    settings = VerificationSettings(
        mongo_url=SecretStr("mongodb://unused"),
        rabbit_url=SecretStr("amqp://unused"),
        s3_endpoint=servers.run.s3_endpoint,
        s3_access_key=key.access,
        s3_secret_key=SecretStr(key.secret),
        session_key=SecretStr(""),
        index_key=SecretStr(""),
    )
    await connect_storage(settings).put(DOCUMENTS, found.pages[0].key, JPEG, "image/jpeg")
    return found


async def opened(desk: Desk, *files: DocumentRef) -> Event[Any]:
    event = submitted(files=(*files, document("diploma"), document("photo")))
    await desk.deliver(event)
    return event


async def test_unknown_user_and_wrong_password_get_the_same_answer(browser: Browser) -> None:
    unknown = await browser.sign_in("tidak.ada", "kata sandi yang salah")
    wrong = await browser.sign_in("vera", "kata sandi yang salah")
    assert unknown.status_code == wrong.status_code == 401
    assert unknown.text.replace("tidak.ada", "vera") == wrong.text
    assert "Nama pengguna atau kata sandi salah." in wrong.text


async def test_failures_make_the_next_attempt_wait(
    browser: Browser, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = now()
    monkeypatch.setattr(attempts, "now", lambda: clock)
    for _ in range(2):
        assert (await browser.sign_in("vera", "salah sekali lagi")).status_code == 401
    for pause, told in (
        (1, "1 detik"),
        (5, "5 detik"),
        (15, "15 detik"),
        (60, "1 menit"),
        (240, "4 menit"),
    ):
        assert (await browser.sign_in("vera", "salah sekali lagi")).status_code == 401
        early = await browser.sign_in("vera")
        assert early.status_code == 429
        assert f"Coba lagi dalam {told}." in early.text
        clock += timedelta(seconds=pause)
    assert (await browser.sign_in("vera", "salah sekali lagi")).status_code == 401
    late = await browser.sign_in("vera")
    assert late.status_code == 429
    assert " menit." in late.text
    assert (await browser.sign_in("putra")).status_code == 303
    clock += timedelta(minutes=15)
    assert (await browser.sign_in("vera")).status_code == 303


async def test_a_session_begins_ends_and_is_kept_as_hash_only(browser: Browser, desk: Desk) -> None:
    assert (await browser.client.get("/petugas/antrean")).headers["location"] == "/petugas/masuk"
    entered = await browser.sign_in("vera")
    assert entered.headers["location"] == "/petugas"
    cookie = entered.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    token = browser.client.cookies["petugas"]
    rows = await desk.uow.reading().collection(session_store.SESSIONS).find({}).to_list(None)
    assert token not in repr(rows)
    assert (await browser.client.get("/petugas/antrean")).status_code == 200
    await browser.post("/petugas/keluar", {})
    browser.client.cookies.set("petugas", token)
    assert (await browser.client.get("/petugas/antrean")).status_code == 303


@pytest.mark.parametrize("field", ["seen_at", "expires_at"])
async def test_idle_and_old_sessions_end(browser: Browser, desk: Desk, field: str) -> None:
    await browser.sign_in("vera")
    old = now() - timedelta(minutes=30)
    rows = desk.uow.reading().collection(session_store.SESSIONS)
    await rows.update_many({}, {"$set": {field: old}})
    ended = await browser.client.get("/petugas/antrean")
    assert ended.headers["location"] == "/petugas/masuk?berakhir=1"


async def test_a_disabled_account_is_out_at_once(browser: Browser, desk: Desk) -> None:
    await browser.sign_in("vera")
    await disable_account(desk.uow, "vera")
    assert (await browser.client.get("/petugas/antrean")).status_code == 303
    assert (await browser.sign_in("vera")).status_code == 401


async def test_forms_need_their_token_and_our_own_page(browser: Browser, desk: Desk) -> None:
    event = await opened(desk)
    await browser.sign_in("vera")
    path = f"/petugas/permohonan/{event.subject}/ambil"
    forged = await browser.client.post(path, data={"csrf_token": "0" * 40})
    assert forged.status_code == 403
    elsewhere = await browser.post(path, {}, headers={"Sec-Fetch-Site": "cross-site"})
    assert elsewhere.status_code == 403
    assert (await desk.case(event.subject)).claim is None


async def test_an_administrator_sees_no_case(browser: Browser, desk: Desk) -> None:
    event = await opened(desk)
    await ensure_account(desk.uow, Account("admin", "Admin", ["system_admin"], PASSWORD))
    await browser.sign_in("admin")
    case = f"/petugas/permohonan/{event.subject}"
    image = f"{case}/berkas/{event.data.documents[0].document_id}/1"
    for path in ("/petugas/antrean", case, image, f"{case}/kartu"):
        refused = await browser.client.get(path)
        assert refused.status_code == 403
        assert "Pencari Kerja" not in refused.text


async def test_a_page_image_comes_inert_and_its_view_is_recorded(
    browser: Browser, desk: Desk, servers: Servers
) -> None:
    identity_card = await stored_document(servers)
    event = await opened(desk, identity_card)
    await browser.sign_in("vera")
    path = f"/petugas/permohonan/{event.subject}/berkas/{identity_card.document_id}/1"
    image = await browser.client.get(path)
    assert (image.status_code, image.content) == (200, JPEG)
    assert image.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert image.headers["x-content-type-options"] == "nosniff"
    assert image.headers["cache-control"] == "no-store"
    seen = await desk.audit(action="document.viewed")
    assert [row["detail"]["kind"] for row in seen] == ["identity_card"]
    assert seen[0]["actor"]["name"] == "Vera Contoh"
    assert (await browser.client.get(path[:-1] + "2")).status_code == 404
    await browser.client.get(f"/petugas/permohonan/{event.subject}")
    assert len(await desk.audit(action="case.viewed")) == 1


async def test_without_the_store_the_page_lives_and_says_so(
    resources: Resources, desk: Desk, servers: Servers
) -> None:
    closed = resources.settings.model_copy(update={"s3_endpoint": "http://127.0.0.1:9"})
    identity_card = await stored_document(servers)
    event = await opened(desk, identity_card)
    async with open_browser(replace(resources, storage=connect_storage(closed))) as client:
        browser = Browser(client)
        await browser.sign_in("vera")
        case = f"/petugas/permohonan/{event.subject}"
        image = await client.get(f"{case}/berkas/{identity_card.document_id}/1")
        assert image.status_code == 503
        assert "Berkas belum dapat ditampilkan" in image.text
        assert (await client.get(case)).status_code == 200


async def test_a_changed_page_image_is_not_shown(
    browser: Browser, desk: Desk, servers: Servers
) -> None:
    found = await stored_document(servers)
    page = found.pages[0].model_copy(update={"sha256": "0" * 64})
    event = await opened(desk, found.model_copy(update={"pages": (page,)}))
    await browser.sign_in("vera")
    path = f"/petugas/permohonan/{event.subject}/berkas/{found.document_id}/1"
    image = await browser.client.get(path)
    assert image.status_code == 503
    assert JPEG not in image.content


async def test_the_nik_is_masked_until_a_purpose_is_given(browser: Browser, desk: Desk) -> None:
    event = await opened(desk)
    await browser.sign_in("vera")
    case = f"/petugas/permohonan/{event.subject}"
    page = await browser.client.get(case)
    assert "1404••••••••0001" in page.text
    assert "1404046708010001" not in page.text
    refused = await browser.post(f"{case}/tampilkan", {"field": "nik"})
    assert refused.status_code == 422
    assert "1404046708010001" not in refused.text
    purpose = "Mencocokkan dengan KTP"
    shown = await browser.post(f"{case}/tampilkan", {"field": "nik", "purpose.nik": purpose})
    assert "1404046708010001" in shown.text
    revealed = await desk.audit(action="field.revealed")
    assert [(row["purpose"], row["detail"]) for row in revealed] == [(purpose, {"field": "nik"})]


async def test_the_family_card_and_the_wage_are_opened_for_a_purpose_too(
    browser: Browser, desk: Desk
) -> None:
    event = full_submission()
    await desk.deliver(event)
    await browser.sign_in("vera")
    case = f"/petugas/permohonan/{event.subject}"
    page = await browser.client.get(case)
    assert "1404••••••••0099" in page.text
    assert FAMILY_CARD_NUMBER not in page.text
    assert "3.000.000" not in page.text
    assert "<b>" not in page.text
    assert "Universitas &lt;b&gt;&amp;&#39;&#34;&lt;/b&gt;" in page.text
    for field, purpose, text in (
        ("family_card_number", "Mencocokkan dengan Kartu Keluarga", FAMILY_CARD_NUMBER),
        ("wage", "Mencarikan lowongan yang cocok", "Rp 3.000.000 per bulan"),
    ):
        given = {"field": field, f"purpose.{field}": purpose}
        assert text in (await browser.post(f"{case}/tampilkan", given)).text
    revealed = await desk.audit(action="field.revealed")
    assert [row["detail"]["field"] for row in revealed] == ["family_card_number", "wage"]
    assert FAMILY_CARD_NUMBER not in repr(revealed)
    trail = await browser.client.get(case)
    assert "nomor Kartu Keluarga: Mencocokkan dengan Kartu Keluarga" in trail.text


async def test_all_kinds_of_documents_with_their_hints(browser: Browser, desk: Desk) -> None:
    kinds = get_args(DocumentKind)
    event = full_submission(documents=full_documents(*kinds))
    await desk.deliver(event)
    await browser.sign_in("putra")
    case = f"/petugas/permohonan/{event.subject}"
    await browser.post(f"{case}/ambil", {})
    page = await browser.client.get(case)
    for each in event.data.documents:
        images = re.findall(rf'<img src="{case}/berkas/{each.document_id}/\d"', page.text)
        assert len(images) == len(each.pages)
        assert f'name="check.{each.kind}"' in page.text
    assert page.text.count('<span class="extent">2 berkas, 3 halaman</span>') == 2
    hints = re.findall(r'class="hints">(.+)</p>', page.text)
    assert len(hints) == 1
    for mark in ("Gambar kecil", "Tidak berbanding 3 x 4", "Gambar kurang tajam"):
        assert mark in hints[0]
    checks = {f"check.{kind}": "matches" for kind in kinds}
    done = await browser.post(f"{case}/periksa", {"version": "2", **checks, "do": "approve"})
    assert done.headers["location"].startswith("/petugas/antrean?done=approved")


async def test_a_kind_other_than_new_is_seen_with_its_old_card(
    browser: Browser, desk: Desk
) -> None:
    event = requested(full_submission(), "replacement", reason="lost", number="1404.<i>.7")
    await desk.deliver(event)
    await browser.sign_in("vera")
    page = await browser.client.get(f"/petugas/permohonan/{event.subject}")
    assert '<span class="badge kind kind-replacement">Penggantian kartu</span>' in page.text
    assert "1404.&lt;i&gt;.7" in page.text
    assert "Hilang" in page.text


async def test_a_missing_letter_of_domicile_is_asked_for_at_once(
    browser: Browser, desk: Desk
) -> None:
    event = full_submission(documents=full_documents("identity_card", "photo"))
    given = event.data.answers
    away = given.ktp_address.model_copy(update={"regency_code": "14.71"})
    data = event.data.model_copy(update={"answers": given.model_copy(update={"ktp_address": away})})
    await desk.deliver(event.model_copy(update={"data": data}))
    await browser.sign_in("vera")
    case = f"/petugas/permohonan/{event.subject}"
    await browser.post(f"{case}/ambil", {})
    page = await browser.client.get(f"{case}/perbaikan")
    assert '<details class="more-papers" open>' in page.text
    assert 'value="domicile_letter_missing" selected' in page.text


async def test_revealing_loses_nothing_that_was_typed(browser: Browser, desk: Desk) -> None:
    event = await opened(desk)
    await browser.sign_in("vera")
    case = f"/petugas/permohonan/{event.subject}"
    await browser.post(f"{case}/ambil", {})
    typed = {
        "version": "2",
        "field": "nik",
        "purpose.nik": "Mencocokkan dengan KTP",
        "check.diploma.school": "unreadable",
        "note.diploma": "Stempel menutupi nama",
    }
    shown = await browser.post(f"{case}/tampilkan", typed)
    assert "Stempel menutupi nama" in shown.text
    assert 'name="check.diploma.school" value="unreadable" checked' in shown.text


async def test_the_slower_officer_reads_who_decided(browser: Browser, desk: Desk) -> None:
    event = await opened(desk)
    await browser.sign_in("putra")
    case = f"/petugas/permohonan/{event.subject}"
    await browser.post(f"{case}/ambil", {})
    checks = {f"check.{kind}": "matches" for kind in ("diploma", "photo")}
    stale = {"version": "2", **checks}
    done = await browser.post(f"{case}/periksa", {**stale, "do": "approve"})
    assert done.headers["location"].startswith("/petugas/antrean?done=approved")
    late = await browser.post(f"{case}/tolak", {**stale, "do": "send", "reason": "duplicate"})
    assert late.status_code == 409
    assert "Putra Contoh menyetujui permohonan ini pada " in late.text


async def test_a_withdrawn_case_leaves_the_queue(browser: Browser, desk: Desk) -> None:
    event = await opened(desk)
    await browser.sign_in("putra")
    case = f"/petugas/permohonan/{event.subject}"
    await browser.post(f"{case}/ambil", {})
    await desk.deliver(withdrawn(event))
    for tab in ("new", "mine", "approval", "returned", "rejected"):
        page = await browser.client.get(f"/petugas/antrean?tab={tab}")
        assert event.data.reference not in page.text
    listed = await browser.client.get("/petugas/antrean?tab=withdrawn")
    assert event.data.reference in listed.text
    assert "Dibatalkan" in listed.text
    shown = await browser.client.get(case)
    assert "dibatalkan pada 24 November 2026 pukul 18.00 WIB atas permintaan pemohon." in shown.text
    assert "Ambil permohonan" not in shown.text
    late = await browser.post(f"{case}/periksa", {"version": "2", "do": "approve"})
    assert late.status_code == 409
    assert "Pemohon membatalkan permohonan ini pada " in late.text


async def test_a_name_with_markup_stays_text(browser: Browser, desk: Desk) -> None:
    event = submitted()
    person = event.data.answers.person.model_copy(update={"full_name": "Budi <b>& O'Contoh"})
    answers = event.data.answers.model_copy(update={"person": person})
    data = event.data.model_copy(update={"answers": answers})
    await desk.deliver(event.model_copy(update={"data": data}))
    await browser.sign_in("vera")
    for path in ("/petugas/antrean", f"/petugas/permohonan/{event.subject}"):
        page = await browser.client.get(path)
        assert "Budi &lt;b&gt;&amp; O&#39;Contoh" in page.text


async def test_huge_and_strange_input_gets_a_page(browser: Browser, desk: Desk) -> None:
    event = await opened(desk)
    await browser.sign_in("vera")
    case = f"/petugas/permohonan/{event.subject}"
    await browser.post(f"{case}/ambil", {})
    long = await browser.post(
        f"{case}/periksa", {"version": "2", "check.photo": "matches", "note.photo": "x" * 100_000}
    )
    assert long.status_code == 422
    assert "Catatan paling banyak 300 huruf. Anda menulis 100000 huruf." in long.text
    huge = await browser.post(f"{case}/periksa", {"version": "2", "note.photo": "x" * 600_000})
    assert huge.status_code == 413
    for path in ("/petugas/permohonan/ada", f"{case}/kartu", "/petugas/tidak-ada"):
        missing = await browser.client.get(path)
        assert missing.status_code == 404
        assert 'href="/petugas/antrean"' in missing.text
        assert 'href="/petugas/masuk"' not in missing.text
    odd = await browser.client.get("/petugas/antrean?tab=new&after=xx")
    assert odd.status_code == 422
    noversion = await browser.post(f"{case}/periksa", {"do": "save"})
    assert noversion.status_code == 404


async def test_the_queue_pages_through_oldest_first(browser: Browser, desk: Desk) -> None:
    for number in range(27):
        event = submitted(reference=f"AK1-{number:010d}X")
        at = event.data.submitted_at + timedelta(minutes=number // 2)
        data = event.data.model_copy(update={"submitted_at": at})
        await desk.deliver(event.model_copy(update={"data": data}))
    await browser.sign_in("vera")
    first = await browser.client.get("/petugas/antrean")
    assert re.search(r'Baru <span class="tab-count">27<', first.text)
    assert first.text.count("Ada peringatan sistem") == 25, "all share one NIK"
    link = re.search(r'href="([^"]+after=[^"]+)"', first.text)
    assert link
    second = await browser.client.get(link[1].replace("&amp;", "&"))
    seen = re.findall(r"AK1-\d{10}X", first.text) + re.findall(r"AK1-\d{10}X", second.text)
    assert len(seen) == len(set(seen)) == 27
    assert [int(each[4:14]) // 2 for each in seen] == sorted(int(each[4:14]) // 2 for each in seen)
