"""An official seals cards at the desk: against a server with real TLS and real signatures."""

from __future__ import annotations

import asyncio
import io
import logging
import re
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pydantic import SecretStr

from deploy.local.stack import Servers
from services.verification.bsre import (
    BadAnswer,
    NotRegistered,
    NotSecure,
    Refused,
    SealingStopped,
    Signatory,
    SignerAway,
    WrongPassphrase,
)
from services.verification.indexes import INDEXES
from services.verification.officers.sessions import ConfirmFirst, Session
from services.verification.review.results import note_issued_card
from services.verification.review.unsealed_cards import UnsealedCard, unsealed_page
from services.verification.sealing.batch import NikNotRecorded, Progress, SealingDesk, seal_cards
from services.verification.settings import VerificationSettings
from shared.clock import now
from shared.contracts.cards import CardRevoked
from shared.contracts.registry import CardSealed
from shared.ids import uuid7
from shared.messaging import outbox
from shared.office import Seal
from shared.sealed import blind_index
from shared.sealed_pdf import check_seal
from shared.service import Resources
from shared.storage import CARDS, SEALED
from tests.integration.verification.browser import Browser, open_browser
from tests.integration.verification.conftest import Desk
from tests.integration.verification.fake_bsre import (
    ACCOUNT,
    NIK,
    PASSPHRASE,
    SIGNATORY,
    FakeBsre,
    Mode,
    fake_bsre,
)
from tests.integration.verification.test_printing import cards_storage
from tests.unit.cards.authority import new_authority
from tests.unit.verification.sample_events import (
    INDEX_KEY,
    answers,
    card_issued,
    event_of,
    submitted,
)

PAGE = "/petugas/tanda-tangan"
WRONG = "Frasa-Salah-CONTOH-4410"


@pytest.fixture(scope="module")
async def bsre(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[FakeBsre]:
    folder = tmp_path_factory.mktemp("bsre")
    async with fake_bsre(new_authority(), new_authority("CA LAIN"), folder) as fake:
        yield fake


@pytest.fixture(autouse=True)
def _fresh(bsre: FakeBsre) -> None:
    bsre.reset()


@dataclass
class Sealing:
    """A desk with `cards` that wait for a seal."""

    desk: Desk
    resources: Resources
    servers: Servers
    bsre: FakeBsre

    async def card(self, number: int) -> str:
        """A case with an issued card, whose PDF lies where cards puts it."""
        case_id = uuid7()
        given = answers(case_id, full_name=f"Contoh Nomor {number}", nik=f"14040467080{number:05d}")
        event = submitted(case_id, given, reference=f"AK1-SEGEL{number:06d}")
        await self.desk.deliver(event)
        pdf = drawn(number)
        issued = card_issued(event, pdf)
        await cards_storage(self.servers).put(CARDS, issued.data.object_key, pdf, "application/pdf")
        await self.desk.uow.run(partial(note_issued_card, issued, paper=False))
        return case_id

    async def cards(self, count: int) -> list[UnsealedCard]:
        for number in range(1, count + 1):
            await self.card(number)
        return await self.waiting()

    async def waiting(self) -> list[UnsealedCard]:
        return await unsealed_page(self.desk.uow.reading(), self.desk.approver, 100)

    async def seal(
        self,
        cards: list[UnsealedCard],
        signatory: Signatory = SIGNATORY,
        tls: ssl.SSLContext | None = None,
        **values: Any,
    ) -> Progress:
        seconds = values.pop("time", 60)
        desk = SealingDesk(self.resources, self.bsre.client(tls, **values), seconds)
        himself = replace(self.desk.approver, nik_index=blind_index(INDEX_KEY, signatory.nik))
        session = Session("s", himself, confirmed_at=now())
        return await seal_cards(desk, session, cards, signatory)

    async def events(self) -> list[CardSealed]:
        return [e.data for e in await self.desk.emitted() if isinstance(e.data, CardSealed)]


@pytest.fixture
def sealing(desk: Desk, resources: Resources, servers: Servers, bsre: FakeBsre) -> Sealing:
    return Sealing(desk, resources, servers, bsre)


def drawn(number: int) -> bytes:
    written = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(612, 300 + number))
        pdf.save(written, static_id=True)
    return written.getvalue()


async def record_nik(desk: Desk, nik_index: str | None) -> None:
    """As an administrator does at the account of Putra."""
    change = {"$set": {"nik_index": nik_index}}
    await desk.owner.collection("officers").update_one({"_id": desk.approver.id}, change)


