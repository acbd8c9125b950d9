"""What an applicant is told while a server is away, and drafts that run out."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from deploy.local.environment import environment
from deploy.local.stack import Servers
from services.intake import store
from services.intake.expiry import expire_drafts
from services.intake.intake import Intake, open_intake
from services.intake.settings import IntakeSettings
from services.intake.web.app import make_app
from shared import clock
from shared.service import connect
from shared.storage import DOCUMENTS
from tests.integration.intake.conftest import FILES, Applicant, key
from tests.unit.intake import answers_example


@pytest.fixture
def nobody_there() -> str:
    """An address where no server listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"


@asynccontextmanager
async def intake_with(
    servers: Servers, changes: dict[str, Any]
) -> AsyncIterator[tuple[Intake, httpx2.AsyncClient]]:
    values = {name.lower(): value for name, value in environment("intake", servers.run).items()}
    intake = open_intake(connect(IntakeSettings.model_validate({**values, **changes})))
    transport = httpx2.ASGITransport(make_app(intake))
    base = "http://intake.example/api/v1"
    async with httpx2.AsyncClient(transport=transport, base_url=base, timeout=60) as client:
        yield intake, client
    await intake.workers.close()
    intake.mongo.close()


async def test_without_the_object_store_all_but_uploads_lives(
    servers: Servers, intake: Intake, nobody_there: str
) -> None:
    changes = {"s3_endpoint": f"http://{nobody_there}"}
    async with intake_with(servers, changes) as (_, http):
        applicant = await Applicant.start(http)
        saved = await applicant.put("identity", answers_example.PAGES["identity"])
        assert saved.status_code == 200
        answer = await applicant.upload("photo", FILES["photo"])
        assert answer.status_code == 503
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["Retry-After"]
        assert "coba lagi" in answer.json()["detail"]
        shown = await http.get(f"/applications/{applicant.id}", headers=applicant.headers)
        assert shown.json()["documents"] == {}


async def test_without_the_database_the_office_is_named(
    servers: Servers, nobody_there: str
) -> None:
    changes = {"mongo_url": f"mongodb://{nobody_there}/?serverSelectionTimeoutMS=300"}
    async with intake_with(servers, changes) as (intake, http):
        answer = await http.post("/applications", json={"notice_acknowledged": True}, headers=key())
        assert answer.status_code == 503
        assert intake.office.identity.telephone in answer.json()["detail"]


async def test_an_expired_draft_is_gone_with_its_images(
    http: httpx2.AsyncClient, intake: Intake
) -> None:
    applicant, fresh = await Applicant.start(http), await Applicant.start(http)
    await applicant.upload("photo", FILES["photo"])
    rows = intake.mongo.collection(store.DRAFTS)
    row = await rows.find_one({"_id": applicant.id})
    assert row is not None
    image = row["documents"]["photo"]["pages"][0]["key"]
    past = clock.now() - timedelta(minutes=1)
    await rows.update_one({"_id": applicant.id}, {"$set": {"expires_at": past}})
    await expire_drafts(intake)
    assert await intake.storage.get(DOCUMENTS, image), "it may be on its way at this moment"
    past = clock.now() - timedelta(hours=1)
    await rows.update_one({"_id": applicant.id}, {"$set": {"expires_at": past}})
    answer = await applicant.put("identity", answers_example.PAGES["identity"])
    assert (answer.status_code, answer.json()["code"]) == (404, "draft_gone")
    await expire_drafts(intake)
    with pytest.raises(Exception, match="tidak ditemukan"):
        await intake.storage.get(DOCUMENTS, image)
    assert await rows.find_one({"_id": applicant.id}) is None
    assert await rows.find_one({"_id": fresh.id}) is not None
