"""The register at the desk: events in any order, acts of officers, the look at who is forsaken."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from functools import partial

import pytest

from services.verification.officers.sessions import ConfirmFirst, Session
from services.verification.register.acts import AskedEnd, AskedPlacement
from services.verification.register.card_list import CARD_TABS, CardTab, read_cards
from services.verification.register.forsaken import remove_forsaken
from services.verification.register.hearing import Descent, register_card
from services.verification.register.recording import (
    CardAct,
    record_placement,
    record_recall,
    record_removal,
    record_report,
)
from services.verification.register.refusals import RegistrationChanged
from services.verification.review import store as review_store
from shared.clock import now, today
from shared.contracts.registry import CardRevocationRequested, JobSeekerPlaced, JobSeekerRemoved
from shared.errors import Forbidden, NotYet
from tests.integration.verification.browser import Browser
from tests.integration.verification.conftest import Desk
from tests.integration.verification.registered import (
    GRACE,
    act,
    expired,
    issued,
    known,
    revoked,
    told,
    with_card,
)
from tests.unit.verification.full_case import requested
from tests.unit.verification.sample_events import submitted


async def test_a_copy_and_a_renewal_go_on_with_the_spell_whatever_comes_first(desk: Desk) -> None:
    applications = [submitted(reference=f"AK1-000000000{each}0") for each in range(3)]
    for each in applications:
        await desk.deliver(each)
    began = today() - timedelta(days=700)
    first = issued(applications[0], began)
    copy = issued(applications[1], began, kind="correction", copy_no=2, replaces=first.data.card_id)
    renewed = issued(
        applications[2],
        today(),
        number="1404241126000009",
        kind="renewal",
        replaces=copy.data.card_id,
    )
    for early in (renewed, copy):
        with pytest.raises(NotYet):
            await desk.deliver(early)
    await desk.deliver(revoked(first, "superseded"))
    await desk.deliver(first)
    for event in (copy, renewed, revoked(copy, "superseded"), first, copy):
        await desk.deliver(event)
    found = await known(desk, first.data.card_id)
    assert [each.card_id for each in found.cards] == [
        each.data.card_id for each in (first, copy, renewed)
    ]
    assert (found.lane, found.standing(GRACE, today())) == ("live", "valid")
    assert [each.ended and each.ended.reason for each in found.cards] == [
        "superseded",
        "superseded",
        None,
    ]
    assert await told(desk, JobSeekerRemoved) == []


async def test_a_card_that_was_never_issued_is_passed_over(desk: Desk) -> None:
    """One copy failed and was revoked before it came out; the next takes the first card's place."""
    applications = [submitted(reference=f"AK1-000000000{each}0") for each in range(3)]
    for each in applications:
        await desk.deliver(each)
    first = issued(applications[0], today())
    never = issued(applications[1], today(), copy_no=2, replaces=first.data.card_id)
    second = issued(
        applications[2], today(), kind="replacement", copy_no=3, replaces=never.data.card_id
    )
    for event in (first, revoked(never, "superseded"), second):
        await desk.deliver(event)
    found = await known(desk, second.data.card_id)
    assert [each.copy_no for each in found.cards] == [1, 3]
    card = await desk.uow.reading().collection("case_cards").find_one({"_id": never.data.card_id})
    assert card is not None
    assert card["state"] == "revoked"


async def test_the_end_of_a_card_waits_for_its_issue(desk: Desk) -> None:
    application = submitted()
    await desk.deliver(application)
    card = issued(application, today())
    await desk.deliver(revoked(card, "court_order"))
    assert await told(desk, JobSeekerRemoved) == []
    await desk.deliver(card)
    assert (await known(desk, card.data.card_id)).lane == "revoked"
    assert [each.reason for each in await told(desk, JobSeekerRemoved)] == ["office"]


async def test_a_report_at_the_counter(desk: Desk) -> None:
    card_id = await with_card(desk, due_in=5)
    before = await known(desk, card_id)
    asked = act(before, desk.approver)
    work = partial(record_report, act=asked, answer="still_looking", grace_days=GRACE)
    await desk.uow.run(work)
    event = (await desk.emitted())[-1].data
    assert (event.card_id, event.line_no, event.channel) == (card_id, 1, "counter")
    assert event.next_due_on == before.card.report_due_on[1]
    assert (event.officer_name, event.officer_nip) == ("Putra Contoh", desk.approver.nip)
    with pytest.raises(RegistrationChanged, match="Putra Contoh mencatat laporan"):
        await desk.uow.run(work)
    rows = await desk.audit(action="job_seeker.reported")
    assert [row["detail"] for row in rows] == [{"line_no": 1, "answer": "still_looking"}]


