"""The journey of an applicant through the JSON API, on real servers."""

from __future__ import annotations

import asyncio
import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx2

from deploy.local.environment import environment
from deploy.local.stack import Servers
from services.intake import store
from services.intake.checking.check import check_link
from services.intake.intake import Intake
from shared import clock
from shared.contracts.catalog import parse_event
from shared.contracts.notices import NoticeSent
from shared.contracts.reviews import (
    ApplicationRejected,
    ApplicationReturned,
    CardCollected,
    CardPrinted,
    ReturnedItem,
    ReviewStarted,
)
from shared.messaging import outbox
from shared.sealed import field_context
from shared.settings import ServiceSettings
from shared.storage import CARDS, DOCUMENTS, connect_storage
from tests.integration.intake.conftest import FILES, Applicant, Others, key
from tests.unit.intake import answers_example

NIK = answers_example.PAGES["identity"]["nik"]


async def emitted(intake: Intake, applicant: Applicant) -> list[Any]:
    """The events of an application that wait to be published or were, without its draft's."""
    where = {"key": applicant.id, "type": {"$regex": "^application"}}
    rows = await intake.mongo.collection(outbox.COLLECTION).find(where).to_list()
    events = [parse_event(bytes(row["body"])) for row in sorted(rows, key=lambda r: r["_id"])]
    return [event for event in events if event is not None]


def returned(applicant: Applicant, *items: str) -> ApplicationReturned:
    return ApplicationReturned(
        application_id=applicant.id,
        reference=applicant.reference,
        items=tuple(
            ReturnedItem(item=item, reason_code="contoh", reason=f"Alasan {item}.")
            for item in items
        ),
        note="Terima kasih.",
        due_on=clock.today() + timedelta(days=7),
        returned_at=datetime.now(UTC),
    )


def started(applicant: Applicant, earlier: timedelta = timedelta()) -> ReviewStarted:
    return ReviewStarted(
        application_id=applicant.id,
        reference=applicant.reference,
        started_at=datetime.now(UTC) - earlier,
    )


async def put_card(servers: Servers, name: str, pdf: bytes) -> None:
    """Write a card as the service cards would, with its key."""
    values = {n.lower(): value for n, value in environment("cards", servers.run).items()}
    await connect_storage(ServiceSettings.model_validate({"service": "cards", **values})).put(
        CARDS, name, pdf, "application/pdf"
    )


async def test_from_the_first_page_to_the_card(
    http: httpx2.AsyncClient, intake: Intake, others: Others, servers: Servers
) -> None:
    applicant = await Applicant.start(http)
    begun = (await http.get(f"/applications/{applicant.id}", headers=applicant.headers)).json()
    assert begun["state"] == "draft"
    assert begun["missing_documents"] == ["identity_card", "diploma", "photo"]
    await applicant.fill()
    filled = (await http.get(f"/applications/{applicant.id}", headers=applicant.headers)).json()
    assert filled["complete"]
    assert set(filled["tasks"].values()) == {"done", "not_started"}

    sent = await applicant.submit()
    assert sent.status_code == 202
    applicant.reference = sent.json()["reference"]
    (event,) = await emitted(intake, applicant)
    assert event.aggregateversion == 1
    nik = intake.keys.open(
        "identity", event.data.answers.person.nik, field_context(applicant.id, "nik")
    )
    assert nik == NIK
    assert {document.kind for document in event.data.documents} == set(FILES)
    for document in event.data.documents:
        for page in document.pages:
            image = await intake.storage.get(DOCUMENTS, page.key, page.sha256)
            assert image.startswith(b"\xff\xd8\xff")

    await others.say(started(applicant), "verification", 2)
    assert (await applicant.status())["state"] == "under_review"
    session = await applicant.look()
    early = await http.get("/status/card", headers=session)
    assert early.status_code == 404

    pdf = b"%PDF-1.7 contoh"
    code = uuid4().hex
    issued = await others.issue(applicant, pdf, hashlib.sha256(code.encode()).hexdigest())
    await put_card(servers, issued.object_key, pdf)
    notice = NoticeSent(
        notice_id="n",
        application_id=applicant.id,
        template="issued",
        channel="email",
        sent_at=datetime.now(UTC),
    )
    await others.say(notice, "notify", 1)
    status = await applicant.status()
    assert status["state"] == "issued"
    assert status["card"]["registration_number"] == "1404241126000001"
    assert [line["title"] for line in status["timeline"]] == [
        "Permohonan dikirim",
        "Mulai diperiksa",
        "Kartu AK-1 terbit",
        "Pesan terkirim",
    ]
    card = await http.get("/status/card", headers=session)
    assert card.content == pdf
    assert card.headers["content-type"] == "application/pdf"

    checked = await check_link(intake, code.upper(), "127.0.0.1")
    assert checked is not None
    assert checked.masked_name == "C••••• S••• M••••••"
    assert checked.word == "Berlaku"
    answer = await http.get(f"/cards/{code}")
    assert answer.json()["valid_until"] == "2028-11-24"
    assert answer_holds_nothing_more(answer.text)
    assert (await http.get("/cards/tidak-ada")).status_code == 404


