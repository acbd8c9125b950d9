"""From events to planned notices: once per event, contacts kept, disorder tolerated."""

from __future__ import annotations

import pytest

from services.notify.consumers import make_consumers
from shared.contracts.envelope import Sealed
from shared.errors import NotYet
from shared.ids import uuid7
from shared.messaging import inbox
from shared.messaging.subscribe import Step
from tests.integration.notify.conftest import HEAD, Office
from tests.unit.notify import events

NEW = "baru@warga.example"


async def test_one_notice_for_each_event_that_a_person_should_hear_about(office: Office) -> None:
    one = uuid7()
    for event in (
        events.submitted(one),
        events.returned(one),
        events.amended(one, "Contoh Pemohon", NEW, version=3),
        events.rejected(one),
        events.issued(one),
        events.withdrawn(one),
    ):
        await office.hear(event)
    planned = await office.notices()
    assert {notice.template for notice in planned} == {
        "submitted",
        "returned",
        "rejected",
        "issued",
        "withdrawn",
    }
    assert await office.deliver_due() == 5
    assert [mail["To"] for mail in office.mailbox.mails] == [NEW] * 5


async def test_who_has_neither_telephone_nor_mailbox_is_told_by_nobody(office: Office) -> None:
    """Nothing waits, nothing fails; an address that comes later is used from then on."""
    one = uuid7()
    for event in (events.unreachable(events.submitted(one)), events.returned(one)):
        await office.hear(event)
    assert await office.notices() == []
    assert await office.deliver_due() == 0
    assert await office.emitted() == []
    await office.hear(events.amended(one, "Contoh Pemohon", NEW, version=3))
    await office.hear(events.issued(one))
    assert await office.deliver_due() == 1
    assert [mail["To"] for mail in office.mailbox.mails] == [NEW]


async def test_the_same_event_twice_plans_once(office: Office) -> None:
    event = events.submitted(uuid7())
    await office.hear(event)
    await office.hear(event)
    assert len(await office.notices()) == 1


async def test_an_event_replayed_after_its_inbox_row_expired_plans_once(office: Office) -> None:
    event = events.submitted(uuid7())
    await office.hear(event)
    await office.uow.mongo.collection(inbox.COLLECTION).delete_many({})
    await office.hear(event)
    assert len(await office.notices()) == 1


async def test_an_event_before_its_contact_waits(office: Office) -> None:
    one = uuid7()
    event = events.returned(one)
    with pytest.raises(NotYet):
        await office.hear(event)
    assert await office.notices() == []
    await office.hear(events.submitted(one))
    await office.hear(event)
    assert {notice.template for notice in await office.notices()} == {"submitted", "returned"}


async def test_an_older_contact_does_not_replace_a_newer_one(office: Office) -> None:
    one = uuid7()
    await office.hear(events.amended(one, "Nama Baru", NEW, version=3))
    await office.hear(events.submitted(one, "Nama Lama"))
    await office.deliver_due()
    (mail,) = office.mailbox.mails
    body = mail.get_body(("plain",))
    assert mail["To"] == NEW
    assert body is not None
    assert body.get_content().startswith("Halo Nama Baru,")


async def test_addresses_rest_sealed(office: Office) -> None:
    await office.hear(events.submitted(uuid7(), email="rahasia@warga.example"))
    await office.deliver_due()
    database = office.uow.mongo
    for name in ("contacts", "notices", "attempts", "outbox"):
        rows = repr(await database.collection(name).find({}).to_list())
        assert "rahasia@" not in rows
        assert "81200000001" not in rows
    contact = await database.collection("contacts").find_one({})
    assert contact is not None
    assert Sealed.model_validate(contact["email"]).k == "t1"


async def test_a_promise_not_kept_is_told_to_the_division_head(office: Office) -> None:
    event = events.overdue(uuid7())
    await office.hear(event)
    await office.hear(event)
    assert await office.deliver_due() == 1
    (mail,) = office.mailbox.mails
    assert mail["To"] == HEAD
    assert "lewat batas waktu" in mail["Subject"]


async def test_an_office_without_an_address_for_it_is_told_nothing(office: Office) -> None:
    (consumer,) = make_consumers("")
    event = events.overdue(uuid7())
    handler = consumer.handlers[type(event.data)]
    assert not isinstance(handler, Step)
    await office.uow.run_once(consumer.queue.name, event, lambda tx: handler(event, tx))
    assert await office.notices() == []
