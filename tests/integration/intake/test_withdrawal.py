"""Withdrawing on real servers: once, crossing with decisions, and closed when not amended in time."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest

from services.intake import store
from services.intake.applications import send_amendment
from services.intake.intake import Intake
from services.intake.withdrawal import withdraw_application, withdraw_overdue
from shared import clock
from shared.contracts.applications import (
    Address,
    ApplicationWithdrawn,
    PageRef,
)
from shared.contracts.envelope import EventData, Sealed
from shared.contracts.reviews import (
    ApplicationApproved,
    ApplicationRejected,
    Holder,
    Signatory,
)
from shared.errors import Conflict
from tests.integration.intake.conftest import FILES, Applicant, Others, key
from tests.integration.intake.issued_cards import card_of, new_code, revoked
from tests.integration.intake.test_journey import emitted, returned, started

_SEALED = Sealed(k="x", n="x", c="x")
YESTERDAY = timedelta(days=1)


def approved(applicant: Applicant) -> ApplicationApproved:
    address = Address(
        street="Jl. Contoh 1",
        regency_code="14.04",
        regency_name="",
        subdistrict_name="",
        village_name="",
    )
    holder = Holder(
        full_name="Contoh",
        nik=_SEALED,
        birth_place="Tembilahan",
        birth_date=datetime(2001, 8, 27, tzinfo=UTC).date(),
        sex="P",
        religion="islam",
        marital_status="single",
        address=address,
        education=(),
    )
    return ApplicationApproved(
        application_id=applicant.id,
        reference=applicant.reference,
        kind="new",
        holder=holder,
        photo=PageRef(key="k", sha256="s", width=1, height=1, size=1),
        signatory=Signatory(role="Pengantar Kerja", name="Contoh", nip="1"),
        approved_at=datetime.now(UTC),
    )


def rejected(applicant: Applicant) -> ApplicationRejected:
    return ApplicationRejected(
        application_id=applicant.id,
        reference=applicant.reference,
        reason_code="duplicate",
        reason="Contoh.",
        rejected_at=datetime.now(UTC),
    )


async def sent(http: httpx2.AsyncClient) -> Applicant:
    applicant = await Applicant.start(http)
    await applicant.send()
    return applicant


async def withdraw(applicant: Applicant) -> httpx2.Response:
    headers = {**await applicant.look(), **key()}
    return await applicant.http.post("/status/withdrawal", headers=headers)


async def withdrawals(intake: Intake, applicant: Applicant) -> list[Any]:
    events = await emitted(intake, applicant)
    return [event for event in events if isinstance(event.data, ApplicationWithdrawn)]


async def test_an_applicant_withdraws_once_however_often_they_ask(
    http: httpx2.AsyncClient, intake: Intake
) -> None:
    applicant = await sent(http)
    assert (await applicant.status())["withdrawable"]
    answers = await asyncio.gather(*(withdraw(applicant) for _ in range(4)))
    answers.append(await withdraw(applicant))
    assert {answer.status_code for answer in answers} == {202}
    assert {answer.json()["state"] for answer in answers} == {"withdrawn"}
    (event,) = await withdrawals(intake, applicant)
    assert event.data.reason == "applicant_request"
    assert event.aggregateversion == 2
    status = await applicant.status()
    assert (status["state"], status["state_label"]) == ("withdrawn", "Dibatalkan")
    assert not status["withdrawable"]
    assert status["expected"] is None
    assert status["timeline"][-1]["title"] == "Permohonan dibatalkan"


@pytest.mark.parametrize("state", ["under_review", "returned"])
async def test_while_it_is_reviewed_or_returned(
    http: httpx2.AsyncClient, intake: Intake, others: Others, state: str
) -> None:
    applicant = await sent(http)
    await others.say(started(applicant), "verification", 2)
    if state == "returned":
        await others.say(returned(applicant, "documents.photo"), "verification", 3)
    assert (await applicant.status())["state"] == state
    assert (await withdraw(applicant)).status_code == 202
    status = await applicant.status()
    assert (status["state"], status["returned"]) == ("withdrawn", None)
    late = await http.post(
        "/status/amendment/submission", headers={**await applicant.look(), **key()}
    )
    assert late.status_code == 409
    assert len(await emitted(intake, applicant)) == 2


async def test_what_is_decided_cannot_be_withdrawn(
    http: httpx2.AsyncClient, intake: Intake, others: Others
) -> None:
    applicant = await sent(http)
    await others.say(approved(applicant), "verification", 3)
    refused = await withdraw(applicant)
    assert refused.status_code == 409
    assert refused.json()["code"] == "too_late_to_withdraw"
    assert "sudah disetujui petugas" in refused.json()["detail"]
    status = await applicant.status()
    assert (status["state"], status["withdrawable"]) == ("approved", False)
    assert await withdrawals(intake, applicant) == []
    await others.issue(applicant, b"%PDF", applicant.id)
    assert "sudah terbit" in (await withdraw(applicant)).json()["detail"]


async def test_there_is_nothing_to_withdraw_when_the_card_was_revoked_before_it_came_out(
    http: httpx2.AsyncClient, intake: Intake, others: Others
) -> None:
    applicant = await sent(http)
    await others.say(approved(applicant), "verification", 3)
    await others.say(revoked(card_of(intake, applicant, new_code()), "office_error"), "cards", 2)
    detail = (await withdraw(applicant)).json()["detail"]
    assert "dicabut sebelum terbit" in detail
    assert "sedang dibuat" not in detail


@pytest.mark.parametrize("decide", [approved, rejected])
async def test_a_decision_on_its_way_wins_over_a_withdrawal(
    http: httpx2.AsyncClient, others: Others, decide: Any
) -> None:
    applicant = await sent(http)
    decision: EventData = decide(applicant)
    assert (await withdraw(applicant)).status_code == 202
    body = await others.say(decision, "verification", 3)
    await others.say(started(applicant), "verification", 2)  # overtaken
    await others.deliver(body, decision)
    status = await applicant.status()
    assert status["state"] == decide.__name__
    told = {line["title"]: line["text"] for line in status["timeline"]}
    assert "keputusan petugas yang berlaku" in told["Anda meminta pembatalan"]
    assert "Permohonan dibatalkan" not in told


async def test_a_card_issued_on_its_way_wins_as_well(
    http: httpx2.AsyncClient, others: Others
) -> None:
    applicant = await sent(http)
    await withdraw(applicant)
    await others.issue(applicant, b"%PDF", applicant.id)  # before its approval
    await others.say(approved(applicant), "verification", 3)
    status = await applicant.status()
    assert status["state"] == "issued"
    assert status["card"] is not None


async def test_a_review_or_a_return_on_its_way_changes_nothing(
    http: httpx2.AsyncClient, others: Others
) -> None:
    applicant = await sent(http)
    await withdraw(applicant)
    await others.say(returned(applicant, "documents.photo"), "verification", 3)
    await others.say(started(applicant), "verification", 2)
    status = await applicant.status()
    assert (status["state"], status["returned"]) == ("withdrawn", None)
    assert [line["title"] for line in status["timeline"]] == [
        "Permohonan dikirim",
        "Permohonan dibatalkan",
    ]


async def test_what_is_not_amended_in_time_is_closed_once(
    http: httpx2.AsyncClient, intake: Intake, others: Others
) -> None:
    unreadable, overdue, in_time = [await sent(http) for _ in range(3)]
    for applicant, days in ((unreadable, 2), (overdue, 1), (in_time, 0)):
        due_on = clock.today() - days * YESTERDAY
        back = returned(applicant, "documents.photo").model_copy(update={"due_on": due_on})
        await others.say(back, "verification", 3)
    rows = intake.uow.reading().collection("applications")
    kept = await rows.find_one_and_update({"_id": unreadable.id}, {"$unset": {"created_at": ""}})
    await asyncio.gather(*(withdraw_overdue(intake) for _ in range(3)))
    assert await withdraw_overdue(intake) == 0
    (event,) = await withdrawals(intake, overdue)
    assert event.data.reason == "not_amended_in_time"
    status = await overdue.status()
    assert status["state"] == "withdrawn"
    assert "Anda boleh mendaftar lagi" in status["next_step"]
    assert (await in_time.status())["state"] == "returned"
    await rows.replace_one({"_id": unreadable.id}, kept)
    assert (await unreadable.status())["state"] == "returned"
    assert await withdraw_overdue(intake) == 1


async def test_one_amended_after_it_was_found_overdue_stays_open(
    http: httpx2.AsyncClient, intake: Intake, others: Others
) -> None:
    """Between the sweeper's look and its transaction the state may change."""
    applicant = await sent(http)
    back = returned(applicant, "documents.photo").model_copy(
        update={"due_on": clock.today() - YESTERDAY}
    )
    await others.say(back, "verification", 3)
    found = store.find_overdue(intake.uow.reading(), clock.today())
    assert applicant.id in [each async for each in found]
    await others.say(rejected(applicant), "verification", 4)
    await withdraw_overdue(intake)
    assert (await applicant.status())["state"] == "rejected"
    assert await withdrawals(intake, applicant) == []


async def test_withdrawing_and_sending_an_amendment_at_once_ends_withdrawn(
    http: httpx2.AsyncClient, intake: Intake, others: Others
) -> None:
    applicant = await sent(http)
    await others.say(returned(applicant, "documents.photo"), "verification", 3)
    session = await applicant.look()
    path, file = "/status/amendment/documents/photo", {"file": FILES["photo"]}
    assert (await http.put(path, files=file, headers=session)).status_code == 200
    withdrawn, amended = await asyncio.gather(
        withdraw_application(intake, applicant.id),
        send_amendment(intake, applicant.id),
        return_exceptions=True,
    )
    assert not isinstance(withdrawn, BaseException)
    assert isinstance(amended, Conflict) or not isinstance(amended, BaseException)
    events = await emitted(intake, applicant)
    versions = [event.aggregateversion for event in events]
    assert versions == list(range(1, len(events) + 1))
    assert isinstance(events[-1].data, ApplicationWithdrawn)
    assert (await applicant.status())["state"] == "withdrawn"