async def test_the_paper_card_is_told_and_the_state_stays(
    http: httpx2.AsyncClient, others: Others
) -> None:
    applicant = await Applicant.start(http)
    await applicant.send()
    await others.issue(applicant, b"%PDF-1.7 contoh", "0" * 64)
    ids = {"application_id": applicant.id, "reference": applicant.reference}
    ready = CardPrinted(**ids, printed_at=datetime.now(UTC))
    await others.say(ready, "verification", 4)
    fetched = CardCollected(**ids, by_other=True, collected_at=datetime.now(UTC))
    await others.say(fetched, "verification", 5)
    status = await applicant.status()
    assert status["state"] == "issued"
    assert [line["title"] for line in status["timeline"]][-2:] == [
        "Kartu siap diambil",
        "Kartu sudah diambil",
    ]


def answer_holds_nothing_more(text: str) -> bool:
    """A checked card tells strangers neither name, NIK, birth date nor phone."""
    return not any(secret in text for secret in ("Siti", NIK, "2001-08-27", "8120000"))


async def test_sending_twice_is_sending_once(http: httpx2.AsyncClient, intake: Intake) -> None:
    applicant = await Applicant.start(http)
    await applicant.fill()
    answers = await asyncio.gather(*(applicant.submit() for _ in range(4)))
    again = await applicant.submit()
    references = {answer.json().get("reference") for answer in (*answers, again)}
    assert {answer.status_code for answer in (*answers, again)} == {202}
    assert len(references) == 1
    assert len(await emitted(intake, applicant)) == 1
    shown = await http.get(f"/applications/{applicant.id}", headers=applicant.headers)
    assert shown.json()["reference"] in references


async def test_the_same_key_gives_the_same_answer(http: httpx2.AsyncClient) -> None:
    headers = key()
    body = {"notice_acknowledged": True}
    first = await http.post("/applications", json=body, headers=headers)
    second = await http.post("/applications", json=body, headers=headers)
    assert second.json() == first.json()
    assert second.headers["Idempotency-Replayed"] == "true"
    other = await http.post("/applications", json={**body, "x": 1}, headers=headers)
    assert other.status_code == 422
    assert other.json()["code"] == "key_reused"
    without = await http.post("/applications", json=body)
    assert without.status_code == 400


async def test_two_requests_with_one_key_at_once_do_one_thing(
    http: httpx2.AsyncClient, intake: Intake
) -> None:
    headers, body = key(), {"notice_acknowledged": True}
    before = await intake.mongo.collection(store.DRAFTS).count_documents({})
    answers = await asyncio.gather(
        *(http.post("/applications", json=body, headers=headers) for _ in range(5))
    )
    assert await intake.mongo.collection(store.DRAFTS).count_documents({}) == before + 1
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.json()["id"] for answer in answers if answer.status_code == 201}) == 1
    stored = str(await intake.mongo.collection(store.IDEMPOTENCY_KEYS).find({}).to_list())
    assert not any(a.json()["token"] in stored for a in answers if a.status_code == 201)


async def test_a_refused_write_may_be_repaired_with_the_same_key(
    http: httpx2.AsyncClient,
) -> None:
    applicant = await Applicant.start(http)
    headers = key()
    assert (await applicant.submit(headers)).status_code == 422
    await applicant.fill()
    assert (await applicant.submit(headers)).status_code == 202


async def test_what_is_missing_is_named(http: httpx2.AsyncClient) -> None:
    not_read = await http.post("/applications", json={}, headers=key())
    assert not_read.status_code == 422
    assert not_read.json()["errors"] == {
        "notice_acknowledged": "Baca pemberitahuan data pribadi, lalu centang kotak ini."
    }
    applicant = await Applicant.start(http)
    answer = await http.post(
        f"/applications/{applicant.id}/submission",
        json={"declaration": False},
        headers={**applicant.headers, **key()},
    )
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    errors = answer.json()["errors"]
    assert errors["identity"] == "Lengkapi bagian Data diri."
    assert errors["documents.photo"] == "Pilih pas foto."
    assert errors["declaration"] == "Centang pernyataan bahwa data Anda benar."


async def test_errors_save_nothing_and_warnings_save(http: httpx2.AsyncClient) -> None:
    applicant = await Applicant.start(http)
    identity = answers_example.PAGES["identity"]
    wrong = await applicant.put("identity", {**identity, "nik": "123", "full_name": "Budi 😀"})
    assert wrong.status_code == 422
    assert set(wrong.json()["errors"]) == {"nik", "full_name"}
    path = f"/applications/{applicant.id}/answers/identity"
    assert (await http.get(path, headers=applicant.headers)).json()["saved"] is False
    differing = await applicant.put("identity", {**identity, "sex": "L"})
    assert [warning["rule"] for warning in differing.json()["warnings"]] == ["nik_sex"]
    unknown = await applicant.put("office", {})
    assert unknown.status_code == 404


