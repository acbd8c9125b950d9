"""Working through cases: checklists kept, the next case, a second press, proposals, previews."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from services.verification.officers.accounts import Account, ensure_account
from services.verification.review.claims import claim_case, claim_next, release_case
from services.verification.review.decisions import Act, propose_rejection
from services.verification.review.domain import Case
from services.verification.review.refusals import OwnCase
from shared.contracts.reviews import ApplicationApproved, ApplicationRejected
from tests.integration.verification.browser import PASSWORD, Browser
from tests.integration.verification.conftest import Desk
from tests.integration.verification.test_search import person
from tests.unit.verification.sample_events import amended, answers, document

MATCH = {f"check.{kind}": "matches" for kind in ("identity_card", "diploma", "photo")}
HERE = "/petugas/permohonan"


async def held(browser: Browser, desk: Desk, username: str, name: str = "Siti Contoh") -> Case:
    """A case that this officer has just taken."""
    event = await alone(desk, name)
    await browser.sign_in(username)
    await browser.post(f"{HERE}/{event}/ambil", {})
    return await desk.case(event)


async def alone(desk: Desk, name: str = "Siti Contoh") -> str:
    """A case that is like no other."""
    number = 1 + await desk.uow.reading().collection("cases").count_documents({})
    nik, mobile = f"140404670801{number:04d}", f"+62812000{number:05d}"
    return str((await person(desk, name, nik, mobile=mobile)).subject)


async def send(browser: Browser, case: Case, do: str, page: str = "periksa", **more: str) -> str:
    answer = await browser.post(
        f"{HERE}/{case.id}/{page}", {"version": str(case.version), "do": do, **more}
    )
    assert answer.status_code == 303, re.findall(r'role="alert">(.+?)<', answer.text)
    return str(answer.headers["location"])


async def follow(browser: Browser, address: str) -> str:
    return (await browser.client.get(address)).text


async def test_the_items_are_kept_with_the_case_and_with_the_decision(
    browser: Browser, desk: Desk
) -> None:
    case = await held(browser, desk, "putra")
    await send(browser, case, "save", **{**MATCH, "check.photo.face": "unreadable"})
    case = await desk.case(case.id)
    check = case.checks["photo"]
    assert check.result == "unreadable"
    assert check.items == {"colour": "matches", "face": "unreadable", "person": "matches"}
    page = await follow(browser, f"{HERE}/{case.id}")
    assert 'name="check.photo.face" value="unreadable" checked' in page
    assert 'name="check.identity_card" value="matches" data-all checked' in page
    refused = await browser.post(
        f"{HERE}/{case.id}/periksa",
        {"version": str(case.version), "do": "approve", **MATCH, "check.photo.face": "unreadable"},
    )
    assert refused.status_code == 422
    assert "Pas foto 3x4: tak terbaca." in refused.text
    await send(browser, case, "approve", **MATCH)
    decided = (await desk.audit(action="application.approved"))[0]["detail"]["checklist"]
    assert decided["photo"] == {"colour": "matches", "face": "matches", "person": "matches"}
    assert set(decided) == {"identity_card", "diploma", "photo"}


async def test_a_check_from_before_the_checklists_still_counts(
    browser: Browser, desk: Desk
) -> None:
    case = await held(browser, desk, "putra")
    old = {
        each.kind: {"document_id": each.document_id, "result": "matches", "note": None}
        for each in case.current.documents
    }
    rows = desk.uow.reading().collection("cases")
    await rows.update_one({"_id": case.id}, {"$set": {"checks": old}})
    page = await follow(browser, f"{HERE}/{case.id}")
    assert page.count('value="matches" data-all checked') == 3
    await send(browser, case, "approve")
    assert (await desk.case(case.id)).state == "approved"


async def test_the_next_case_opens_by_itself_and_tells_what_was_done(
    browser: Browser, desk: Desk
) -> None:
    case = await held(browser, desk, "putra", "Siti Pertama")
    second = await alone(desk, "Budi Kedua")
    address = await send(browser, case, "approve", **MATCH, lanjut_ada="1", lanjut="1")
    assert urlsplit(address).path == f"{HERE}/{second}"
    page = await follow(browser, address)
    assert f"{case.reference} disetujui. Kartu sedang dibuat." in page
    assert f'<a href="{HERE}/{case.id}">Buka lagi</a>' in page
    taken = await desk.case(second)
    assert taken.claim is not None
    assert taken.claim.name == "Putra Contoh"
    address = await send(browser, taken, "return", lanjut_ada="1", lanjut="1")
    assert address.endswith("/perbaikan")
    taken = await desk.case(second)
    chosen = {"item.documents.photo": "photo_not_accepted"}
    address = await send(browser, taken, "send", "perbaikan", **chosen)
    assert urlsplit(address).path == "/petugas/antrean"
    assert "Tidak ada permohonan lain yang menunggu Anda." in await follow(browser, address)


async def test_who_switches_it_off_comes_back_to_the_list(browser: Browser, desk: Desk) -> None:
    case = await held(browser, desk, "putra", "Siti Pertama")
    second = await alone(desk, "Budi Kedua")
    address = await send(browser, case, "save", lanjut_ada="1")
    page = await follow(browser, address)
    assert 'name="lanjut" value="1">' in page, "remembered"
    case = await desk.case(case.id)
    chosen = {"item.documents.photo": "photo_not_accepted"}
    address = await send(browser, case, "send", "perbaikan", **chosen)
    assert urlsplit(address).path == "/petugas/antrean"
    assert (await desk.case(second)).claim is None


async def test_nobody_is_given_his_own_case_or_one_that_he_entered(desk: Desk) -> None:
    first, second, third = [await alone(desk, name) for name in ("Satu", "Dua", "Tiga")]
    rows = desk.uow.reading().collection("cases")
    await rows.update_one({"_id": first}, {"$set": {"entered_by": desk.approver.id}})
    himself = replace(desk.approver, nik_index=(await desk.case(second)).nik_index)
    taken = await desk.uow.run(lambda tx: claim_next(tx, himself, "new"))
    assert taken is not None
    assert taken.id == third
    assert await desk.uow.run(lambda tx: claim_next(tx, himself)) is None
    with pytest.raises(OwnCase):
        await desk.act(lambda tx: claim_case(tx, second, himself))


async def test_a_second_press_tells_what_was_done_and_does_nothing(
    browser: Browser, desk: Desk
) -> None:
    case = await held(browser, desk, "putra", "Siti Pertama")
    second = await alone(desk, "Budi Kedua")
    first = await send(browser, case, "approve", **MATCH)
    again = await send(browser, case, "approve", **MATCH)
    assert urlsplit(first).path == urlsplit(again).path == f"{HERE}/{second}"
    page = await follow(browser, again)
    assert re.search(rf"{case.reference} sudah Anda setujui pukul \d\d\.\d\d WIB\.", page)
    taken = await desk.case(second)
    for _ in range(2):
        address = await send(browser, taken, "send", "tolak", reason="under_age")
    assert "sudah Anda tolak pukul" in await follow(browser, address)
    decisions = [
        each
        for each in await desk.emitted()
        if isinstance(each.data, (ApplicationApproved, ApplicationRejected))
    ]
    assert len(decisions) == 2


async def test_a_case_taken_while_typing_loses_nothing_typed(browser: Browser, desk: Desk) -> None:
    case = await held(browser, desk, "vera")
    await desk.act(lambda tx: release_case(tx, case.id, desk.verifier))
    await desk.act(lambda tx: claim_case(tx, case.id, desk.approver))
    typed = {
        "version": str(case.version),
        "do": "forward",
        "check.photo.face": "unreadable",
        "note.photo": "Wajah tertutup helm",
    }
    answer = await browser.post(f"{HERE}/{case.id}/periksa", typed)
    assert answer.status_code == 409
    assert "Putra Contoh mengambil permohonan ini pada" in answer.text
    assert "Isian Anda masih ada di halaman ini" in answer.text
    assert 'value="Wajah tertutup helm"' in answer.text
    assert 'name="check.photo.face" value="unreadable" checked' in answer.text
    assert 'id="periksa"' not in answer.text


async def test_a_claim_that_ended_is_good_while_nobody_else_took_it(
    browser: Browser, desk: Desk
) -> None:
    case = await held(browser, desk, "vera")
    rows = desk.uow.reading().collection("cases")
    past = case.submitted_at - timedelta(hours=1)
    await rows.update_one({"_id": case.id}, {"$set": {"claim.until": past}})
    await send(browser, case, "save", **{"note.photo": "Sudah dilihat"})
    assert (await desk.case(case.id)).checks["photo"].note == "Sudah dilihat"


@pytest.mark.parametrize(
    ("page", "field"),
    [
        ("periksa", "note.photo"),
        ("periksa", "forward_note"),
        ("perbaikan", "note"),
        ("usul-tolak", "note"),
    ],
)
async def test_a_note_of_100000_letters_is_refused_and_kept(
    browser: Browser, desk: Desk, page: str, field: str
) -> None:
    case = await held(browser, desk, "vera")
    long = "panjang " * 12_500
    more = {"item.identity": "identity_card_mismatch", "reason": "under_age"}
    do = "forward" if page == "periksa" else "send"
    values = {"version": str(case.version), "do": do, **MATCH, **more, field: long}
    answer = await browser.post(f"{HERE}/{case.id}/{page}", values)
    assert answer.status_code == 422
    assert "Catatan paling banyak 300 huruf. Anda menulis 99999 huruf." in answer.text
    assert long.strip() in answer.text
    assert (await desk.case(case.id)).forwarded is None


async def test_a_rejection_is_proposed_seen_and_decided(browser: Browser, desk: Desk) -> None:
    case = await held(browser, desk, "vera")
    assert (await browser.client.get(f"{HERE}/{case.id}/tolak")).status_code == 403
    form = await follow(browser, await send(browser, case, "propose"))
    assert "Usulkan penolakan" in form
    case = await desk.case(case.id)
    why = {"reason": "under_age", "note": "Lahir tahun 2010."}
    preview = await browser.post(
        f"{HERE}/{case.id}/usul-tolak", {"version": str(case.version), "do": "preview", **why}
    )
    assert "Pemohon belum cukup umur." in preview.text
    await send(browser, case, "send", "usul-tolak", **why)
    assert (await desk.case(case.id)).lane == "approval"
    assert not any(isinstance(each.data, ApplicationRejected) for each in await desk.emitted())

    await browser.sign_in("putra")
    await browser.post(f"{HERE}/{case.id}/ambil", {})
    page = await follow(browser, f"{HERE}/{case.id}")
    assert "mengusulkan <strong>penolakan</strong>" in page
    assert "“Lahir tahun 2010.”" in page
    form = await follow(browser, f"{HERE}/{case.id}/tolak")
    assert re.search(r'value="under_age" checked', form)
    assert "Lahir tahun 2010.</textarea>" in form
    case = await desk.case(case.id)
    await send(browser, case, "send", "tolak", **why)
    assert (await desk.case(case.id)).state == "rejected"
    trail = [each["action"] for each in await desk.audit(case_id=case.id, is_view=False)]
    assert trail[-3:] == ["rejection.proposed", "claim.taken", "application.rejected"]


async def test_a_placement_officer_changes_his_mind_about_a_proposal(
    browser: Browser, desk: Desk
) -> None:
    case = await held(browser, desk, "vera")
    act = Act(case.id, case.version, desk.verifier)
    await desk.act(lambda tx: propose_rejection(tx, act, "under_age", None))
    await browser.sign_in("putra")
    await browser.post(f"{HERE}/{case.id}/ambil", {})
    case = await desk.case(case.id)
    empty = await browser.post(
        f"{HERE}/{case.id}/periksa", {"version": str(case.version), "do": "give_back"}
    )
    assert empty.status_code == 422
    assert "Tulis apa yang harus diperiksa lagi" in empty.text
    case = await desk.case(case.id)
    await send(browser, case, "give_back", back_note="Lahir 2001, lihat KTP.")
    back = await desk.case(case.id)
    assert (back.lane, back.forwarded) == ("new", None)
    await browser.sign_in("vera")
    page = await follow(browser, f"{HERE}/{case.id}")
    assert "Putra Contoh meminta permohonan ini diperiksa lagi" in page
    assert "Lahir 2001, lihat KTP." in page


async def test_who_entered_a_case_passes_it_on(browser: Browser, desk: Desk) -> None:
    case = await held(browser, desk, "putra")
    rows = desk.uow.reading().collection("cases")
    await rows.update_one({"_id": case.id}, {"$set": {"entered_by": desk.approver.id}})
    page = await follow(browser, f"{HERE}/{case.id}")
    assert "Anda yang mengisikan permohonan ini." in page
    assert 'value="approve"' not in page
    assert 'value="propose"' in page
    forged = await browser.post(
        f"{HERE}/{case.id}/periksa", {"version": str(case.version), "do": "approve", **MATCH}
    )
    assert forged.status_code == 403
    case = await desk.case(case.id)
    refused = await browser.post(
        f"{HERE}/{case.id}/tolak",
        {"version": str(case.version), "do": "send", "reason": "under_age"},
    )
    assert refused.status_code == 403
    assert "Pengantar Kerja lain yang harus memutuskannya" in refused.text
    await send(browser, case, "forward", **MATCH)
    assert (await desk.case(case.id)).lane == "approval"


async def test_shared_phones_are_denied_at_once_and_nothing_typed_is_lost(
    browser: Browser, desk: Desk
) -> None:
    others = [
        await person(desk, name, f"14040467080100{n}") for n, name in ((11, "Ani"), (12, "Tuti"))
    ]
    event = await person(desk, "Rahmat Hidayat", "1404046708010013")
    await browser.sign_in("vera")
    await browser.post(f"{HERE}/{event.subject}/ambil", {})
    case = await desk.case(event.subject)
    address = await send(browser, case, "not_twins", **{"note.photo": "Baik"})
    page = await follow(browser, address)
    assert page.count("Bukan duplikat, menurut Vera Contoh") == len(others)
    assert (await desk.case(case.id)).checks["photo"].note == "Baik"
    assert "not_twins" not in page


async def test_all_rounds_can_be_looked_at(browser: Browser, desk: Desk) -> None:
    event = await person(desk, "Nama Satu")
    for version, name in ((3, "Nama Dua"), (5, "Nama Tiga")):
        given = answers(event.subject, full_name=name)
        files = (*event.data.documents[:2], document("photo"))
        await desk.deliver(
            amended(event, version=version, given=given, files=files, changed=("identity",))
        )
    await browser.sign_in("vera")
    page = await follow(browser, f"{HERE}/{event.subject}")
    for old, new in (("Nama Satu", "Nama Dua"), ("Nama Dua", "Nama Tiga")):
        assert f'<del class="data-text">{old}</del>' in page
        assert f'<ins class="data-text">{new}</ins>' in page
    assert "Perbaikan ke-1, " in page
    first_photo = event.data.documents[2].document_id
    assert f"berkas/{first_photo}/1" in page
    assert "Pas foto 3x4 lama (1)" in page
    assert "Pas foto 3x4 lama (2)" in page


async def test_an_officer_sees_that_a_case_is_his_own(browser: Browser, desk: Desk) -> None:
    case_id = await alone(desk)
    index = (await desk.case(case_id)).nik_index
    mine = await ensure_account(desk.uow, Account("diri", "Diri", ["placement_officer"], PASSWORD))
    officers = desk.uow.reading().collection("officers")
    await officers.update_one({"_id": mine.id}, {"$set": {"nik_index": index}})
    await browser.sign_in("diri")
    page = await follow(browser, f"{HERE}/{case_id}")
    assert "Permohonan ini atas nama Anda sendiri." in page
    assert "Ambil permohonan" not in page
    forged = await browser.post(f"{HERE}/{case_id}/ambil", {})
    assert forged.status_code == 403
    assert "atas nama Anda sendiri" in forged.text