@asynccontextmanager
async def at_the_desk(sealing: Sealing, folder: Path) -> AsyncIterator[Browser]:
    """Putra's browser at a desk that is set up by settings and files, as an operator would."""
    pem = folder / "akar.pem"
    pem.write_bytes(sealing.bsre.authority.pem)
    values = {
        "bsre_url": sealing.bsre.url,
        "bsre_username": ACCOUNT[0],
        "bsre_password": SecretStr(ACCOUNT[1]),
        "bsre_ca_file": pem,
        "bsre_trust_file": pem,
    }
    resources = sealing.resources
    assert isinstance(resources.settings, VerificationSettings)
    settings = resources.settings.model_copy(update=values)
    office = resources.office.model_copy(update={"seal": Seal(adapter="bsre")})
    await record_nik(sealing.desk, blind_index(INDEX_KEY, NIK))
    async with open_browser(replace(resources, settings=settings, office=office)) as client:
        browser = Browser(client)
        await browser.sign_in("putra")
        yield browser


async def test_five_cards_with_one_pass_phrase_that_is_nowhere_afterwards(
    sealing: Sealing,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    cards = await sealing.cards(5)
    async with at_the_desk(sealing, tmp_path) as browser:
        listed = await browser.client.get(f"{PAGE}?pilih=atas")
        assert listed.text.count(" checked>") == 6  # five cards, and that the ticked ones count
        nothing = await browser.post(PAGE, {"which": "ticked"})
        assert nothing.status_code == 422
        asked = await browser.post(PAGE, {"which": "first", "first": "5"})
        assert "Tanda tangani 5 kartu" in asked.text
        for name in ("nik", "passphrase"):
            field = re.search(rf'<input[^>]* name="{name}"[^>]*>', asked.text)
            assert field
            assert 'autocomplete="off"' in field[0]
        form = {f"kartu.{card.card_id}": "1" for card in cards}
        form |= {"do": "sign", "nik": NIK}

        wrong = await browser.post(PAGE, {**form, "passphrase": WRONG})
        assert (wrong.status_code, sealing.bsre.calls) == (422, 1), "tried once, not five times"
        assert "Frasa sandi salah" in wrong.text
        assert await sealing.events() == []
        stranger = {**form, "nik": "1404046708010099", "passphrase": PASSPHRASE}
        not_own = await browser.post(PAGE, stranger)
        assert (not_own.status_code, sealing.bsre.calls) == (422, 1), "never sent"
        assert "Ini bukan NIK Anda" in not_own.text
        await record_nik(sealing.desk, None)
        for page in (
            await browser.client.get(PAGE),
            await browser.post(PAGE, {**form, "passphrase": PASSPHRASE}),
        ):
            assert (page.status_code, sealing.bsre.calls) == (403, 1)
            assert "Minta administrator mencatatnya di akun Anda" in page.text
        await record_nik(sealing.desk, blind_index(INDEX_KEY, NIK))

        done = await browser.post(PAGE, {**form, "passphrase": PASSPHRASE})
        assert done.headers["location"] == f"{PAGE}?jadi=5"
        after = await browser.client.get(done.headers["location"])
        assert "5 kartu sudah ditandatangani" in after.text
        assert "Tidak ada kartu yang menunggu" in after.text
        again = await browser.post(PAGE, {**form, "passphrase": PASSPHRASE})
        assert again.status_code == 422, "pressed twice"
        shown = await browser.client.get(f"/petugas/permohonan/{cards[0].case_id}/kartu")
    assert sealing.bsre.wrong == []

    told = {event.card_id: event for event in await sealing.events()}
    assert set(told) == {card.card_id for card in cards}
    for number, card in enumerate(cards, 1):
        event = told[card.card_id]
        pdf = await sealing.resources.storage.get(SEALED, event.object_key, event.sha256)
        roots = [sealing.bsre.authority.certificate]
        await asyncio.to_thread(check_seal, pdf, drawn(number), roots)
    assert shown.content.startswith(drawn(1))
    assert len(shown.content) > len(drawn(1))
    rows = await sealing.desk.audit(action="card.sealed", **{"actor.name": "Putra Contoh"})
    assert {(row["case_id"], row["detail"]["sha256"]) for row in rows} == {
        (event.application_id, event.sha256) for event in told.values()
    }

    kept = [page.text for page in (listed, asked, wrong, not_own, after, again)]
    kept += [str(done.headers), caplog.text, *capfd.readouterr(), *await everything(sealing.desk)]
    for secret in (PASSPHRASE, WRONG):
        for text in kept:
            at = text.find(secret)
            assert at == -1, text[max(0, at - 300) : at + 100]


async def everything(desk: Desk) -> list[str]:
    """All that is in the database; events leave for RabbitMQ from its outbox."""
    rows = [desk.uow.reading().collection(name).find({}) for name in (*INDEXES, outbox.COLLECTION)]
    return [str(await each.to_list(None)) for each in rows]


async def test_who_proved_himself_long_ago_is_asked_and_types_the_pass_phrase_again(
    sealing: Sealing, tmp_path: Path
) -> None:
    (card,) = await sealing.cards(1)
    form = {f"kartu.{card.card_id}": "1", "do": "sign", "nik": NIK, "passphrase": PASSPHRASE}
    async with at_the_desk(sealing, tmp_path) as browser:
        long_ago = {"$set": {"confirmed_at": now() - timedelta(minutes=11)}}
        await sealing.desk.uow.reading().collection("sessions").update_many({}, long_ago)
        asked = await browser.post(PAGE, form)
        assert (asked.status_code, sealing.bsre.calls) == (403, 0)
        assert "Buktikan bahwa ini Anda" in asked.text
        assert f"kartu.{card.card_id}" in asked.text
        assert PASSPHRASE not in asked.text
        assert NIK not in asked.text
    session = Session("s", sealing.desk.approver)
    desk = SealingDesk(sealing.resources, sealing.bsre.client())
    with pytest.raises(ConfirmFirst):
        await seal_cards(desk, session, [card], SIGNATORY)
    with pytest.raises(NikNotRecorded):
        await seal_cards(desk, replace(session, confirmed_at=now()), [card], SIGNATORY)
    assert sealing.bsre.calls == 0


async def test_whatever_goes_wrong_stops_the_batch_and_leaves_the_cards_waiting(
    sealing: Sealing,
) -> None:
    cards = await sealing.cards(5)
    modes: list[tuple[Mode, type[SealingStopped]]] = [
        ("500", SignerAway),
        ("changed", BadAnswer),
        ("stranger", BadAnswer),
        ("page", Refused),
    ]
    for mode, stop in modes:
        sealing.bsre.reset(mode)
        progress = await sealing.seal(cards)
        assert isinstance(progress.stopped, stop), mode
        assert (sealing.bsre.calls, len(progress.left)) == (1, 5), mode
    for signatory, stop in (
        (Signatory(NIK, SecretStr(WRONG)), WrongPassphrase),
        (Signatory("1404046708010099", SecretStr(PASSPHRASE)), NotRegistered),
    ):
        sealing.bsre.reset()
        assert isinstance((await sealing.seal(cards, signatory)).stopped, stop)
        assert sealing.bsre.calls == 1
    sealing.bsre.reset("hang")
    assert isinstance((await sealing.seal(cards, seconds=0.2)).stopped, SignerAway)
    sealing.bsre.reset()
    other = ssl.create_default_context(cadata=new_authority().pem.decode())
    assert isinstance((await sealing.seal(cards, tls=other)).stopped, NotSecure)
    assert sealing.bsre.calls == 0, "nothing is sent to a server that nobody vouches for"
    assert len((await sealing.seal(cards, time=0)).left) == 5
    assert await sealing.events() == []
    assert await sealing.waiting() == cards


async def test_what_is_sealed_is_sealed_and_the_rest_another_time(sealing: Sealing) -> None:
    cards = await sealing.cards(5)
    broken = cards[0].object_key
    await cards_storage(sealing.servers).put(CARDS, broken, b"%PDF-lain", "application/pdf")
    sealing.bsre.fails_after = 2
    progress = await sealing.seal(cards)
    assert (progress.sealed, progress.skipped) == (2, 1)
    assert isinstance(progress.stopped, SignerAway)
    sealing.bsre.reset("base64")
    rest = await sealing.waiting()
    assert len(rest) == 3
    progress = await sealing.seal(rest, tag="^", link="https://ak1.example")
    assert (progress.sealed, progress.skipped, progress.stopped) == (2, 1, None)
    assert sealing.bsre.wrong == []
    assert len({event.card_id for event in await sealing.events()}) == 4
    assert len(await sealing.events()) == 4


async def test_two_officials_at_once_seal_each_card_once(sealing: Sealing) -> None:
    cards = await sealing.cards(4)
    one, two = await asyncio.gather(sealing.seal(cards), sealing.seal(cards))
    assert one.stopped is two.stopped is None
    assert one.sealed + two.sealed == 4
    events = await sealing.events()
    assert len(events) == 4
    for event in events:  # the object is the one whose hash was told
        await sealing.resources.storage.get(SEALED, event.object_key, event.sha256)


async def test_cards_that_ended_and_ones_own_are_not_offered(sealing: Sealing) -> None:
    cards = await sealing.cards(3)
    revoked, own = cards[0], cards[1]
    data = CardRevoked(
        card_id=revoked.card_id,
        application_id=revoked.case_id,
        reference=revoked.reference,
        registration_number=revoked.registration_number,
        reason="superseded",
        revoked_at=now(),
    )
    await sealing.desk.deliver(event_of(data, source="cards", subject=data.card_id, version=9))
    case = await sealing.desk.case(own.case_id)
    himself = replace(sealing.desk.approver, nik_index=case.nik_index)
    offered = await unsealed_page(sealing.desk.uow.reading(), himself, 100)
    assert offered == cards[2:]


async def test_an_office_without_bsre_is_told_so(browser: Browser) -> None:
    await browser.sign_in("putra")
    page = await browser.client.get(PAGE)
    assert page.status_code == 404
    assert "tidak memakai tanda tangan elektronik" in page.text
    assert PAGE not in (await browser.client.get("/petugas/antrean")).text
