"""The line breaks while the last piece is on its way and the file is examined: nothing is lost."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx2
import pytest

from services.intake.intake import Intake
from services.intake.uploads import store as uploads
from services.intake.uploads.finishing import EXAMINED
from shared.web.limits import hit
from tests.integration.intake.conftest import FILES, Applicant, Served
from tests.integration.intake.tus_client import TusClient
from tests.unit.intake.bad_files import locked_pdf

CARD = FILES["identity_card"]


def work_while(file: str) -> None:
    while Path(file).exists():
        time.sleep(0.02)


@pytest.fixture
async def busy(intake: Intake, tmp_path: Path) -> AsyncIterator[Path]:
    """No worker has time for another file while this one exists."""
    file = tmp_path / "busy"
    file.touch()
    blockers = [
        asyncio.create_task(intake.workers.run(work_while, str(file)))
        for _ in range(intake.settings.clean_workers)
    ]
    yield file
    await asyncio.gather(*blockers)


@pytest.mark.parametrize(
    ("data", "status"), [(CARD, 204), (locked_pdf("rahasia", "pemilik") + b"\n" * 12_000, 422)]
)
async def test_whoever_comes_back_waits_for_the_same_verdict(
    http: httpx2.AsyncClient, served: Served, intake: Intake, busy: Path, data: bytes, status: int
) -> None:
    applicant = await Applicant.start(http)
    tus = TusClient(http, served.url, applicant.headers)
    place = await tus.begin("identity_card", len(data))
    upload_id = place.rpartition("/")[2]
    _, writer = await asyncio.open_connection(served.host, served.port)
    head = (
        f"PATCH {place} HTTP/1.1\r\nHost: {served.host}\r\n"
        f"Authorization: Bearer {applicant.token}\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\n"
        f"Content-Type: application/offset+octet-stream\r\nContent-Length: {len(data)}\r\n\r\n"
    )
    writer.write(head.encode() + data)
    await writer.drain()
    arrived = {"_id": upload_id, "offset": len(data), "state": "receiving"}
    while not await intake.mongo.collection(uploads.UPLOADS).find_one(arrived):
        await asyncio.sleep(0.02)
    writer.close()
    await writer.wait_closed()
    back = [asyncio.create_task(tus.head(place)) for _ in range(2)]
    back.append(asyncio.create_task(tus.patch(place, len(data), b"")))
    await asyncio.sleep(0.2)  # were they later, they would find the verdict written
    await asyncio.to_thread(busy.unlink)
    first, second, verdict = await asyncio.gather(*back)
    for looked in (first, second):
        assert (looked.status_code, looked.headers["upload-offset"]) == (200, str(len(data)))
    assert verdict.status_code == status
    assert (await tus.patch(place, len(data), b"")).status_code == status, "and again"
    path = f"/applications/{applicant.id}"
    shown = await http.get(path, headers=applicant.headers)
    assert set(shown.json()["documents"]) == ({"identity_card"} if status == 204 else set())
    once = replace(EXAMINED, count=2)  # this hit is the second
    assert await hit(intake.uow.reading(), once, applicant.id) == 0, "it was examined once"
