"""An officer at the counter: tickets that the desk signs, and a whole form typed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx2

from deploy.local.stack import Servers
from services.intake.intake import Intake
from shared import clock
from shared.contracts.catalog import parse_event
from shared.counter_tickets import (
    FIELD,
    CounterChannel,
    CounterTicket,
    private_key,
    sign_ticket,
)
from shared.messaging import outbox
from tests.integration.intake.browsing import Browser, errors
from tests.integration.intake.conftest import FILES
from tests.unit.intake import answers_example


class Desk:
    """What the officers' desk signs."""

    def __init__(self, servers: Servers) -> None:
        run = servers.run
        self.key = private_key(run.secrets.values["counter:verification"])
        self.headers = {"Origin": run.officers_url, "Sec-Fetch-Site": "same-site"}

    def ticket(
        self,
        officer_id: str = "o1",
        channel: CounterChannel = "counter",
        *,
        age: timedelta = timedelta(0),
        application_id: str | None = None,
    ) -> str:
        ticket = CounterTicket(
            id=str(uuid4()),
            officer_id=officer_id,
            officer_name="Olga Contoh",
            channel=channel,
            issued_at=clock.now() - age,
            application_id=application_id,
        )
        return sign_ticket(self.key, ticket)

    async def bring(self, office: Browser, text: str, **headers: str) -> httpx2.Response:
        """The page of the desk posts a ticket."""
        return await office.client.post(
            "/loket/buka", data={FIELD: text}, headers={**self.headers, **headers}
        )


async def finished(office: Browser, contact: dict[str, object] | None = None) -> None:
    """A draft with everything but the declaration."""
    await office.begin()
    for page in answers_example.PAGES:
        await office.fill(page, contact if page == "contact" else None)
    await office.get("/daftar/dokumen")
    for kind, data in FILES.items():
        answer = await office.client.post(
            f"/daftar/dokumen/{kind}",
            data={"csrf_token": office.token},
            files={"file": ("pindai.jpg", data)},
        )
        assert answer.status_code == 303


async def sent(office: Browser) -> str:
    await office.get("/daftar/periksa")
    answer = await office.post("/daftar/periksa", {"declaration": ["yes"]})
    assert answer.status_code == 303, errors(answer)
    return answer.headers["location"].rsplit("/", 1)[1]


async def emitted(intake: Intake, kind: type[Any], reference: str) -> Any:
    """The event about an application; there is exactly one."""
    rows = await intake.mongo.collection(outbox.COLLECTION).find({"type": kind.TYPE}).to_list(None)
    events = [event for row in rows if (event := parse_event(row["body"]))]
    [found] = [event.data for event in events if event.data.reference == reference]
    return found
