"""Dead letters at the desk, on a real RabbitMQ: shown, sent again, set aside, put back."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import aio_pika
import pytest
from pydantic import SecretStr

from deploy.local.stack import Servers
from services.verification.settings import VerificationSettings
from services.verification.stuck import letters, store
from shared.contracts.envelope import Event
from shared.messaging import dead_letters
from shared.messaging.topology import VERIFICATION_APPLICATIONS, Queue
from shared.service import Resources
from tests.integration.verification.browser import PASSWORD, Browser, open_browser
from tests.integration.verification.conftest import Desk
from tests.unit.verification.sample_events import submitted

PAGE = "/petugas/macet"
QUEUE = VERIFICATION_APPLICATIONS


class Bench:
    """The administrator's hands on the two queues."""

    def __init__(self, channel: aio_pika.abc.AbstractChannel, url: str) -> None:
        self.channel = channel
        self.url = url

    async def bury(self, body: bytes) -> None:
        """Put a message into the work queue and let its consumer refuse it."""
        message = aio_pika.Message(body, content_type="application/cloudevents+json")
        await self.channel.default_exchange.publish(message, QUEUE.name)
        work = await self.channel.get_queue(QUEUE.name)
        taken = await work.get(timeout=5)
        assert taken is not None
        before = await self.count(QUEUE)
        await taken.reject()
        async with asyncio.timeout(30):
            while await self.count(QUEUE) == before:
                await asyncio.sleep(0.05)

    async def count(self, queue: Queue) -> int:
        return (await dead_letters.count_dead(self.url))[queue.name]

    async def work(self) -> list[bytes]:
        """What lies in the work queue now."""
        queue = await self.channel.get_queue(QUEUE.name)
        found = []
        while (message := await queue.get(no_ack=True, fail=False)) is not None:
            found.append(message.body)
        return found


@pytest.fixture
async def bench(servers: Servers) -> AsyncIterator[Bench]:
    connection = await aio_pika.connect(servers.run.rabbit_url("deploy"))
    async with connection:
        channel = await connection.channel()
        for name in (QUEUE.name, QUEUE.dead):
            await (await channel.get_queue(name)).purge()
        yield Bench(channel, servers.run.rabbit_url("deploy"))
        for name in (QUEUE.name, QUEUE.dead):
            await (await channel.get_queue(name)).purge()


def body_of(event: Event[Any]) -> bytes:
    return event.model_dump_json(exclude_none=True).encode()


