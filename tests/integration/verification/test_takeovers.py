"""Taking a case over from a colleague, and keeping one by the heartbeat of its page."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from services.verification.officers.accounts import Account, ensure_account
from services.verification.review.claims import claim_case, claim_next, release_case
from services.verification.review.decisions import Act, forward_for_approval
from services.verification.review.refusals import AlreadyDecided, CaseChanged
from services.verification.review.takeovers import keep_claim, take_over_case
from shared.clock import now
from shared.errors import Forbidden, Invalid
from tests.integration.verification.browser import PASSWORD, Browser
from tests.integration.verification.conftest import Desk
from tests.unit.verification.sample_events import submitted, withdrawn

REASON = "Vera pulang cepat, pemohon menunggu di loket"


async def held_by_vera(desk: Desk) -> str:
    event = submitted()
    await desk.deliver(event)
    await desk.act(partial(claim_case, case_id=event.subject, officer=desk.verifier))
    return event.subject


async def test_a_placement_officer_goes_on_with_the_case(desk: Desk) -> None:
    case_id = await held_by_vera(desk)
    with pytest.raises(Forbidden):
        await desk.act(lambda tx: take_over_case(tx, case_id, desk.verifier, REASON))
    for reason in ("", "x", "y" * 301):
        with pytest.raises(Invalid, match="2 sampai 300 huruf"):
            await desk.act(
                partial(take_over_case, case_id=case_id, officer=desk.second, text=reason)
            )
    taken = await desk.act(lambda tx: take_over_case(tx, case_id, desk.second, f"  {REASON} "))
    assert taken.claim is not None
    assert taken.claim.officer_id == desk.second.id
    (row,) = await desk.audit(action="claim.taken_over")
    assert row["detail"] == {"from": "Vera Contoh", "note": REASON}
    await desk.check_all(taken, desk.second)


async def test_a_division_head_frees_the_case_for_the_next_officer(desk: Desk) -> None:
    case_id = await held_by_vera(desk)
    account = Account("kabid", "Kabid Contoh", ["division_head"], PASSWORD)
    head = await ensure_account(desk.uow, account)
    freed = await desk.act(lambda tx: take_over_case(tx, case_id, head, REASON))
    assert (freed.claim, freed.state, freed.lane) == (None, "submitted", "new")
    case = await desk.uow.run(partial(claim_next, officer=desk.second))
    assert case is not None
    assert case.id == case_id


async def test_a_case_passed_on_goes_on_waiting_for_approval(desk: Desk) -> None:
    case_id = await held_by_vera(desk)
    case = await desk.check_all(await desk.case(case_id), desk.verifier)
    act = Act(case_id, case.version, desk.verifier)
    await desk.act(lambda tx: forward_for_approval(tx, act, None))
    await desk.act(lambda tx: claim_case(tx, case_id, desk.second))
    account = Account("kabid", "Kabid Contoh", ["division_head"], PASSWORD)
    head = await ensure_account(desk.uow, account)
    freed = await desk.act(lambda tx: take_over_case(tx, case_id, head, REASON))
    assert (freed.claim, freed.lane) == (None, "approval")


async def test_there_is_nothing_to_take_from_nobody_or_after_the_end(desk: Desk) -> None:
    case_id = await held_by_vera(desk)
    await desk.act(lambda tx: release_case(tx, case_id, desk.verifier))
    with pytest.raises(CaseChanged, match="Vera Contoh melepas permohonan ini"):
        await desk.act(lambda tx: take_over_case(tx, case_id, desk.second, REASON))
    event = submitted(reference="AK1-7K3M9QX2TWQ")
    await desk.deliver(event)
    await desk.act(partial(claim_case, case_id=event.subject, officer=desk.verifier))
    await desk.deliver(withdrawn(event))
    with pytest.raises(AlreadyDecided):
        await desk.act(lambda tx: take_over_case(tx, event.subject, desk.second, REASON))


async def test_who_lost_the_case_reads_why_and_keeps_what_he_typed(
    desk: Desk, browser: Browser
) -> None:
    case_id = await held_by_vera(desk)
    seen = await desk.case(case_id)
    seen_at = now().isoformat()
    await desk.act(lambda tx: take_over_case(tx, case_id, desk.second, REASON))
    await browser.sign_in("vera")
    typed = {
        "version": str(seen.version),
        "seen_at": seen_at,
        "check.identity_card.nik": "unreadable",
        "note.identity_card": "Sudut kiri bawah tertutup jari",
        "do": "save",
    }
    page = await browser.post(f"/petugas/permohonan/{case_id}/periksa", typed)
    assert page.status_code == 409
    assert "Dua Contoh mengambil alih permohonan ini" in page.text
    assert REASON in page.text
    assert "Sudut kiri bawah tertutup jari" in page.text
    assert "Mengambil alih permohonan oleh Dua Contoh (dari Vera Contoh" in page.text
    assert (await desk.case(case_id)).checks == {}
    odd = await browser.post(
        f"/petugas/permohonan/{case_id}/periksa", {**typed, "seen_at": "9999-12-31T23:59:59-23:59"}
    )
    assert odd.status_code == 409


async def test_an_open_page_keeps_its_case_without_making_itself_stale(
    desk: Desk, browser: Browser
) -> None:
    case_id = await held_by_vera(desk)
    before = await desk.case(case_id)
    assert before.claim is not None
    soon = now() + timedelta(minutes=5)
    await keep_claim(desk.uow.reading(), case_id, desk.verifier, soon)
    after = await desk.case(case_id)
    assert after.claim is not None
    assert after.claim.until > before.claim.until
    assert after.version == before.version
    assert await desk.audit(action="claim.renewed") == []
    await browser.sign_in("vera")
    beat = await browser.post(f"/petugas/permohonan/{case_id}/detak", {})
    assert (beat.status_code, beat.text[-4:]) == (200, " WIB")
    await desk.act(lambda tx: take_over_case(tx, case_id, desk.second, REASON))
    lost = await browser.post(f"/petugas/permohonan/{case_id}/detak", {})
    assert lost.status_code == 409
    assert lost.text.startswith("Dua Contoh mengambil alih permohonan ini")
    assert REASON in lost.text
