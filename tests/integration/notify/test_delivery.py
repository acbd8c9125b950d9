"""Delivery on real MongoDB and SMTP: retries, refusals, crashes, replicas."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from pymongo import MongoClient

from deploy.local.stack import Servers
from services.notify import outcomes
from services.notify.channels import Accepted, Channel, Message, Outcome, Permanent
from services.notify.delivery import CLAIM
from services.notify.domain import EXHAUSTED, MAX_ATTEMPTS, NO_CHANNEL, PAUSES
from services.notify.sweepers import DeliveryLoop, StuckWatch
from shared.ids import uuid7
from shared.sealed import KeyRing
from tests.integration.notify.conftest import Office
from tests.unit.notify import events

MOMENT = timedelta(seconds=1)
TIME_LIMIT = 50  # MongoDB: exceeded time limit


async def test_sent_is_recorded_and_told(office: Office) -> None:
    event = events.submitted(uuid7())
    await office.hear(event)
    assert await office.deliver_due() == 1
    notice = await office.notice()
    assert (notice.state, notice.attempts, notice.version) == ("sent", 1, 2)
    (attempt,) = await office.attempts()
    assert (attempt["state"], attempt["channel"]) == ("accepted", "email")
    assert attempt["provider_id"].startswith("queued as")
    (told,) = await office.emitted()
    assert told.type == "notice.sent.v1"
    assert (told.subject, told.aggregateversion) == (notice.id, 2)
    assert (told.causationid, told.correlationid) == (event.id, event.correlationid)
    assert (told.data.template, told.data.channel) == ("submitted", "email")
    assert await office.deliver_due() == 0


async def test_retries_with_growing_pauses_then_gives_up(office: Office) -> None:
    office.mailbox.script += ["data 421", "rcpt 450", "drop", "data 451", "lost", "rcpt 452"]
    office.mailbox.script += ["data 451"] * (MAX_ATTEMPTS - 6)
    await office.hear(events.submitted(uuid7()))
    assert await office.deliver_due() == 1
    for pause in PAUSES:
        office.clock.advance(pause - MOMENT)
        assert await office.deliver_due() == 0, f"too early for {pause}"
        office.clock.advance(2 * MOMENT)
        assert await office.deliver_due() == 1, f"not due after {pause}"
    notice = await office.notice()
    assert (notice.state, notice.reason, notice.attempts) == ("failed", EXHAUSTED, MAX_ATTEMPTS)
    attempts = sorted(await office.attempts(), key=lambda each: int(each["_id"].split(":")[1]))
    codes = [attempt["code"] for attempt in attempts]
    assert codes[:6] == ["smtp_421", "smtp_450", "connection", "smtp_451", "connection", "smtp_452"]
    (told,) = await office.emitted()
    assert (told.type, told.data.reason) == ("notice.failed.v1", EXHAUSTED)
    office.clock.advance(timedelta(days=30))
    assert await office.deliver_due() == 0


async def test_a_server_that_recovers_gets_the_mail_once(office: Office) -> None:
    office.mailbox.script += ["data 421"]
    await office.hear(events.submitted(uuid7()))
    await office.deliver_due()
    office.clock.advance(PAUSES[0] + MOMENT)
    await office.deliver_due()
    assert len(office.mailbox.mails) == 1
    notice = await office.notice()
    assert (notice.state, notice.reason, notice.attempts) == ("sent", None, 2)


async def test_permanent_refusal_is_final(office: Office) -> None:
    office.mailbox.script += ["rcpt 550"]
    await office.hear(events.submitted(uuid7()))
    await office.deliver_due()
    notice = await office.notice()
    assert (notice.state, notice.reason) == ("failed", "smtp_550")
    (told,) = await office.emitted()
    assert (told.type, told.data.reason) == ("notice.failed.v1", "smtp_550")
    office.clock.advance(timedelta(days=1))
    assert await office.deliver_due() == 0


async def test_no_address_is_told_without_an_attempt(office: Office) -> None:
    await office.hear(events.submitted(uuid7(), email=None))
    await office.deliver_due()
    assert (await office.notice()).reason == NO_CHANNEL
    assert await office.attempts() == []
    (told,) = await office.emitted()
    assert told.data.reason == NO_CHANNEL


async def test_a_missing_key_does_not_lose_the_notice(office: Office) -> None:
    await office.hear(events.submitted(uuid7()))
    without = office.replica(keys=KeyRing({}))
    notice = await without.claim()
    assert notice is not None
    await without.deliver(notice)
    (attempt,) = await office.attempts()
    assert (attempt["state"], attempt["code"]) == ("retry", "cannot_open")
    office.clock.advance(PAUSES[0] + MOMENT)
    await office.deliver_due()
    assert (await office.notice()).state == "sent"


class Dying:
    """A channel around another; the process dies before or after the provider's answer."""

    name = "email"

    def __init__(self, inner: Channel, *, after_sending: bool) -> None:
        self.inner = inner
        self.after_sending = after_sending
        self.reached = asyncio.Event()

    async def send(self, message: Message) -> Outcome:
        outcome: Outcome = Accepted("never")
        if self.after_sending:
            outcome = await self.inner.send(message)
        self.reached.set()
        await asyncio.sleep(3600)
        return outcome


