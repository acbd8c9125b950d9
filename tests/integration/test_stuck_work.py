"""The desk while the services really run (cards, notify, verification): stuck work, printing, a card
taken back.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import aio_pika
import httpx2
import pikepdf
import pytest
from PIL import Image

from deploy.local.environment import environment
from deploy.local.stack import Servers, Services
from services.cards import store as cards
from services.cards.domain import RENDER_ATTEMPTS, Card, CardState
from services.cards.settings import CardsSettings
from services.verification.officers.accounts import Account, ensure_account
from shared.clock import now
from shared.contracts.applications import PageRef
from shared.contracts.cards import CardAllocated
from shared.contracts.envelope import Event
from shared.contracts.repairs import CardRetryRequested
from shared.contracts.reviews import Signatory
from shared.ids import uuid7
from shared.messaging.topology import (
    CARDS_APPROVALS,
    CARDS_RENDERING,
    EXCHANGE,
    INTAKE_CARDS,
    INTAKE_NOTICES,
    QUEUES,
)
from shared.mongo import Mongo
from shared.sealed import KeyRing, field_context
from shared.service import Resources, connect
from shared.storage import DOCUMENTS, Storage
from shared.uow import UnitOfWork
from tests.contract.samples import envelope, holder
from tests.integration.notify.smtp import Mailbox, listening
from tests.integration.queues import empty
from tests.integration.verification.browser import PASSWORD, Browser
from tests.unit.cards.vector import TOKEN
from tests.unit.verification.sample_events import answers, card_issued, submitted

PAGE = "/petugas/macet"
EMPTIED = (
    *("cases", "case_cards", "registrations", "case_notices", "stuck_work", "print_batches"),
    *("cards", "notices", "outbox"),  # a relay would send what other tests left
)


@dataclass
class Town:
    """A desk with an officer at it, and hands at queues, photos and the mail server."""

    channel: aio_pika.abc.AbstractChannel
    keys: KeyRing
    cards: UnitOfWork
    photos: Storage
    mailbox: Mailbox
    browser: Browser

    async def publish(self, event: Event[Any], queue: str = "") -> None:
        body = event.model_dump_json(exclude_none=True).encode()
        message = aio_pika.Message(body, message_id=event.id)
        if queue:
            await self.channel.default_exchange.publish(message, queue)
        else:
            exchange = await self.channel.get_exchange(EXCHANGE, ensure=False)
            await exchange.publish(message, event.type)

    async def application(self, reference: str) -> str:
        application_id = uuid7()
        given = answers(application_id, keys=self.keys)
        await self.publish(submitted(application_id, given, reference=reference))
        return application_id

    def card(self, application_id: str, number: str, state: CardState) -> Card:
        """A card as cards keeps it, one failure before it gives up; its photo is nowhere yet."""
        sample, photo = holder(), photo_bytes()
        nik = self.keys.seal("identity", "1404022708010001", field_context(application_id, "nik"))
        code = self.keys.seal("identity", "a" * 26, field_context(application_id, "check_code"))
        return Card(
            card_id=uuid7(),
            application_id=application_id,
            reference="AK1-7K3M9QX2TV8",
            registration_number=number,
            state=state,
            version=1,
            holder=sample.model_copy(update={"nik": nik, "mobile": None}),
            photo=PageRef(
                key=f"{application_id}.jpg",
                sha256=sha256_of(photo),
                width=600,
                height=800,
                size=len(photo),
            ),
            signatory=Signatory(role="Pengantar Kerja", name="CONTOH", nip="1" * 18),
            issued_on=date(2026, 11, 24),
            valid_until=date(2028, 11, 24),
            report_due_on=(date(2027, 5, 24),),
            check_code=code,
            check_code_hash="0" * 64,
            allocated_at=now(),
            render_attempts=RENDER_ATTEMPTS - 1,
        )

    async def keep(self, card: Card) -> None:
        await self.cards.run(lambda tx: cards.insert_card(tx, card))

    async def mend_photo(self, card: Card) -> None:
        await self.photos.put(DOCUMENTS, card.photo.key, photo_bytes(), "image/jpeg")

    async def printable(self, number: int) -> Card:
        """An issued card that waits at the desk to be printed."""
        reference = f"AK1-CETAK{number:06d}"
        application_id = await self.application(reference)
        code = self.keys.seal("identity", "7KQ4AM2XDE", field_context(application_id, "check_code"))
        card = replace(
            self.card(application_id, f"1404241126{800 + number:06d}", "issued"),
            reference=reference,
            check_code=code,
            token=TOKEN,
        )
        await self.keep(card)
        await self.mend_photo(card)
        issued = card_issued(submitted(application_id, reference=reference))
        about = {"card_id": card.card_id, "registration_number": card.registration_number}
        data = issued.data.model_copy(update=about)
        await self.publish(issued.model_copy(update={"subject": card.card_id, "data": data}))
        return card

    async def shows(self, *texts: str) -> None:
        await until(lambda: self._shows(texts))

    async def _shows(self, texts: tuple[str, ...]) -> bool:
        page = (await self.browser.client.get(PAGE)).text
        return all(text in page for text in texts)

    async def has_mailed(self, reference: str, count: int) -> None:
        async def reached() -> bool:
            return sum(reference in str(mail) for mail in self.mailbox.mails) == count

        await until(reached)

    async def card_is(self, card: Card, state: str) -> Card:
        async def reached() -> bool:
            found = await cards.find_card(self.cards.reading(), card.card_id)
            return found is not None and found.state == state

        await until(reached)
        found = await cards.find_card(self.cards.reading(), card.card_id)
        assert found is not None
        return found


async def until(reached: Callable[[], Awaitable[bool]], seconds: float = 60) -> None:
    async with asyncio.timeout(seconds):
        while not await reached():
            await asyncio.sleep(0.1)


def photo_bytes() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (600, 800), (40, 90, 30)).save(out, "JPEG")
    return out.getvalue()


def sha256_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def resources_of(service: str, servers: Servers, monkeypatch: pytest.MonkeyPatch) -> Resources:
    for name, value in environment(service, servers.run).items():
        monkeypatch.setenv(name, value)
    return connect(CardsSettings())


@pytest.fixture(scope="module")
async def town(servers: Servers) -> AsyncIterator[Town]:
    run, mailbox = servers.run, Mailbox()
    for database in ("verification", "cards", "notify"):
        owner = Mongo(run.mongo_url("deploy"), database, "test")
        for name in EMPTIED:
            await owner.collection(name).delete_many({})
        owner.close()
    await empty(servers, *(each.name for each in QUEUES))  # what other tests left would come now
    with pytest.MonkeyPatch.context() as monkeypatch:
        photos = resources_of("intake", servers, monkeypatch).storage
        of_cards = resources_of("cards", servers, monkeypatch)
    of_desk = Mongo(run.mongo_url("verification"), "verification", "test")
    desk = UnitOfWork(of_desk, "verification", "1404")
    connection = await aio_pika.connect(run.rabbit_url("deploy"))
    async with listening(mailbox) as port, connection:
        services = Services(servers, extra={"notify": {"SMTP_PORT": str(port)}})
        try:
            names = ("verification", "cards", "notify")
            await asyncio.to_thread(services.start_all, names=names)
            channel = await connection.channel()
            async with httpx2.AsyncClient(base_url=run.officers_url, timeout=30) as client:
                browser = Browser(client)
                await ensure_account(
                    desk, Account("putri", "Putri Contoh", ["placement_officer"], PASSWORD)
                )
                await browser.sign_in("putri")
                keys = KeyRing.load(run.secrets.keyring("intake"))
                yield Town(channel, keys, of_cards.uow, photos, mailbox, browser)
            for queue in (INTAKE_CARDS, INTAKE_NOTICES):  # intake does not know these people
                await (await channel.get_queue(queue.name)).purge()
        finally:
            await asyncio.to_thread(services.stop)
            of_cards.mongo.close()
            of_desk.close()


async def test_a_failed_card_is_issued_under_the_number_it_had(town: Town) -> None:
    application_id = await town.application("AK1-4444444444D")
    card = town.card(application_id, "1404241126000901", "allocated")
    await town.keep(card)
    allocated = CardAllocated(
        card_id=card.card_id,
        application_id=application_id,
        registration_number=card.registration_number,
    )
    await town.publish(envelope(allocated, id=uuid7(), subject=card.card_id), CARDS_RENDERING.name)
    await town.shows("AK1-4444444444D", "Berkas pas foto tidak ada di penyimpanan berkas")

    await town.mend_photo(card)
    answer = await town.browser.post(f"{PAGE}/ulang", {"item": f"card:{card.card_id}"})
    assert answer.headers["location"].startswith(f"{PAGE}?done=card")
    issued = await town.card_is(card, "issued")
    assert issued.registration_number == card.registration_number
    await until(lambda: _absent(town, "AK1-4444444444D"))
    await town.has_mailed("AK1-4444444444D", 2)  # the receipt, the card


async def test_a_failed_message_is_sent_exactly_once(town: Town) -> None:
    town.mailbox.script += ["rcpt 554"]
    await town.application("AK1-5555555555E")
    await town.shows("AK1-5555555555E", "Tanda terima pendaftaran", "mungkin dikira spam")
    before = len(town.mailbox.mails)
    for _ in range(2):  # a double click
        await town.browser.post(f"{PAGE}/ulang", {"all": "notice"})
    await until(lambda: _absent(town, "AK1-5555555555E"))
    assert len(town.mailbox.mails) == before + 1
    assert "AK1-5555555555E" in str(town.mailbox.mails[-1]["Subject"])


async def test_a_dead_letter_sent_again_is_handled(town: Town) -> None:
    """A request is refused while its card is unknown, and done when the card is there."""
    application_id = await town.application("AK1-6666666666F")
    card = town.card(application_id, "1404241126000902", "failed")
    request = CardRetryRequested(
        card_id=card.card_id, application_id=application_id, requested_at=now()
    )
    event = envelope(request, id=uuid7(), subject=card.card_id)
    await town.publish(event, CARDS_APPROVALS.name)
    await town.shows(
        "Persetujuan yang belum sampai di pembuat kartu",
        "Permintaan membuat ulang kartu",
        "AK1-6666666666F",
    )
    await town.keep(card)
    await town.mend_photo(card)
    form = {"queue": CARDS_APPROVALS.name, "all": "1"}
    answer = await town.browser.post(f"{PAGE}/data/ulang", form)
    assert answer.headers["location"].startswith(f"{PAGE}?done=letters&n=1")
    issued = await town.card_is(card, "issued")
    assert issued.registration_number == card.registration_number
    assert await _absent(town, "Permintaan membuat ulang kartu")


async def test_a_batch_is_printed_without_the_card_that_was_revoked(town: Town) -> None:
    """Thirteen are asked for, one stands in the way, twelve lie on two sheets."""
    cards = [await town.printable(number) for number in range(13)]
    references = [card.reference for card in cards]
    await until(lambda: _present(town, "/petugas/cetak/baru", *references))
    await town.cards.mongo.collection("cards").update_one(
        {"_id": cards[3].card_id}, {"$set": {"state": "revoked"}}
    )
    form = {"batch_id": uuid7(), "which": "ticked", "printed_as": "shape:plastic_sheet"}
    form |= {f"permohonan.{card.application_id}": "1" for card in cards}
    begun = await town.browser.post("/petugas/cetak/baru", form)
    page = begun.headers["location"].partition("?")[0]
    await until(lambda: _present(town, page, "Kartu ini sudah dicabut", cards[3].reference))
    without = {"version": "2", "new_id": uuid7()}
    again = await town.browser.post(f"{page}/tanpa", without)
    page = again.headers["location"].partition("?")[0]
    await until(lambda: _present(town, page, "Unduh lembar cetak (PDF, 4 halaman"))
    sheets = (await town.browser.client.get(f"{page}/lembar.pdf")).content
    with pikepdf.open(io.BytesIO(sheets)) as pdf:
        placed = [len(each.resources.XObject) for each in pdf.pages]
    assert placed == [10, 10, 2, 2]
    await town.browser.post(f"{page}/hasil", {"version": "2", "do": "all"})
    assert await _present(town, page, "12 kartu tercetak baik.")


async def test_a_card_is_taken_back_across_the_services(town: Town) -> None:
    """The desk asks, cards revokes, and the desk hears that the card counts no more."""
    card = await town.printable(50)
    page = f"/petugas/kartu/{card.card_id}"
    await until(lambda: _present(town, page, "Berlaku"))
    form = {"version": "1", "reason": "false_data", "note": "Ijazah tidak terdaftar.", "do": "save"}
    done = await town.browser.post(f"{page}/cabut", form)
    assert done.headers["location"] == f"{page}?done=recalled"
    await town.card_is(card, "revoked")
    await until(lambda: _present(town, page, "Dicabut", "Ditarik oleh kantor"))


async def _present(town: Town, path: str, *texts: str) -> bool:
    page = (await town.browser.client.get(path)).text
    return all(text in page for text in texts)


async def _absent(town: Town, text: str) -> bool:
    return text not in (await town.browser.client.get(PAGE)).text
