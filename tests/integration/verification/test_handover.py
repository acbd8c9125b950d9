"""The paper card: printed, then handed to its holder or to somebody he sends."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from services.verification.review import store
from services.verification.review.claims import claim_case
from services.verification.review.decisions import Act, approve_application
from services.verification.review.domain import Case
from services.verification.review.handover import Asked, hand_over_card, print_card
from services.verification.review.refusals import CaseChanged, OwnCase
from services.verification.review.related import related_to
from services.verification.review.results import note_issued_card
from shared.errors import Forbidden, Invalid
from shared.office import load_office
from tests.integration.verification.browser import Browser
from tests.integration.verification.conftest import Desk
from tests.unit.verification.sample_events import card_issued, submitted

HOLDER = Asked(by_other=False, name="", relation="", is_identity_checked=True)


async def with_card(desk: Desk, *, paper: bool = True) -> Case:
    event = submitted()
    await desk.deliver(event)
    case = await desk.act(partial(claim_case, case_id=event.subject, officer=desk.approver))
    case = await desk.check_all(case, desk.approver)
    act = Act(case.id, case.version, desk.approver)
    await desk.act(lambda tx: approve_application(tx, act, load_office()))
    await desk.uow.run(partial(note_issued_card, card_issued(event), paper=paper))
    return await desk.case(case.id)


async def printed(desk: Desk) -> Case:
    case = await with_card(desk)
    return await desk.act(partial(print_card, act=Act(case.id, case.version, desk.verifier)))


async def test_without_paper_the_issue_is_the_end(desk: Desk) -> None:
    case = await with_card(desk, paper=False)
    assert (case.state, case.lane) == ("issued", "done")
    with pytest.raises(CaseChanged):
        await desk.act(partial(print_card, act=Act(case.id, case.version, desk.verifier)))


async def test_a_card_goes_from_list_to_list(desk: Desk) -> None:
    case = await with_card(desk)
    assert (case.lane, case.due_at) == ("print", None)
    case = await desk.act(partial(print_card, act=Act(case.id, case.version, desk.verifier)))
    assert (case.state, case.lane) == ("printed", "hand_over")
    act = Act(case.id, case.version, desk.second)
    case = await desk.act(partial(hand_over_card, act=act, asked=HOLDER))
    assert (case.state, case.lane) == ("collected", "done")
    assert [row["action"] for row in (await desk.audit(case_id=case.id))[-2:]] == [
        "card.printed",
        "card.collected",
    ]
    told = [each.type for each in await desk.emitted()]
    assert told[-2:] == ["card.printed.v1", "card.collected.v1"]
    with pytest.raises(CaseChanged, match="sudah diambil"):
        await desk.act(partial(hand_over_card, act=act, asked=HOLDER))


async def test_a_card_signed_anew_is_printed_and_handed_over_once_more(desk: Desk) -> None:
    """After its key was stolen; the first issue, told again late, takes nothing back."""
    event = submitted()
    await desk.deliver(event)
    first = card_issued(event)
    later = {"sha256": "b" * 64, "issued_at": first.data.issued_at + timedelta(days=9)}
    data = first.data.model_copy(update=later)
    anew = first.model_copy(update={"data": data, "aggregateversion": 4})
    await desk.uow.run(partial(note_issued_card, first, paper=True))
    case = await desk.case(event.subject)
    case = await desk.act(partial(print_card, act=Act(case.id, case.version, desk.verifier)))
    act = Act(case.id, case.version, desk.second)
    collected = await desk.act(partial(hand_over_card, act=act, asked=HOLDER))
    for told in (anew, first):
        await desk.uow.run(partial(note_issued_card, told, paper=True))
        case = await desk.case(event.subject)
        assert (case.lane, case.version) == ("print", collected.version + 1)
        kept = await store.card(desk.uow.reading(), first.data.card_id)
        assert kept is not None
        assert kept["sha256"] == "b" * 64
    case = await desk.act(partial(print_card, act=Act(case.id, case.version, desk.verifier)))
    assert case.lane == "hand_over"


async def test_the_name_of_another_collector_stays_out_of_the_log(desk: Desk) -> None:
    case = await printed(desk)
    act = Act(case.id, case.version, desk.verifier)
    for wrong in (
        replace(HOLDER, is_identity_checked=False),
        replace(HOLDER, by_other=True, name="Ibu Contoh"),
        replace(HOLDER, by_other=True, relation="ibu"),
        replace(HOLDER, by_other=True, name="x" * 61, relation="ibu"),
    ):
        with pytest.raises(Invalid):
            await desk.act(partial(hand_over_card, act=act, asked=wrong))
    asked = replace(HOLDER, by_other=True, name=" Ibu  Contoh ", relation="ibu")
    case = await desk.act(partial(hand_over_card, act=act, asked=asked))
    assert case.collector is not None
    assert (case.collector.name, case.collector.relation) == ("Ibu Contoh", "ibu")
    assert "Ibu Contoh" not in repr(await desk.audit())


async def test_nobody_hands_himself_a_card(desk: Desk) -> None:
    case = await printed(desk)
    himself = replace(desk.verifier, nik_index=case.nik_index)
    with pytest.raises(OwnCase):
        await desk.act(
            partial(hand_over_card, act=Act(case.id, case.version, himself), asked=HOLDER)
        )
    head = replace(desk.verifier, roles=("division_head",))
    with pytest.raises(Forbidden):
        await desk.act(partial(hand_over_card, act=Act(case.id, case.version, head), asked=HOLDER))


async def test_a_card_handed_over_still_speaks_against_a_second_application(desk: Desk) -> None:
    case = await printed(desk)
    act = Act(case.id, case.version, desk.verifier)
    case = await desk.act(partial(hand_over_card, act=act, asked=HOLDER))
    again = submitted(reference="AK1-7K3M9QX2TWQ")
    await desk.deliver(again)
    related = await related_to(desk.uow.reading(), await desk.case(again.subject))
    assert [each["_id"] for each in related.others] == [case.id]


async def test_the_forms_of_the_page(desk: Desk, browser: Browser) -> None:
    case = await with_card(desk)
    await browser.sign_in("vera")
    base = f"/petugas/permohonan/{case.id}"
    listed = await browser.client.get("/petugas/antrean?tab=print")
    assert case.reference in listed.text
    done = await browser.post(f"{base}/dicetak", {"version": str(case.version)})
    assert "tab=print" in done.headers["location"]
    again = await browser.post(f"{base}/dicetak", {"version": str(case.version)})
    assert again.status_code == 303
    told = await browser.client.get(again.headers["location"])
    assert "sudah Anda tandai tercetak" in told.text
    version = str((await desk.case(case.id)).version)
    fields = {"version": version, "collector": "other", "collector_name": "Ibu Contoh"}
    unchecked = await browser.post(f"{base}/serahkan", fields)
    assert unchecked.status_code == 422
    assert "Periksa dulu identitas" in unchecked.text
    assert 'value="Ibu Contoh"' in unchecked.text
    fields |= {"collector_relation": "ibu", "identity_checked": "1"}
    assert (await browser.post(f"{base}/serahkan", fields)).status_code == 303
    page = await browser.client.get(base)
    assert "Kartu diambil Ibu Contoh (ibu)" in page.text
    assert "Menyerahkan kartu" in page.text
