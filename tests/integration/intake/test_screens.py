"""The form one screen at a time, on real servers, as a browser without JavaScript walks it."""

from __future__ import annotations

import asyncio
import html
import re

import httpx2

from services.intake import store
from services.intake.forms import ANSWER_PAGES
from services.intake.intake import Intake
from services.intake.web import sessions
from shared.contracts.applications import ApplicationSubmitted, Consents
from shared.contracts.catalog import parse_event
from shared.messaging import outbox
from tests.integration.intake.browsing import Browser, errors
from tests.integration.intake.conftest import FILES, Applicant
from tests.unit.intake import answers_example

IDENTITY = answers_example.PAGES["identity"]


async def test_each_screen_leads_to_the_next_and_is_kept_at_once(
    browser: Browser, intake: Intake
) -> None:
    await browser.begin()
    tasks = await browser.get("/daftar/daftar-tugas")
    assert 'href="/daftar/identity/nik"' in tasks.text
    wrong = await browser.post("/daftar/identity/nik", {"nik": ["140"], "family_card_number": [""]})
    assert wrong.status_code == 422
    assert errors(wrong) == {"nik": "NIK harus 16 angka. Anda mengisi 3 angka."}
    assert 'value="140"' in wrong.text
    saved = await browser.post("/daftar/identity/nik", {"nik": [IDENTITY["nik"]]})
    assert saved.headers["location"] == "/daftar/identity/birth"
    proposed = await browser.get("/daftar/identity/birth")
    assert 'value="2001"' in proposed.text
    assert "kami baca dari NIK" in proposed.text
    tasks = await browser.get("/daftar/daftar-tugas")
    assert "Sedang dikerjakan" in tasks.text
    assert 'href="/daftar/identity/birth"' in tasks.text, "it goes on where it was left"
    row = await intake.mongo.collection(store.DRAFTS).find_one({"parts.identity": {"$ne": None}})
    assert row is not None
    assert "identity" not in row["pages"], "a page id in `pages` means complete"
    assert IDENTITY["nik"] not in str(row)


async def test_all_screens_make_a_complete_draft_and_each_row_can_be_changed(
    browser: Browser, intake: Intake
) -> None:
    await browser.begin()
    for page_id in ANSWER_PAGES:
        led = await browser.fill(page_id)
    assert led == "/daftar/dokumen"
    for kind, data in FILES.items():
        answer = await browser.client.post(
            f"/daftar/dokumen/{kind}",
            data={"csrf_token": browser.token},
            files={"file": ("foto.jpg", data)},
        )
        assert answer.status_code == 303, answer.text
    review = html.unescape((await browser.get("/daftar/periksa")).text)
    for text in ("78,4", "Rp 3.000.000", "Tenaga administrasi kantor", "1404 0512 0315 0001"):
        assert text in review
    assert "Mirip dengan yang Anda tulis" not in review
    assert "Bagian tanpa" not in review
    change = "/daftar/preferences/wage?kembali=periksa"
    assert f'href="{change}#wage"' in review
    shown = await browser.get(change)
    assert 'class="govuk-back-link"' in shown.text
    assert 'href="/daftar/periksa"' in shown.text
    saved = await browser.post(change, {"wage": ["Rp 3.500.000"]})
    assert saved.headers["location"] == "/daftar/periksa"
    assert "Rp 3.500.000" in (await browser.get("/daftar/periksa")).text
    # another wanted job calls for its code, and then leads back
    other = "/daftar/preferences/occupations?kembali=periksa"
    saved = await browser.post(other, {"occupation_1": ["Sopir truk"]})
    codes = "/daftar/preferences/occupation_codes?kembali=periksa"
    assert saved.headers["location"] == codes
    assert (await browser.get("/daftar/periksa")).headers["location"] == "/daftar/daftar-tugas"
    offered = await browser.get(codes)
    assert '<option value="8332">Sopir truk</option>' in offered.text
    saved = await browser.post(codes, {"occupation_code_1": ["8332"], "industry_1": ["H"]})
    assert saved.headers["location"] == "/daftar/periksa"
    asked = await browser.get("/daftar/periksa")
    assert " checked" not in asked.text
    wanted = {"consent_reminders_whatsapp": ["yes"]}
    refused = await browser.post("/daftar/periksa", wanted)
    assert errors(refused) == {"declaration": "Centang pernyataan bahwa data Anda benar."}
    assert re.findall(r'name="(\w+)" type="checkbox" value="yes" checked', refused.text) == [
        "consent_reminders_whatsapp"
    ]
    sent = await browser.post("/daftar/periksa", {**wanted, "declaration": ["yes"]})
    reference = sent.headers["location"].removeprefix("/daftar/terkirim/")
    kept = await intake.mongo.collection(store.APPLICATIONS).find_one({"reference": reference})
    assert kept is not None
    assert kept["notice_version"] == intake.office.applicant.notice_version
    told = await submitted(intake, kept["_id"])
    assert told.answers.consents == Consents(matching=True, reminders_whatsapp=True)


