"""cards with real servers, driven by calling its handlers."""

from __future__ import annotations

import base64
import io
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from PIL import Image

from services.cards import store
from services.cards.consumers import consumers
from services.cards.domain import Card
from services.cards.issuing import Press
from shared.clock import now
from shared.contracts.applications import ApplicationKind, PageRef
from shared.contracts.cards import CardAllocated
from shared.contracts.catalog import parse_event
from shared.contracts.envelope import Event, EventData
from shared.contracts.repairs import CardRetryRequested
from shared.contracts.reviews import ApplicationApproved, Signatory
from shared.ids import uuid7
from shared.messaging import outbox
from shared.messaging.subscribe import Consumer, Finish, Step
from shared.mongo import Document
from shared.sealed import KeyRing, PurposeKeys, field_context
from shared.service import Resources
from shared.storage import DOCUMENTS, Storage
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


async def store_photo(writer: Storage, key: str) -> PageRef:
    data = photo_bytes()
    sha256 = await writer.put(DOCUMENTS, key, data, "image/jpeg")
    return PageRef(key=key, sha256=sha256, width=600, height=800, size=len(data))


def approval(
    number: int,
    kind: ApplicationKind,
    previous: str | None,
    person: int,
    at: datetime,
    photo: PageRef,
    keys: KeyRing,
) -> Event[ApplicationApproved]:
    application_id = uuid7()
    nik = keys.seal("identity", f"14040267080{person:05d}", field_context(application_id, "nik"))
    mobile = keys.seal("contact", "+6281234567890", field_context(application_id, "mobile"))
    return envelope(
        ApplicationApproved(
            application_id=application_id,
            reference=f"AK1-{number:011d}",
            kind=kind,
            holder=holder().model_copy(update={"nik": nik, "mobile": mobile}),
            photo=photo,
            signatory=Signatory(role="Pengantar Kerja", name="CONTOH", nip="1" * 18),
            approved_at=at,
            previous_registration_number=previous,
        ),
        id=uuid7(),
        subject=application_id,
    )


@dataclass
class Office:
    resources: Resources
    press: Press
    writer: Storage

    def handlers(self) -> list[Consumer]:
        return consumers(self.resources.uow, self.press, self.resources.stopping)

    async def approved(
        self,
        number: int,
        kind: ApplicationKind = "new",
        previous: str | None = None,
        person: int | None = None,
        at: datetime | None = None,
    ) -> Event[ApplicationApproved]:
        """An approval of application `number`, of the person of that number or of `person`."""
        photo = await store_photo(self.writer, f"applications/{uuid7()}/photo/1.jpg")
        who = number if person is None else person
        return approval(number, kind, previous, who, at or now(), photo, KEYS)

    async def hear(self, event: Event[Any]) -> None:
        """One delivery to the queue of approvals and of what officers note."""
        handler = self.handlers()[0].handlers[type(event.data)]
        assert not isinstance(handler, Step)
        await self.resources.uow.run_once("cards.approvals", event, partial(handler, event))

    async def tell(self, data: EventData) -> None:
        await self.hear(envelope(data, id=uuid7(), subject="x"))

    async def emitted(self, event_type: str) -> list[Event[Any]]:
        rows = (
            await self.resources.mongo.collection(outbox.COLLECTION)
            .find({"type": event_type})
            .sort("_id")
            .to_list()
        )
        return [event for row in rows if (event := parse_event(bytes(row["body"])))]

    async def draw(self, event: Event[CardAllocated]) -> None:
        step = self.handlers()[1].handlers[CardAllocated]
        assert isinstance(step, Step)

        async def finish(work: Callable[[Tx], Awaitable[None]]) -> None:
            await self.resources.uow.run_once("cards.rendering", event, work)

        finishing: Finish = finish
        await step.handler(event, finishing)

    async def allocated(self, event: Event[ApplicationApproved]) -> Card:
        """The card of an approval that is delivered now; not drawn."""
        await self.hear(event)
        card = await store.find_card_of(self.resources.uow.reading(), event.data.application_id)
        assert card is not None
        return card

    async def issue(self, card: Card) -> Card:
        """Draw the card as its last `card.allocated` asks."""
        events = await self.emitted("card.allocated.v1")
        (*_, last) = [event for event in events if event.data.card_id == card.card_id]
        await self.draw(last)
        return await self.card(card)

    async def issued(self, event: Event[ApplicationApproved]) -> Card:
        return await self.issue(await self.allocated(event))

    async def card(self, card: Card) -> Card:
        found = await store.find_card(self.resources.uow.reading(), card.card_id)
        assert found is not None
        return found

    async def set(self, card: Card, **values: Any) -> None:
        """Change a record behind the service's back."""
        cards = self.resources.mongo.collection("cards")
        await cards.update_one({"_id": card.card_id}, {"$set": values})

    async def rows(self, table: str) -> list[Document]:
        return await self.resources.mongo.collection(table).find({}).sort("_id").to_list()


def retry_of(allocated: Event[CardAllocated]) -> Event[CardRetryRequested]:
    """What an officer's "Coba lagi" sends."""
    data = CardRetryRequested(
        card_id=allocated.data.card_id,
        application_id=allocated.data.application_id,
        requested_at=now(),
    )
    return envelope(data, id=uuid7(), subject=allocated.data.card_id)
