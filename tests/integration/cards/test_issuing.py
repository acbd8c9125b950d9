"""Numbers without gap or double, and one card per application, on real MongoDB and S3."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from services.cards import store
from services.cards.allocating import allocate_card
from services.cards.domain import RENDER_ATTEMPTS
from services.cards.numbers import SequenceReset
from services.cards.records import day_of
from services.cards.rendering import RenderError
from shared.clock import now
from shared.contracts.cards import CardAllocated
from shared.contracts.envelope import Event
from shared.errors import Poison
from shared.messaging.subscribe import Step
from shared.storage import CARDS, DOCUMENTS
from shared.uow import Tx
from tests.integration.cards.office import Office, photo_bytes, retry_of


async def test_numbers_are_unique_and_without_gap_under_concurrency_and_failures(
    office: Office,
) -> None:
    events = [await office.approved(number) for number in range(1, 41)]

    async def dies(event: Event[Any]) -> None:
        async def work(tx: Tx) -> None:
            await allocate_card(event, tx, office.press)
            raise RuntimeError("killed before the commit")

        with pytest.raises(RuntimeError):
            await office.resources.uow.run(work)

    deliveries = [office.hear(event) for event in events * 2]  # each comes twice
    await asyncio.gather(*deliveries, *(dies(event) for event in events[:10]))

    rows = await office.rows("cards")
    assert sorted(row["registration_number"] for row in rows) == [
        office.press.numbers.number("1404", day_of(now()), number) for number in range(1, 41)
    ]
    assert len({row["application_id"] for row in rows}) == 40
    assert len(await office.emitted("card.allocated.v1")) == 40


async def test_a_card_is_drawn_stored_and_announced_once(office: Office) -> None:
    await office.hear(await office.approved(1))
    (allocated,) = await office.emitted("card.allocated.v1")
    await office.draw(allocated)
    await office.draw(allocated)
    issued = await office.emitted("card.issued.v1")
    assert len(issued) == 1
    pdf = await office.resources.storage.get(CARDS, issued[0].data.object_key)
    assert pdf.startswith(b"%PDF")
    assert hashlib.sha256(pdf).hexdigest() == issued[0].data.sha256
    image = issued[0].data.phone_image
    shown = await office.resources.storage.get(CARDS, image.key, image.sha256)
    assert shown.startswith(b"\x89PNG")
    assert len(shown) == image.size
    card = await store.find_card(office.resources.uow.reading(), allocated.data.card_id)
    assert card is not None
    assert (card.state, card.version) == ("issued", 2)
    assert card.valid_until.year == card.issued_on.year + 2


async def test_a_crash_after_storing_the_pdf_draws_the_same_object_again(office: Office) -> None:
    await office.hear(await office.approved(1))
    (allocated,) = await office.emitted("card.allocated.v1")
    step = office.handlers()[1].handlers[CardAllocated]
    assert isinstance(step, Step)

    async def crash(_: Callable[[Tx], Awaitable[None]]) -> None:
        raise RuntimeError("killed here")

    with pytest.raises(RuntimeError):
        await step.handler(allocated, crash)
    card = await store.find_card(office.resources.uow.reading(), allocated.data.card_id)
    assert card is not None
    first = await office.resources.storage.get(CARDS, card.object_key)
    await office.draw(allocated)
    (issued,) = await office.emitted("card.issued.v1")
    assert hashlib.sha256(first).hexdigest() == issued.data.sha256, "same input, same bytes"


async def test_a_card_that_cannot_be_drawn_fails_loudly_and_can_be_tried_again(
    office: Office,
) -> None:
    event = await office.approved(1)
    broken = await office.writer.put(DOCUMENTS, event.data.photo.key, b"no picture", "image/jpeg")
    photo = event.data.photo.model_copy(update={"sha256": broken})
    await office.hear(
        event.model_copy(update={"data": event.data.model_copy(update={"photo": photo})})
    )
    (allocated,) = await office.emitted("card.allocated.v1")
    for _ in range(RENDER_ATTEMPTS - 1):
        with pytest.raises(RenderError):
            await office.draw(allocated)
    await office.draw(allocated)
    (failed,) = await office.emitted("card.failed.v1")
    assert failed.data.cause == "RenderError"
    assert await office.emitted("card.issued.v1") == []

    # Whoever mends the cause asks again; the number stays.
    card = await store.find_card(office.resources.uow.reading(), allocated.data.card_id)
    assert card is not None
    await office.set(card, **{"photo.sha256": hashlib.sha256(photo_bytes()).hexdigest()})
    await office.writer.put(DOCUMENTS, photo.key, photo_bytes(), "image/jpeg")
    asked = retry_of(allocated)
    await office.hear(asked)
    await office.hear(asked)  # delivered twice
    await office.hear(retry_of(allocated))  # and asked by a colleague, too
    _, again = await office.emitted("card.allocated.v1")
    await office.draw(again)
    (issued,) = await office.emitted("card.issued.v1")
    assert issued.data.registration_number == allocated.data.registration_number
    assert issued.aggregateversion > failed.aggregateversion
    await office.hear(retry_of(allocated))  # too late: it is issued
    assert len(await office.emitted("card.allocated.v1")) == 2


async def test_a_retry_of_a_card_that_is_not_ours_is_set_aside(office: Office) -> None:
    await office.hear(await office.approved(1))
    (allocated,) = await office.emitted("card.allocated.v1")
    other = allocated.model_copy(
        update={"data": allocated.data.model_copy(update={"card_id": "x"})}
    )
    with pytest.raises(Poison):
        await office.hear(retry_of(other))


@pytest.mark.parametrize("cause", ["Damaged", "NotFound"])
async def test_a_photo_that_is_not_the_approved_one_gives_no_card(
    office: Office, cause: str
) -> None:
    event = await office.approved(1)
    card = await office.allocated(event)
    if cause == "Damaged":  # another picture under the same name
        await office.writer.put(DOCUMENTS, card.photo.key, photo_bytes() + b"\0", "image/jpeg")
    else:
        await office.set(card, **{"photo.key": "applications/lost/photo/1.jpg"})
    await office.set(card, render_attempts=RENDER_ATTEMPTS - 1)
    card = await office.issue(card)
    assert (card.state, card.history[-1].detail) == ("failed", cause)
    (failed,) = await office.emitted("card.failed.v1")
    assert failed.data.cause == cause


async def test_numbers_go_on_when_the_office_changes_when_they_begin_again(office: Office) -> None:
    def take(year: int, reset: SequenceReset) -> Awaitable[int]:
        return office.resources.uow.run(lambda tx: store.next_sequence(tx, "1404", year, reset))

    assert [await take(2026, "yearly") for _ in range(3)] == [1, 2, 3]
    assert await take(2027, "yearly") == 1
    assert [await take(2027, "never") for _ in range(2)] == [4, 5]
    assert await take(2026, "never") == 6, "a clock set back"
    assert await take(2027, "yearly") == 6
    assert await take(2026, "yearly") == 7
    many = await asyncio.gather(*(take(2027, "never") for _ in range(8)))
    assert sorted(many) == list(range(8, 16))
