"""What the register does by itself: the look at who is forsaken, cards of an older release."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from pymongo.errors import AutoReconnect

from services.verification.register.forsaken import remove_forsaken
from services.verification.review.registering import register_cards
from shared.contracts.registry import JobSeekerRemoved
from shared.office import load_office
from shared.rounds import change_each
from shared.uow import Tx
from tests.integration.verification.conftest import Desk
from tests.integration.verification.registered import GRACE, known, told, with_card


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
