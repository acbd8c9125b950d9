"""Finding people at the desk: by anything the office holds, on real MongoDB and over HTTP."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest

from services.verification.officers.accounts import Account, ensure_account
from services.verification.review.search_rows import rebuild
from services.verification.search import find, store
from services.verification.search.find import Found, Wish, search
from shared.contracts.applications import EducationRow
from shared.contracts.envelope import Event
from shared.errors import Forbidden, Invalid
from shared.ids import uuid7
from shared.sealed import field_context
from tests.integration.verification.browser import PASSWORD, Browser
from tests.integration.verification.conftest import Desk
from tests.unit.verification.sample_events import (
    INDEX_KEY,
    KEYS,
    amended,
    answers,
    card_issued,
    submitted,
    withdrawn,
)


async def person(
    desk: Desk,
    name: str,
    nik: str = "1404046708010001",
    born: date = date(2001, 8, 27),
    mobile: str = "+6281200000001",
) -> Event[Any]:
    case_id = uuid7()
    given = answers(case_id, full_name=name, nik=nik, birth_date=born)
    sealed = KEYS.seal("contact", mobile, field_context(case_id, "mobile"))
    contact = given.contact.model_copy(update={"mobile": sealed})
    reference = f"AK1-{case_id.replace('-', '')[-11:].upper()}"
    event = submitted(case_id, given.model_copy(update={"contact": contact}), reference=reference)
    await desk.deliver(event)
    return event


async def found(desk: Desk, text: str = "", **filters: str) -> Found:
    return await search(desk.uow, INDEX_KEY, desk.verifier, Wish(text, **filters))


def names(result: Found) -> list[str]:
    return [row.full_name for row in result.rows]


async def test_a_person_is_found_by_everything_the_office_holds(desk: Desk) -> None:
    event = await person(desk, "Soekaryo Hidayat Contoh", mobile="+6281277777777")
    await person(desk, "Orang Lain", "1404040101900002", date(1990, 1, 1))
    await desk.deliver(card_issued(event))
    for text in (
        "1404046708010001",
        "1404 0467 0801 0001",
        "1404241126000001",  # the card
        event.data.reference,
        event.data.reference[:8].lower(),
        "0812-7777-7777",
        "27-08-2001",
        "contoh sukaryo",
        "hidajat",
        "hiday",
        "sukar contoh",
        "sukaryo 27 agustus 2001",
    ):
        assert names(await found(desk, text)) == ["Soekaryo Hidayat Contoh"], text
    assert names(await found(desk, "sukaryo 28-08-2001")) == []
    assert await found(desk, "1404046708010009") == Found()


async def test_a_slip_of_the_hand_is_told_apart_from_what_was_meant(desk: Desk) -> None:
    await person(desk, "Muhammad Fauzan Kurniawan")
    await person(desk, "Nur Hayati")
    await person(desk, "Nurhayati Contoh")
    for text in ("fuazan", "kurniwan moh", "fauzan kurnaiwan muhamad"):
        result = await found(desk, text)
        assert [row.full_name for row in result.similar] == ["Muhammad Fauzan Kurniawan"], text
        assert not result.rows
    assert set(names(await found(desk, "nurhayati"))) == {"Nur Hayati", "Nurhayati Contoh"}
    result = await found(desk, "nur hayati")
    assert names(result) == ["Nur Hayati"]
    assert [row.full_name for row in result.similar] == ["Nurhayati Contoh"]


async def test_a_beginning_of_too_many_names_says_so(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await person(desk, "Marzuki Contoh")
    await person(desk, "Mariana Contoh")
    assert not (await found(desk, "mar")).is_partial
    monkeypatch.setattr(store, "BEGINNINGS_MOST", 1)
    result = await found(desk, "mar")
    assert result.is_partial
    assert names(result) == ["Mariana Contoh"]
    assert not (await found(desk, "marzuki contoh 27-08-2001", kind="renewal")).rows


async def test_filters_narrow_and_pages_follow_one_another_without_gaps(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(find, "PAGE_SIZE", 3)
    events = [await person(desk, f"Budi {name}") for name in "ABCDEFG"]
    await desk.deliver(withdrawn(events[2]))
    assert names(await found(desk, "budi", state="withdrawn")) == ["Budi C"]
    assert names(await found(desk, "budi", state="issued")) == []
    assert names(await found(desk, state="withdrawn")) == ["Budi C"]
    assert len(names(await found(desk, "budi", education="smk", kind="new"))) == 3
    assert names(await found(desk, "budi", education="s1")) == []
    assert names(await found(desk, "budi", subdistrict="14.04.05")) == []
    seen: list[str] = []
    after = ""
    for _ in range(3):
        page = await found(desk, "budi", after=after, subdistrict="14.04.04")
        seen += names(page)
        after = page.next_after
    assert seen == [f"Budi {name}" for name in "GFEDCBA"]
    assert after == ""


async def test_a_row_follows_its_case_in_the_same_transaction(desk: Desk) -> None:
    event = await person(desk, "Nama Lama")
    given = answers(event.subject, full_name="Nama Baru")
    education = EducationRow(form_level="s1", completed=True, institution="X", year_out=2024)
    given = given.model_copy(update={"education": (*given.education, education)})
    await desk.deliver(amended(event, given=given))
    assert names(await found(desk, "lama")) == []
    assert names(await found(desk, "baru", education="s1")) == ["Nama Baru"]

    async def fails(tx: Any) -> None:
        case = await desk.case(event.subject)
        changed = store.Searchable(
            id=case.id,
            reference=case.reference,
            state="issued",
            kind=case.kind,
            nik_index=case.nik_index,
            answers=case.current.answers,
            submitted_at=case.submitted_at,
        )
        await store.keep(tx, changed)
        raise Invalid

    with pytest.raises(Invalid):
        await desk.uow.run(fails)
    assert names(await found(desk, "baru", state="issued")) == []


async def test_old_data_become_searchable_and_an_interrupted_run_goes_on(desk: Desk) -> None:
    events = [await person(desk, f"Budi {name}", mobile="+6281277777777") for name in "ABC"]
    await desk.deliver(card_issued(events[0]))
    before = await found(desk, "budi")
    scope = desk.uow.reading()
    for name in (store.ROWS, store.WORDS):
        await scope.collection(name).delete_many({})
    await scope.collection("cases").update_many({}, {"$unset": {"phone_index": ""}})
    await store.note_rebuilt(scope, events[0].subject)  # as if it had stopped after the first
    assert await rebuild(desk.uow, KEYS, INDEX_KEY, lambda _: None) == 2
    assert names(await found(desk, "budi")) == ["Budi C", "Budi B"]
    for _ in range(2):
        assert await rebuild(desk.uow, KEYS, INDEX_KEY, lambda _: None) == 3
    assert await found(desk, "budi") == before
    assert len(names(await found(desk, "081277777777"))) == 3
    assert names(await found(desk, "1404241126000001")) == ["Budi A"]


async def test_a_search_is_recorded_without_what_was_typed(desk: Desk) -> None:
    await person(desk, "Budi Contoh")
    await found(desk, "1404046708010001", state="submitted")
    entry = (await desk.audit(action="search.made"))[-1]
    assert entry["detail"] == {"by": ["number"], "filters": ["state"], "found": 1}
    assert entry["is_view"]
    rows = await desk.uow.reading().collection(store.ROWS).find({}).to_list()
    assert "1404046708010001" not in str(rows)
    assert "81200000001" not in str(rows)


async def test_who_may_not_read_cases_may_not_search(desk: Desk) -> None:
    account = Account("ipk", "Ipk Contoh", ["ipk_officer"], PASSWORD)
    officer = await ensure_account(desk.uow, account)
    with pytest.raises(Forbidden):
        await search(desk.uow, INDEX_KEY, officer, Wish("budi"))


async def test_the_page_searches_by_post_and_masks_the_nik(browser: Browser, desk: Desk) -> None:
    event = await person(desk, "Budi <b>Contoh</b>")
    await browser.sign_in("vera")
    start = await browser.client.get("/petugas/cari")
    assert start.status_code == 200
    assert '<option value="14.04.04">Tembilahan</option>' in start.text
    page = await browser.post("/petugas/cari", {"text": "contoh", "kind": "<forged>"})
    assert page.status_code == 200
    assert f'href="/petugas/permohonan/{event.subject}"' in page.text
    assert "1404••••••••0001" in page.text
    assert "1404046708010001" not in page.text
    assert "Budi &lt;b&gt;Contoh" in page.text
    none = await browser.post("/petugas/cari", {"text": "zzzzzz"})
    assert "Tidak ditemukan" in none.text


@pytest.mark.parametrize(
    "text",
    ["   ", "a" * 10_000, "$where {$ne: 1}", ".*", "\x00\ud800'\"\\", "AK1-\U0010ffff", "٣٣٣٣٣٣٣"],
)
async def test_strange_input_gets_a_clear_answer(browser: Browser, desk: Desk, text: str) -> None:
    await browser.sign_in("vera")
    raw = text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    page = await browser.post("/petugas/cari", {"text": raw})
    assert page.status_code in {200, 422}
    told = re.search(r'role="alert">([^<]+)|empty-title">([^<]+)', page.text)
    assert told


async def test_a_forged_place_in_the_list_finds_no_more_than_it_may(
    browser: Browser, desk: Desk
) -> None:
    await person(desk, "Budi Contoh")
    await browser.sign_in("vera")
    for after in ("{}", "f" * 36, "f" * 10_000, "0"):
        page = await browser.post("/petugas/cari", {"text": "budi", "after": after})
        assert page.status_code == 200
