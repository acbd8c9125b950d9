"""Numbers without gap or double, and one card per application, on real MongoDB and S3."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import io
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from PIL import Image

from deploy.local.environment import environment
from deploy.local.stack import Servers
from services.cards import store
from services.cards.consumers import consumers
from services.cards.domain import RENDER_ATTEMPTS, registration_number
from services.cards.issuing import Press, allocate_card
from services.cards.rendering import RenderError, warm_up
from services.cards.settings import CardsSettings
from shared.clock import OFFICE_ZONE, now
from shared.contracts.cards import CardAllocated
from shared.contracts.envelope import Event
from shared.contracts.repairs import CardRetryRequested
from shared.contracts.reviews import ApplicationApproved, Signatory
from shared.errors import Poison
from shared.ids import uuid7
from shared.messaging import inbox, outbox
from shared.messaging.subscribe import Consumer, Finish, Step
from shared.procpool import WorkerPool
from shared.sealed import KeyRing, PurposeKeys, field_context
from shared.service import Resources, connect
from shared.storage import CARDS, DOCUMENTS, Storage
from shared.uow import Tx
from tests.contract.samples import envelope, holder

KEY = base64.b64encode(b"k" * 32).decode()
KEYS = KeyRing(
    {name: PurposeKeys(current="k1", keys={"k1": KEY}) for name in ("identity", "contact")}
)


def photo_bytes() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (600, 800), (170, 30, 30)).save(out, "JPEG")
    return out.getvalue()


@dataclass
class Office:
    """cards with real servers, driven by calling its handlers."""

    resources: Resources
    press: Press
    writer: Storage

    def handlers(self) -> list[Consumer]:
        return consumers(self.resources.uow, self.press)

    async def approved(self, number: int) -> Event[ApplicationApproved]:
        application_id = uuid7()
        data = photo_bytes()
        key = f"applications/{application_id}/photo/1.jpg"
        sha256 = await self.writer.put(DOCUMENTS, key, data, "image/jpeg")
        sample = holder()
        sealed = sample.model_copy(
            update={
                "nik": KEYS.seal(
                    "identity", f"14040267080{number:05d}", field_context(application_id, "nik")
                ),
                "mobile": KEYS.seal(
                    "contact", "+6281234567890", field_context(application_id, "mobile")
                ),
            }
        )
        return envelope(
            ApplicationApproved(
                application_id=application_id,
                reference=f"AK1-{number:011d}",
                kind="new",
                holder=sealed,
                photo={  # type: ignore[arg-type]
                    "key": key,
                    "sha256": sha256,
                    "width": 600,
                    "height": 800,
                    "size": len(data),
                },
                signatory=Signatory(role="Pengantar Kerja", name="CONTOH", nip="1" * 18),
                approved_at=now(),
            ),
            id=uuid7(),
            subject=application_id,
        )

    async def allocate(self, event: Event[Any]) -> None:
        await self.resources.uow.run_once(
            "cards.approvals", event, lambda tx: allocate_card(event, tx, self.press)
        )

    async def emitted(self, event_type: str) -> list[Event[Any]]:
        from shared.contracts.catalog import parse_event

        rows = (
            await self.resources.mongo.collection(outbox.COLLECTION)
            .find({"type": event_type})
            .sort("_id")
            .to_list()
        )
        return [event for row in rows if (event := parse_event(bytes(row["body"])))]

    async def ask_again(self, event: Event[CardRetryRequested]) -> None:
        handler = self.handlers()[0].handlers[CardRetryRequested]
        assert not isinstance(handler, Step)
        await self.resources.uow.run_once("cards.approvals", event, partial(handler, event))

    async def draw(self, event: Event[CardAllocated]) -> None:
        step = self.handlers()[1].handlers[CardAllocated]
        assert isinstance(step, Step)

        async def finish(work: Callable[[Tx], Awaitable[None]]) -> None:
            await self.resources.uow.run_once("cards.rendering", event, work)

        finishing: Finish = finish
        await step.handler(event, finishing)


def retry_of(allocated: Event[CardAllocated]) -> Event[CardRetryRequested]:
    """What an officer's "Coba lagi" sends."""
    data = CardRetryRequested(
        card_id=allocated.data.card_id,
        application_id=allocated.data.application_id,
        requested_at=now(),
    )
    return envelope(data, id=uuid7(), subject=allocated.data.card_id)