async def test_a_birth_date_changed_later_is_compared_with_the_schools(
    http: httpx2.AsyncClient,
) -> None:
    applicant = await Applicant.start(http)
    await applicant.fill()
    identity = {**answers_example.PAGES["identity"], "birth_date": "1950-08-27"}
    assert (await applicant.put("identity", identity)).status_code == 200
    identity["birth_date"] = "2008-08-27"
    schools = {
        "education": [
            {
                **answers_example.PAGES["education"]["education"][0],
                "year_in": None,
                "year_out": 2010,
            }
        ]
    }
    await applicant.put("education", schools)
    await applicant.put("identity", identity)
    answer = await applicant.submit()
    assert answer.json()["errors"] == {"education": "Tahun lulus tidak cocok dengan tanggal lahir."}


async def test_a_returned_application_is_amended_where_asked(
    http: httpx2.AsyncClient, intake: Intake, others: Others
) -> None:
    applicant = await Applicant.start(http)
    await applicant.send()
    too_early = await http.post(
        "/status/amendment/submission", headers={**await applicant.look(), **key()}
    )
    assert too_early.status_code == 409
    await others.say(started(applicant), "verification", 2)
    await others.say(returned(applicant, "identity", "documents.diploma"), "verification", 3)
    session = await applicant.look()
    status = await applicant.status()
    assert status["state"] == "returned"
    assert status["returned"]["due_on"] == (clock.today() + timedelta(days=7)).isoformat()
    assert [item["label"] for item in status["returned"]["items"]] == [
        "Data diri",
        "Ijazah terakhir",
    ]

    not_asked = await http.put(
        "/status/amendment/answers/education",
        json=answers_example.PAGES["education"],
        headers=session,
    )
    assert not_asked.status_code == 409
    not_asked = await http.put(
        "/status/amendment/documents/photo", files={"file": FILES["photo"]}, headers=session
    )
    assert not_asked.status_code == 409

    shown = (await http.get("/status/amendment/answers/identity", headers=session)).json()
    assert "nik" not in shown["values"]
    assert shown["values"]["nik_masked"] == "1404••••••••0002"
    assert "family_card_number" not in shown["values"]
    redone = {**shown["values"], "full_name": "Contoh Siti Muminah"}
    saved = await http.put("/status/amendment/answers/identity", json=redone, headers=session)
    assert saved.status_code == 200, saved.text
    half = await http.post("/status/amendment/submission", headers={**session, **key()})
    assert half.json()["errors"] == {"documents.diploma": "Perbaiki dulu bagian Ijazah terakhir."}
    letter = await http.put(
        "/status/amendment/documents/graduation_letter",
        files={"file": FILES["diploma"]},
        headers=session,
    )
    assert letter.status_code == 200, letter.text
    headers = {**session, **key()}
    sent = await http.post("/status/amendment/submission", headers=headers)
    assert sent.status_code == 202, sent.text
    again = await http.post("/status/amendment/submission", headers=headers)
    assert again.json() == sent.json()

    first, event = await emitted(intake, applicant)
    assert event.aggregateversion == 2
    assert event.data.answers.person.nik == first.data.answers.person.nik  # as sealed before
    assert event.data.answers.person.family_card_number == (
        first.data.answers.person.family_card_number
    )
    assert {each.kind for each in event.data.documents} == {
        *("identity_card", "photo", "graduation_letter")
    }
    assert set(event.data.changed) == {"identity", "documents.graduation_letter"}
    assert event.data.answers.person.full_name == "Contoh Siti Muminah"
    nik = intake.keys.open(
        "identity", event.data.answers.person.nik, field_context(applicant.id, "nik")
    )
    assert nik == NIK
    status = await applicant.status()
    assert (status["state"], status["returned"]) == ("submitted", None)


async def test_events_twice_and_in_the_wrong_order(
    http: httpx2.AsyncClient, intake: Intake, others: Others
) -> None:
    applicant = await Applicant.start(http)
    await applicant.send()
    back = returned(applicant, "documents.photo")
    body = await others.say(back, "verification", 3)
    await others.say(started(applicant, timedelta(minutes=5)), "verification", 2)
    await others.deliver(body, back)
    status = await applicant.status()
    assert status["state"] == "returned"
    titles = [line["title"] for line in status["timeline"]]
    assert sorted(titles) == ["Mulai diperiksa", "Perlu diperbaiki", "Permohonan dikirim"]
    await others.issue(applicant, b"%PDF", uuid4().hex)
    late = ApplicationRejected(
        application_id=applicant.id,
        reference=applicant.reference,
        reason_code="duplicate",
        reason="Contoh.",
        rejected_at=datetime.now(UTC),
    )
    await others.say(late, "verification", 9)
    assert (await applicant.status())["state"] == "issued"


async def test_the_openapi_document_is_served(http: httpx2.AsyncClient) -> None:
    document = (await http.get("/openapi.json")).json()
    assert document["servers"] == [{"url": "/api/v1"}]
    paths = document["paths"]
    assert "/applications/{application_id}/documents/{kind}" in paths
    assert "Answers_identity" in document["components"]["schemas"]
    villages = (await http.get("/areas")).json()["villages"]
    assert len(villages) == 236
    unknown = await http.get("/nothing")
    assert unknown.status_code == 404
    assert unknown.headers["content-type"] == "application/problem+json"
