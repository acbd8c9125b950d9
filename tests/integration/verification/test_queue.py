"""The lists on a real database: their order, filters, and the next case of an officer."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from services.verification.review import lists
from services.verification.review import queue as queues
from services.verification.review.claims import claim_case, claim_next
from services.verification.review.decisions import Act, forward_for_approval
from services.verification.review.domain import Case
from services.verification.review.lists import Cursor
from services.verification.review.ordering import order_cases
from services.verification.review.overdue import note_overdue
from services.verification.review.queue import Chosen, Filters, RiskMark, Tab, read_queue
from shared.clock import now
from shared.contracts.envelope import Event
from shared.contracts.reviews import ReviewOverdue
from tests.integration.verification.browser import Browser
from tests.integration.verification.conftest import Desk
from tests.unit.verification.sample_events import SUBMITTED_AT, address, answers, submitted


async def comes(
    desk: Desk, hours: int, *, place: str = "14.04.04", name: str = "Tembilahan", **values: object
) -> str:
    """A case that was sent so many hours after the first; each person has a NIK of his own."""
    event = submitted(reference=f"AK1-{hours:011d}")
    given = answers(event.subject, nik=f"140404670801{1000 + hours}")
    home = address().model_copy(update={"subdistrict_code": place, "subdistrict_name": name})
    data = event.data.model_copy(
        update={
            "submitted_at": SUBMITTED_AT + timedelta(hours=hours),
            "answers": given.model_copy(update={"domicile_address": home}),
            **values,
        }
    )
    moved: Event[Any] = event.model_copy(update={"data": data})
    await desk.deliver(moved)
    return event.subject


async def listed(desk: Desk, tab: Tab, **chosen: Any) -> list[str]:
    """Ids of all pages of the tab."""
    after: str | None = None
    found: list[str] = []
    while True:
        page = await read_queue(
            desk.uow.reading(), desk.approver, Chosen(tab, Filters(**chosen), after)
        )
        found += [row.id for row in page.rows]
        after = page.next_cursor
        if after is None:
            return found


async def forwarded(desk: Desk, case_id: str) -> Case:
    case = await desk.act(lambda tx: claim_case(tx, case_id, desk.verifier))
    case = await desk.check_all(case, desk.verifier)
    act = Act(case.id, case.version, desk.verifier)
    return await desk.act(lambda tx: forward_for_approval(tx, act, None))


async def test_the_most_urgent_comes_first_and_pages_lose_nobody(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sent at night, several have one deadline: the older one comes first then."""
    monkeypatch.setattr(queues, "PAGE_SIZE", 2)
    night = [await comes(desk, hours) for hours in (11, 10, 12, 9)]
    morning = await comes(desk, 1)
    case = await desk.case(night[0])
    assert case.due_at is not None
    assert {(await desk.case(each)).due_at for each in night} == {case.due_at}
    assert await listed(desk, "new") == [morning, night[3], night[1], night[0], night[2]]


async def test_filters_are_joined(desk: Desk) -> None:
    here = await comes(desk, 1)
    there = await comes(desk, 2, place="14.04.07", name="Keritang")
    counter = await comes(desk, 3, place="14.04.07", name="Keritang", channel="counter")
    assert await listed(desk, "new", subdistrict="14.04.07") == [there, counter]
    assert await listed(desk, "new", channel="counter", subdistrict="14.04.07") == [counter]
    assert await listed(desk, "new", channel="counter", subdistrict="14.04.04") == []
    assert await listed(desk, "new", kind="new") == [here, there, counter]
    assert await listed(desk, "approval", subdistrict="14.04.04") == []


