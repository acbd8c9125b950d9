"""A virus scanner that speaks clamd's INSTREAM: its word counts, and its silence too."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx2
import pytest

from services.intake.documents import Upload
from services.intake.intake import Intake
from services.intake.refusals import Refused
from services.intake.uploads import receiving
from services.intake.uploads import store as uploads
from services.intake.uploads.finishing import finish
from services.intake.uploads.store import Owner
from services.intake.web.sessions import read_draft_token
from shared.storage import DOCUMENTS, QUARANTINE
from tests.integration.intake.conftest import FILES, Applicant

BAD = b"INI-VIRUS-UJI"
CARD = FILES["identity_card"]


@dataclass
class Scanner:
    """Reads the stream as clamd does: length, piece, until a length of zero."""

    seen: list[bytes] = field(default_factory=list)
    broken: bool = False

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert await reader.readuntil(b"\0") == b"zINSTREAM\0"
        data = b""
        while length := int.from_bytes(await reader.readexactly(4), "big"):
            data += await reader.readexactly(length)
        self.seen.append(data)
        verdict = b"Uji.Virus FOUND" if BAD in data else b"OK"
        writer.write(b"INSTREAM: ERROR\0" if self.broken else b"stream: " + verdict + b"\0")
        await writer.drain()
        writer.close()


@pytest.fixture(params=["unix", "tcp"])
async def scanner(
    request: pytest.FixtureRequest, intake: Intake, tmp_path: Path
) -> AsyncIterator[tuple[Scanner, Intake]]:
    scanner = Scanner()
    if request.param == "unix":
        address = str(tmp_path / "clamd.sock")
        server = await asyncio.start_unix_server(scanner.serve, address)
    else:
        server = await asyncio.start_server(scanner.serve, "127.0.0.1", 0)
        address = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    settings = intake.settings.model_copy(update={"clamd": address})
    yield scanner, replace(intake, settings=settings)
    server.close()


async def owner_of(intake: Intake, http: httpx2.AsyncClient) -> Owner:
    applicant = await Applicant.start(http)
    return Owner(applicant.id, read_draft_token(intake.settings, applicant.token))


async def test_what_the_scanner_finds_is_refused(
    scanner: tuple[Scanner, Intake], http: httpx2.AsyncClient
) -> None:
    asked, intake = scanner
    owner = await owner_of(intake, http)
    await receiving.take_whole(intake, owner, "identity_card", Upload(CARD, "ktp.jpg"))
    with pytest.raises(Refused, match="virus"):
        await receiving.take_whole(intake, owner, "diploma", Upload(CARD + BAD, "ijazah.jpg"))
    assert asked.seen == [CARD, CARD + BAD], "every byte as it came"
    assert await intake.storage.keys(DOCUMENTS, f"applications/{owner.id}/") != []


async def test_without_a_verdict_nothing_is_accepted_and_nothing_is_lost(
    scanner: tuple[Scanner, Intake], http: httpx2.AsyncClient
) -> None:
    asked, intake = scanner
    owner = await owner_of(intake, http)
    session = await receiving.begin(intake, owner, "identity_card", len(CARD), "ktp.jpg")
    session = await receiving.append(intake, session, _stream(CARD))
    asked.broken = True
    nobody = intake.settings.model_copy(update={"clamd": "/tidak/ada.sock"})
    for without in (intake, replace(intake, settings=nobody)):
        with pytest.raises(Refused) as refused:
            await finish(without, owner, session)
        assert (refused.value.code, refused.value.status) == ("not_scanned", 503)
    assert await intake.storage.keys(DOCUMENTS, f"applications/{owner.id}/") == []
    assert len(await intake.storage.keys(QUARANTINE, f"uploads/{session.id}/")) == 1
    asked.broken = False
    await finish(intake, owner, session)  # no byte is sent again
    found = await uploads.find(intake.uow.reading(), session.id)
    assert found is not None
    assert found.state == "accepted"


async def _stream(data: bytes) -> AsyncIterator[bytes]:
    yield data