@pytest.mark.parametrize(("after_sending", "mails"), [(False, 1), (True, 2)])
async def test_death_between_send_and_record(
    office: Office, after_sending: bool, mails: int
) -> None:
    """Nothing is lost; when the server had taken the mail, the repeat has the same Message-ID."""
    dying = Dying(office.delivery.channels["email"], after_sending=after_sending)
    doomed = office.replica(channels={"email": dying})
    await office.hear(events.submitted(uuid7()))
    notice = await doomed.claim()
    assert notice is not None
    process = asyncio.create_task(doomed.deliver(notice))
    await dying.reached.wait()
    process.cancel()
    with pytest.raises(asyncio.CancelledError):
        await process

    assert await office.deliver_due() == 0  # the claim still stands
    (attempt,) = await office.attempts()
    assert attempt["state"] == "sending"
    office.clock.advance(CLAIM + MOMENT)
    assert await office.deliver_due() == 1
    assert [each["state"] for each in await office.attempts()] == ["interrupted", "accepted"]
    assert (await office.notice()).state == "sent"
    assert len(office.mailbox.mails) == mails
    assert len({mail["Message-ID"] for mail in office.mailbox.mails}) == 1
    assert [told.type for told in await office.emitted()] == ["notice.sent.v1"]


async def test_a_mail_that_kills_every_process_is_given_up(office: Office) -> None:
    await office.hear(events.submitted(uuid7()))
    for _ in range(len(PAUSES) + 1):
        dying = Dying(office.delivery.channels["email"], after_sending=False)
        doomed = office.replica(channels={"email": dying})
        notice = await doomed.claim()
        assert notice is not None
        process = asyncio.create_task(doomed.deliver(notice))
        await dying.reached.wait()
        process.cancel()
        await asyncio.wait([process])
        office.clock.advance(CLAIM + MOMENT)
    await office.deliver_due()
    assert (await office.notice()).reason == EXHAUSTED
    assert {each["state"] for each in await office.attempts()} == {"interrupted"}


async def test_an_outcome_outlives_an_outage_of_the_database(
    office: Office, servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """MongoDB answers nothing useful just when the mail was taken: recorded as soon as it does."""
    monkeypatch.setattr(outcomes, "RECORD_AGAIN_SECONDS", 0.05)
    await office.hear(events.submitted(uuid7()))
    notice = await office.delivery.claim()
    assert notice is not None
    inner = office.delivery.channels["email"]

    class BreaksMongo:
        name = "email"

        async def send(self, message: Message) -> Outcome:
            outcome = await inner.send(message)
            with MongoClient[dict[str, object]](servers.run.mongo_url("deploy")) as admin:
                admin.admin.command(
                    "configureFailPoint",
                    "failCommand",
                    mode={"times": 3},
                    data={"failCommands": ["update"], "errorCode": TIME_LIMIT},
                )
            return outcome

    await office.replica(channels={"email": BreaksMongo()}).deliver(notice)
    assert (await office.notice()).state == "sent"
    assert len(office.mailbox.mails) == 1


async def test_replicas_share_the_work_and_send_each_notice_once(office: Office) -> None:
    for _ in range(20):
        await office.hear(events.submitted(uuid7()))
    stopping = asyncio.Event()
    loops = [DeliveryLoop(office.replica(), stopping, poll_seconds=0.1) for _ in range(3)]
    tasks = [asyncio.create_task(each.run()) for each in loops]
    while len(office.mailbox.mails) < 20:
        await asyncio.sleep(0.05)
    stopping.set()
    await asyncio.gather(*tasks)
    assert len({mail["Message-ID"] for mail in office.mailbox.mails}) == 20
    assert len(office.mailbox.mails) == 20
    assert {notice.state for notice in await office.notices()} == {"sent"}


async def test_the_loop_wakes_when_a_notice_is_planned(office: Office) -> None:
    stopping = asyncio.Event()
    slow_poll = DeliveryLoop(office.delivery, stopping, poll_seconds=600)
    task = asyncio.create_task(slow_poll.run())
    await asyncio.sleep(0.5)  # the stream is open
    await office.hear(events.submitted(uuid7()))
    await asyncio.wait_for(office.mailbox.accepted.wait(), 60)
    stopping.set()
    await task
    assert (await office.notice()).state == "sent"


async def test_stuck_notices_are_measured(office: Office) -> None:
    watch = StuckWatch(office.delivery, asyncio.Event())
    assert await watch.look() == 0
    await office.hear(events.submitted(uuid7()))
    office.clock.advance(timedelta(hours=1))
    assert await watch.look() == pytest.approx(3600, abs=10)


async def test_a_process_that_slept_through_its_claim_sends_nothing(office: Office) -> None:
    await office.hear(events.submitted(uuid7()))
    slow = await office.delivery.claim()
    assert slow is not None
    office.clock.advance(CLAIM + MOMENT)
    fast = await office.delivery.claim()
    assert fast is not None
    await office.delivery.deliver(slow)
    assert office.mailbox.mails == []
    await office.delivery.deliver(fast)
    await office.delivery.deliver(slow)
    assert len(office.mailbox.mails) == 1


async def test_an_acceptance_that_comes_late_is_believed(office: Office) -> None:
    """Another process gave the notice up meanwhile; the mail is with the provider all the same."""
    await office.hear(events.submitted(uuid7()))
    late = await office.delivery.claim()
    assert late is not None
    record = office.delivery.outcomes.record_surely
    assert await office.delivery._begin_attempt(late, "email", 0) == 1
    await office.delivery.outcomes.give_up(late, EXHAUSTED)
    await record(late, 1, "email", Accepted("queued"))
    assert ((await office.notice()).state, (await office.notice()).reason) == ("sent", None)
    await record(late, 1, "email", Permanent("smtp_550"))
    assert (await office.notice()).state == "sent"
    told = await office.emitted()
    assert [event.type for event in told] == ["notice.failed.v1", "notice.sent.v1"]
    assert [event.aggregateversion for event in told] == [2, 3]
