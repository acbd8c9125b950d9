"""Back to a draft on another browser: codes, tries, take-over, and the last call. Real servers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from pymongo import MongoClient

from deploy.local.stack import Servers
from services.intake import store
from services.intake.intake import Intake
from services.intake.returning.opening import CODES_PER_DRAFT
from services.intake.web import sessions
from shared.contracts.catalog import parse_event
from shared.messaging import outbox
from shared.sealed import field_context
from tests.integration.intake.conftest import Applicant, Served, key
from tests.unit.intake import answers_example

pytestmark = pytest.mark.usefixtures("no_limits")
BORN = "2001-08-27"
UNKNOWN = "D-00000-00000-0"
DAY = timedelta(days=1)
TIME_LIMIT = 50  # MongoDB: exceeded time limit


def address() -> str:
    return f"{uuid4().hex[:10]}@contoh.example"


async def told(intake: Intake, applicant: Applicant, kind: str) -> list[Any]:
    """The events about a draft of one type."""
    where = {"key": applicant.id, "type": f"{kind}.v1"}
    rows = await intake.mongo.collection(outbox.COLLECTION).find(where).sort("_id").to_list()
    events = [parse_event(bytes(row["body"])) for row in rows]
    return [event.data for event in events if event is not None]


async def sent_code(intake: Intake, applicant: Applicant) -> str:
    """The newest one-time code, as notify would open it."""
    event = (await told(intake, applicant, "code.requested"))[-1]
    return intake.keys.open("contact", event.code, field_context(applicant.id, "code"))


async def begun(
    http: httpx2.AsyncClient, *, email: str | None, identity: bool = True
) -> tuple[Applicant, str]:
    """A draft with its contact, and its code."""
    applicant = await Applicant.start(http)
    if identity:
        assert (await applicant.put("identity", answers_example.PAGES["identity"])).is_success
    assert (await contact(applicant, email)).is_success
    return applicant, await draft_code(applicant)


async def contact(applicant: Applicant, email: str | None) -> httpx2.Response:
    values = {**answers_example.PAGES["contact"], "email": email, "preferred_channel": "sms"}
    return await applicant.put("contact", values)


async def draft_code(applicant: Applicant) -> str:
    path = f"/applications/{applicant.id}/draft-code"
    answer = await applicant.http.get(path, headers=applicant.headers)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["draft_code"])


async def ask(http: httpx2.AsyncClient, code: str) -> httpx2.Response:
    return await http.post("/draft-returns", json={"draft_code": code})


async def prove(http: httpx2.AsyncClient, step: httpx2.Response, **proof: str) -> httpx2.Response:
    headers = {"Authorization": f"Bearer {step.json()['token']}"}
    return await http.post("/draft-returns/opening", json=proof, headers=headers)


def same(*answers: httpx2.Response) -> bool:
    return len({(answer.status_code, answer.content) for answer in answers}) == 1


async def works(applicant: Applicant) -> bool:
    path = f"/applications/{applicant.id}"
    return (await applicant.http.get(path, headers=applicant.headers)).status_code == 200


async def test_a_code_from_the_mailbox_opens_the_draft_and_ends_the_old_token(
    http: httpx2.AsyncClient, intake: Intake, served: Served
) -> None:
    email = address()
    old, code = await begun(http, email=email)
    step = await ask(http, code.lower().replace("-", " "))
    assert step.status_code == 201, step.text
    assert step.json()["needs"] == "one_time_code"
    assert step.json()["sent_to"] == f"{email[0]}…@contoh.example"
    one_time = await sent_code(intake, old)
    assert (len(one_time), one_time.isdecimal()) == (6, True)
    opened = await prove(http, step, code=one_time)
    assert opened.status_code == 201, opened.text
    assert opened.json()["id"] == old.id
    new = Applicant(http, old.id, opened.json()["token"])
    assert await works(new)
    assert not await works(old)
    assert (await old.put("identity", answers_example.PAGES["identity"])).status_code == 404
    assert await draft_code(new) == code
    async with httpx2.AsyncClient(base_url=served.url) as browser:
        browser.cookies.set(sessions.DRAFT_COOKIE, old.token)
        shown = await browser.get("/daftar/daftar-tugas")
        assert shown.status_code == 401
        assert "sudah dibuka di tempat lain" in shown.text
        assert 'href="/lanjutkan"' in shown.text
    again = await prove(http, step, code=one_time)
    assert again.status_code == 404, "a code opens once"
    assert await works(new)


async def test_what_is_kept_and_sent_is_sealed_or_keyed(
    http: httpx2.AsyncClient, intake: Intake
) -> None:
    email = address()
    applicant, code = await begun(http, email=email)
    await ask(http, code)
    one_time = await sent_code(intake, applicant)
    row = str(await intake.mongo.collection(store.DRAFTS).find_one({"_id": applicant.id}))
    events = [
        event.model_dump_json()
        for kind in ("draft.kept", "code.requested")
        for event in await told(intake, applicant, kind)
    ]
    assert len(events) == 2
    for text in (row, *events):
        for secret in (code, code.replace("-", ""), f'"{one_time}"', f"'{one_time}'", email):
            assert secret not in text


async def test_unknown_wrong_expired_and_used_up_look_the_same(
    http: httpx2.AsyncClient, intake: Intake, later: Any
) -> None:
    applicant, code = await begun(http, email=address())
    unknown, malformed = await ask(http, UNKNOWN), await ask(http, "bukan kode")
    step = await ask(http, code)
    right = await sent_code(intake, applicant)
    wrong = f"{(int(right) + 1) % 10**6:06}"
    answers = [await prove(http, step, code=wrong) for _ in range(5)]
    answers.append(await prove(http, step, code=right))  # right, but the five tries are used up
    answers.append(await prove(http, step, code=""))
    step = await ask(http, code)
    right = await sent_code(intake, applicant)
    later(timedelta(minutes=10, seconds=1))
    answers.append(await prove(http, step, code=right))  # right, but late
    assert same(*answers)
    assert answers[0].status_code == 404
    assert await works(applicant)
    later(timedelta(days=30))
    assert same(unknown, malformed, await ask(http, code))
    assert unknown.status_code == 404


async def test_guesses_at_the_same_moment_get_no_more_tries(
    http: httpx2.AsyncClient, intake: Intake
) -> None:
    applicant, code = await begun(http, email=address())
    step = await ask(http, code)
    right = int(await sent_code(intake, applicant))
    guesses = [f"{(right + number) % 10**6:06}" for number in range(1, 21)]
    await asyncio.gather(*(prove(http, step, code=guess) for guess in guesses))
    row = await intake.mongo.collection(store.DRAFTS).find_one({"_id": applicant.id})
    assert row is not None
    assert row["returning"]["one_time"]["tries"] == 5
    assert (await prove(http, step, code=f"{right:06}")).status_code == 404
    step = await ask(http, code)  # a new one must be asked for
    assert (await prove(http, step, code=await sent_code(intake, applicant))).status_code == 201


async def test_a_new_code_ends_the_one_before_and_belongs_to_who_asked(
    http: httpx2.AsyncClient, intake: Intake
) -> None:
    applicant, code = await begun(http, email=address())
    step = await ask(http, code)
    first = await sent_code(intake, applicant)
    headers = {"Authorization": f"Bearer {step.json()['token']}"}
    again = await http.post("/draft-returns/code", headers=headers)
    second = await sent_code(intake, applicant)
    assert (await prove(http, step, code=first)).status_code == 404
    assert (await prove(http, step, code=second)).status_code == 404
    assert (await prove(http, again, code=second)).status_code == 201


async def test_codes_of_one_draft_and_one_address_are_limited(
    http: httpx2.AsyncClient, intake: Intake
) -> None:
    email = address()
    applicant, code = await begun(http, email=email)
    answers = [await ask(http, code) for _ in range(CODES_PER_DRAFT.count + 1)]
    assert [answer.status_code for answer in answers] == [201] * 5 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert len(await told(intake, applicant, "code.requested")) == 5
    _, other = await begun(http, email=email)  # another draft, the same mailbox
    assert (await ask(http, other)).status_code == 429


async def test_codes_that_were_not_sent_use_up_nobody_elses(
    http: httpx2.AsyncClient, intake: Intake
) -> None:
    """One person who asks again and again must not shut out a school behind the same address."""
    rows = intake.mongo.collection("rate_limits")
    _, code = await begun(http, email=address())
    for _ in range(CODES_PER_DRAFT.count):
        assert (await ask(http, code)).status_code == 201
    before = await rows.find({}, projection={"hits": 1}).sort("_id").to_list()
    assert (await ask(http, code)).status_code == 429
    assert await rows.find({}, projection={"hits": 1}).sort("_id").to_list() == before


async def test_without_a_mailbox_the_birth_date_is_asked_for(
    http: httpx2.AsyncClient, intake: Intake
) -> None:
    old, code = await begun(http, email=None)
    step = await ask(http, code)
    assert step.json()["needs"] == "birth_date"
    assert await told(intake, old, "code.requested") == []
    wrong = [await prove(http, step, birth_date=f"1999-01-0{day}") for day in range(1, 6)]
    assert same(*wrong)
    assert wrong[0].status_code == 404
    assert (await prove(http, step, birth_date=BORN)).status_code == 429
    await intake.mongo.collection("rate_limits").delete_many({})
    opened = await prove(http, step, birth_date=BORN)
    assert opened.status_code == 201
    assert not await works(old)
    await contact(Applicant(http, old.id, opened.json()["token"]), address())
    late = await prove(http, step, birth_date=BORN)  # now a mailbox is known
    assert late.status_code == 404


async def test_an_empty_draft_opens_with_its_code_alone(http: httpx2.AsyncClient) -> None:
    old = await Applicant.start(http)
    opened = await ask(http, await draft_code(old))
    assert opened.json()["needs"] == "nothing"
    assert await works(Applicant(http, opened.json()["id"], opened.json()["token"]))
    assert not await works(old)


async def test_the_code_is_sent_once_to_each_address(
    http: httpx2.AsyncClient, intake: Intake
) -> None:
    one, two = address(), address()
    applicant = await Applicant.start(http)
    for email in (None, one, one, two, one, None, two):
        assert (await contact(applicant, email)).is_success
    kept = await told(intake, applicant, "draft.kept")
    opened = [
        intake.keys.open("contact", event.to.email, field_context(applicant.id, "email"))
        for event in kept
    ]
    assert opened == [one, two]
    assert all(event.to.mobile is None for event in kept)  # what nobody needs stays here
    codes = {
        intake.keys.open("contact", event.draft_code, field_context(applicant.id, "draft_code"))
        for event in kept
    }
    assert codes == {await draft_code(applicant)}


@pytest.fixture
async def no_outbox(servers: Servers) -> AsyncIterator[Any]:
    """MongoDB refuses the next rows of the outbox."""
    with MongoClient[dict[str, Any]](servers.run.mongo_url("deploy")) as admin:

        def refuse() -> None:
            admin.admin.command(
                "configureFailPoint",
                "failCommand",
                mode={"times": 1},
                data={
                    "failCommands": ["insert"],
                    "errorCode": TIME_LIMIT,
                    "namespace": f"intake.{outbox.COLLECTION}",
                },
            )

        yield refuse
        admin.admin.command("configureFailPoint", "failCommand", mode="off")


async def test_without_its_event_no_code_and_no_page_is_kept(
    http: httpx2.AsyncClient, intake: Intake, no_outbox: Any
) -> None:
    """What is said to be sent, is on its way: state and event are one transaction."""
    applicant = await Applicant.start(http)
    no_outbox()
    assert (await contact(applicant, address())).status_code == 503
    row = await intake.mongo.collection(store.DRAFTS).find_one({"_id": applicant.id})
    assert row is not None
    assert row["pages"].get("contact") is None
    assert (await contact(applicant, address())).is_success
    code = await draft_code(applicant)
    no_outbox()
    assert (await ask(http, code)).status_code == 503
    row = await intake.mongo.collection(store.DRAFTS).find_one({"_id": applicant.id})
    assert row is not None
    assert "one_time" not in row["returning"]
    assert await told(intake, applicant, "code.requested") == []
    assert (await ask(http, code)).status_code == 201


async def test_leaving_ends_the_token_and_tells_how_to_come_back(
    http: httpx2.AsyncClient, served: Served, intake: Intake
) -> None:
    old, code = await begun(http, email=None)
    async with httpx2.AsyncClient(base_url=served.url) as browser:
        browser.cookies.set(sessions.DRAFT_COOKIE, old.token)
        left = await browser.post("/keluar", headers={"Origin": served.url})
        assert left.status_code == 200
        assert left.headers["Clear-Site-Data"] == '"cache", "storage"'
        assert f'{sessions.DRAFT_COOKIE}=""' in left.headers["set-cookie"]
        assert code in left.text
        assert "/lanjutkan" in left.text
        again = await browser.post("/keluar", headers={"Origin": served.url})
        assert (again.status_code, code in again.text) == (200, False)
        browser.cookies.set(sessions.DRAFT_COOKIE, old.token)  # as somebody had copied it
        assert (await browser.get("/daftar/daftar-tugas")).status_code == 401
    assert not await works(old)
    opened = await prove(http, await ask(http, code), birth_date=BORN)
    assert opened.status_code == 201
    new = Applicant(http, old.id, opened.json()["token"])
    path = f"/applications/{new.id}/token"
    assert (await http.delete(path, headers=new.headers)).status_code == 204
    assert not await works(new)


async def test_leaving_closes_the_confirmation_too(
    http: httpx2.AsyncClient, served: Served
) -> None:
    applicant = await Applicant.start(http)
    await applicant.send()
    async with httpx2.AsyncClient(base_url=served.url) as browser:
        confirmation = f"/daftar/terkirim/{applicant.reference}"
        browser.cookies.set(sessions.DRAFT_COOKIE, applicant.token)
        assert (await browser.get(confirmation)).status_code == 200
        await browser.post("/keluar", headers={"Origin": served.url})
        browser.cookies.set(sessions.DRAFT_COOKIE, applicant.token)
        assert (await browser.get(confirmation)).status_code != 200
    assert (await applicant.status())["state"] == "submitted"


async def test_a_lost_answer_is_given_again_but_no_token_that_ended(
    http: httpx2.AsyncClient, intake: Intake, later: Any
) -> None:
    applicant, code = await begun(http, email=address())
    step = await ask(http, code)
    proof = {"code": await sent_code(intake, applicant)}
    headers = {"Authorization": f"Bearer {step.json()['token']}", **key()}
    answers = [
        await http.post("/draft-returns/opening", json=proof, headers=headers) for _ in range(2)
    ]
    assert answers[0].status_code == 201
    assert answers[0].json() == answers[1].json()
    later(timedelta(minutes=6))
    late = await http.post("/draft-returns/opening", json=proof, headers=headers)
    assert late.status_code == 404
