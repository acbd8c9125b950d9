"""Notes on a case, on real MongoDB: who sees them, that none is lost or doubled, none leaves."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace

import httpx2
import pytest

from deploy.local.stack import Servers
from services.verification.notes import store
from services.verification.notes.noting import Typed, add_note, notes_of, withdraw_note
from services.verification.officers.domain import Officer
from services.verification.review.refusals import OwnCase
from shared.errors import Forbidden, Invalid, NotFound
from shared.ids import uuid7
from shared.messaging import outbox
from shared.service import Resources
from tests.integration.verification.browser import Browser, open_browser
from tests.integration.verification.conftest import Desk
from tests.integration.verification.test_pages import opened, stored_document
from tests.unit.verification.sample_events import KEYS


@pytest.fixture
async def case_id(desk: Desk, servers: Servers) -> str:
    return (await opened(desk, await stored_document(servers))).subject


async def add(desk: Desk, officer: Officer, case_id: str, typed: Typed) -> None:
    await desk.uow.run(lambda tx: add_note(tx, KEYS, officer, case_id, typed))


async def seen(desk: Desk, officer: Officer, case_id: str) -> list[str]:
    notes = await notes_of(desk.uow.reading(), KEYS, officer, case_id)
    return [each.text for each in notes.every]


async def test_colleagues_read_notes_newest_first_and_private_ones_only_their_author(
    desk: Desk, case_id: str
) -> None:
    before = await desk.case(case_id)
    await add(desk, desk.verifier, case_id, Typed(text="Pertama.\r\n\r\nBaris dua. "))
    await add(desk, desk.verifier, case_id, Typed(text="Cek lagi besok.", is_private=True))
    await add(desk, desk.approver, case_id, Typed(text="Sudah saya telepon."))
    first = "Pertama.\n\nBaris dua."
    assert await seen(desk, desk.second, case_id) == ["Sudah saya telepon.", first]
    assert await seen(desk, desk.verifier, case_id) == [
        "Sudah saya telepon.",
        "Cek lagi besok.",
        first,
    ]
    assert await desk.case(case_id) == before, "an open page of the case stays good"
    assert await desk.uow.reading().collection(outbox.COLLECTION).count_documents({}) == 0
    rows = await desk.uow.reading().collection(store.NOTES).find({}).to_list(None)
    assert "telepon" not in repr(rows), "sealed at rest"
    audited = await desk.audit(action="note.added")
    assert [each["actor"]["name"] for each in audited] == ["Vera Contoh"] * 2 + ["Putra Contoh"]
    assert "telepon" not in repr(audited)


async def test_the_same_form_twice_at_once_is_one_note_and_a_reused_form_loses_nothing(
    desk: Desk, case_id: str
) -> None:
    typed = Typed(text="Klik dua kali.")
    await asyncio.gather(*(add(desk, desk.verifier, case_id, typed) for _ in range(4)))
    assert await seen(desk, desk.second, case_id) == ["Klik dua kali."]
    await add(desk, desk.verifier, case_id, Typed(typed.key, "Ditulis setelah tombol kembali."))
    await add(desk, desk.second, case_id, Typed(typed.key, "Klik dua kali."))
    assert len(await seen(desk, desk.second, case_id)) == 3
    assert len(await desk.audit(action="note.added")) == 3


async def test_two_officers_at_once_leave_two_notes(desk: Desk, case_id: str) -> None:
    await asyncio.gather(
        add(desk, desk.verifier, case_id, Typed(text="Dari Vera.")),
        add(desk, desk.second, case_id, Typed(text="Dari Dua.")),
    )
    assert sorted(await seen(desk, desk.approver, case_id)) == ["Dari Dua.", "Dari Vera."]


async def test_an_own_note_is_withdrawn_once_and_nobody_elses(desk: Desk, case_id: str) -> None:
    typed = Typed(text="Salah tulis.")
    await add(desk, desk.verifier, case_id, typed)

    async def withdraw(officer: Officer, note_id: str, of: str = case_id) -> None:
        await desk.uow.run(lambda tx: withdraw_note(tx, KEYS, officer, of, note_id))

    for officer, note_id, of in (
        (desk.second, typed.key, case_id),
        (desk.verifier, uuid7(), case_id),
        (desk.verifier, typed.key, uuid7()),
    ):
        with pytest.raises(NotFound):
            await withdraw(officer, note_id, of)
    await asyncio.gather(*(withdraw(desk.verifier, typed.key) for _ in range(3)))
    notes = await notes_of(desk.uow.reading(), KEYS, desk.second, case_id)
    assert [each.withdrawn_at is not None for each in notes.every] == [True]
    assert notes.count == 0
    assert len(await desk.audit(action="note.withdrawn")) == 1


async def test_an_empty_endless_or_unprintable_note_is_refused_and_rights_are_asked(
    desk: Desk, case_id: str
) -> None:
    for text, told in (
        (" \n\t", "Tulis catatan"),
        ("x" * 100_000, r"Anda menulis 100\.000 huruf"),
        ("Halo\x00", "tidak dapat ditampilkan"),
        ("Halo\x1b[0m", "tidak dapat ditampilkan"),
        ("\ud800", "tidak dapat ditampilkan"),
    ):
        with pytest.raises(Invalid, match=told):
            await add(desk, desk.verifier, case_id, Typed(text=text))
    with pytest.raises(Invalid, match="Muat ulang"):
        await add(desk, desk.verifier, case_id, Typed("$where", "Baik."))
    outsider = Officer("x", "x", "X", ("system_admin",))
    with pytest.raises(Forbidden):
        await add(desk, outsider, case_id, Typed(text="Halo."))
    with pytest.raises(Forbidden):
        await seen(desk, outsider, case_id)
    own = replace(desk.verifier, nik_index=(await desk.case(case_id)).nik_index)
    with pytest.raises(OwnCase):
        await add(desk, own, case_id, Typed(text="Tentang saya sendiri."))
    assert await seen(desk, desk.verifier, case_id) == []


def key_of(page: httpx2.Response) -> str:
    found = re.search(r'name="key" value="([0-9a-f-]+)"', page.text)
    assert found
    return found[1]


async def test_the_page_keeps_what_was_typed_and_htmx_gets_the_notes(
    resources: Resources, case_id: str
) -> None:
    path = f"/petugas/permohonan/{case_id}/catatan"
    async with open_browser(resources) as client:
        browser = Browser(client)
        await browser.sign_in("vera")
        key = key_of(await client.get(path))
        long = "<b>Mu'min & kawan</b>\n" * 4000
        refused = await browser.post(path, {"key": key, "note": long, "for": "me"})
        assert refused.status_code == 422
        assert refused.text.count("&lt;b&gt;Mu&#39;min &amp; kawan&lt;/b&gt;") == 4000
        assert re.search(r'value="me" checked', refused.text)
        assert key_of(refused) != key
        text = {"key": key, "note": "<b>Mu'min & kawan</b>\n\nBaris dua", "for": "all"}
        done = await browser.post(path, text)
        assert done.headers["location"] == f"/petugas/permohonan/{case_id}#catatan"
        again = await browser.post(path, text, headers={"HX-Request": "true"})
        assert again.status_code == 200
        assert again.text.count("&lt;b&gt;Mu&#39;min &amp; kawan&lt;/b&gt;\n\nBaris dua</p>") == 1
        assert 'id="catatan"' in again.text
        gone = await browser.post(f"{path}/{key}/tarik", {})
        assert gone.status_code == 303
        shown = (await client.get(path)).text
        assert "ditarik penulisnya" in shown
        assert "kawan" not in shown