@pytest.mark.parametrize(
    ("days", "mark"), [(-30, "red"), (30, None)], ids=["long ago", "in a month"]
)
async def test_cases_are_found_by_their_deadline(
    desk: Desk, days: int, mark: RiskMark | None
) -> None:
    hours = int((now() - SUBMITTED_AT) / timedelta(hours=1)) + 24 * days
    event = submitted()
    sent = SUBMITTED_AT + timedelta(hours=hours)
    data = event.data.model_copy(update={"submitted_at": sent})
    await desk.deliver(event.model_copy(update={"data": data}))
    for each in ("amber", "red"):
        expected = [event.subject] if each == mark else []
        assert await listed(desk, "new", mark=each) == expected
    assert await listed(desk, "done", mark="red") == []


async def test_people_with_one_nik_are_found_by_the_warning(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queues, "_LOOKED_AT_ONCE", 2)
    monkeypatch.setattr(queues, "_LOOKED_MOST", 2)
    others = [await comes(desk, hours) for hours in (1, 2, 3)]
    twins = [submitted(), submitted(reference="AK1-7K3M9QX2TWQ")]
    for event in twins:
        sent = SUBMITTED_AT + timedelta(hours=6)
        data = event.data.model_copy(update={"submitted_at": sent})
        await desk.deliver(event.model_copy(update={"data": data}))
    assert await listed(desk, "new", mark="warned") == [each.subject for each in twins]
    assert not set(others) & {each.subject for each in twins}


async def test_two_officers_ask_for_the_next_case_at_once(desk: Desk) -> None:
    waiting = {await comes(desk, hours) for hours in range(1, 7)}
    for _ in range(3):
        taken = await asyncio.gather(
            *(
                desk.uow.run(partial(claim_next, officer=each))
                for each in (desk.verifier, desk.second)
            )
        )
        ids = {case.id for case in taken if case}
        assert len(ids) == 2
        waiting -= ids
    assert not waiting
    assert await desk.uow.run(partial(claim_next, officer=desk.verifier)) is None


async def test_approval_comes_first_for_a_placement_officer(desk: Desk) -> None:
    older, newer = await comes(desk, 1), await comes(desk, 2)
    await forwarded(desk, newer)
    case = await desk.uow.run(partial(claim_next, officer=desk.verifier))
    assert case is not None
    assert case.id == older
    assert await desk.uow.run(partial(claim_next, officer=desk.verifier)) is None
    case = await desk.uow.run(partial(claim_next, officer=desk.approver))
    assert case is not None
    assert case.id == newer


async def test_the_button_opens_the_case_or_says_that_nothing_waits(
    desk: Desk, browser: Browser
) -> None:
    case_id = await comes(desk, 1)
    await browser.sign_in("vera")
    opened = await browser.post("/petugas/ambil-berikutnya", {})
    assert opened.headers["location"] == f"/petugas/permohonan/{case_id}"
    nothing = await browser.post("/petugas/ambil-berikutnya", {})
    page = await browser.client.get(nothing.headers["location"])
    assert "Tidak ada permohonan lain yang menunggu Anda" in page.text
    assert "Masih ada 1 yang Anda pegang: buka Milik saya." in page.text


async def test_chosen_filters_stay(desk: Desk, browser: Browser) -> None:
    await comes(desk, 1)
    await comes(desk, 2, place="14.04.07", name="Keritang")
    await browser.sign_in("putra")
    page = await browser.client.get("/petugas/antrean?tab=new&saring=1&subdistrict=14.04.07")
    assert page.text.count('class="queue-link"') == 1
    assert "tab=approval&amp;saring=1&amp;subdistrict=14.04.07" in page.text
    back = await browser.client.get("/petugas/antrean")
    assert back.text.count('class="queue-link"') == 1
    other = await browser.client.get("/petugas/antrean?tab=approval")
    assert "Tidak ada permohonan yang cocok di daftar ini." in other.text
    all_of_them = await browser.client.get("/petugas/antrean?tab=new&saring=1")
    assert all_of_them.text.count('class="queue-link"') == 2
    odd = await browser.client.get("/petugas/antrean?tab=new&subdistrict=%3Cb%3E&mark=x")
    assert odd.text.count('class="queue-link"') == 2


