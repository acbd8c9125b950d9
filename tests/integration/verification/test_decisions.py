"""Officers at the same case, on a real database."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial

import pytest

from services.verification.audit.log import acts_of_case
from services.verification.duplicates.compare import Judgement, judge
from services.verification.review.claims import claim_case, release_case
from services.verification.review.decisions import (
    Act,
    Findings,
    approve_application,
    forward_for_approval,
    reject_application,
    return_application,
    save_checks,
)
from services.verification.review.domain import Case
from services.verification.review.refusals import (
    CaseChanged,
    ChecksMissing,
    Claimed,
    SecondOfficer,
)
from services.verification.review.store import same_nik
from shared.contracts.reviews import (
    ApplicationApproved,
    ApplicationRejected,
    ApplicationReturned,
    ReviewStarted,
)
from shared.errors import Conflict, Forbidden
from shared.office import load_office
from tests.integration.verification.conftest import ALL_MATCH, Desk
from tests.unit.verification.sample_events import (
    amended,
    answers,
    document,
    submitted,
    withdrawn,
)

OFFICE = load_office()


async def claimed_and_checked(desk: Desk) -> Case:
    event = submitted()
    await desk.deliver(event)
    case = await desk.act(lambda tx: claim_case(tx, event.subject, desk.approver))
    return await desk.check_all(case, desk.approver)


async def test_two_officers_claim_at_once(desk: Desk) -> None:
    event = submitted()
    await desk.deliver(event)
    outcomes = await asyncio.gather(
        *(
            desk.act(partial(claim_case, case_id=event.subject, officer=officer))
            for officer in (desk.verifier, desk.second, desk.approver)
        ),
        return_exceptions=True,
    )
    assert sum(isinstance(each, Case) for each in outcomes) == 1
    assert sum(isinstance(each, Claimed) for each in outcomes) == 2
    started = [each for each in await desk.emitted() if isinstance(each.data, ReviewStarted)]
    assert len(started) == 1


async def test_two_windows_decide_at_once(desk: Desk) -> None:
    """One decision, one clear message, whichever comes first."""
    case = await claimed_and_checked(desk)
    act = Act(case.id, case.version, desk.approver)
    outcomes = await asyncio.gather(
        desk.act(lambda tx: approve_application(tx, act, OFFICE)),
        desk.act(lambda tx: reject_application(tx, act, "duplicate", None, OFFICE)),
        return_exceptions=True,
    )
    refused = [each for each in outcomes if isinstance(each, Conflict)]
    assert len(refused) == 1
    assert "Putra Contoh" in str(refused[0])
    assert " WIB" in str(refused[0])
    decisions = [
        each
        for each in await desk.emitted()
        if isinstance(each.data, (ApplicationApproved, ApplicationRejected))
    ]
    assert len(decisions) == 1


async def test_a_second_officer_learns_what_was_decided(desk: Desk) -> None:
    case = await claimed_and_checked(desk)
    await desk.act(
        lambda tx: approve_application(tx, Act(case.id, case.version, desk.approver), OFFICE)
    )
    late = Act(case.id, case.version, desk.second)
    with pytest.raises(CaseChanged, match=r"Putra Contoh menyetujui permohonan ini pada \d+"):
        await desk.act(lambda tx: reject_application(tx, late, "duplicate", None, OFFICE))


async def test_approval_emits_exactly_one_event_with_the_holder(desk: Desk) -> None:
    case = await claimed_and_checked(desk)
    await desk.act(
        lambda tx: approve_application(tx, Act(case.id, case.version, desk.approver), OFFICE)
    )
    events = [each for each in await desk.emitted() if isinstance(each.data, ApplicationApproved)]
    assert len(events) == 1
    data = events[0].data
    assert data.holder.full_name == "Contoh Pencari Kerja"
    assert data.holder.nik == case.current.answers.person.nik
    assert data.photo == case.current.documents[2].pages[0]
    assert (data.signatory.name, data.signatory.nip) == ("Putra Contoh", "198505052010011000")
    assert events[0].aggregateversion == (await desk.case(case.id)).version


async def test_without_a_nip_the_configured_person_signs(desk: Desk) -> None:
    event = submitted()
    await desk.deliver(event)
    case = await desk.act(lambda tx: claim_case(tx, event.subject, desk.second))
    case = await desk.check_all(case, desk.second)
    await desk.act(
        lambda tx: approve_application(tx, Act(case.id, case.version, desk.second), OFFICE)
    )
    data = (await desk.emitted())[-1].data
    assert data.signatory.name == OFFICE.card.signatory.name


async def test_a_verification_officer_forwards_but_does_not_approve(desk: Desk) -> None:
    event = submitted()
    await desk.deliver(event)
    case = await desk.act(lambda tx: claim_case(tx, event.subject, desk.verifier))
    case = await desk.check_all(case, desk.verifier)
    act = Act(case.id, case.version, desk.verifier)
    with pytest.raises(Forbidden):
        await desk.act(lambda tx: approve_application(tx, act, OFFICE))
    with pytest.raises(Forbidden):
        await desk.act(lambda tx: reject_application(tx, act, "duplicate", None, OFFICE))
    forwarded = await desk.act(lambda tx: forward_for_approval(tx, act, None))
    assert forwarded.lane == "approval"
    assert [type(each.data) for each in await desk.emitted()] == [ReviewStarted]


async def test_each_round_begins_with_one_review_started(desk: Desk) -> None:
    event = submitted()
    await desk.deliver(event)
    for _ in range(2):
        case = await desk.act(lambda tx: claim_case(tx, event.subject, desk.verifier))
        await desk.act(lambda tx: release_case(tx, event.subject, desk.verifier))
    case = await desk.act(lambda tx: claim_case(tx, event.subject, desk.verifier))
    act = Act(case.id, case.version, desk.verifier)
    chosen = {"documents.photo": "photo_not_accepted"}
    await desk.act(lambda tx: return_application(tx, act, chosen, "Wajah tertutup.", OFFICE))
    files = (*event.data.documents[:2], document("photo"))
    await desk.deliver(amended(event, files=files))
    await desk.act(lambda tx: claim_case(tx, event.subject, desk.verifier))
    kinds = [type(each.data) for each in await desk.emitted()]
    assert kinds == [ReviewStarted, ApplicationReturned, ReviewStarted]
    versions = [each.aggregateversion for each in await desk.emitted()]
    assert versions == sorted(set(versions))


async def test_the_same_nik_must_be_answered_and_decided_by_two(desk: Desk) -> None:
    other = submitted(reference="AK1-0000000000X")
    await desk.deliver(other)
    case = await claimed_and_checked(desk)
    act = Act(case.id, case.version, desk.approver)
    with pytest.raises(SecondOfficer, match="NIK yang sama ada di permohonan lain"):
        await desk.act(lambda tx: approve_application(tx, act, OFFICE))
    with pytest.raises(ChecksMissing, match="peringatan"):
        await desk.act(lambda tx: forward_for_approval(tx, act, None))
    findings = Findings(
        {each.kind: ALL_MATCH for each in case.current.documents},
        {"one_open_application": "Permohonan lama akan ditolak sebagai ganda."},
    )
    case = await desk.act(lambda tx: save_checks(tx, act, findings))
    act = replace(act, version=case.version)
    await desk.act(lambda tx: forward_for_approval(tx, act, None))
    case = await desk.act(lambda tx: claim_case(tx, case.id, desk.second))
    last = Act(case.id, case.version, desk.second)
    with pytest.raises(ChecksMissing, match="putuskan: AK1-0000000000X"):
        await desk.act(lambda tx: approve_application(tx, last, OFFICE))
    judged = Judgement(case.id, other.subject, "same", "Dikirim dua kali.", 0)
    await desk.uow.run(lambda tx: judge(tx, desk.second, judged))
    approved = await desk.act(lambda tx: approve_application(tx, last, OFFICE))
    assert approved.state == "approved"


async def test_an_officer_who_decides_a_withdrawn_case_is_told_kindly(desk: Desk) -> None:
    case = await claimed_and_checked(desk)
    event = submitted(case.id)
    await desk.deliver(withdrawn(event))
    act = Act(case.id, case.version, desk.approver)
    with pytest.raises(CaseChanged, match=r"^Pemohon membatalkan permohonan ini pada \d+ Nov"):
        await desk.act(lambda tx: approve_application(tx, act, OFFICE))
    with pytest.raises(CaseChanged, match="Tindakan Anda tidak disimpan"):
        await desk.act(lambda tx: reject_application(tx, act, "duplicate", None, OFFICE))
    emitted = [type(each.data) for each in await desk.emitted()]
    assert emitted == [ReviewStarted]
    assert (await desk.audit(action="application.withdrawn"))[0]["actor"]["name"] == "Sistem"


async def test_approval_and_withdrawal_at_once_end_in_one_of_them(desk: Desk) -> None:
    """Whoever commits first wins; an approval that was emitted stands."""
    case = await claimed_and_checked(desk)
    act = Act(case.id, case.version, desk.approver)
    gone = withdrawn(submitted(case.id))
    outcomes = await asyncio.gather(
        desk.act(lambda tx: approve_application(tx, act, OFFICE)),
        desk.deliver(gone),
        return_exceptions=True,
    )
    await desk.deliver(gone)  # as the broker does when the consumer lost
    ended = await desk.case(case.id)
    approvals = [
        each for each in await desk.emitted() if isinstance(each.data, ApplicationApproved)
    ]
    assert ended.state == ("approved" if approvals else "withdrawn")
    assert ended.withdrawal is not None
    assert isinstance(outcomes[0], Case if approvals else CaseChanged)


async def test_a_withdrawn_case_is_no_duplicate(desk: Desk) -> None:
    other = submitted(reference="AK1-0000000000X")
    await desk.deliver(other)
    case = await claimed_and_checked(desk)
    assert len(await same_nik(desk.uow.reading(), case)) == 1
    await desk.deliver(withdrawn(other))
    assert await same_nik(desk.uow.reading(), case) == []


async def test_every_act_is_in_the_audit_log_and_a_refused_one_is_not(desk: Desk) -> None:
    case = await claimed_and_checked(desk)
    with pytest.raises(CaseChanged):
        await desk.act(lambda tx: approve_application(tx, Act(case.id, 1, desk.approver), OFFICE))
    await desk.act(
        lambda tx: approve_application(tx, Act(case.id, case.version, desk.approver), OFFICE)
    )
    entries = await acts_of_case(desk.uow.reading(), case.id)
    assert [each.action for each in entries] == [
        "application.submitted",
        "claim.taken",
        "checks.saved",
        "application.approved",
    ]
    assert entries[-1].actor.name == "Putra Contoh"


async def test_no_nik_lies_open_in_the_database(desk: Desk) -> None:
    nik = "1404046708010077"
    event = submitted("018f0000-0000-7000-8000-000000000001")
    event = submitted(event.subject, answers(event.subject, nik=nik))
    await desk.deliver(event)
    for name in ("cases", "audit_log", "outbox"):
        rows = await desk.uow.reading().collection(name).find({}).to_list(None)
        assert nik not in repr(rows)
