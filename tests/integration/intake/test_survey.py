"""The satisfaction survey on real servers: once, together with its event, and nobody's."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest

from services.intake import store
from services.intake.intake import Intake
from services.intake.surveys import ELEMENTS
from shared.ids import uuid7
from shared.messaging import outbox
from tests.integration.intake.conftest import Applicant, Others, Served

SCORES = {each.name: number % 4 + 1 for number, each in enumerate(ELEMENTS)}


async def events(intake: Intake) -> list[dict[str, Any]]:
    """All answers that wait to leave, or left, oldest first."""
    rows = intake.uow.reading().collection(outbox.COLLECTION).find({"type": "survey.answered.v1"})
    return [json.loads(row["body"]) for row in await rows.to_list()]


@pytest.fixture
async def issued(http: httpx2.AsyncClient, others: Others) -> Applicant:
    applicant = await Applicant.start(http)
    await applicant.send()
    await others.issue(applicant, b"%PDF-1.7", uuid7())
    return applicant


@pytest.fixture
async def site(served: Served) -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(base_url=served.url, timeout=30, follow_redirects=True) as client:
        yield client


async def look_up(site: httpx2.AsyncClient, applicant: Applicant) -> str:
    """The status page, with its cookie kept."""
    form = {
        "reference": applicant.reference,
        "birth_date-day": "27",
        "birth_date-month": "8",
        "birth_date-year": "2001",
    }
    return (await site.post("/status", data=form)).text


async def test_it_is_offered_after_the_decision_and_thanks_for_ever(
    site: httpx2.AsyncClient, issued: Applicant, intake: Intake
) -> None:
    assert 'href="/status/survei"' in await look_up(site, issued)
    page = await site.get("/status/survei")
    token = re.search(
        r'<form class="spk-survey" method="post" action="/status/survei".*?value="(\w+)"',
        page.text,
        re.DOTALL,
    )
    assert token is not None
    for element in ELEMENTS:
        assert page.text.count(f'name="{element.name}" type="radio"') == 4
    known = len(await events(intake))
    form = {"csrf_token": token[1], "suggestion": "Bagus"}
    wrong = await site.post("/status/survei", data=form)
    assert wrong.status_code == 422
    assert wrong.text.count("pilih satu jawaban") == 2 * len(ELEMENTS)
    assert ">Bagus</textarea>" in wrong.text
    form |= {name: str(score) for name, score in SCORES.items()}
    for _ in range(2):
        sent = await site.post("/status/survei", data=form)
        assert "Terima kasih atas penilaian Anda" in sent.text
    assert len(await events(intake)) == known + 1
    assert "Terima kasih" in (await site.get("/status/survei")).text
    assert 'href="/status/survei"' not in (await site.get("/status/ringkasan")).text


async def test_not_before_the_decision_and_not_without_a_session(
    site: httpx2.AsyncClient, http: httpx2.AsyncClient
) -> None:
    assert (await site.get("/status/survei")).status_code == 401
    applicant = await Applicant.start(http)
    await applicant.send()
    assert 'href="/status/survei"' not in await look_up(site, applicant)
    page = await site.get("/status/survei")
    assert page.status_code == 409
    assert "setelah pendaftaran Anda diputuskan" in page.text
    headers = await applicant.look()
    assert (await http.get("/status/survey", headers=headers)).json()["state"] == "closed"
    refused = await http.post("/status/survey", json={"scores": SCORES}, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (409, "survey_closed")


async def test_many_at_once_count_once(
    http: httpx2.AsyncClient, issued: Applicant, intake: Intake
) -> None:
    headers = await issued.look()
    known = len(await events(intake))
    body = {"scores": SCORES, "suggestion": None}
    sent = await asyncio.gather(
        *(http.post("/status/survey", json=body, headers=headers) for _ in range(8))
    )
    assert {answer.status_code for answer in sent} == {200}
    assert len(await events(intake)) == known + 1
    assert (await http.get("/status/survey", headers=headers)).json()["state"] == "answered"


async def test_a_wrong_body_is_named_field_by_field(
    http: httpx2.AsyncClient, issued: Applicant
) -> None:
    headers = await issued.look()
    bodies: list[dict[str, Any]] = [{}, {"scores": []}, {"scores": {"time": "banyak"}}]
    for body in bodies:
        answer = await http.post("/status/survey", json=body, headers=headers)
        assert answer.status_code == 422
        assert set(answer.json()["errors"]) == {each.name for each in ELEMENTS}


async def test_answer_and_applicant_cannot_be_brought_together(
    http: httpx2.AsyncClient, issued: Applicant, intake: Intake, others: Others
) -> None:
    applications = intake.uow.reading().collection(store.APPLICATIONS)
    before = await applications.find_one({"_id": issued.id})
    headers = {
        **await issued.look(),
        "Idempotency-Key": uuid7(),
        "traceparent": f"00-{'a' * 32}-{'b' * 16}-01",
    }
    keys = intake.uow.reading().collection(store.IDEMPOTENCY_KEYS)
    kept_keys = await keys.count_documents({})
    body = {"scores": SCORES, "suggestion": "Loketnya ramah"}
    assert (await http.post("/status/survey", json=body, headers=headers)).status_code == 200

    event = (await events(intake))[-1]
    text = json.dumps(event)
    for known in (issued.id, issued.reference, "1404056708010002", "2001-08-27", "a" * 32):
        assert known not in text
    assert event["data"]["scores"] == SCORES
    assert event["data"]["education"] == "smk"
    assert event["causationid" if "causationid" in event else "correlationid"] == event["id"]

    after = await applications.find_one({"_id": issued.id})
    assert before is not None
    assert after is not None
    changed = {name for name in after if after[name] != before.get(name)}
    assert changed == {"survey_answered", "revision"}
    assert after["survey_answered"] is True
    assert await keys.count_documents({}) == kept_keys
    # and the mark stays when the application is written again
    await others.issue(issued, b"%PDF-1.7", uuid7())
    kept = await applications.find_one({"_id": issued.id})
    assert kept is not None
    assert kept["survey_answered"] is True
