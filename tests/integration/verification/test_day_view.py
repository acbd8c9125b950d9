"""The day view: what happened is counted as it happened, and stays so."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import partial

from services.verification.figures.period import Period
from services.verification.figures.summary import Figures, read_figures
from services.verification.officers.accounts import Account, ensure_account
from services.verification.officers.domain import Officer
from services.verification.review import census, facts
from services.verification.review.claims import claim_case
from services.verification.review.decisions import Act, approve_application, return_application
from services.verification.review.facts import Decision
from shared.clock import OFFICE_ZONE, now, today
from shared.office import load_office
from tests.integration.verification.browser import PASSWORD, Browser
from tests.integration.verification.conftest import Desk
from tests.unit.verification.sample_events import (
    SUBMITTED_AT,
    amended,
    notice_failed,
    notice_sent,
    submitted,
    withdrawn,
)

OFFICE = load_office()
BEGUN = Period(SUBMITTED_AT.astimezone(OFFICE_ZONE).date(), today())


async def head(desk: Desk) -> Officer:
    account = Account("kepala", "Kepala Contoh", ["division_head"], PASSWORD)
    return await ensure_account(desk.uow, account)


async def figures(desk: Desk, period: Period = BEGUN) -> Figures:
    return await read_figures(desk.uow.reading(), await head(desk), period)


async def test_what_happens_to_cases_is_counted(desk: Desk) -> None:
    events = [submitted(reference=f"AK1-000000000{number}") for number in range(5)]
    for event in events:
        await desk.deliver(event)
        await desk.deliver(event)
        if event in events[2:]:
            continue
        case = await desk.act(partial(claim_case, case_id=event.subject, officer=desk.approver))
        case = await desk.check_all(case, desk.approver)
        act = Act(case.id, case.version, desk.approver)
        if event is events[0]:
            await desk.act(partial(approve_application, act=act, office=OFFICE))
        else:
            chosen = {"documents.photo": "photo_not_accepted"}
            work = partial(return_application, act=act, chosen=chosen, note=None, office=OFFICE)
            await desk.act(work)
            await desk.deliver(amended(event))
    await desk.deliver(withdrawn(events[2]))
    await desk.deliver(notice_sent(events[0].subject, "submitted"))
    await desk.deliver(notice_failed(events[1].subject, "submitted"))

    found = await figures(desk)
    assert dict(found.total.counts) == {
        "received": 5,
        "amended": 1,
        "approved": 1,
        "returned": 1,
        "withdrawn": 1,
    }
    assert (found.waiting.new, found.waiting.approval) == (3, 0), "two new ones, one amended"
    assert found.waiting.oldest == SUBMITTED_AT
    assert sum(count for _, count in found.waiting.ages) == 3
    assert [(row.name, row.decided) for row in found.officers] == [("Putra Contoh", 2)]
    assert [(each.returned, each.rejected) for each in found.reasons] == [(1, 0)]
    assert found.total.minutes == found.officers[0].minutes
    assert (found.delivery.sent, found.delivery.failed) == ({"Email": 1}, 1)
    names = {key: [row.name for row in rows] for key, rows in found.tables.items()}
    assert names == {
        "subdistrict": ["Tembilahan"],
        "kind": ["Kartu baru"],
        "channel": ["Online"],
        "sex": ["Perempuan"],
        "age": ["20-29"],
        "education": ["SMK/MAK"],
    }
    rows = await desk.owner.collection(census.FACTS).find({}).to_list(None)
    assert "Contoh Pencari Kerja" not in repr(rows)


async def test_the_promise_is_that_of_the_moment_of_deciding(desk: Desk) -> None:
    event = submitted()
    await desk.deliver(event)
    case = await desk.case(event.subject)
    for hours, what in ((1, "returned"), (-1, "rejected")):
        due = case.model_copy(update={"due_at": now() + timedelta(hours=hours)})
        reasons = (("duplicate", "Sudah pernah mendaftar."),)
        done = Decision(due, what, desk.second, reasons)  # type: ignore[arg-type]
        await desk.uow.run(partial(facts.note_decided, decision=done))
    unpromised = Decision(case.model_copy(update={"due_at": None}), "approved", desk.verifier)
    await desk.uow.run(partial(facts.note_decided, decision=unpromised))
    found = await figures(desk)
    assert (found.on_time, found.promised, found.percent_on_time) == (1, 2, 50)
    assert [(row.name, row.decided) for row in found.officers] == [
        ("Dua Contoh", 2),
        ("Vera Contoh", 1),
    ]


async def test_a_day_ends_at_midnight_of_the_office(desk: Desk) -> None:
    midnight = datetime(2026, 11, 9, 17, tzinfo=UTC)
    event = submitted()
    await desk.deliver(event)
    case = await desk.case(event.subject)
    await desk.forget(census.FACTS)
    for seconds in (-1, 0, 1):
        at = midnight + timedelta(seconds=seconds)
        work = partial(facts.note_withdrawn, case=case, at=at)
        await desk.uow.run(work)
    days = [datetime(2026, 11, day, tzinfo=UTC).date() for day in (9, 10)]
    counts = [(await figures(desk, Period(day, day))).total.counts["withdrawn"] for day in days]
    assert counts == [1, 2]
    both = await figures(desk, Period(days[0], days[1]))
    assert [row.counts["withdrawn"] for row in both.course] == [1, 2]


async def test_the_page_shows_numbers_and_the_same_as_pictures(
    desk: Desk, browser: Browser
) -> None:
    await head(desk)
    await browser.sign_in("kepala")
    empty = (await browser.client.get("/petugas/angka")).text
    assert "Belum ada yang diputuskan" in empty
    await desk.deliver(submitted())
    address = f"/petugas/angka?dari={BEGUN.first}&sampai={BEGUN.last}"
    page = await browser.client.get(address)
    assert page.status_code == 200
    assert re.search(r"<dt>Masuk</dt><dd>1<small>dan 0 perbaikan</small>", page.text)
    assert 'role="img" aria-labelledby="umur-title umur-desc"' in page.text
    assert "style=" not in page.text
    wrong = await browser.client.get("/petugas/angka?dari=2026-11-24&sampai=1")
    assert wrong.status_code == 422
    assert "Pilih tanggal awal dan tanggal akhir" in wrong.text
