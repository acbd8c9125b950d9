"""A failed message that an officer has tried again: once more, under the same id."""

from __future__ import annotations

from datetime import timedelta

from services.notify.domain import EXHAUSTED, EXPIRED, MAX_ATTEMPTS, PAUSES
from shared.clock import now
from shared.contracts.envelope import Event
from shared.contracts.repairs import NoticeRetryRequested
from shared.ids import uuid7
from tests.integration.notify.conftest import Office
from tests.unit.notify import events


def retry_of(notice_id: str, application_id: str = "a") -> Event[NoticeRetryRequested]:
    data = NoticeRetryRequested(
        notice_id=notice_id, application_id=application_id, requested_at=now()
    )
    return events.envelope(data, notice_id, 1, "verification")


async def refused(office: Office, answer: str = "rcpt 550") -> str:
    """A message that the mail server would not take; its id."""
    office.mailbox.script += [answer]
    await office.hear(events.submitted(uuid7()))
    await office.deliver_due()
    notice = await office.notice()
    assert notice.state == "failed"
    return notice.id


async def test_one_mail_goes_out_however_often_it_is_asked(office: Office) -> None:
    notice_id = await refused(office)
    asked = retry_of(notice_id)
    for each in (asked, asked, retry_of(notice_id)):
        await office.hear(each)
    assert await office.deliver_due() == 1
    await office.hear(retry_of(notice_id))  # too late: it was sent
    assert await office.deliver_due() == 0
    (mail,) = office.mailbox.mails
    assert mail["Message-ID"].startswith(f"<{notice_id}@")
    assert (await office.notice()).state == "sent"
    told = [(each.type, each.subject, each.aggregateversion) for each in await office.emitted()]
    assert told == [("notice.failed.v1", notice_id, 2), ("notice.sent.v1", notice_id, 4)]


async def test_a_failure_says_by_which_channel_and_again_when_it_fails_again(
    office: Office,
) -> None:
    notice_id = await refused(office)
    office.mailbox.script += ["rcpt 553"]
    await office.hear(retry_of(notice_id))
    await office.deliver_due()
    told = [(each.data.reason, each.data.channel) for each in await office.emitted()]
    assert told == [("smtp_550", "email"), ("smtp_553", "email")]


async def test_a_retry_has_all_its_attempts_before_it(office: Office) -> None:
    await office.hear(events.submitted(uuid7()))
    for _ in range(2):
        office.mailbox.script += ["data 451"] * MAX_ATTEMPTS
        await office.deliver_due()
        for pause in PAUSES:
            office.clock.advance(pause + timedelta(seconds=1))
            assert await office.deliver_due() == 1
        notice = await office.notice()
        assert (notice.state, notice.reason) == ("failed", EXHAUSTED)
        await office.hear(retry_of(notice.id))
    assert (await office.notice()).attempts == 2 * MAX_ATTEMPTS
    await office.deliver_due()
    assert len(office.mailbox.mails) == 1


async def test_what_would_not_be_true_any_more_is_not_sent(office: Office) -> None:
    office.mailbox.script += ["rcpt 550"]
    until = now() + timedelta(days=1)
    await office.hear(events.draft_kept(uuid7(), "7K3M9QX2", until, "siti@warga.example"))
    await office.deliver_due()
    notice = await office.notice()
    office.clock.advance(timedelta(days=2))
    await office.hear(retry_of(notice.id))
    await office.deliver_due()
    assert (await office.notice()).reason == EXPIRED
    assert office.mailbox.mails == []


async def test_a_message_nobody_knows_any_more_is_no_fault(office: Office) -> None:
    await office.hear(retry_of("forgotten"))
    assert await office.deliver_due() == 0


async def test_one_that_still_waits_is_left_to_its_pauses(office: Office) -> None:
    office.mailbox.script += ["data 451"]
    await office.hear(events.submitted(uuid7()))
    await office.deliver_due()
    notice = await office.notice()
    assert notice.state == "planned"
    await office.hear(retry_of(notice.id))
    assert await office.notice() == notice
