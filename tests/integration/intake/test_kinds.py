"""Renewal, correction and replacement: from an old card, and from a card that we issued."""

from __future__ import annotations

import html
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from services.intake import store
from services.intake.forms import ANSWER_PAGES
from services.intake.intake import Intake
from services.intake.web import sessions
from shared import clock
from shared.contracts.applications import ApplicationSubmitted
from shared.sealed import field_context
from tests.integration.intake.browsing import Browser, errors
from tests.integration.intake.conftest import FILES, Applicant, Others, key
from tests.integration.intake.test_privacy import emitted
from tests.unit.intake import answers_example

NUMBER = "1404241126000001"
NOTICE = {"notice_acknowledged": True}


@pytest.fixture
async def holder(http: httpx2.AsyncClient, others: Others) -> Applicant:
    """Somebody with an issued card."""
    applicant = await Applicant.start(http)
    await applicant.send()
    await others.issue(applicant, b"%PDF", uuid4().hex)
    return applicant


async def valid_until(intake: Intake, applicant: Applicant, day: date) -> None:
    await intake.mongo.collection(store.APPLICATIONS).update_one(
        {"_id": applicant.id}, {"$set": {"card.valid_until": day.isoformat()}}
    )


async def follow(http: httpx2.AsyncClient, holder: Applicant, body: dict[str, Any]) -> Any:
    session = await holder.look()
    return await http.post("/status/continuation", json=body, headers={**session, **key()})


async def submitted(intake: Intake, applicant: Applicant) -> Any:
    answer = await applicant.submit()
    assert answer.status_code == 202, answer.text
    events = await emitted(intake, applicant)
    (data,) = [each.data for each in events if isinstance(each.data, ApplicationSubmitted)]
    return data


async def test_a_correction_of_our_own_card_asks_only_for_what_was_chosen(
    http: httpx2.AsyncClient, intake: Intake, holder: Applicant
) -> None:
    began = await follow(
        http, holder, {"kind": "correction", "correction_pages": ["education"], **NOTICE}
    )
    assert began.status_code == 201, began.text
    draft = Applicant(http, began.json()["id"], began.json()["token"])
    shown = (await http.get(f"/applications/{draft.id}", headers=draft.headers)).json()
    assert [page for page, done in shown["pages"].items() if not done] == ["education"]
    assert set(shown["documents"]) == set(FILES)
    refused = await draft.put("contact", answers_example.PAGES["contact"])
    assert refused.status_code == 409
    assert (await draft.submit()).status_code == 422, "the chosen page is to be looked through"
    schools = answers_example.PAGES["education"]["education"]
    changed = {"education": [{**schools[0], "institution": "SMK Contoh 9"}, schools[1]]}
    assert (await draft.put("education", changed)).status_code == 200
    data = await submitted(intake, draft)
    assert (data.kind, data.previous_registration_number) == ("correction", NUMBER)
    assert data.correction_pages == ("education",)
    assert data.answers.education[0].institution == "SMK Contoh 9"
    nik = intake.keys.open("identity", data.answers.person.nik, field_context(draft.id, "nik"))
    assert nik == answers_example.PAGES["identity"]["nik"], "sealed anew for this application"


async def test_a_lost_card_is_replaced_with_a_reason_and_a_letter(
    http: httpx2.AsyncClient, intake: Intake, holder: Applicant
) -> None:
    without = await follow(http, holder, {"kind": "replacement", **NOTICE})
    assert without.json()["errors"] == {
        "replacement_reason": "Pilih alasan penggantian: hilang atau rusak."
    }
    began = await follow(
        http, holder, {"kind": "replacement", "replacement_reason": "lost", **NOTICE}
    )
    draft = Applicant(http, began.json()["id"], began.json()["token"])
    missing = await draft.submit()
    assert set(missing.json()["errors"]) == {"documents.police_loss_letter"}
    letter = await draft.upload("police_loss_letter", FILES["diploma"])
    assert letter.status_code == 200, letter.text
    data = await submitted(intake, draft)
    assert (data.kind, data.replacement_reason) == ("replacement", "lost")
    assert data.previous_registration_number == NUMBER
    assert {each.kind for each in data.documents} == {*FILES, "police_loss_letter"}


async def test_a_damaged_card_of_ours_is_replaced_without_a_picture_of_it(
    http: httpx2.AsyncClient, intake: Intake, holder: Applicant, browser: Browser
) -> None:
    body = {"kind": "replacement", "replacement_reason": "damaged", **NOTICE}
    began = await follow(http, holder, body)
    draft = Applicant(http, began.json()["id"], began.json()["token"])
    browser.client.cookies.set(sessions.DRAFT_COOKIE, draft.token)
    assert "Kartu AK-1 lama" not in (await browser.get("/daftar/dokumen")).text
    data = await submitted(intake, draft)
    assert (data.replacement_reason, data.previous_registration_number) == ("damaged", NUMBER)