def key_of(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()[:32]


def form_for(body: bytes, **more: str) -> dict[str, str]:
    return {"queue": QUEUE.name, "item": key_of(body), **more}


async def test_a_dead_letter_is_shown_sent_again_and_handled(
    desk: Desk, browser: Browser, bench: Bench
) -> None:
    event = submitted(reference="AK1-2222222222B")
    body = body_of(event)
    await bench.bury(body)
    await browser.sign_in("putra")
    page = await browser.client.get(PAGE)
    assert "Pendaftaran yang belum sampai di meja petugas" in page.text
    assert "AK1-2222222222B" in page.text
    assert "tidak dapat dibaca, atau yang dirujuknya" in page.text
    assert "Contoh Pencari Kerja" not in page.text
    assert await bench.count(QUEUE) == 1, "looking leaves it where it is"

    answer = await browser.post(f"{PAGE}/data/ulang", form_for(body))
    assert answer.status_code == 303
    assert await bench.count(QUEUE) == 0
    assert await bench.work() == [body]
    (row,) = await desk.audit(action="letter.replayed")
    assert row["detail"] == {
        "queue": QUEUE.name,
        "letter": key_of(body),
        "type": "application.submitted.v1",
    }
    again = await browser.post(f"{PAGE}/data/ulang", form_for(body))  # a second click
    assert again.status_code == 409
    assert "sudah ditangani rekan Anda" in again.text
    assert len(await desk.audit(action="letter.replayed")) == 1
    await desk.deliver(event)
    await desk.deliver(event)  # were it sent twice
    assert (await desk.case(event.subject)).reference == "AK1-2222222222B"


async def test_all_of_a_queue_and_only_as_many_shown_as_a_page_holds(
    desk: Desk, browser: Browser, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(letters, "SHOWN_MOST", 2)
    bodies = [b"{broken", b"[1]", body_of(submitted())]
    for body in bodies:
        await bench.bury(body)
    await browser.sign_in("putra")
    page = await browser.client.get(PAGE)
    assert "Data yang tidak dikenal" in page.text
    assert "Ditampilkan 2 dari 3" in page.text
    answers = await asyncio.gather(
        *(browser.post(f"{PAGE}/data/ulang", {"queue": QUEUE.name, "all": "1"}) for _ in range(2))
    )
    counts = sorted(each.headers["location"].split("n=")[1][0] for each in answers)
    assert counts == ["0", "3"]
    assert sorted(await bench.work()) == sorted(bodies)
    types = [row["detail"]["type"] for row in await desk.audit(action="letter.replayed")]
    assert sorted(types) == ["application.submitted.v1", "unknown", "unknown"]


async def test_set_aside_with_a_reason_and_put_back(
    desk: Desk, browser: Browser, bench: Bench
) -> None:
    body = b'{"type": "application.submitted.v1", \xff'
    await bench.bury(body)
    await browser.sign_in("putra")
    await browser.client.get(PAGE)
    assert (
        await browser.post(f"{PAGE}/data/sisihkan", form_for(body, note="x"))
    ).status_code == 422
    assert await bench.count(QUEUE) == 1
    done = await browser.post(f"{PAGE}/data/sisihkan", form_for(body, note="kiriman percobaan"))
    assert done.status_code == 303
    assert await bench.count(QUEUE) == 0
    late = await browser.post(f"{PAGE}/data/sisihkan", form_for(body, note="kiriman percobaan"))
    assert late.status_code == 409
    assert "Putra Contoh sudah menyisihkan ini" in late.text
    aside = await browser.client.get(f"{PAGE}/disisihkan")
    assert "kiriman percobaan" in aside.text
    assert "Pendaftaran yang belum sampai" in aside.text

    back = {"item": f"{QUEUE.name}:{key_of(body)}"}
    assert (await browser.post(f"{PAGE}/data/urus-lagi", back)).status_code == 303
    assert await bench.work() == [body], "the very bytes"
    assert "Tidak ada yang disisihkan" in (await browser.client.get(f"{PAGE}/disisihkan")).text
    assert (await browser.post(f"{PAGE}/data/urus-lagi", back)).status_code == 409
    assert [row["detail"].get("note") for row in await desk.audit(is_view=False)][-2:] == [
        "kiriman percobaan",
        None,
    ]


async def test_dying_between_keeping_and_taking_out_leaves_a_harmless_double(
    desk: Desk, browser: Browser, bench: Bench, resources: Resources
) -> None:
    event = submitted()
    body = body_of(event)
    await bench.bury(body)

    async def dies(letter: dead_letters.DeadLetter) -> None:
        kept = store.KeptLetter(letter, "Putra Contoh", desk.approver.id, event.time, "alasan")
        await store.put_letter(desk.uow.reading(), kept)
        raise RuntimeError("killed here")

    assert isinstance(resources.settings, VerificationSettings)
    url = resources.settings.stuck_work_rabbit_url.get_secret_value()
    with pytest.raises(RuntimeError):
        await dead_letters.take_dead(url, QUEUE, dead_letters.every, dies)
    async with asyncio.timeout(10):
        while await bench.count(QUEUE) != 1:  # it comes back as the connection ends
            await asyncio.sleep(0.05)
    await browser.sign_in("putra")
    again = await browser.post(f"{PAGE}/data/sisihkan", form_for(body, note="sekali lagi"))
    assert again.status_code == 303
    (kept,) = await store.letters(desk.uow.reading(), 10)
    assert kept.note == "sekali lagi"
    (row,) = await desk.uow.mongo.collection(store.LETTERS).find({}).to_list()
    assert row["forget_at"] - row["at"] == store.LETTERS_KEPT
    assert kept.letter.body == body


async def test_without_rabbitmq_the_rest_works_and_the_page_says_so(
    desk: Desk, resources: Resources
) -> None:
    assert isinstance(resources.settings, VerificationSettings)
    for url, text in (
        ("amqp://stuck_work:x@127.0.0.1:9/", "(RabbitMQ) tidak dapat dihubungi"),
        ("", "belum diatur (STUCK_WORK_RABBIT_URL)"),
    ):
        settings = resources.settings.model_copy(update={"stuck_work_rabbit_url": SecretStr(url)})
        async with open_browser(replace(resources, settings=settings)) as client:
            browser = Browser(client)
            await browser.sign_in("putra", PASSWORD)
            page = await client.get(PAGE)
            assert page.status_code == 200
            assert text in page.text
            assert "yang lain tetap bisa dikerjakan" in page.text
            assert "Tidak ada yang macet" not in page.text
            act = await browser.post(f"{PAGE}/data/ulang", {"queue": QUEUE.name, "all": "1"})
            assert act.status_code == 503
            assert text in act.text
    assert await desk.audit(action="letter.replayed") == []


async def test_a_queue_that_is_none_and_a_colleague_who_takes_long(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    await browser.sign_in("putra")
    for queue in ("", "verification.applications.dead", "amq.default"):
        answer = await browser.post(f"{PAGE}/data/ulang", {"queue": queue, "all": "1"})
        assert answer.status_code == 409
    monkeypatch.setattr(letters, "ACT_SECONDS", 0.2)
    async with letters._one_at_a_time:
        page = await browser.client.get(PAGE)
    assert "Rekan Anda sedang mengirim ulang data" in page.text