async def test_the_employer_leaves_neither_in_the_event_nor_in_the_log(desk: Desk) -> None:
    card_id = await with_card(desk)
    work = AskedPlacement(today().isoformat(), "PT Rahasia Contoh", "Operator", "Kota Contoh")
    asked = act(await known(desk, card_id), desk.approver)
    await desk.uow.run(partial(record_placement, act=asked, asked=work))
    [event] = await told(desk, JobSeekerPlaced)
    assert event.placed_on == today()
    assert "Rahasia" not in repr(await desk.emitted()) + repr(await desk.audit())
    placement = (await known(desk, card_id)).placement
    assert placement is not None
    assert placement.employer == "PT Rahasia Contoh"
    with pytest.raises(RegistrationChanged):
        await desk.uow.run(partial(record_removal, act=asked, asked=AskedEnd("died")))


async def test_of_a_renewal_made_meanwhile_the_placement_is_told_too(desk: Desk) -> None:
    before = now()
    first = await known(desk, await with_card(desk))
    work = AskedPlacement(today().isoformat(), "PT Rahasia Contoh", "Operator", "Pekanbaru")
    await desk.uow.run(partial(record_placement, act=act(first, desk.approver), asked=work))
    names = {"card_id": "renewed", "application_id": "renewal", "number": "1404241126000009"}
    issued_at = first.card.issued_at + timedelta(days=1)
    renewed = first.card.model_copy(update={**names, "kind": "renewal", "issued_at": issued_at})
    descent = Descent(first.id, None, before)
    for _ in range(2):
        await desk.uow.run(
            partial(register_card, card=renewed, person=first.person, descent=descent)
        )
    assert [each.card_id for each in await told(desk, JobSeekerPlaced)] == [first.id, "renewed"]


async def test_a_card_is_taken_back_by_one_who_proves_himself(desk: Desk) -> None:
    application = submitted()
    await desk.deliver(application)
    card = issued(application, today())
    await desk.deliver(card)
    before = await known(desk, card.data.card_id)
    why = AskedEnd("false_data", "Ijazah tidak terdaftar.")
    stale = CardAct(card.data.card_id, before.version, Session("session", desk.approver))
    with pytest.raises(ConfirmFirst):
        await desk.uow.run(partial(record_recall, act=stale, asked=why))
    with pytest.raises(Forbidden):
        await desk.uow.run(partial(record_recall, act=act(before, desk.verifier), asked=why))
    await desk.uow.run(partial(record_recall, act=act(before, desk.approver), asked=why))
    [asked] = await told(desk, CardRevocationRequested)
    assert (asked.card_id, asked.reason) == (card.data.card_id, "false_data")
    assert (await known(desk, card.data.card_id)).lane == "live"  # until cards has said so
    await desk.deliver(revoked(card, "false_data"))
    after = await known(desk, card.data.card_id)
    assert (after.lane, after.outcome) == ("revoked", "removed")
    [left] = await told(desk, JobSeekerRemoved)
    assert left.reason == "office"


async def test_a_revoked_card_waits_no_more_for_paper(desk: Desk) -> None:
    application = submitted()
    await desk.deliver(application)
    card = issued(application, today())
    await desk.deliver(card)
    assert (await desk.case(application.subject)).lane == "print"
    await desk.deliver(revoked(card, "superseded"))
    assert (await desk.case(application.subject)).lane == "done"


async def test_an_expired_card_ends_the_spell(desk: Desk) -> None:
    application = submitted()
    await desk.deliver(application)
    card = issued(application, today())
    await desk.deliver(card)
    card_id = card.data.card_id
    event = expired(card)
    for _ in range(2):
        await desk.deliver(event)
    assert [each.reason for each in await told(desk, JobSeekerRemoved)] == ["expired"]
    assert (await known(desk, card_id)).lane == "expired"
    kept = await review_store.card(desk.uow.reading(), card_id)
    assert kept is not None
    assert kept["ended"], "nobody seals it any more"


async def test_who_does_not_report_leaves_the_list_once(desk: Desk) -> None:
    late = await with_card(desk, due_in=-GRACE - 1)
    in_time = await with_card(desk, due_in=-GRACE, reference="AK1-0000000000B")
    assert await remove_forsaken(desk.uow, GRACE, asyncio.Event()) == 1
    assert await remove_forsaken(desk.uow, GRACE, asyncio.Event()) == 0
    left = await told(desk, JobSeekerRemoved)
    assert [(each.card_id, each.reason) for each in left] == [(late, "report_overdue")]
    assert (await known(desk, late)).lane == "removed"
    assert (await known(desk, in_time)).lane == "live"


