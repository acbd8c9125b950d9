"""A desk on real MongoDB: its own database for each test."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import pytest
from pydantic import SecretStr

from deploy.local.environment import environment
from deploy.local.stack import Servers
from services.verification.consumers import make_consumers
from services.verification.indexes import INDEXES
from services.verification.officers.accounts import Account, ensure_account
from services.verification.officers.domain import Officer
from services.verification.review import store
from services.verification.review.decisions import Act, Findings, Found, save_checks
from services.verification.review.domain import Case
from services.verification.review.warnings import CaseReader
from services.verification.settings import VerificationSettings
from shared.contracts.catalog import parse_event
from shared.contracts.envelope import Event
from shared.messaging import inbox, outbox
from shared.messaging.subscribe import Step
from shared.mongo import Document, Mongo
from shared.office import load_office
from shared.service import Resources, connect
from shared.uow import Tx, UnitOfWork
from tests.integration.verification.browser import PASSWORD, Browser, open_browser
from tests.unit.verification.sample_events import INDEX_KEY, KEYS

COUNTER_KEY = base64.b64encode(bytes(range(32))).decode()

TABLES = {**INDEXES, **outbox.INDEXES, **inbox.INDEXES}
ALL_MATCH = Found(rest_matches=True)


@dataclass(frozen=True)
class Desk:
    """`owner` may do in the database what the service may not: change and delete audit rows."""

    uow: UnitOfWork
    owner: Mongo
    verifier: Officer
    second: Officer
    approver: Officer

    async def deliver(self, event: Event[Any]) -> None:
        """As the subscription does: once per queue and event."""
        for consumer in make_consumers(CaseReader(KEYS, INDEX_KEY, load_office())):
            handler = consumer.handlers.get(type(event.data))
            if handler is not None:
                assert not isinstance(handler, Step)
                await self.uow.run_once(consumer.queue.name, event, partial(handler, event))

    async def case(self, case_id: str) -> Case:
        return await store.load(self.uow.reading(), case_id)

    async def act(self, work: Callable[[Tx], Awaitable[Case]]) -> Case:
        return await self.uow.run(work)

    async def check_all(self, case: Case, officer: Officer) -> Case:
        findings = Findings({each.kind: ALL_MATCH for each in case.current.documents}, {})
        return await self.act(
            lambda tx: save_checks(tx, Act(case.id, case.version, officer), findings)
        )

    async def emitted(self) -> list[Event[Any]]:
        rows = self.uow.reading().collection(outbox.COLLECTION).find({}).sort("_id", 1)
        return [event async for row in rows if (event := parse_event(row["body"]))]

    async def forget(self, *names: str) -> None:
        for name in names:
            await self.owner.collection(name).delete_many({})

    async def audit(self, **chosen: object) -> list[dict[str, Any]]:
        rows = self.uow.reading().collection("audit_log").find(chosen).sort("_id", 1)
        return await rows.to_list(None)


@dataclass(frozen=True)
class Opening:
    """The desk as each test finds it, made once: hashing three passwords is dear by design."""

    mongo: Mongo
    owner: Mongo
    officers: tuple[Officer, ...]
    rows: dict[str, list[Document]]

    @classmethod
    async def make(cls, mongo: Mongo, owner: Mongo) -> Opening:
        await mongo.ensure_indexes(TABLES)
        for name in TABLES:
            await owner.collection(name).delete_many({})
        uow = UnitOfWork(mongo, "verification", "1404")
        officers = [
            await ensure_account(uow, Account(username, name, [role], PASSWORD, nip))
            for username, name, role, nip in (
                ("vera", "Vera Contoh", "verification_officer", None),
                ("dua", "Dua Contoh", "placement_officer", None),
                ("putra", "Putra Contoh", "placement_officer", "198505052010011000"),
            )
        ]
        rows = {name: await owner.collection(name).find({}).to_list(None) for name in TABLES}
        return cls(mongo, owner, tuple(officers), rows)

    async def again(self) -> None:
        for name, rows in self.rows.items():
            await self.owner.collection(name).delete_many({})
            if rows:
                await self.owner.collection(name).insert_many(rows)


@pytest.fixture(scope="session")
async def opening(servers: Servers) -> AsyncIterator[Opening]:
    mongo = Mongo(servers.run.mongo_url("verification"), "verification", "tests")
    owner = Mongo(servers.run.mongo_url("deploy"), "verification", "tests")
    yield await Opening.make(mongo, owner)
    mongo.close()
    owner.close()


@pytest.fixture
async def desk(opening: Opening) -> Desk:
    await opening.again()
    uow = UnitOfWork(opening.mongo, "verification", "1404")
    return Desk(uow, opening.owner, *opening.officers)


@pytest.fixture
def resources(servers: Servers, desk: Desk) -> Resources:
    values = environment("verification", servers.run)
    settings = VerificationSettings(
        mongo_url=SecretStr(values["MONGO_URL"]),
        rabbit_url=SecretStr(values["RABBIT_URL"]),
        s3_endpoint=values["S3_ENDPOINT"],
        s3_access_key=values["S3_ACCESS_KEY"],
        s3_secret_key=SecretStr(values["S3_SECRET_KEY"]),
        session_key=SecretStr("a session key of the tests"),
        index_key=SecretStr(INDEX_KEY),
        stuck_work_rabbit_url=SecretStr(values["STUCK_WORK_RABBIT_URL"]),
        public_url="http://desk.test",
        applicants_url="http://form.test",
        counter_key=SecretStr(COUNTER_KEY),
        totp_required=False,
    )
    return replace(connect(settings), uow=desk.uow, mongo=desk.uow.mongo, keys=KEYS)


@pytest.fixture
async def browser(resources: Resources) -> AsyncIterator[Browser]:
    async with open_browser(resources) as client:
        yield Browser(client)
