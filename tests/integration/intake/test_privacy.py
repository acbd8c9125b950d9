"""What others can learn of an applicant: nothing. On real servers."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx2

from services.intake import store
from services.intake.intake import Intake
from shared.contracts.catalog import parse_event
from shared.messaging import outbox
from tests.integration.intake.conftest import Applicant
from tests.unit.intake import answers_example

NIK = answers_example.PAGES["identity"]["nik"]


async def emitted(intake: Intake, applicant: Applicant) -> list[Any]:
    """The events of an application that wait to be published or were."""
    rows = await intake.mongo.collection(outbox.COLLECTION).find({"key": applicant.id}).to_list()
    events = [parse_event(bytes(row["body"])) for row in sorted(rows, key=lambda r: r["_id"])]
    return [event for event in events if event is not None]


async def test_nothing_sensitive_is_readable_in_the_database(
    http: httpx2.AsyncClient, intake: Intake
) -> None:
    applicant = await Applicant.start(http)
    await applicant.fill()
    draft = str(await intake.mongo.collection(store.DRAFTS).find_one({"_id": applicant.id}))
    await applicant.submit()
    sent = str(await intake.mongo.collection(store.APPLICATIONS).find_one({"_id": applicant.id}))
    events = await emitted(intake, applicant)
    assert [event.type for event in events] == ["draft.kept.v1", "application.submitted.v1"]
    for text in (draft, sent, *(event.model_dump_json() for event in events)):
        for secret in (NIK, "+6281200000001", "siti@contoh.example", "disabled", applicant.token):
            assert secret not in text
    answers = await http.get(
        f"/applications/{applicant.id}/answers/identity", headers=applicant.headers
    )
    assert answers.status_code == 409  # sent: no more a draft


async def test_answers_are_read_back_by_the_holder_alone(http: httpx2.AsyncClient) -> None:
    applicant, stranger = await Applicant.start(http), await Applicant.start(http)
    await applicant.put("identity", answers_example.PAGES["identity"])
    path = f"/applications/{applicant.id}/answers/identity"
    mine = await http.get(path, headers=applicant.headers)
    assert answers_example.PAGES["identity"].items() <= mine.json()["values"].items()
    assert (await http.get(path, headers=stranger.headers)).status_code == 404
    assert (await http.get(path)).status_code == 401
    assert (await http.get("/status", headers=applicant.headers)).status_code == 401


async def test_wrong_birth_date_and_unknown_reference_look_the_same(
    http: httpx2.AsyncClient, intake: Intake
) -> None:
    applicant = await Applicant.start(http)
    await applicant.send()
    wrong = {"reference": applicant.reference, "birth_date": "1999-01-01"}
    unknown = {"reference": "AK1-0000000000" + "0", "birth_date": "2001-08-27"}
    answers = [await http.post("/status-sessions", json=body) for body in (wrong, unknown)]
    assert answers[0].status_code == answers[1].status_code == 404
    assert answers[0].content == answers[1].content
    for _ in range(5):
        last = await http.post("/status-sessions", json=wrong)
    assert last.status_code == 429
    assert int(last.headers["Retry-After"]) > 0
    # of this reference nothing is answered now, not even the right date
    right = {"reference": applicant.reference.lower(), "birth_date": "2001-08-27"}
    assert (await http.post("/status-sessions", json=right)).status_code == 429
    await intake.mongo.collection("rate_limits").delete_many({})
    assert (await http.post("/status-sessions", json=right)).status_code == 201


async def test_guesses_at_the_same_moment_get_no_more_tries(
    http: httpx2.AsyncClient, intake: Intake
) -> None:
    applicant = await Applicant.start(http)
    await applicant.send()
    await intake.mongo.collection("rate_limits").delete_many({})
    right = {"reference": applicant.reference, "birth_date": "2001-08-27"}
    for _ in range(7):  # finding it uses up no tries
        assert (await http.post("/status-sessions", json=right)).status_code == 201
    guesses = [{**right, "birth_date": f"1999-01-{day:02}"} for day in range(1, 21)]
    answers = await asyncio.gather(
        *(http.post("/status-sessions", json=guess) for guess in guesses)
    )
    assert [answer.status_code for answer in answers].count(404) == 5
    await intake.mongo.collection("rate_limits").delete_many({})


async def test_checks_of_cards_are_limited_for_scripts_as_for_people(
    http: httpx2.AsyncClient, intake: Intake
) -> None:
    await intake.mongo.collection("rate_limits").delete_many({})
    codes = [(await http.get(f"/cards/tebakan{number}")).status_code for number in range(61)]
    assert codes == [404] * 60 + [429]
    page = f"http://{http.base_url.host}:{http.base_url.port}/cek/tebakan"
    assert (await http.get(page)).status_code == 429  # one count for both ways
    await intake.mongo.collection("rate_limits").delete_many({})