async def test_the_list_by_standing(desk: Desk) -> None:
    numbers = {}
    for place, (tab, due_in) in enumerate(
        (("active", 15), ("report_due", 14), ("report_due", 0), ("report_overdue", -1))
    ):
        card_id = await with_card(desk, due_in, f"AK1-000000000{place}0")
        numbers[card_id] = tab

    async def cards(tab: CardTab) -> list[str]:
        page = await read_cards(desk.uow.reading(), desk.verifier, tab, None, GRACE)
        assert page.counts[tab] == len(page.rows)
        return [each.registration.card.card_id for each in page.rows]

    found = {card_id: tab for tab in CARD_TABS for card_id in await cards(tab)}
    assert found == numbers
    due = await cards("report_due")
    assert due[0] == list(numbers)[2]  # the nearest day first


async def test_the_pages_of_a_card(desk: Desk, browser: Browser) -> None:
    card_id = await with_card(desk)
    base = f"/petugas/kartu/{card_id}"
    await browser.sign_in("vera")
    listed = (await browser.client.get("/petugas/kartu")).text
    assert f'href="{base}"' in listed
    page = (await browser.client.get(base)).text
    assert "Jatuh tempo lapor" in page
    assert "Cabut kartu" not in page
    seen = await desk.audit(action="registration.viewed")
    assert [(row["actor"]["name"], row["is_view"]) for row in seen] == [("Vera Contoh", True)]
    version = {"version": str((await known(desk, card_id)).version)}
    for answer, text in (("", "Pilih dulu jawaban"), ("employed", "Pengantar Kerja yang")):
        refused = await browser.post(f"{base}/lapor", {**version, "answer": answer})
        assert refused.status_code == 422
        assert text in refused.text
    for expected in ("Laporan tercatat", "sudah Anda catat pukul"):
        done = await browser.post(f"{base}/lapor", {**version, "answer": "data_changed"})
        assert done.status_code == 303
        assert expected in (await browser.client.get(done.headers["location"])).text
    case_id = (await known(desk, card_id)).card.application_id
    case = (await browser.client.get(f"/petugas/permohonan/{case_id}")).text
    assert f'href="{base}"' in case
    assert "Mencatat laporan" in case


async def test_an_end_is_asked_once_more(desk: Desk, browser: Browser) -> None:
    card_id = await with_card(desk)
    base = f"/petugas/kartu/{card_id}"
    await browser.sign_in("putra")
    version = {"version": str((await known(desk, card_id)).version)}
    led = await browser.post(f"{base}/lapor", {**version, "answer": "withdrew"})
    assert led.headers["location"] == f"{base}/dihapuskan?alasan=withdrew"
    form = (await browser.client.get(led.headers["location"])).text
    assert 'value="withdrew" checked' in form
    wrong = await browser.post(f"{base}/dihapuskan", {**version, "do": "check"})
    assert wrong.status_code == 422
    fields = {**version, "reason": "withdrew", "note": "<b>pindah</b>"}
    asked = await browser.post(f"{base}/dihapuskan", {**fields, "do": "check"})
    assert "tidak bisa dibatalkan" in asked.text
    assert "&lt;b&gt;pindah" in asked.text
    assert (await known(desk, card_id)).is_live
    for expected in ("dihapuskan dari daftar", "sudah Anda hapus dari daftar pukul"):
        done = await browser.post(f"{base}/dihapuskan", {**fields, "do": "save"})
        assert done.status_code == 303
        assert expected in (await browser.client.get(done.headers["location"])).text
    late = await browser.post(f"{base}/ditempatkan", {**version, "do": "check"})
    assert late.status_code == 409
    assert "sudah dihapuskan dari daftar" in late.text
    assert len(await told(desk, JobSeekerRemoved)) == 1


async def test_a_second_spell_shows_the_other(desk: Desk, browser: Browser) -> None:
    first = await with_card(desk)
    case = await desk.case((await known(desk, first)).card.application_id)
    again = requested(submitted(reference="AK1-0000000000Z"), "new", number=None)
    await desk.deliver(again)
    card = issued(again, today(), number="1404241126000077")
    await desk.deliver(card)
    assert (await desk.case(again.subject)).nik_index == case.nik_index
    await browser.sign_in("vera")
    page = (await browser.client.get(f"/petugas/kartu/{first}")).text
    assert "juga punya kartu aktif" in page
    assert "1404241126000077" in page