async def test_a_screen_that_another_tab_made_needless_leads_on(browser: Browser) -> None:
    """Of a minor who turns out to be grown up: the guardian is asked for no more."""
    await browser.begin()
    await browser.fill("identity")
    guardian = {"guardian_name": ["Ibu Contoh"], "guardian_relation": ["mother"]}
    for form in (guardian, {"guardian_name": [""]}):
        answer = await browser.post("/daftar/identity/guardian", form)
        assert answer.status_code == 303, answer.text
        assert answer.headers["location"] == "/daftar/identity/nik"


async def test_reminders_by_whatsapp_are_offered_to_those_who_have_it(
    http: httpx2.AsyncClient, intake: Intake, browser: Browser
) -> None:
    applicant = await Applicant.start(http)
    contact = {"mobile_has_whatsapp": False, "preferred_channel": "sms"}
    await applicant.fill({"contact": contact})
    browser.client.cookies.set(sessions.DRAFT_COOKIE, applicant.token)
    shown = await browser.get("/daftar/periksa")
    assert "consent_publication" in shown.text
    assert "consent_reminders_whatsapp" not in shown.text
    assert (await applicant.submit()).status_code == 202
    data = await submitted(intake, applicant.id)
    assert data.answers.consents == Consents(matching=True)


async def submitted(intake: Intake, application_id: str) -> ApplicationSubmitted:
    """What was told when it was sent."""
    rows = await intake.mongo.collection(outbox.COLLECTION).find({"key": application_id}).to_list()
    events = [parse_event(bytes(row["body"])) for row in rows]
    told = (each.data for each in events if each is not None)
    return next(each for each in told if isinstance(each, ApplicationSubmitted))


async def test_a_difference_to_the_nik_is_shown_and_does_not_block(browser: Browser) -> None:
    await browser.begin()
    await browser.get("/daftar/identity/nik")
    await browser.post("/daftar/identity/nik", {"nik": [IDENTITY["nik"]]})
    birth = {
        "full_name": ["Contoh Siti"],
        "birth_place": ["Enok"],
        "birth_date-day": ["27"],
        "birth_date-month": ["8"],
        "birth_date-year": ["2001"],
        "sex": ["L"],
    }
    saved = await browser.post("/daftar/identity/birth", birth)
    assert saved.headers["location"] == "/daftar/identity/birth#peringatan"
    shown = await browser.get("/daftar/identity/birth")
    assert "Jenis kelamin tidak sama" in shown.text
    assert 'href="/daftar/identity/civil">Data sudah sama dengan KTP, lanjutkan' in shown.text


async def test_a_guardian_is_not_asked_of_an_adult(browser: Browser) -> None:
    await browser.begin()
    shown = await browser.get("/daftar/identity/guardian")
    assert shown.status_code == 303
    assert (await browser.get("/daftar/identity/nothing")).status_code == 404
    assert (await browser.get("/daftar/nothing/nik")).status_code == 404
    assert (await browser.post("/daftar/identity/nothing")).status_code == 404


async def test_two_screens_saved_at_the_same_moment_are_both_kept(
    http: httpx2.AsyncClient,
) -> None:
    applicant = await Applicant.start(http)
    path = f"/applications/{applicant.id}/answers/identity"
    parts = {
        "nik": {"nik": IDENTITY["nik"]},
        "body": {"height_cm": 158, "weight_kg": 52},
        "civil": {"religion": "islam", "marital_status": "single"},
        "disability": {"disability_status": "none"},
    }
    answers = await asyncio.gather(
        *(
            http.put(f"{path}/{screen}", json=values, headers=applicant.headers)
            for screen, values in parts.items()
        )
    )
    assert [answer.status_code for answer in answers] == [200] * 4
    saved = (await http.get(path, headers=applicant.headers)).json()
    assert saved["saved"] is False
    assert saved["values"]["nik"] == IDENTITY["nik"]
    assert saved["values"]["height_cm"] == 158
    assert saved["values"]["religion"] == "islam"
    birth = {name: IDENTITY[name] for name in ("full_name", "birth_place", "birth_date", "sex")}
    last = await http.put(f"{path}/birth", json=birth, headers=applicant.headers)
    assert last.json()["complete"]
    assert all(last.json()["screens"].values())
    wrong = await http.put(f"{path}/body", json={"height_cm": 3}, headers=applicant.headers)
    assert wrong.status_code == 422
    assert set(wrong.json()["errors"]) == {"height_cm"}
    unknown = await http.put(f"{path}/nothing", json={}, headers=applicant.headers)
    assert unknown.status_code == 404
