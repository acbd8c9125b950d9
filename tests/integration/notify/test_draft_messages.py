"""Messages about a draft: the address comes with the event, and none goes out too late."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

import pytest

from services.notify import store
from services.notify.channels import Message, Outcome
from services.notify.domain import EXPIRED, NO_CHANNEL
from services.notify.sweepers import AT_ONCE, DeliveryLoop
from shared.ids import uuid7
from tests.integration.notify.conftest import Office
from tests.unit.notify import events

ONE = "satu@warga.example"
TEN_MINUTES = timedelta(minutes=10)
MONTH = timedelta(days=30)
DRAFT_CODE = "D-7K3M9-QX2TD-4"


async def test_each_event_about_a_draft_becomes_one_mail(office: Office) -> None:
    draft, until = uuid7(), office.clock() + MONTH
    for event in (
        events.draft_kept(draft, DRAFT_CODE, until, ONE),
        events.draft_expiring(draft, DRAFT_CODE, until, ONE),
        events.code_requested(draft, "424242", office.clock() + TEN_MINUTES, ONE),
    ):
        await office.hear(event)
        await office.hear(event)
    assert await office.deliver_due() == 3
    assert [mail["To"] for mail in office.mailbox.mails] == [ONE] * 3
    told = [str(mail.get_body(("plain",)).get_content()) for mail in office.mailbox.mails]  # type: ignore[union-attr]
    assert sum(DRAFT_CODE in text for text in told) == 2
    assert sum("424242" in text for text in told) == 1
    assert {event.data.template for event in await office.emitted()} == {
        "draft_kept",
        "draft_expiring",
        "code",
    }
    assert {event.data.application_id for event in await office.emitted()} == {draft}


async def test_address_and_code_rest_sealed_and_are_in_no_log(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    office.mailbox.script += ["data 451"]
    await office.hear(events.code_requested(uuid7(), "424242", office.clock() + TEN_MINUTES, ONE))
    await office.deliver_due()
    office.clock.advance(timedelta(minutes=1))
    await office.deliver_due()
    assert len(office.mailbox.mails) == 1
    for name in (store.NOTICES, store.ATTEMPTS, store.CONTACTS, "outbox"):
        rows = repr(await office.uow.mongo.collection(name).find({}).to_list())
        assert "424242" not in rows
        assert ONE not in rows
    assert "424242" not in caplog.text


async def test_a_code_that_ran_out_is_not_sent(office: Office) -> None:
    await office.hear(events.code_requested(uuid7(), "424242", office.clock() + TEN_MINUTES, ONE))
    office.clock.advance(TEN_MINUTES)
    await office.deliver_due()
    assert office.mailbox.mails == []
    assert (await office.notice()).reason == EXPIRED
    assert await office.attempts() == []
    (told,) = await office.emitted()
    assert (told.type, told.data.reason) == ("notice.failed.v1", EXPIRED)


async def test_a_code_is_never_tried_again_after_its_deadline(office: Office) -> None:
    office.mailbox.script += ["data 451"] * 10
    await office.hear(events.code_requested(uuid7(), "424242", office.clock() + TEN_MINUTES, ONE))
    while (notice := await office.notice()).state == "planned":
        assert notice.due_at < office.clock() + TEN_MINUTES
        office.clock.advance(timedelta(seconds=20))
        await office.deliver_due()
    assert (notice.state, notice.reason) == ("failed", EXPIRED)
    assert len(await office.attempts()) == 3  # at once, after 30 seconds, after 2 minutes


async def test_a_draft_without_an_address_for_our_channels_is_told_to_nobody(
    office: Office,
) -> None:
    await office.hear(events.draft_kept(uuid7(), DRAFT_CODE, office.clock() + MONTH, None))
    await office.deliver_due()
    assert (await office.notice()).reason == NO_CHANNEL


async def test_a_code_passes_a_long_queue_and_a_slow_mail_server(office: Office) -> None:
    """All places are taken by sends that hang, and more are due before it."""
    inner = office.delivery.channels["email"]
    hanging = asyncio.Event()

    class Slow:
        name = "email"

        async def send(self, message: Message) -> Outcome:
            if "Kode" not in message.subject:
                await hanging.wait()
            return await inner.send(message)

    for _ in range(AT_ONCE + 2):
        await office.hear(events.submitted(uuid7()))
    stopping = asyncio.Event()
    loop = DeliveryLoop(office.replica(channels={"email": Slow()}), stopping, poll_seconds=600)
    task = asyncio.create_task(loop.run())
    await asyncio.sleep(0.5)  # the stream is open, the places are taken
    await office.hear(events.code_requested(uuid7(), "424242", office.clock() + TEN_MINUTES, ONE))
    await asyncio.wait_for(office.mailbox.accepted.wait(), 60)
    assert [mail["To"] for mail in office.mailbox.mails] == [ONE]
    hanging.set()
    stopping.set()
    await task


async def test_a_forgotten_draft_leaves_no_address_behind(office: Office) -> None:
    """The rows go by themselves after the deadline; an event replayed then sends nothing."""
    event = events.draft_kept(uuid7(), DRAFT_CODE, office.clock() + MONTH, ONE)
    await office.hear(event)
    await office.deliver_due()
    rule = {each.document["name"]: each.document for each in store.INDEXES[store.NOTICES]}
    assert list(rule["forgotten"]["key"]) == ["deadline"]
    assert rule["forgotten"]["expireAfterSeconds"] == store.GRACE_SECONDS
    assert (await office.notice()).deadline == event.data.keeps_until
    for name in (store.NOTICES, "inbox"):
        await office.uow.mongo.collection(name).delete_many({})
    office.clock.advance(MONTH)
    await office.hear(event)
    await office.deliver_due()
    assert len(office.mailbox.mails) == 1
