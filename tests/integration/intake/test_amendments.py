"""Amending what was returned: nothing else is demanded, and nothing is left behind. Real servers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import httpx2
import pytest

from services.intake.applications import send_amendment
from services.intake.intake import Intake
from shared.contracts.applications import DocumentKind
from shared.office import Documents
from tests.integration.intake.conftest import FILES, Applicant, Others
from tests.integration.intake.test_journey import returned


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