@pytest.fixture
async def office(servers: Servers, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Office]:
    for service in ("intake", "cards"):
        for name, value in environment(service, servers.run).items():
            monkeypatch.setenv(name, value)
        if service == "intake":
            writer = connect(CardsSettings()).storage
    resources = connect(CardsSettings())
    await resources.mongo.ensure_indexes({**store.INDEXES, **outbox.INDEXES, **inbox.INDEXES})
    for name in ("cards", "counters", outbox.COLLECTION, inbox.COLLECTION):
        await resources.mongo.collection(name).delete_many({})
    workers = WorkerPool(1, initializer=warm_up)
    press = Press(resources.storage, KEYS, resources.office, workers, "https://ak1.example")
    yield Office(resources, press, writer)
    await workers.close()
    resources.mongo.close()


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

    deliveries = [office.allocate(event) for event in events * 2]  # each comes twice
    await asyncio.gather(*deliveries, *(dies(event) for event in events[:10]))

    today = now().astimezone(OFFICE_ZONE).date()
    rows = await office.resources.mongo.collection("cards").find({}).to_list()
    assert sorted(row["registration_number"] for row in rows) == [
        registration_number("1404", today, number) for number in range(1, 41)
    ]
    assert len({row["application_id"] for row in rows}) == 40
    assert len(await office.emitted("card.allocated.v1")) == 40


async def test_a_card_is_drawn_stored_and_announced_once(office: Office) -> None:
    await office.allocate(await office.approved(1))
    (allocated,) = await office.emitted("card.allocated.v1")
    await office.draw(allocated)
    await office.draw(allocated)
    issued = await office.emitted("card.issued.v1")
    assert len(issued) == 1
    pdf = await office.resources.storage.get(CARDS, issued[0].data.object_key)
    assert pdf.startswith(b"%PDF")
    assert hashlib.sha256(pdf).hexdigest() == issued[0].data.sha256
    card = await store.find_card(office.resources.uow.reading(), allocated.data.card_id)
    assert card is not None
    assert (card.state, card.version) == ("issued", 2)
    assert card.valid_until.year == card.issued_on.year + 2


async def test_a_crash_after_storing_the_pdf_draws_the_same_object_again(office: Office) -> None:
    await office.allocate(await office.approved(1))
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
    await office.allocate(
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
    await office.resources.mongo.collection("cards").update_one(
        {"_id": allocated.data.card_id},
        {"$set": {"photo.sha256": hashlib.sha256(photo_bytes()).hexdigest()}},
    )
    await office.writer.put(DOCUMENTS, photo.key, photo_bytes(), "image/jpeg")
    asked = retry_of(allocated)
    await office.ask_again(asked)
    await office.ask_again(asked)  # delivered twice
    await office.ask_again(retry_of(allocated))  # and asked by a colleague, too
    _, again = await office.emitted("card.allocated.v1")
    await office.draw(again)
    (issued,) = await office.emitted("card.issued.v1")
    assert issued.data.registration_number == allocated.data.registration_number
    assert issued.aggregateversion > failed.aggregateversion
    await office.ask_again(retry_of(allocated))  # too late: it is issued
    assert len(await office.emitted("card.allocated.v1")) == 2


async def test_a_retry_of_a_card_that_is_not_ours_is_set_aside(office: Office) -> None:
    await office.allocate(await office.approved(1))
    (allocated,) = await office.emitted("card.allocated.v1")
    other = allocated.model_copy(
        update={"data": allocated.data.model_copy(update={"card_id": "x"})}
    )
    with pytest.raises(Poison):
        await office.ask_again(retry_of(other))
