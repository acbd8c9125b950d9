"""What the date alone changes: the end of a card, an overdue report; and clocks that are wrong.

The clock stays: cards grow older instead.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest

from services.cards import daily
from services.cards.domain import Card
from services.cards.records import day_of
from shared.clock import now
from tests.integration.cards.notes import placement_of, report_of, revocation_of
from tests.integration.cards.office import Office

GRACE = 30


async def look(office: Office) -> tuple[int, int]:
    """How many cards ended, and how many changed their status by date."""
    uow, stopping = office.resources.uow, office.resources.stopping
    expired = await daily.expire_cards(uow, GRACE, stopping)
    return expired, await daily.follow_dates(uow, GRACE, stopping)


async def days_after(office: Office, card: Card, days: int, *, line_no: int | None = None) -> None:
    """Make today so many days after the card's end, or after its report `line_no` was due."""
    wanted = card.report_due_on[line_no - 1] if line_no else card.valid_until
    by = day_of(now()) - timedelta(days=days) - wanted
    values = {
        "valid_until": _midnight(card.valid_until + by),
        "report_due_on": [_midnight(due + by) for due in card.report_due_on],
        "next_due_on": _midnight(card.next_due_on + by) if card.next_due_on else None,
    }
    await office.set(card, **values)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


async def issued(office: Office, number: int = 1) -> Card:
    return await office.issued(await office.approved(number))


async def test_a_card_ends_the_day_after_its_last_one_and_is_told_once(office: Office) -> None:
    card = await issued(office)
    await days_after(office, card, 0)
    assert (await look(office))[0] == 0
    changes = await office.rows("status_changes")
    await days_after(office, await office.card(card), 1)
    at_once = await asyncio.gather(*(look(office) for _ in range(3)))
    assert sum(expired for expired, _ in at_once) == 1, "replicas that look at the same moment"
    card = await office.card(card)
    assert card.state == "expired"
    (expired,) = await office.emitted("card.expired.v1")
    assert (expired.data.valid_until, expired.aggregateversion) == (card.valid_until, card.version)
    assert await office.rows("status_changes") == changes, "its token says the end"


async def test_days_of_standstill_are_made_up_for_around_cards_that_cannot_be_read(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    stopping = asyncio.Event()
    cards = [await issued(office, number) for number in range(1, 5)]
    for days, card in zip((9, 8, 8, 7), cards, strict=True):
        await days_after(office, card, days)
    broken = cards[1:3]
    for card in broken:
        await office.set(card, holder={"full_name": "CONTOH RAHASIA"})
    watching = asyncio.create_task(daily.watch_dates(office.resources.uow, GRACE, stopping))
    async with asyncio.timeout(20):
        while len(await office.emitted("card.expired.v1")) < 2:
            await asyncio.sleep(0.02)
    stopping.set()
    await watching
    expired = [event.data.card_id for event in await office.emitted("card.expired.v1")]
    assert expired == [cards[0].card_id, cards[3].card_id]
    told = capsys.readouterr()
    for card in broken:
        assert card.card_id in told.out + told.err
    assert "RAHASIA" not in told.out + told.err


async def test_a_report_is_overdue_whatever_card_cannot_be_read(office: Office) -> None:
    cards = [await issued(office, number) for number in range(1, 4)]
    for card in cards:
        await days_after(office, card, 1, line_no=1)
    await office.set(cards[1], revocation={"reason": "no such reason"})
    assert await look(office) == (0, 2)
    assert await look(office) == (0, 0), "what cannot be changed is not counted"
    assert [(await office.card(card)).status for card in (cards[0], cards[2])] == [2, 2]


@pytest.mark.parametrize("state", ["placed", "revoked", "not issued"])
async def test_only_live_cards_are_followed(office: Office, state: str) -> None:
    event = await office.approved(1)
    card = await (office.allocated(event) if state == "not issued" else office.issued(event))
    if state == "placed":
        await office.tell(placement_of(card))
    if state == "revoked":
        await office.tell(revocation_of(card))
    await days_after(office, await office.card(card), 1, line_no=1)
    assert await look(office) == (0, 0)


async def test_a_report_is_overdue_the_day_after_it_was_due_until_it_is_made(
    office: Office,
) -> None:
    card = await issued(office)
    await days_after(office, card, 0, line_no=1)
    assert await look(office) == (0, 0)
    await days_after(office, card, 1, line_no=1)
    assert await look(office) == (0, 1)
    assert await look(office) == (0, 0), "once"
    card = await office.card(card)
    assert (card.status, card.history[-1].what) == (2, "report_overdue")
    await office.tell(report_of(card, 1))
    card = await office.card(card)
    assert (card.status, card.next_due_on) == (0, card.report_due_on[1])
    assert [row["status"] for row in await office.rows("status_changes")] == [2, 0]


async def test_a_clock_set_back_changes_nothing_but_what_it_had_told_too_early(
    office: Office,
) -> None:
    early, ended = await issued(office, 1), await issued(office, 2)
    await days_after(office, early, 1, line_no=1)
    await days_after(office, ended, 1)
    assert await look(office) == (1, 1)
    for card in (early, ended):  # the clock goes back by days
        await days_after(office, await office.card(card), -3, line_no=1)
    assert await look(office) == (0, 1)
    assert (await office.card(early)).status == 0
    assert (await office.card(ended)).state == "expired"


async def test_a_copy_of_a_card_with_an_overdue_report_is_overdue_itself(office: Office) -> None:
    card = await issued(office)
    await days_after(office, card, 1, line_no=1)
    approval = await office.approved(2, "correction", card.registration_number, 1)
    copy = await office.issued(approval)
    assert copy.status == 2
    noted = {row["index"]: row["status"] for row in await office.rows("status_changes")}
    assert noted == {card.status_index: 1, copy.status_index: 2}
