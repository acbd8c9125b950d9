"""Each server away by itself: the rest lives, and what waited goes through afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial

import httpx2

from deploy.demo.applicant import API
from deploy.local import SERVICES
from deploy.local.environment import ROOT
from deploy.local.stack import answers
from shared import clock
from shared.office import load_office
from tests.faults import outcomes
from tests.faults.journeys import Desk, Journey, Town, town
from tests.faults.papers import small_files
from tests.faults.system import System, until, web


@asynccontextmanager
async def without_rabbitmq(system: System) -> AsyncIterator[None]:
    await asyncio.to_thread(system.servers.stop_rabbitmq)
    try:
        yield
    finally:
        await asyncio.to_thread(system.servers.start_rabbitmq)


@asynccontextmanager
async def without_mongodb(system: System) -> AsyncIterator[None]:
    await asyncio.to_thread(system.servers.stop_one, "mongodb")
    try:
        yield
    finally:
        await asyncio.to_thread(system.servers.start_mongodb)


@asynccontextmanager
async def without_s3(system: System) -> AsyncIterator[None]:
    await asyncio.to_thread(system.servers.stop_one, "seaweedfs")
    try:
        yield
    finally:
        await asyncio.to_thread(system.servers.start_s3)


@asynccontextmanager
async def without_mail_server(system: System) -> AsyncIterator[None]:
    await asyncio.to_thread(system.servers.stop_one, "mail_inbox")
    try:
        yield
    finally:
        await asyncio.to_thread(system.servers.start_mail_inbox)


async def await_answer(system: System, service: str, path: str) -> None:
    """Wait until a service that was just started answers."""
    url = system.services.url(service) + path

    async def is_there() -> bool:
        return await asyncio.to_thread(answers, url)

    await until(is_there, f"{service} answers")


async def decide(desk: Desk, journey: Journey) -> None:
    await desk.await_case(journey.id)
    await desk.claim(journey.id)
    await desk.approve(journey)


async def test_rabbitmq_away_even_while_the_services_start(system: System) -> None:
    async with without_rabbitmq(system):
        for service in SERVICES:
            await system.kill(service)
        await system.start(*SERVICES, wait=False)
        await await_answer(system, "intake", "/readyz")
        await await_answer(system, "verification", "/readyz")
        async with town(system, 2) as people:
            for journey in people.journeys:
                await journey.prepare()
                await journey.submit()
                await journey.applicant.enter_status()
                assert (await journey.applicant.status())["state"] == "submitted"
            async with web(system.services.url("intake")) as public:
                assert (await public.get("/")).status_code == httpx2.codes.OK
            waiting = await system.rows("intake", "outbox", {"published_at": None})
            assert {each.id for each in people.journeys} <= {row["key"] for row in waiting}
            journeys = people.journeys
    async with town(system, [each.applicant.person for each in journeys]) as later:
        for journey in journeys:
            journey.applicant.line = later.journeys[0].applicant.line
            await decide(later.desk, journey)
        await outcomes.check(system, journeys)


async def test_mongodb_away_even_while_the_services_start(system: System) -> None:
    telephone = load_office(ROOT / "deploy" / "office.toml").identity.telephone
    async with town(system, 1) as people:
        (journey,) = people.journeys
        await journey.prepare()
        async with without_mongodb(system):
            await system.kill_without_leases("intake")
            await system.start("intake", wait=False)
            await await_answer(system, "intake", "/livez")
            async with web(system.services.url("intake")) as public:
                api, page, front = await asyncio.gather(
                    public.post(
                        f"{API}/applications",
                        json={"notice_acknowledged": True},
                        headers={"Idempotency-Key": "tanpa-mongodb-000001"},
                    ),
                    public.get(f"/cek/{'a' * 26}"),  # a card that nobody has
                    public.get("/readyz"),
                )
            assert api.status_code == page.status_code == front.status_code == 503, (api, page)
            assert telephone in api.json()["detail"]
            assert telephone in page.text
            async with web(system.services.url("verification")) as office:
                desk = await office.post("/petugas/masuk", data={"username": "a", "password": "b"})
            assert desk.status_code == 503
        await journey.submit()
        await decide(people.desk, journey)
        await outcomes.check(system, people.journeys)


async def test_s3_away_stops_uploads_and_nothing_else(system: System) -> None:
    async with town(system, 3) as people:
        decided, shown, uploading = people.journeys
        for journey in (decided, shown):
            await journey.prepare()
            await journey.submit()
            await people.desk.await_case(journey.id)
            await people.desk.claim(journey.id)
        await uploading.applicant.start()
        async with without_s3(system):
            await uploading.applicant.fill()
            uploading.told.append("draft_kept")
            await _upload_is_refused(system, uploading)
            await _documents_are_not_shown(people, shown)
            await people.desk.approve(decided)
            await _card_waits(system, decided)
            await decided.applicant.enter_status()
            assert (await decided.applicant.status())["card"] is None
        await uploading.applicant.upload(small_files())
        await uploading.submit()
        await decide(people.desk, uploading)
        await people.desk.approve(shown)
        assert await people.desk.officer.look_at_documents(shown.id) == len(small_files())
        await outcomes.check(system, people.journeys)


async def _upload_is_refused(system: System, journey: Journey) -> None:
    applicant = journey.applicant
    async with web(system.services.url("intake")) as public:
        answer = await public.put(
            f"{API}/applications/{journey.id}/documents/photo",
            files={"file": small_files()["photo"]},
            headers={"Authorization": f"Bearer {applicant.token}"},
        )
    assert answer.status_code == 503
    assert "coba lagi" in answer.json()["detail"]


async def _documents_are_not_shown(people: Town, journey: Journey) -> None:
    client = people.desk.officer.line.client
    case = await people.desk.case(journey.id)
    document = case["versions"][0]["documents"][0]["document_id"]
    page = await client.get(f"/petugas/permohonan/{journey.id}")
    assert page.status_code == httpx2.codes.OK
    image = await client.get(f"/petugas/permohonan/{journey.id}/berkas/{document}/1")
    assert image.status_code == 503
    assert "belum dapat ditampilkan" in image.text


async def _card_waits(system: System, journey: Journey) -> None:
    async def is_allocated() -> bool:
        cards = await system.rows("cards", "cards", {"application_id": journey.id})
        return [card["state"] for card in cards] == ["allocated"]

    await until(is_allocated, "the card has its number")
    await asyncio.sleep(2)  # enough to draw it twice
    assert await is_allocated()


async def test_mail_server_away_is_noticed_by_nothing_else(system: System) -> None:
    async with town(system, 1) as people:
        (journey,) = people.journeys
        async with without_mail_server(system):
            await journey.prepare()
            await journey.submit()
            await decide(people.desk, journey)

            async def is_issued() -> bool:
                where = {"_id": journey.id, "state": "issued"}
                return bool(await system.rows("intake", "applications", where))

            await until(is_issued, "the card is issued without any message")
            await until(partial(_will_be_repeated, system, journey), "both messages wait")
        await _let_pauses_pass(system, journey)
        await outcomes.check(system, people.journeys)


async def _will_be_repeated(system: System, journey: Journey) -> bool:
    """Both were tried, and are planned again after the first pause (30 seconds)."""
    about_it = {"application_id": journey.id, "facts.template": {"$ne": "draft_kept"}}
    notices = await system.rows("notify", "notices", about_it)
    soon = clock.now() + timedelta(seconds=10)
    return [
        (each["state"], each["attempts"], each["due_at"] > soon, each["claimed_by"])
        for each in notices
    ] == [("planned", 1, True, None)] * 2


async def _let_pauses_pass(system: System, journey: Journey) -> None:
    await (
        system.databases["notify"]
        .collection("notices")
        .update_many({"application_id": journey.id}, {"$set": {"due_at": clock.now()}})
    )
