"""Intake on real servers, served by a real HTTP server in this process."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import httpx2
import pytest
import uvicorn

from deploy.local.environment import environment
from deploy.local.stack import Servers
from services.intake import store
from services.intake.consumers import consumers
from services.intake.counter import sessions as counter
from services.intake.intake import Intake, open_intake
from services.intake.settings import IntakeSettings
from services.intake.uploads import store as uploads
from services.intake.web.app import make_app
from shared import clock
from shared.contracts.applications import DocumentKind
from shared.contracts.cards import CardIssued
from shared.contracts.envelope import Event, EventData
from shared.ids import uuid7
from shared.messaging import inbox, outbox
from shared.messaging.subscribe import Subscription
from shared.service import connect
from shared.settings import ServiceSettings
from shared.storage import Storage, connect_storage
from tests.integration.intake.browsing import Browser
from tests.unit.intake import answers_example
from tests.unit.intake.bad_files import jpeg


@pytest.fixture(scope="session")
async def intake(servers: Servers) -> AsyncIterator[Intake]:
    """The resources of intake, with its own rights on the servers and nothing more."""
    values = {name.lower(): value for name, value in environment("intake", servers.run).items()}
    opened = open_intake(connect(IntakeSettings.model_validate(values)))
    await opened.mongo.ensure_indexes(
        {
            **store.INDEXES,
            **uploads.INDEXES,
            **counter.INDEXES,
            **outbox.INDEXES,
            **inbox.INDEXES,
        }
    )
    yield opened
    opened.stopping.set()
    await opened.workers.close()
    opened.mongo.close()


@pytest.fixture(scope="session")
def cards(servers: Servers) -> Storage:
    """The object store with the key of the service cards."""
    values = {name.lower(): value for name, value in environment("cards", servers.run).items()}
    return connect_storage(ServiceSettings.model_validate({"service": "cards", **values}))


@dataclass(frozen=True)
class Served:
    """Where intake answers."""

    host: str
    port: int

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"


@pytest.fixture(scope="session")
async def served(intake: Intake) -> AsyncIterator[Served]:
    config = uvicorn.Config(
        make_app(intake), host="127.0.0.1", port=0, lifespan="off", log_config=None
    )
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.02)
    host, port = server.servers[0].sockets[0].getsockname()
    yield Served(host, port)
    server.should_exit = True
    await task


@pytest.fixture
async def http(served: Served) -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(base_url=f"{served.url}/api/v1", timeout=30) as client:
        yield client


@pytest.fixture
async def browser(served: Served) -> AsyncIterator[Browser]:
    """A phone, or the computer of an office."""
    async with httpx2.AsyncClient(base_url=served.url, timeout=30) as client:
        yield Browser(client)


@pytest.fixture
async def no_limits(intake: Intake) -> None:
    """Nothing is counted yet."""
    await intake.mongo.collection("rate_limits").delete_many({})


def key() -> dict[str, str]:
    """A new idempotency key."""
    return {"Idempotency-Key": str(uuid4())}


FILES: Mapping[DocumentKind, bytes] = {
    "identity_card": jpeg(),
    "diploma": jpeg(1200, 900),
    "photo": jpeg(600, 800),
}


@dataclass
class Applicant:
    """One person with a script: a draft in hand, then a reference."""

    http: httpx2.AsyncClient
    id: str
    token: str
    reference: str = ""

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    @classmethod
    async def start(cls, http: httpx2.AsyncClient) -> Applicant:
        answer = await http.post("/applications", json={"notice_acknowledged": True}, headers=key())
        assert answer.status_code == 201, answer.text
        return cls(http, answer.json()["id"], answer.json()["token"])

    async def put(self, page: str, values: dict[str, Any]) -> httpx2.Response:
        path = f"/applications/{self.id}/answers/{page}"
        return await self.http.put(path, json=values, headers=self.headers)

    async def upload(self, kind: str, data: bytes, name: str = "foto.jpg") -> httpx2.Response:
        path = f"/applications/{self.id}/documents/{kind}"
        return await self.http.put(path, files={"file": (name, data)}, headers=self.headers)

    async def fill(self, changes: Mapping[str, dict[str, Any]] | None = None) -> None:
        """Every page and document of the example."""
        for page, values in answers_example.PAGES.items():
            answer = await self.put(page, {**values, **(changes or {}).get(page, {})})
            assert answer.status_code == 200, answer.text
        for kind, data in FILES.items():
            answer = await self.upload(kind, data)
            assert answer.status_code == 200, answer.text

    async def submit(self, headers: dict[str, str] | None = None) -> httpx2.Response:
        return await self.http.post(
            f"/applications/{self.id}/submission",
            json=answers_example.AGREED,
            headers={**self.headers, **(headers or key())},
        )

    async def send(self) -> None:
        await self.fill()
        answer = await self.submit()
        assert answer.status_code == 202, answer.text
        self.reference = answer.json()["reference"]

    async def look(self, birth_date: str = "2001-08-27") -> dict[str, str]:
        """Open a status session; returns its headers."""
        answer = await self.http.post(
            "/status-sessions", json={"reference": self.reference, "birth_date": birth_date}
        )
        assert answer.status_code == 201, answer.text
        return {"Authorization": f"Bearer {answer.json()['token']}"}

    async def status(self) -> dict[str, Any]:
        answer = await self.http.get("/status", headers=await self.look())
        assert answer.status_code == 200, answer.text
        return dict(answer.json())


@dataclass
class Others:
    """What the other services would say, delivered as bytes through the real consumers."""

    intake: Intake

    async def say(self, data: EventData, source: str, version: int) -> str:
        """Deliver an event; returns its body for delivering it again."""
        envelope: Any = Event[type(data)]  # type: ignore[misc]
        event = envelope(
            id=uuid7(),
            source=f"/services/{source}",
            type=data.TYPE,
            subject=uuid7(),
            time=datetime.now(UTC),
            office="1404",
            aggregateversion=version,
            correlationid=uuid7(),
            data=data,
        )
        body: str = event.model_dump_json(exclude_none=True)
        await self.deliver(body, data)
        return body

    async def deliver(self, body: str, data: EventData) -> None:
        consumer = next(c for c in consumers(self.intake) if type(data) in c.handlers)
        subscription = Subscription(consumer, self.intake.uow, self.intake.stopping)
        message: Any = SimpleNamespace(body=body.encode(), headers={})
        await subscription.receive(message)

    async def issue(self, applicant: Applicant, pdf: bytes, code_hash: str) -> CardIssued:
        card_id, day = uuid7(), datetime(2026, 11, 24, tzinfo=UTC)
        data = CardIssued(
            card_id=card_id,
            application_id=applicant.id,
            reference=applicant.reference,
            registration_number="1404241126000001",
            issued_on=day.date(),
            valid_until=day.date().replace(year=2028),
            report_due_on=(day.date().replace(year=2027, month=5),),
            object_key=f"cards/{card_id}.pdf",
            sha256=hashlib.sha256(pdf).hexdigest(),
            size=len(pdf),
            check_code_hash=code_hash,
            issued_at=datetime.now(UTC),
        )
        await self.say(data, "cards", 2)
        return data


@pytest.fixture
def others(intake: Intake) -> Others:
    return Others(intake)


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Move the clock of intake."""

    def move(by: timedelta) -> None:
        now = clock.now
        monkeypatch.setattr(clock, "now", lambda: now() + by)

    return move
