"""Amending what was returned: nothing else is demanded, and nothing is left behind. Real servers."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from services.intake import store
from services.intake.applications import send_amendment
from services.intake.intake import Intake
from services.intake.leftovers import BATCH, delete_discarded
from services.intake.status import get_status
from services.intake.withdrawal import withdraw_application, withdraw_overdue
from shared import clock
from shared.contracts.applications import DocumentKind
from shared.office import Documents
from shared.storage import DOCUMENTS
from tests.integration.intake.conftest import FILES, Applicant, Others
from tests.integration.intake.test_journey import returned

End = Callable[[Intake, Applicant], Awaitable[None]]


async def back(http: httpx2.AsyncClient, others: Others, *items: str, **changes: Any) -> Applicant:
    """Somebody whose application an officer returned."""
    applicant = await Applicant.start(http)
    await applicant.send()
    data = returned(applicant, *items).model_copy(update=changes)
    await others.say(data, "verification", 2)
    return applicant


async def redo(applicant: Applicant, kind: DocumentKind) -> None:
    answer = await applicant.http.put(
        f"/status/amendment/documents/{kind}",
        files={"file": ("foto.jpg", FILES[kind])},
        headers=await applicant.look(),
    )
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(
    "documents",
    [
        Documents(required=("identity_card", "diploma", "photo", "family_card")),
        Documents(required=("identity_card",), optional=()),
    ],
    ids=["more", "less"],
)
async def test_an_office_that_changes_its_mind_demands_only_what_was_returned(
    http: httpx2.AsyncClient, intake: Intake, others: Others, documents: Documents
) -> None:
    applicant = await back(http, others, "documents.photo")
    await redo(applicant, "photo")
    office = intake.office.model_copy(update={"documents": documents})
    sent = await send_amendment(replace(intake, office=office), applicant.id)
    assert (sent.state, set(sent.documents)) == ("submitted", set(FILES))


async def test_a_page_saved_as_it_was_says_so_and_can_be_sent(
    http: httpx2.AsyncClient, intake: Intake, others: Others
) -> None:
    applicant = await back(http, others, "identity")
    session = await applicant.look()
    path = "/status/amendment/answers/identity"
    shown = (await http.get(path, headers=session)).json()["values"]
    saved = await http.put(path, json=shown, headers=session)
    assert saved.status_code == 200, saved.text
    (item,) = (await get_status(intake, applicant.id)).returned.items  # type: ignore[union-attr]
    assert (item.done, item.unchanged) == (True, True)
    changed = await http.put(path, json={**shown, "birth_place": "Rengat"}, headers=session)
    assert changed.status_code == 200, changed.text
    (item,) = (await get_status(intake, applicant.id)).returned.items  # type: ignore[union-attr]
    assert (item.done, item.unchanged) == (True, False)


async def images(intake: Intake, applicant: Applicant) -> set[str]:
    return set(await intake.storage.keys(DOCUMENTS, f"applications/{applicant.id}/"))


async def withdrawn_at_wish(intake: Intake, applicant: Applicant) -> None:
    await withdraw_application(intake, applicant.id)


async def closed_as_overdue(intake: Intake, applicant: Applicant) -> None:
    while await withdraw_overdue(intake):
        pass
    assert (await applicant.status())["state"] == "withdrawn"


@pytest.mark.parametrize("end", [withdrawn_at_wish, closed_as_overdue])
async def test_images_of_a_correction_never_sent_are_deleted(
    http: httpx2.AsyncClient, intake: Intake, others: Others, end: End
) -> None:
    yesterday = clock.today() - timedelta(days=1)
    applicant = await back(http, others, "documents.photo", due_on=yesterday)
    sent = await images(intake, applicant)
    await redo(applicant, "photo")
    left = await images(intake, applicant) - sent
    assert left
    await end(intake, applicant)
    row = await intake.mongo.collection(store.APPLICATIONS).find_one({"_id": applicant.id})
    assert row is not None
    assert set(row["discarded"]) == left, "written down in the transaction that ended it"
    await intake.storage.delete(DOCUMENTS, next(iter(left)))  # died in the middle of an earlier try
    await asyncio.gather(*(delete_discarded(intake) for _ in range(2)))
    assert await images(intake, applicant) == sent
    assert await store.find_discarded(intake.uow.reading(), BATCH) == []
    assert await delete_discarded(intake) == 0


async def test_keys_that_came_while_others_were_deleted_are_not_forgotten(
    http: httpx2.AsyncClient, intake: Intake, others: Others
) -> None:
    await delete_discarded(intake)  # of other tests
    applicant = await back(http, others, "documents.photo")
    await redo(applicant, "photo")
    await withdraw_application(intake, applicant.id)
    reading = intake.uow.reading()
    ((found, keys),) = await store.find_discarded(reading, BATCH)
    await store.forget_discarded(reading, found, keys[:-1])
    assert await store.find_discarded(reading, BATCH) == [(found, keys)]
    assert await delete_discarded(intake) == 1
    assert not set(keys) & await images(intake, applicant)
