"""One delivery: what is acknowledged, rejected, held or sent back."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest
from faststream.exceptions import RejectMessage

from shared.contracts.cards import CardAllocated
from shared.contracts.envelope import Event
from shared.errors import Poison, Unavailable
from shared.messaging.subscribe import Consumer, Handler, Subscription
from shared.messaging.topology import CARDS_RENDERING
from shared.uow import Tx, UnitOfWork
from tests.contract.samples import APPLICATION_ID, CARD_ID, envelope

EVENT = envelope(
    CardAllocated(card_id=CARD_ID, application_id=APPLICATION_ID, registration_number="1")
)


class Message:
    def __init__(self, body: bytes, deliveries: int = 0) -> None:
        self.body = body
        self.headers = {"x-delivery-count": deliveries} if deliveries else {}


class Work:
    """Stands in for the unit of work: runs the handler without a database."""

    async def run_once(self, _consumer: str, _event: Event[Any], work: Any) -> None:
        await work(cast("Tx", None))


def subscription(handler: Handler, stopping: asyncio.Event | None = None) -> Subscription:
    return Subscription(
        Consumer(CARDS_RENDERING, {CardAllocated: handler}),
        cast("UnitOfWork", Work()),
        stopping or asyncio.Event(),
    )


def message(body: bytes | None = None, deliveries: int = 0) -> Any:
    return Message(EVENT.model_dump_json().encode() if body is None else body, deliveries)


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses taken, which then pass at once."""
    taken: list[float] = []

    async def wait_for(awaitable: Any, seconds: float) -> None:
        awaitable.close()
        taken.append(seconds)
        await asyncio.sleep(0)
        raise TimeoutError

    monkeypatch.setattr(asyncio, "wait_for", wait_for)
    return taken


async def test_a_handled_event_is_acknowledged() -> None:
    seen = []

    async def handler(event: Event[Any], tx: Tx) -> None:
        seen.append(event.data.card_id)

    await subscription(handler).receive(message())
    assert seen == [CARD_ID]


@pytest.mark.parametrize("body", [b"", b"not json", b"{}", b'{"type": "card.allocated.v1"}'])
async def test_an_unreadable_message_is_set_aside_at_once(body: bytes, pauses: list[float]) -> None:
    async def handler(event: Event[Any], tx: Tx) -> None:
        pytest.fail("must not be reached")

    with pytest.raises(RejectMessage):
        await subscription(handler).receive(message(body))
    assert pauses == []


async def test_a_type_of_a_newer_release_is_acknowledged() -> None:
    async def handler(event: Event[Any], tx: Tx) -> None:
        pytest.fail("must not be reached")

    body = EVENT.model_dump_json().replace("card.allocated.v1", "card.teleported.v1").encode()
    await subscription(handler).receive(message(body))


async def test_poison_is_set_aside_at_once(pauses: list[float]) -> None:
    async def handler(event: Event[Any], tx: Tx) -> None:
        raise Poison("no such card")

    with pytest.raises(RejectMessage):
        await subscription(handler).receive(message())
    assert pauses == []


async def test_a_failure_goes_back_after_a_pause_that_grows(pauses: list[float]) -> None:
    async def handler(event: Event[Any], tx: Tx) -> None:
        raise ValueError("bug")

    for deliveries in (0, 1, 2, 3, 9):
        with pytest.raises(ValueError, match="bug"):
            await subscription(handler).receive(message(deliveries=deliveries))
    assert len(pauses) == 5
    assert [round(p / f) for p, f in zip(pauses, (0.5, 1, 2, 4, 30), strict=True)] == [1] * 5


async def test_an_outage_is_held_and_tried_again_without_a_nack(pauses: list[float]) -> None:
    tries = []

    async def handler(event: Event[Any], tx: Tx) -> None:
        tries.append(1)
        if len(tries) < 4:
            raise Unavailable("MongoDB away")

    await subscription(handler).receive(message())
    assert len(tries) == 4
    assert len(pauses) == 3


async def test_a_held_message_goes_back_when_the_service_stops() -> None:
    stopping = asyncio.Event()
    stopping.set()

    async def handler(event: Event[Any], tx: Tx) -> None:
        raise Unavailable("MongoDB away")

    with pytest.raises(Unavailable):
        await subscription(handler, stopping).receive(message())
