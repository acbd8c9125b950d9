"""A card that is revoked while it is made: its case ends without one, whatever is heard first."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from services.verification.officers.domain import Officer
from services.verification.review.decisions import Act, approve_application
from services.verification.review.domain import Case
from services.verification.review.queue import Chosen, Tab, read_queue
from services.verification.review.store import same_nik
from services.verification.stuck import counting
from shared.clock import today
from shared.contracts.cards import CardIssued, RevocationReason
from shared.contracts.envelope import Event
from shared.office import load_office
from tests.integration.verification.browser import Browser
from tests.integration.verification.conftest import Desk
from tests.integration.verification.registered import issued, revoked
from tests.integration.verification.test_decisions import claimed_and_checked
from tests.integration.verification.test_stuck import card_failed
from tests.unit.verification.sample_events import submitted

OFFICE = load_office()


async def approved(desk: Desk) -> tuple[Case, Event[CardIssued]]:
    """A case that waits for its card, and the card as it would be issued."""
    checked = await claimed_and_checked(desk)
    act = Act(checked.id, checked.version, desk.approver)
    case = await desk.act(partial(approve_application, act=act, office=OFFICE))
    return case, issued(submitted(case.id, reference=case.reference), today())


async def listed(desk: Desk, officer: Officer, tab: Tab) -> list[str]:
    page = await read_queue(desk.uow.reading(), officer, Chosen(tab))
    assert page.counts[tab] == len(page.rows)
    return [row.id for row in page.rows]


@pytest.mark.parametrize("failed_first", [True, False])
@pytest.mark.parametrize("reason", ["superseded", "office_error"])
async def test_the_case_ends_without_a_card(
    desk: Desk, reason: RevocationReason, failed_first: bool
) -> None:
    case, card = await approved(desk)
    assert await listed(desk, desk.approver, "approved") == [case.id]
    end = revoked(card, reason)
    failed = card_failed(card)
    if not failed_first:  # and a replica's clock was ahead when it gave up
        late = failed.data.model_copy(update={"failed_at": end.data.revoked_at + timedelta(1)})
        failed = failed.model_copy(update={"data": late})
    for event in (*((failed, end) if failed_first else (end, failed)), end):
        await desk.deliver(event)
    after = await desk.case(case.id)
    assert (after.state, after.version, after.due_at) == ("not_issued", case.version + 1, None)
    assert await listed(desk, desk.approver, "approved") == []
    assert await listed(desk, desk.approver, "done") == [case.id]
    assert await counting.count(desk.uow.reading()) == 0, "nobody can have it drawn again"
    [entry] = await desk.audit(action="card.revoked")
    assert entry["detail"] == {"revocation_reason": reason}


async def test_it_does_not_speak_against_the_next_application(desk: Desk) -> None:
    case, card = await approved(desk)
    following = submitted(reference="AK1-0000000000X")
    await desk.deliver(following)
    fresh = await desk.case(following.subject)
    assert [each["_id"] for each in await same_nik(desk.uow.reading(), fresh)] == [case.id]
    await desk.deliver(revoked(card, "office_error"))
    assert await same_nik(desk.uow.reading(), fresh) == []


@pytest.mark.parametrize("revoked_first", [True, False])
async def test_a_card_that_was_issued_before_it_was_revoked_ends_as_ever(
    desk: Desk, revoked_first: bool
) -> None:
    case, card = await approved(desk)
    end = revoked(card, "office_error")
    for event in (end, card) if revoked_first else (card, end):
        await desk.deliver(event)
    after = await desk.case(case.id)
    assert (after.state, after.lane, after.paper) == ("issued", "done", False)
    assert await listed(desk, desk.approver, "done") == [case.id]


async def test_the_page_says_why_and_what_can_be_done(browser: Browser, desk: Desk) -> None:
    case, card = await approved(desk)
    await desk.deliver(revoked(card, "office_error"))
    await browser.sign_in("putra")
    page = await _page(browser, case)
    assert "Kartu tidak terbit" in page
    assert "dicabut sebelum terbit (kekeliruan kantor)" in page
    assert '<a href="/petugas/loket">loket</a>' in page
    assert "sedang dibuat" not in page


async def test_the_page_leads_to_the_newer_card(browser: Browser, desk: Desk) -> None:
    case, card = await approved(desk)
    following = submitted(reference="AK1-0000000000X")
    newer = issued(following, today(), number="1404241126000002")
    end = revoked(card, "superseded")
    told = end.data.model_copy(update={"replaced_by": newer.data.card_id})
    await desk.deliver(end.model_copy(update={"data": told}))
    await browser.sign_in("putra")
    assert "sudah mendapat kartu yang lebih baru. Tidak ada" in await _page(browser, case)
    for event in (following, newer):
        await desk.deliver(event)
    link = f'<a href="/petugas/permohonan/{following.subject}">buka permohonan kartu itu</a>'
    assert link in await _page(browser, case)


async def _page(browser: Browser, case: Case) -> Any:
    return (await browser.client.get(f"/petugas/permohonan/{case.id}")).text
