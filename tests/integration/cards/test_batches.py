"""Batches of cards drawn for the counter, on real MongoDB and S3."""

from __future__ import annotations

import io
from collections.abc import Awaitable, Callable

import pikepdf
import pytest

from services.cards.batches import drawing as batches
from shared.clock import now
from shared.contracts.envelope import Event
from shared.contracts.print_batches import CardLayout, PrintBatchClosed, PrintBatchRequested
from shared.contracts.reviews import ApplicationApproved
from shared.errors import NotFound, Unavailable
from shared.ids import uuid7
from shared.messaging.subscribe import Finish, Step
from shared.storage import CARDS
from shared.uow import Tx
from tests.contract.samples import envelope
from tests.integration.cards.office import Office


async def issued(office: Office, count: int) -> list[str]:
    """Issued cards, by id."""
    cards = [await office.issued(await office.approved(number)) for number in range(count)]
    return [card.card_id for card in cards]


def request(card_ids: list[str], layout: CardLayout = "strip") -> Event[PrintBatchRequested]:
    batch_id = uuid7()
    data = PrintBatchRequested(
        batch_id=batch_id, card_ids=tuple(card_ids), layout=layout, requested_at=now()
    )
    return envelope(data, id=uuid7(), subject=batch_id)


async def draw(office: Office, event: Event[PrintBatchRequested], *, dies: bool = False) -> None:
    """One delivery; with `dies` the process is gone before the last transaction."""
    consumer = next(c for c in office.handlers() if PrintBatchRequested in c.handlers)
    step = consumer.handlers[PrintBatchRequested]
    assert isinstance(step, Step)

    async def finish(work: Callable[[Tx], Awaitable[None]]) -> None:
        if dies:
            raise RuntimeError("killed here")
        await office.resources.uow.run_once(consumer.queue.name, event, work)

    finishing: Finish = finish
    await step.handler(event, finishing)


async def test_a_batch_is_drawn_and_its_progress_told(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "TELL_AFTER_CARDS", 2)
    cards = await issued(office, 3)
    event = request(cards)
    with pytest.raises(RuntimeError):
        await draw(office, event, dies=True)
    key = f"batches/{event.subject}.pdf"
    first = await office.resources.storage.get(CARDS, key)
    await draw(office, event)
    (ready,) = await office.emitted("print_batch.ready.v1")
    assert (ready.data.batch_id, ready.data.pages) == (event.subject, 6)
    again = await office.resources.storage.get(CARDS, key, ready.data.sheets.sha256)
    assert first == again, "killed and begun again it is the same object"
    told = await office.emitted("print_batch.progressed.v1")
    assert [(each.data.drawn, each.data.total) for each in told] == [(2, 3), (2, 3)]
    with pikepdf.open(io.BytesIO(again)) as pdf:
        assert len(pdf.pages) == 6


async def close(office: Office, batch_id: str) -> None:
    consumer = next(c for c in office.handlers() if PrintBatchClosed in c.handlers)
    step = consumer.handlers[PrintBatchClosed]
    assert isinstance(step, Step)
    data = PrintBatchClosed(batch_id=batch_id, closed_at=now())
    event: Event[PrintBatchClosed] = envelope(data, id=uuid7(), subject=batch_id)

    async def finish(work: Callable[[Tx], Awaitable[None]]) -> None:
        await office.resources.uow.run_once(consumer.queue.name, event, work)

    finishing: Finish = finish
    await step.handler(event, finishing)


async def test_no_approval_waits_for_the_file_store(office: Office) -> None:
    approvals = next(c for c in office.handlers() if ApplicationApproved in c.handlers)
    assert not any(isinstance(handler, Step) for handler in approvals.handlers.values())


async def test_sheets_of_a_closed_batch_are_gone_in_either_order(office: Office) -> None:
    cards = await issued(office, 1)
    for closed_first in (False, True):
        event = request(cards)
        if closed_first:
            await close(office, event.subject)
        await draw(office, event)
        if not closed_first:
            await close(office, event.subject)
            await close(office, event.subject)  # delivered again
        with pytest.raises(NotFound):
            await office.resources.storage.get(CARDS, f"batches/{event.subject}.pdf")


async def test_sheets_left_by_a_try_that_died_go_with_the_closed_batch(office: Office) -> None:
    event = request(await issued(office, 1))
    key = f"batches/{event.subject}.pdf"
    await close(office, event.subject)
    await office.resources.storage.put(CARDS, key, b"%PDF-", "application/pdf")
    await draw(office, event)
    with pytest.raises(NotFound):
        await office.resources.storage.get(CARDS, key)


async def test_cards_in_the_way_are_all_named(office: Office) -> None:
    cards = await issued(office, 3)
    await office.resources.mongo.collection("cards").update_one(
        {"_id": cards[1]}, {"$set": {"state": "revoked"}}
    )
    await draw(office, request([*cards, "unknown"]))
    (failed,) = await office.emitted("print_batch.failed.v1")
    assert (failed.data.cause, failed.data.card_id) == ("revoked", cards[1])
    assert failed.data.others == ("unknown",)
    assert await office.emitted("print_batch.ready.v1") == []


async def test_a_card_whose_photo_is_gone_is_named(office: Office) -> None:
    cards = await issued(office, 2)
    rows = office.resources.mongo.collection("cards")
    await rows.update_one({"_id": cards[0]}, {"$set": {"photo.key": "nowhere.jpg"}})
    await draw(office, request(cards))
    (failed,) = await office.emitted("print_batch.failed.v1")
    assert (failed.data.cause, failed.data.card_id) == ("NotFound", cards[0])


async def test_a_service_that_stops_blames_no_card(office: Office) -> None:
    cards = await issued(office, 1)
    event = request(cards)
    office.resources.stopping.set()
    with pytest.raises(Unavailable):
        await draw(office, event)
    office.resources.stopping.clear()
    assert await office.emitted("print_batch.failed.v1") == []
