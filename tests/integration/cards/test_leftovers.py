"""A card that is revoked while it is drawn leaves no object behind; one that was issued keeps all."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from services.cards.domain import Card
from services.cards.issuing import issue_card
from services.cards.sealing.certificate import OfficeCertificate
from shared.contracts.cards import CardAllocated
from shared.contracts.envelope import Event
from shared.messaging.subscribe import Step
from shared.storage import CARDS
from shared.uow import Tx
from tests.integration.cards.notes import revocation_of
from tests.integration.cards.office import Office
from tests.unit.cards.authority import PASSWORD, new_authority

Work = Callable[[Tx], Awaitable[None]]


@pytest.fixture(params=["drawn", "drawn and sealed"])
def works(request: pytest.FixtureRequest, office: Office, tmp_path: Path) -> Office:
    if request.param == "drawn":
        return office
    path = tmp_path / "kantor.p12"
    path.write_bytes(new_authority().seal_key().content)
    certificate = OfficeCertificate(path, PASSWORD)
    return replace(office, press=replace(office.press, certificate=certificate))


async def allocated(office: Office) -> tuple[Card, Event[CardAllocated]]:
    card = await office.allocated(await office.approved(1))
    (event,) = await office.emitted("card.allocated.v1")
    return card, event


async def objects_of(office: Office, card: Card) -> list[str]:
    return await office.resources.storage.keys(CARDS, card.object_prefix)


async def handle(
    office: Office, event: Event[CardAllocated], at_end: Callable[[Work], Awaitable[None]]
) -> None:
    step = office.handlers()[1].handlers[CardAllocated]
    assert isinstance(step, Step)
    await step.handler(event, at_end)


async def is_done(office: Office, event: Event[CardAllocated]) -> bool:
    return any(row["_id"].endswith(f"rendering:{event.id}") for row in await office.rows("inbox"))


@pytest.mark.parametrize("dies_at", [0, 1, 2])
async def test_nothing_stays_of_a_card_revoked_while_it_was_drawn_wherever_it_dies(
    works: Office, dies_at: int
) -> None:
    """It dies never, before it ends the first time, or after the objects are gone."""
    card, event = await allocated(works)
    ends = 0

    async def at_end(work: Work) -> None:
        nonlocal ends
        ends += 1
        if ends == 1:
            assert len(await objects_of(works, card)) == 2
            await works.tell(revocation_of(card))
        if ends == dies_at:
            raise RuntimeError("killed here")
        await works.resources.uow.run_once("cards.rendering", event, work)

    if dies_at:
        with pytest.raises(RuntimeError):
            await handle(works, event, at_end)
        assert not await is_done(works, event), "it is delivered again"
        await works.draw(event)
    else:
        await handle(works, event, at_end)
    assert await objects_of(works, card) == []
    assert await is_done(works, event)
    assert await works.emitted("card.issued.v1") == []


@pytest.mark.parametrize("end", ["issued", "issued, then revoked", "revoked before"])
async def test_a_try_that_comes_too_late_takes_only_what_nobody_has(
    office: Office, end: str
) -> None:
    card, event = await allocated(office)
    if end == "revoked before":
        await office.tell(revocation_of(card))
    await office.draw(event)
    if end == "issued, then revoked":
        await office.tell(revocation_of(card))
    kept = await objects_of(office, card)

    async def at_end(work: Work) -> None:
        await office.resources.uow.run_once("cards.rendering", event, work)

    # one that has read the card before all this, and one that reads it now
    reading = office.resources.uow.reading()
    await issue_card(event, at_end, card, office.press, reading)
    await office.draw(event)
    assert await objects_of(office, card) == kept
    assert kept == ([] if end == "revoked before" else [card.object_key, card.phone_image_key])
    for issued in await office.emitted("card.issued.v1"):
        await office.resources.storage.get(CARDS, issued.data.object_key, issued.data.sha256)