async def test_cases_of_an_older_release_get_their_place(desk: Desk) -> None:
    unreadable, *ids = [await comes(desk, hours) for hours in (3, 2, 1)]
    cases = desk.owner.collection("cases")
    await cases.update_many({}, {"$unset": {"order_at": "", "due_at": "", "subdistrict_code": ""}})
    assert set(await listed(desk, "new")) == {unreadable, *ids}
    await cases.update_one({"_id": unreadable}, {"$unset": {"submitted_at": ""}})
    stopping = asyncio.Event()
    assert await order_cases(desk.uow, stopping) == 2
    assert await order_cases(desk.uow, stopping) == 0
    assert await listed(desk, "new", subdistrict="14.04.04") == ids[::-1]
    assert (await desk.case(ids[0])).due_at is not None


async def test_no_list_reads_more_than_its_page(desk: Desk) -> None:
    """Whatever is filtered, an index holds the order: no plan sorts or reads the whole lane."""
    case = await desk.case(await comes(desk, 1))
    assert case.due_at is not None
    after = Cursor(case.due_at, case.queued_at, case.id)
    database: Any = desk.owner.collection("cases")
    for more in ({}, {"kind": "new"}, {"subdistrict_code": "14.04.04"}, {"channel": "online"}):
        for place in (None, after):
            plan = (
                await database.find(lists.beyond({"lane": "new", **more}, place))
                .sort([(key, 1) for key in ("order_at", "queued_at", "_id")])
                .explain()
            )
            winning = repr(plan["queryPlanner"]["winningPlan"])
            assert "IXSCAN" in winning
            assert "'SORT'" not in winning


async def test_a_broken_promise_is_told_once_and_leaves_open_forms_good(desk: Desk) -> None:
    """Two replicas look at the same time; the one that stays in its promise is left alone."""
    late = submitted()
    sent = now() - timedelta(days=30)
    await desk.deliver(
        late.model_copy(update={"data": late.data.model_copy(update={"submitted_at": sent})})
    )
    soon = submitted(reference="AK1-0000000000X")
    ahead = now() + timedelta(days=1)
    await desk.deliver(
        soon.model_copy(update={"data": soon.data.model_copy(update={"submitted_at": ahead})})
    )
    before = await desk.act(lambda tx: claim_case(tx, late.subject, desk.verifier))
    await asyncio.gather(look(desk), look(desk))
    assert await look(desk) == 0
    told = [each for each in await desk.emitted() if isinstance(each.data, ReviewOverdue)]
    assert [each.subject for each in told] == [late.subject]
    assert told[0].data.promise == "verification"
    assert len(await desk.audit(action="promise.broken")) == 1
    case = await desk.check_all(before, desk.verifier)
    assert case.broken == ("verification",)


async def test_a_case_passed_on_late_has_its_second_promise(desk: Desk) -> None:
    event = submitted()
    sent = now() - timedelta(days=30)
    await desk.deliver(
        event.model_copy(update={"data": event.data.model_copy(update={"submitted_at": sent})})
    )
    await look(desk)
    case = await forwarded(desk, event.subject)
    assert await look(desk) == 0
    kept = await desk.case(case.id)
    assert kept.due_at is not None
    assert kept.due_at > now()
    assert kept.broken == ("verification",)


async def test_a_case_that_cannot_be_read_hides_no_broken_promise(desk: Desk) -> None:
    sent = {"submitted_at": now() - timedelta(days=30)}
    late = [submitted(reference=f"AK1-000000000{number}0") for number in range(3)]
    for event in late:
        old = event.data.model_copy(update=sent)
        await desk.deliver(event.model_copy(update={"data": old}))
    spoilt = {"$set": {"version": 1.5}}
    await desk.uow.reading().collection("cases").update_one({"_id": late[0].subject}, spoilt)
    assert await look(desk) == 2
    assert await look(desk) == 0


async def look(desk: Desk) -> int:
    return await note_overdue(desk.uow, asyncio.Event())
