"""The office's own words: the newest are used, whatever comes in which order, and none stops mail."""

from __future__ import annotations

from typing import Any

from services.notify import store
from services.notify.domain import PAUSES
from shared.contracts.envelope import Event
from shared.contracts.texts import TextChanged
from shared.ids import uuid7
from shared.texts.builtin import BUILTIN
from tests.integration.notify.conftest import Office
from tests.unit.notify import events

BODY = BUILTIN["submitted"].body


def changed(version: int, subject: str, body: str = BODY, message: str = "submitted") -> Event[Any]:
    data = TextChanged(
        message=message, version=version, subject=subject, body=body, changed_at=events.AT
    )
    return events.envelope(data, message, version, "verification")


async def subject_of_the_next(office: Office) -> str:
    await office.hear(events.submitted(uuid7()))
    await office.deliver_due()
    return str(office.mailbox.mails[-1]["Subject"])


async def versions(office: Office) -> list[int | None]:
    notices = sorted(await office.notices(), key=lambda each: each.application_id)
    return [each.text_version for each in notices]


async def test_the_newest_words_are_used_in_any_order_of_events(office: Office) -> None:
    first = await subject_of_the_next(office)
    assert first.endswith("sudah kami terima")
    second = changed(2, "Kedua {nomor_pendaftaran}")
    await office.hear(second)
    await office.hear(second)
    assert (await subject_of_the_next(office)).startswith("Kedua AK1-")
    await office.hear(changed(1, "Pertama"))
    assert (await subject_of_the_next(office)).startswith("Kedua AK1-")
    await office.hear(changed(3, "Ketiga"))
    assert await subject_of_the_next(office) == "Ketiga"
    assert await versions(office) == [0, 2, 2, 3]


async def test_a_message_that_waits_goes_out_with_the_words_of_its_last_attempt(
    office: Office,
) -> None:
    office.mailbox.script += ["data 451"]
    await office.hear(events.submitted(uuid7()))
    await office.deliver_due()
    assert await versions(office) == [0]
    await office.hear(changed(1, "Pertama"))
    office.clock.advance(PAUSES[0] * 2)
    await office.deliver_due()
    assert [mail["Subject"] for mail in office.mailbox.mails] == ["Pertama"]
    assert await versions(office) == [1]


async def test_broken_words_and_those_of_a_newer_release_stop_nothing(
    office: Office,
) -> None:
    for body in ("{belum_ada}", "", BODY + " {", BODY + "**"):
        number = len(office.mailbox.mails) + 1
        await office.hear(changed(number, "Rusak", body))
        assert (await subject_of_the_next(office)).endswith("sudah kami terima")
    assert await versions(office) == [0] * 4
    await office.hear(changed(1, "Baru", "Baru", "invented_later"))
    assert await office.uow.mongo.collection(store.TEXTS).count_documents({}) == 1
