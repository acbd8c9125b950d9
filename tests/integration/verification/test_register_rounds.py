"""What the register does by itself: the look at who is forsaken, cards of an older release."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from pymongo.errors import AutoReconnect

from services.verification.register.forsaken import remove_forsaken
from services.verification.review.registering import register_cards
from shared.clock import today
from shared.contracts.cards import CardIssued
from shared.contracts.envelope import Event
from shared.contracts.registry import JobSeekerRemoved
from shared.errors import NotYet
from shared.office import load_office
from shared.rounds import change_each
from shared.uow import Tx
from tests.integration.verification.conftest import Desk
from tests.integration.verification.registered import (
    GRACE,
    expired,
    issued,
    known,
    revoked,
    told,
    with_card,
)
from tests.unit.verification.sample_events import submitted


async def test_who_does_not_report_leaves_whatever_registration_cannot_be_read(desk: Desk) -> None:
    late = [
        await with_card(desk, -GRACE - days, f"AK1-000000000{days}0") for days in (5, 4, 3, 2, 1)
    ]
    rows = desk.uow.reading().collection("registrations")
    # the longest overdue, and one between: neither can be read
    await rows.update_one({"_id": late[0]}, {"$unset": {"person": ""}})
    await rows.update_one({"_id": late[2]}, {"$set": {"version": 1.5}})
    assert await remove_forsaken(desk.uow, GRACE, asyncio.Event()) == 3
    assert await remove_forsaken(desk.uow, GRACE, asyncio.Event()) == 0
    left = [each.card_id for each in await told(desk, JobSeekerRemoved)]
    assert left == [late[1], late[3], late[4]]


async def test_an_outage_ends_the_round(desk: Desk) -> None:
    tried = []

    async def each() -> AsyncIterator[str]:
        for record_id in ("a", "b", "c"):
            yield record_id

    async def change(_: Tx, record_id: str) -> bool:
        tried.append(record_id)
        raise AutoReconnect if record_id == "b" else KeyError(record_id)

    with pytest.raises(AutoReconnect):
        await change_each(desk.uow, each(), change, asyncio.Event(), "record.not_changed")
    assert tried == ["a", "b"]


async def test_cards_of_an_older_release_get_their_registration(desk: Desk) -> None:
    card_id = await with_card(desk)
    expected = await known(desk, card_id)
    await desk.forget("registrations")
    rows = desk.uow.reading().collection("case_cards")
    await rows.update_many({}, {"$unset": {"registered": ""}})
    config = load_office().card
    assert await register_cards(desk.uow, config, asyncio.Event()) == 1
    assert await register_cards(desk.uow, config, asyncio.Event()) == 0
    assert await known(desk, card_id) == expected


async def test_a_card_without_its_case_does_not_keep_the_others(desk: Desk) -> None:
    cards = [await with_card(desk, reference=f"AK1-000000000{each}0") for each in range(3)]
    await desk.forget("registrations")
    rows = desk.uow.reading().collection("case_cards")
    await rows.update_many({}, {"$unset": {"registered": ""}})
    await rows.update_one({"_id": cards[1]}, {"$set": {"application_id": "gone"}})
    config = load_office().card
    assert await register_cards(desk.uow, config, asyncio.Event()) == 2
    for card_id in (cards[0], cards[2]):
        assert (await known(desk, card_id)).card.card_id == card_id


async def of_an_older_release(desk: Desk) -> Event[CardIssued]:
    """A card that was issued before there was a register."""
    application = submitted()
    await desk.deliver(application)
    card = issued(application, today() - timedelta(days=400))
    await desk.deliver(card)
    await desk.forget("registrations")
    rows = desk.uow.reading().collection("case_cards")
    await rows.update_many({}, {"$unset": {"registered": ""}})
    return card


@pytest.mark.parametrize("end", ["expired", "revoked"])
async def test_the_end_of_a_card_of_an_older_release_is_not_kept_waiting(
    desk: Desk, end: str
) -> None:
    card = await of_an_older_release(desk)
    await desk.deliver(expired(card) if end == "expired" else revoked(card, "false_data"))
    assert (await known(desk, card.data.card_id)).lane == end
    assert len(await told(desk, JobSeekerRemoved)) == 1
    assert await register_cards(desk.uow, load_office().card, asyncio.Event()) == 0


async def test_the_renewal_of_a_card_of_an_older_release_is_not_kept_waiting(desk: Desk) -> None:
    first = await of_an_older_release(desk)
    application = submitted(reference="AK1-00000000010")
    await desk.deliver(application)
    renewed = issued(application, today(), number="1404241126000009", replaces=first.data.card_id)
    await desk.deliver(renewed)
    cards = (await known(desk, first.data.card_id)).cards
    assert [each.card_id for each in cards] == [first.data.card_id, renewed.data.card_id]


async def test_an_end_of_which_nothing_is_known_waits(desk: Desk) -> None:
    with pytest.raises(NotYet):
        await desk.deliver(expired(issued(submitted(), today())))
