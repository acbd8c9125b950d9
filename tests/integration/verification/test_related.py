"""Warnings that hang on other applications and cards, on a real database."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from services.verification.review.claims import claim_case
from services.verification.review.decisions import Act, Findings, approve_application, save_checks
from services.verification.review.domain import Case
from services.verification.review.queue import Chosen, read_queue
from services.verification.review.refusals import ChecksMissing
from services.verification.review.related import with_live_warnings
from shared.clock import now, today
from shared.contracts.applications import ApplicationKind
from shared.contracts.envelope import Event
from shared.dates import long_date
from shared.ids import uuid7
from shared.office import load_office
from tests.integration.verification.browser import Browser
from tests.integration.verification.conftest import ALL_MATCH, Desk
from tests.unit.verification.full_case import requested
from tests.unit.verification.sample_events import (
    amended,
    answers,
    card_issued,
    document,
    submitted,
)

NUMBER = "1404241124000007"
NEXT_YEAR = today() + timedelta(days=366)
WORK = {
    "placed_on": "2026-11-24",
    "employer": "PT Contoh",
    "position": "Operator",
    "place": "Tembilahan",
    "officer_name": "Putra Contoh",
}
OTHER_NIK = "1404046708010077"


async def old_card(desk: Desk, *, ends: date, nik: str = "1404046708010001") -> str:
    """An application of before with its card; answers its reference."""
    case_id = uuid7()
    first = submitted(case_id, answers(case_id, nik=nik), reference=f"AK1-{case_id[-10:].upper()}X")
    issued = card_issued(first)
    data = issued.data.model_copy(update={"registration_number": NUMBER, "valid_until": ends})
    await desk.deliver(first)
    await desk.deliver(issued.model_copy(update={"data": data}))
    return first.data.reference


async def change(desk: Desk, values: dict[str, Any]) -> None:
    """As if the register had kept it so."""
    await desk.uow.reading().collection("registrations").update_many({}, {"$set": values})


async def opened(desk: Desk, kind: ApplicationKind, number: str | None = NUMBER) -> Event[Any]:
    event = requested(submitted(reference="AK1-0000000000N"), kind, number=number)
    await desk.deliver(event)
    return event


async def rules(desk: Desk, event: Event[Any]) -> tuple[str, ...]:
    """As the page of the case says, which must agree with the mark in the list."""
    scope = desk.uow.reading()
    case = await with_live_warnings(scope, await desk.case(event.subject))
    found = tuple(each.rule for each in case.warnings)
    page = await read_queue(scope, desk.verifier, Chosen("new"))
    assert (event.subject in page.warned) == bool(found)
    return found


@pytest.mark.parametrize("kind", ["renewal", "correction", "replacement"])
async def test_a_card_that_the_register_knows_and_one_that_it_does_not(
    desk: Desk, kind: ApplicationKind
) -> None:
    event = await opened(desk, kind)
    assert await rules(desk, event) == ("unknown_previous_card",)
    await old_card(desk, ends=event.data.submitted_at.date())
    assert await rules(desk, event) == ()


@pytest.mark.parametrize(
    "typed", ["1404-241124-000007", "1404 2411 2400 0007", " 1404/241124000007"]
)
async def test_the_number_may_be_written_as_on_the_card(desk: Desk, typed: str) -> None:
    await old_card(desk, ends=NEXT_YEAR)
    assert await rules(desk, await opened(desk, "renewal", typed)) == ()


async def test_the_card_of_another_and_one_that_ended_are_pointed_out(desk: Desk) -> None:
    event = await opened(desk, "renewal")
    await old_card(desk, ends=NEXT_YEAR, nik=OTHER_NIK)
    assert await rules(desk, event) == ("previous_card_of_another",)
    own = await desk.case(event.subject)
    await change(desk, {"person.nik_index": own.nik_index})
    assert await rules(desk, event) == ()
    ended = (event.data.submitted_at - timedelta(days=1)).date().isoformat()
    await change(desk, {"cards.0.valid_until": ended})
    assert await rules(desk, event) == ("previous_card_expired",)


@pytest.mark.parametrize(
    ("lane", "rule"),
    [
        ("revoked", "previous_card_revoked"),
        ("placed", "previous_holder_left"),
        ("removed", "previous_holder_left"),
        ("expired", None),  # it was valid when the application was sent
    ],
)
async def test_a_card_that_counts_no_more_is_pointed_out(
    desk: Desk, lane: str, rule: str | None
) -> None:
    await old_card(desk, ends=NEXT_YEAR)
    event = await opened(desk, "renewal")
    fresh = submitted(reference="AK1-0000000000W")
    at = now()
    await change(
        desk,
        {
            "revoked": {"cards.0.ended": {"reason": "false_data", "at": at}},
            "expired": {"cards.0.ended": {"reason": "expired", "at": at}},
            "removed": {"removal": {"reason": "died", "removed_on": "2026-11-24", "at": at}},
            "placed": {"placement": {**WORK, "at": at}},
        }[lane],
    )
    assert await rules(desk, event) == ((rule,) if rule else ())
    await desk.forget("cases")
    await desk.deliver(fresh)
    assert await rules(desk, fresh) == ()  # and it does not speak against a new card


async def test_a_card_that_was_renewed_is_pointed_out(desk: Desk) -> None:
    await old_card(desk, ends=NEXT_YEAR)
    event = await opened(desk, "correction")
    registration = await desk.uow.reading().collection("registrations").find_one({})
    assert registration is not None
    newer = {**registration["cards"][0], "card_id": "newer", "number": "1404241126000099"}
    await change(desk, {"cards": [*registration["cards"], newer]})
    assert await rules(desk, event) == ("previous_card_replaced",)


async def test_a_new_card_is_doubtful_only_while_the_old_one_lives(desk: Desk) -> None:
    await old_card(desk, ends=today() - timedelta(days=1))
    event = await opened(desk, "new", None)
    assert await rules(desk, event) == ()
    await change(desk, {"cards.0.valid_until": today().isoformat()})
    assert await rules(desk, event) == ("one_open_application",)


async def test_an_open_application_beside_it_counts_for_every_kind(desk: Desk) -> None:
    await old_card(desk, ends=NEXT_YEAR)
    await desk.deliver(submitted(reference="AK1-0000000000X"))
    event = await opened(desk, "correction")
    assert await rules(desk, event) == ("one_open_application",)


async def test_a_renewal_of_an_unknown_card_waits_for_an_answer(desk: Desk) -> None:
    event = await opened(desk, "renewal", " 1404-241124 / 000007")
    office = load_office()

    async def save(answer: str) -> Case:
        case = await desk.case(event.subject)
        findings = Findings(
            {each.kind: ALL_MATCH for each in case.current.documents},
            {"unknown_previous_card": answer},
        )
        act = Act(case.id, case.version, desk.approver)
        return await desk.act(lambda tx: save_checks(tx, act, findings))

    async def approve(case: Case) -> Case:
        act = Act(case.id, case.version, desk.approver)
        return await desk.act(lambda tx: approve_application(tx, act, office))

    await desk.act(lambda tx: claim_case(tx, event.subject, desk.approver))
    with pytest.raises(ChecksMissing, match="peringatan"):
        await approve(await save(""))
    await save("Ada di buku register 2024.")
    # A new photo asks nobody to answer the same question again.
    files = (*event.data.documents[:2], document("photo"))
    await desk.deliver(amended(event, files=files))
    await desk.act(lambda tx: claim_case(tx, event.subject, desk.approver))
    kept = (await desk.case(event.subject)).warnings
    assert [each.answer for each in kept] == ["Ada di buku register 2024."]
    approved = await approve(await save("Ada di buku register 2024."))
    assert approved.state == "approved"
    # cards looks the number up as it prints it, whatever signs were typed between
    told = (await desk.emitted())[-1].data
    assert (told.kind, told.previous_registration_number) == ("renewal", NUMBER)


async def test_the_queue_shows_and_filters_kinds(browser: Browser, desk: Desk) -> None:
    reference = await old_card(desk, ends=NEXT_YEAR)
    await opened(desk, "renewal")
    await desk.deliver(submitted(reference="AK1-0000000000X"))
    await browser.sign_in("vera")
    whole = (await browser.client.get("/petugas/antrean")).text
    assert '<span class="badge kind kind-renewal">Perpanjangan</span>' in whole
    assert "AK1-0000000000X" in whole
    for kind, seen in (("renewal", "AK1-0000000000N"), ("new", "AK1-0000000000X")):
        page = (await browser.client.get(f"/petugas/antrean?tab=new&kind={kind}")).text
        assert [each for each in ("AK1-0000000000N", "AK1-0000000000X") if each in page] == [seen]
    empty = await browser.client.get("/petugas/antrean?tab=new&kind=replacement")
    assert "Tidak ada permohonan yang cocok" in empty.text
    odd = await browser.client.get("/petugas/antrean?tab=new&kind=%3Cb%3E")
    assert "AK1-0000000000X" in odd.text
    case = await browser.client.get("/petugas/antrean?kind=renewal")
    address = case.text.split('class="queue-link" href="')[1].split('"')[0]
    shown = (await browser.client.get(address)).text
    assert reference in shown
    assert f"berlaku sampai {long_date(NEXT_YEAR)}" in shown
