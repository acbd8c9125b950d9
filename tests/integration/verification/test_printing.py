"""Batches of cards at the desk: chosen, drawn by cards, confirmed; on real MongoDB and S3."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from pydantic import SecretStr

from deploy.local.stack import Servers
from services.verification.printing import store
from services.verification.printing.batches import Asked, Gone, Seen, leave_out, make_batch
from services.verification.printing.confirming import CHUNK, confirm_batch, settle
from services.verification.printing.domain import BatchChanged, PrintBatch
from services.verification.review.domain import Case
from services.verification.review.paper_cards import waiting_cards
from services.verification.review.refusals import OwnCase
from services.verification.review.results import note_issued_card
from shared.contracts.cards import CardRevoked, StoredObject
from shared.contracts.envelope import EventData
from shared.contracts.print_batches import (
    PrintBatchFailed,
    PrintBatchProgressed,
    PrintBatchReady,
)
from shared.ids import uuid7
from shared.settings import ServiceSettings
from shared.storage import CARDS, Storage, connect_storage
from tests.integration.verification.browser import Browser
from tests.integration.verification.conftest import Desk
from tests.unit.verification.sample_events import (
    SUBMITTED_AT,
    answers,
    card_issued,
    event_of,
    submitted,
)

SHAPE = "shape:plastic_sheet"


async def waiting(desk: Desk, number: int) -> str:
    """A case whose card waits to be printed; its id."""
    case_id = uuid7()
    nik = f"14040467080{number:05d}"
    given = answers(case_id, full_name=f"Contoh Nomor {number}", nik=nik)
    event = submitted(case_id, given, reference=f"AK1-CETAK{number:06d}")
    await desk.deliver(event)
    issued = card_issued(event)
    issued = issued.model_copy(
        update={
            "data": issued.data.model_copy(
                update={"registration_number": f"1404241126{number:06d}"}
            )
        }
    )
    await desk.uow.run(partial(note_issued_card, issued, paper=True))
    return case_id


async def made(desk: Desk, *case_ids: str, printed_as: str = SHAPE) -> PrintBatch:
    return await make_batch(desk.uow, desk.verifier, Asked(uuid7(), case_ids, printed_as))


async def hear(desk: Desk, data: EventData, batch: PrintBatch) -> PrintBatch:
    await desk.deliver(event_of(data, source="cards", subject=batch.id, version=1))
    return await store.load(desk.uow.reading(), batch.id)


async def ready(desk: Desk, batch: PrintBatch, sha256: str = "0" * 64) -> PrintBatch:
    sheets = StoredObject(key=f"batches/{batch.id}.pdf", sha256=sha256, size=1_234_567)
    data = PrintBatchReady(batch_id=batch.id, sheets=sheets, pages=2, ready_at=SUBMITTED_AT)
    return await hear(desk, data, batch)


def seen(desk: Desk, batch: PrintBatch) -> Seen:
    return Seen(batch.id, batch.version, desk.verifier)


async def cases(desk: Desk, *case_ids: str) -> list[Case]:
    return [await desk.case(each) for each in case_ids]


async def test_from_a_list_to_printed_cards_and_a_misprint(desk: Desk) -> None:
    ids = [await waiting(desk, number) for number in (1, 2, 3)]
    batch = await made(desk, *ids)
    asked = (await desk.emitted())[-1]
    assert (asked.type, asked.data.card_ids) == ("print_batch.requested.v1", batch.card_ids)
    assert (asked.data.layout, asked.data.arrangement) == ("plastic", "imposed")
    assert re.fullmatch(r"\d{4}-0001", batch.number)

    told = PrintBatchProgressed(batch_id=batch.id, drawn=2, total=3, progressed_at=SUBMITTED_AT)
    assert (await hear(desk, told, batch)).drawn == 2
    batch = await ready(desk, batch)
    bad = batch.lines[1]
    act = partial(confirm_batch, seen=seen(desk, batch), spoilt=frozenset({bad.card_id}))
    await desk.uow.run(act)
    done = await settle(desk.uow, batch.id)
    assert (done.state, done.settled, done.spoilt) == ("confirmed", 2, (bad.card_id,))
    assert [case.state for case in await cases(desk, *ids)] == ["printed", "issued", "printed"]
    told_types = [each.type for each in await desk.emitted()]
    assert told_types.count("print_batch.closed.v1") == 1
    printed = [each.subject for each in await desk.emitted() if each.type == "card.printed.v1"]
    assert printed == [ids[0], ids[2]]
    assert len(await desk.audit(action="card.printed", **{"actor.name": "Vera Contoh"})) == 2
    assert [row["case_id"] for row in await desk.audit(action="card.misprinted")] == [ids[1]]

    again = await made(desk, ids[1])  # the void one goes into a list again: the same card
    assert again.card_ids == (bad.card_id,)
    assert await store.misprints(desk.uow.reading(), again.card_ids) == {bad.card_id: 1}
    assert (await desk.uow.run(act)).version == done.version, "pressed twice"


async def test_a_card_lies_in_one_open_batch_only(desk: Desk) -> None:
    first, second = [await waiting(desk, number) for number in (1, 2)]
    batch = await made(desk, first)
    with pytest.raises(Gone, match="AK1-CETAK000001"):
        await made(desk, first, second)
    asked = Asked(batch.id, (first,), SHAPE)
    assert (await make_batch(desk.uow, desk.verifier, asked)).id == batch.id, "pressed twice"
    with pytest.raises(BatchChanged):
        await make_batch(desk.uow, desk.approver, asked)
    with pytest.raises(Exception, match="E11000"):  # the index holds, whatever the code thinks
        await desk.uow.run(lambda tx: store.insert(tx, batch.model_copy(update={"id": uuid7()})))
    assert len(await store.newest(desk.uow.reading(), None, 10)) == 1


async def test_a_batch_that_failed_is_made_again_without_the_card_in_the_way(desk: Desk) -> None:
    ids = [await waiting(desk, number) for number in (1, 2)]
    batch = await made(desk, *ids)
    bad = batch.lines[0]
    told = PrintBatchFailed(
        batch_id=batch.id, cause="revoked", card_id=bad.card_id, failed_at=SUBMITTED_AT
    )
    failed = await hear(desk, told, batch)
    new_id = uuid7()
    new = await desk.uow.run(partial(leave_out, seen=seen(desk, failed), new_id=new_id))
    assert (new.id, [line.case_id for line in new.lines]) == (new_id, [ids[1]])
    assert (await store.load(desk.uow.reading(), batch.id)).state == "cancelled"
    again = await desk.uow.run(partial(leave_out, seen=seen(desk, failed), new_id=new_id))
    assert again == new
    late = await ready(desk, batch)
    assert late.state == "cancelled", "sheets of a closed batch come too late"


async def test_a_confirmation_that_died_half_way_is_finished_by_another(desk: Desk) -> None:
    ids = [await waiting(desk, number) for number in range(1, CHUNK + 3)]
    batch = await ready(desk, await made(desk, *ids))
    await desk.uow.run(partial(confirm_batch, seen=seen(desk, batch), spoilt=frozenset()))
    half = await settle(desk.uow, batch.id, 1)
    assert (half.settled, half.is_settling) == (CHUNK, True)
    assert half.confirmed is not None
    later = half.confirmed.at + timedelta(minutes=1)
    assert await store.unsettled(desk.uow.reading(), later) == [batch.id]
    await settle(desk.uow, batch.id)
    assert {case.state for case in await cases(desk, *ids)} == {"printed"}
    printed = [each.subject for each in await desk.emitted() if each.type == "card.printed.v1"]
    assert sorted(printed) == sorted(ids)
    assert await store.unsettled(desk.uow.reading(), later) == []


async def test_a_card_revoked_after_its_sheet_was_made_is_not_printed(
    desk: Desk, browser: Browser
) -> None:
    ids = [await waiting(desk, number) for number in (1, 2)]
    batch = await ready(desk, await made(desk, *ids))
    line = batch.lines[0]
    revoked = CardRevoked(
        card_id=line.card_id,
        application_id=line.case_id,
        reference=line.reference,
        registration_number=line.registration_number,
        reason="office_error",
        revoked_at=SUBMITTED_AT + timedelta(days=2),
    )
    await desk.deliver(event_of(revoked, source="cards", subject=line.card_id, version=3))
    await browser.sign_in("vera")
    page = await browser.client.get(f"/petugas/cetak/daftar/{batch.id}")
    assert page.text.count("Jangan diserahkan") == 1
    await desk.uow.run(partial(confirm_batch, seen=seen(desk, batch), spoilt=frozenset()))
    assert not (await settle(desk.uow, batch.id)).is_settling
    assert [case.state for case in await cases(desk, *ids)] == ["issued", "printed"]


async def test_nobody_prints_his_own_card(desk: Desk) -> None:
    (case_id,) = [await waiting(desk, 1)]
    case = await desk.case(case_id)
    himself = replace(desk.verifier, nik_index=case.nik_index)
    assert await waiting_cards(desk.uow.reading(), himself, [case_id]) == []
    batch = await ready(desk, await made(desk, case_id))
    act = Seen(batch.id, batch.version, himself)
    with pytest.raises(OwnCase):
        await desk.uow.run(partial(confirm_batch, seen=act, spoilt=frozenset()))


async def test_the_forms_of_the_pages(desk: Desk, browser: Browser, servers: Servers) -> None:
    first, second = [await waiting(desk, number) for number in (1, 2)]
    await browser.sign_in("vera")
    queue = await browser.client.get("/petugas/antrean?tab=print&kind=new")
    assert "/petugas/cetak/baru?kind=new" in queue.text
    page = await browser.client.get("/petugas/cetak/baru?pilih=atas")
    assert page.text.count(" checked>") == 3  # both cards, and that the ticked ones are printed
    field = re.search(r'name="batch_id" value="([0-9a-f-]{36})"', page.text)
    assert field
    nothing = await browser.post("/petugas/cetak/baru", {"batch_id": field[1]})
    assert nothing.status_code == 422
    assert "Pilih paling sedikit satu kartu" in nothing.text
    form = {"batch_id": field[1], "which": "first", "first": "50", "printed_as": SHAPE}
    begun = await browser.post("/petugas/cetak/baru", form)
    address = begun.headers["location"].partition("?")[0]
    page = await browser.client.get(address)
    assert "0 dari 2 kartu" in page.text
    assert 'hx-trigger="every 2s"' in page.text
    taken = await browser.client.get(f"/petugas/cetak/baru?kartu={first}")
    assert "sudah ada di daftar cetak" in taken.text

    pdf = b"%PDF-1.7 contoh"
    key = f"batches/{field[1]}.pdf"
    sha256 = await cards_storage(servers).put(CARDS, key, pdf, "application/pdf")
    batch = await store.load(desk.uow.reading(), field[1])
    batch = await ready(desk, batch, sha256)
    sheets = await browser.client.get(f"{address}/lembar.pdf")
    assert sheets.content == pdf
    assert "no-store" in sheets.headers["cache-control"]
    views = await desk.audit(action="card.viewed")
    assert {row["case_id"] for row in views} == {first, second}

    old = {"version": str(batch.version - 1), "do": "all"}
    stale = await browser.post(f"{address}/hasil", old)
    assert stale.status_code == 409
    assert "Tindakan Anda tidak disimpan" in stale.text
    ticked = {"version": str(batch.version), f"rusak.{batch.card_ids[0]}": "1"}
    unclear = await browser.post(f"{address}/hasil", {**ticked, "do": "all"})
    assert unclear.status_code == 422
    assert "checked" in unclear.text
    done = await browser.post(f"{address}/hasil", {**ticked, "do": "some"})
    assert done.status_code == 303
    page = await browser.client.get(address)
    assert "1 kartu tercetak baik, 1 rusak" in page.text
    again = await browser.client.get(f"/petugas/cetak/baru?dari={batch.id}")
    assert "Rusak 1 kali" in again.text
    assert again.text.count('name="permohonan.') == 1
    gone = await browser.client.get(f"{address}/lembar.pdf")
    assert gone.status_code == 404
    listed = await browser.client.get("/petugas/cetak")
    assert batch.number in listed.text


async def test_the_forms_of_a_printer(desk: Desk, browser: Browser) -> None:
    await browser.sign_in("vera")
    page = await browser.client.get("/petugas/cetak/printer")
    field = re.search(r'name="printer_id" value="([0-9a-f-]{36})"', page.text)
    assert field
    new = {"printer_id": field[1], "name": "Epson loket", "shape": "plastic_sheet"}
    for wrong_entry in ({"name": ""}, {"printer_id": "tanpa/alamat"}):
        refused = await browser.post("/petugas/cetak/printer", {**new, **wrong_entry})
        assert refused.status_code == 422
    added = await browser.post("/petugas/cetak/printer", new)
    assert (await browser.post("/petugas/cetak/printer", new)).status_code == 303
    address = added.headers["location"].partition("?")[0]
    measured = {"version": "1", "name": "Epson loket", "front_x": "20,7", "front_y": "19,5"}
    wrong = await browser.post(address, {**measured, "back_x": "dua"})
    assert wrong.status_code == 422
    assert 'value="dua"' in wrong.text
    assert (await browser.post(address, measured)).status_code == 303
    stale = await browser.post(address, {**measured, "front_x": "25"})
    assert stale.status_code == 409
    for query in ("", "?sesuai=1"):
        test_page = await browser.client.get(f"{address}/uji.pdf{query}")
        assert test_page.content.startswith(b"%PDF")
    batch = await made(desk, await waiting(desk, 1), printed_as=f"printer:{field[1]}")
    usual = await browser.client.get("/petugas/cetak/baru?kartu=" + await waiting(desk, 2))
    assert f'<option value="printer:{field[1]}" selected>' in usual.text, "as printed last"
    assert (batch.printer, batch.offset.front_x, batch.offset.front_y) == ("Epson loket", 7, -5)
    assert (await browser.post(f"{address}/hapus", {"version": "2"})).status_code == 303
    assert (await browser.client.get(address)).status_code == 404
    actions = [row["action"] for row in await desk.audit() if row["action"].startswith("printer.")]
    assert actions == ["printer.saved", "printer.saved", "printer.removed"]


def cards_storage(servers: Servers) -> Storage:
    key = servers.run.s3_key("cards")
    return connect_storage(
        ServiceSettings(
            service="cards",
            mongo_url=SecretStr("mongodb://unused"),
            rabbit_url=SecretStr("amqp://unused"),
            s3_endpoint=servers.run.s3_endpoint,
            s3_access_key=key.access,
            s3_secret_key=SecretStr(key.secret),
        )
    )