async def test_a_renewal_is_possible_in_its_window_alone(
    http: httpx2.AsyncClient, intake: Intake, holder: Applicant
) -> None:
    early = await follow(http, holder, {"kind": "renewal", **NOTICE})
    assert early.status_code == 422
    assert early.json()["errors"]["kind"].startswith("Kartu hanya bisa diperpanjang mulai 30 hari")
    today = clock.today()
    await valid_until(intake, holder, today + timedelta(days=30))
    began = await follow(http, holder, {"kind": "renewal", "purpose": "CPNS", **NOTICE})
    assert began.status_code == 201, began.text
    draft = Applicant(http, began.json()["id"], began.json()["token"])
    shown = (await http.get(f"/applications/{draft.id}", headers=draft.headers)).json()
    assert all(shown["pages"].values()), "nothing is asked twice"
    assert shown["problems"] == {}, "nor is the old card, which we issued"
    contact = {**answers_example.PAGES["contact"], "ktp_street": "Jl. Baru No. 1"}
    assert (await draft.put("contact", contact)).status_code == 200, "all may be changed"
    data = await submitted(intake, draft)
    assert {each.kind for each in data.documents} == set(FILES)
    assert (data.kind, data.purpose) == ("renewal", "CPNS")
    assert data.answers.ktp_address.street == "Jl. Baru No. 1"
    await valid_until(intake, holder, today - timedelta(days=1))
    late = await follow(http, holder, {"kind": "renewal", **NOTICE})
    assert late.status_code == 422
    again = await follow(http, holder, {"kind": "new", **NOTICE})
    assert again.status_code == 201


async def test_without_a_card_there_is_nothing_to_follow(http: httpx2.AsyncClient) -> None:
    applicant = await Applicant.start(http)
    await applicant.send()
    refused = await follow(http, applicant, {"kind": "correction", **NOTICE})
    assert refused.status_code == 409


async def test_an_old_card_asks_for_its_number_and_the_whole_form(
    http: httpx2.AsyncClient, intake: Intake
) -> None:
    body = {"kind": "replacement", "replacement_reason": "damaged", **NOTICE}
    without = await http.post("/applications", json=body, headers=key())
    assert without.json()["errors"] == {
        "previous_registration_number": "Isi nomor kartu AK-1 lama seperti tertulis di kartu."
    }
    body["previous_registration_number"] = "560/123/AK.1/2024"
    began = await http.post("/applications", json=body, headers=key())
    draft = Applicant(http, began.json()["id"], began.json()["token"])
    await draft.fill()
    assert set((await draft.submit()).json()["errors"]) == {"documents.previous_card"}
    await draft.upload("previous_card", FILES["diploma"])
    # the kind can still be changed, and with it what is needed
    lost = {**body, "replacement_reason": "lost"}
    path = f"/applications/{draft.id}/answers/start"
    assert (await http.put(path, json=lost, headers=draft.headers)).status_code == 200
    assert set((await draft.submit()).json()["errors"]) == {"documents.police_loss_letter"}
    assert (await http.put(path, json=body, headers=draft.headers)).status_code == 200
    data = await submitted(intake, draft)
    assert data.previous_registration_number == "560/123/AK.1/2024"
    assert data.replacement_reason == "damaged"


async def test_the_pages_ask_the_kind_and_only_what_it_needs(
    browser: Browser, intake: Intake, holder: Applicant
) -> None:
    answer = await browser.client.post("/daftar", data={"notice_acknowledged": "yes"})
    assert errors(answer) == {"kind": "Pilih jenis permohonan."}
    cookie = sessions.status_token(intake.settings, holder.id)
    browser.client.cookies.set(sessions.STATUS_COOKIE, cookie)
    shown = await browser.get("/status/lanjutan")
    assert "Perpanjangan bisa diajukan mulai" in shown.text
    assert 'value="renewal"' not in shown.text
    assert "previous_registration_number" not in shown.text
    # a button of the status page names the kind alone: the rest is asked
    asked = await browser.post("/status/lanjutan", {"kind": ["correction"]})
    assert asked.status_code == 200
    assert 'value="correction" checked' in asked.text
    form = {"mulai": ["1"], "kind": ["correction"]}
    wrong = await browser.post("/status/lanjutan", form)
    assert set(errors(wrong)) == {"correction_pages", "notice_acknowledged"}
    form |= {"correction_pages": ["contact"], "notice_acknowledged": ["yes"]}
    began = await browser.post("/status/lanjutan", form)
    assert began.headers["location"] == "/daftar/daftar-tugas"
    tasks = html.unescape((await browser.get("/daftar/daftar-tugas")).text)
    assert "Perbaikan data" in tasks
    assert 'href="/daftar/contact/ktp_address"' in tasks
    assert not any(f'href="/daftar/{page}/' in tasks for page in ANSWER_PAGES if page != "contact")
    closed = await browser.get("/daftar/identity/nik")
    assert closed.headers["location"] == "/daftar/daftar-tugas"
    assert await browser.fill("contact") == "/daftar/dokumen"
    review = html.unescape((await browser.get("/daftar/periksa")).text)
    assert NUMBER in review
    assert "/daftar/contact/reach?kembali=periksa#mobile" in review
    assert "/daftar/identity/" not in review
    assert "/daftar/start/" not in review
    assert 'Bagian tanpa "Ubah" tetap seperti di kartu Anda.' in review
