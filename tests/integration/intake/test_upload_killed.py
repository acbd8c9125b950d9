"""Intake is killed in the middle of an upload: the new process goes on with it."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator

import httpx2
import pytest

from deploy.local.stack import Servers, Services
from tests.integration.intake.conftest import Applicant
from tests.integration.intake.tus_client import TusClient
from tests.unit.intake.bad_files import jpeg


@pytest.fixture
def services(servers: Servers) -> Iterator[Services]:
    """A process of its own, that can be killed."""
    started = Services(servers)
    started.start("intake")
    yield started
    started.stop()


async def test_an_upload_killed_at_70_percent_resumes(services: Services) -> None:
    data = jpeg(2000, 1500, quality=88)
    acknowledged = len(data) * 7 // 10
    url = services.url("intake")
    async with httpx2.AsyncClient(base_url=f"{url}/api/v1", timeout=30) as http:
        applicant = await Applicant.start(http)
    async with httpx2.AsyncClient(timeout=30) as http:
        tus = TusClient(http, url, applicant.headers)
        place = await tus.begin("diploma", len(data))
        for start in range(0, acknowledged, 128 * 1024):
            end = min(acknowledged, start + 128 * 1024)
            assert (await tus.patch(place, start, data[start:end])).status_code == 204
        # One more piece is under way when the process dies; it may be lost, the others may not.
        under_way = asyncio.create_task(tus.patch(place, acknowledged, data[acknowledged:-1]))
        await asyncio.sleep(0)
        os.kill(services.children["intake"].identity.pid, signal.SIGKILL)
        await asyncio.gather(under_way, return_exceptions=True)
        await asyncio.to_thread(services.kill, "intake")
        await asyncio.to_thread(services.start, "intake")
    async with httpx2.AsyncClient(timeout=30) as http:
        tus = TusClient(http, url, applicant.headers)
        offset = await tus.offset(place)
        assert acknowledged <= offset < len(data)
        assert (await tus.patch(place, offset, data[offset:])).status_code == 204
        shown = await http.get(
            f"{url}/api/v1/applications/{applicant.id}", headers=applicant.headers
        )
    assert set(shown.json()["documents"]) == {"diploma"}
