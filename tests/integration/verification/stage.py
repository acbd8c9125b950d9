"""A running desk with made-up cases: real servers, the real process, drawn documents."""

from __future__ import annotations

import asyncio
import hashlib
import io
import subprocess
import sys
from dataclasses import dataclass
from functools import partial
from typing import Any

from PIL import Image, ImageDraw, ImageFont
from pydantic import SecretStr

from deploy.local.environment import ROOT, environment
from deploy.local.stack import Servers, Services
from services.verification.consumers import make_consumers
from services.verification.indexes import INDEXES
from services.verification.officers.accounts import Account, ensure_account
from services.verification.review.warnings import CaseReader
from shared.contracts.applications import DocumentKind, DocumentRef, PageRef
from shared.contracts.envelope import Event
from shared.ids import uuid7
from shared.messaging.subscribe import Step
from shared.messaging.topology import QUEUES
from shared.mongo import Mongo
from shared.office import load_office
from shared.sealed import KeyRing
from shared.settings import ServiceSettings
from shared.storage import CARDS, DOCUMENTS, Storage, connect_storage
from shared.uow import UnitOfWork
from tests.integration.queues import empty
from tests.unit.verification.sample_events import SUBMITTED_AT

PASSWORDS = {
    "vera": "padi kopi laut satu",
    "putra": "bukit hujan kapal dua",
    "rina": "sungai lampu karet lima",
    "admin": "rotan sagu senja",
}
_PAPER = (1240, 1754)
_SIZES: dict[DocumentKind, tuple[int, int]] = {"identity_card": (1011, 638), "photo": (600, 800)}


@dataclass
class Stage:
    servers: Servers
    services: Services
    keys: KeyRing
    uow: UnitOfWork

    @property
    def url(self) -> str:
        return self.services.url("verification")

    async def deliver(self, event: Event[Any]) -> None:
        """Hand an event to the consumer functions, in a transaction of the desk's database."""
        index_key = self.servers.run.secrets.values["index:verification"]
        reader = CaseReader(self.keys, index_key, load_office())
        for consumer in make_consumers(reader):
            handler = consumer.handlers.get(type(event.data))
            if handler is not None:
                assert not isinstance(handler, Step)
                await self.uow.run_once(consumer.queue.name, event, partial(handler, event))

    async def document(self, kind: DocumentKind, title: str, pages: int = 1) -> DocumentRef:
        """Draw a document and put it where intake would."""
        document_id = uuid7()
        refs = []
        for number in range(1, pages + 1):
            data = draw(_SIZES.get(kind, _PAPER), f"{title}\nhalaman {number}")
            key = f"{document_id}/{number}.jpg"
            await self.storage("intake").put(DOCUMENTS, key, data, "image/jpeg")
            width, height = _SIZES.get(kind, _PAPER)
            sha256 = hashlib.sha256(data).hexdigest()
            refs.append(PageRef(key=key, sha256=sha256, width=width, height=height, size=len(data)))
        return DocumentRef(
            document_id=document_id,
            kind=kind,
            source_type="image/jpeg",
            pages=tuple(refs),
            uploaded_at=SUBMITTED_AT,
        )

    async def put_card(self, key: str, pdf: bytes) -> None:
        await self.storage("cards").put(CARDS, key, pdf, "application/pdf")

    def storage(self, service: str) -> Storage:
        run = self.servers.run
        key = run.s3_key(service)
        return connect_storage(
            ServiceSettings(
                service=service,
                mongo_url=SecretStr("mongodb://unused"),
                rabbit_url=SecretStr("amqp://unused"),
                s3_endpoint=run.s3_endpoint,
                s3_access_key=key.access,
                s3_secret_key=SecretStr(key.secret),
            )
        )

    def accounts(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the accounts command as an administrator would."""
        return subprocess.run(
            [sys.executable, "-m", "services.verification.accounts", *arguments],
            env={"PATH": "/usr/bin:/bin", **environment("verification", self.servers.run)},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    async def ensure(self, username: str, name: str, *roles: str, nip: str | None = None) -> None:
        account = Account(username, name, list(roles), PASSWORDS[username], nip)
        await ensure_account(self.uow, account)


async def start_stage(servers: Servers) -> Stage:
    """Start the service with accounts."""
    run = servers.run
    mongo = Mongo(run.mongo_url("verification"), "verification", "tests")
    stage = Stage(
        servers,
        Services(servers),
        KeyRing.load(run.secrets.keyring("verification")),
        UnitOfWork(mongo, "verification", "1404"),
    )
    await mongo.ensure_indexes(INDEXES)
    # The administrator first: another module may have left vera as the last one.
    await stage.ensure("admin", "Admin Contoh", "system_admin")
    await stage.ensure("vera", "Vera Contoh", "verification_officer")
    await stage.ensure("putra", "Putra Contoh, S.E.", "placement_officer", nip="198505052010011000")
    await stage.ensure("rina", "Rina Contoh", "placement_officer")
    # People who applied in other tests, while no desk was there, would come now.
    await empty(servers, *(each.name for each in QUEUES if each.name.startswith("verification.")))
    await asyncio.to_thread(stage.services.start, "verification")
    return stage


async def end_stage(stage: Stage) -> None:
    await asyncio.to_thread(stage.services.stop)
    stage.uow.mongo.close()


def draw(size: tuple[int, int], text: str) -> bytes:
    """A page that says what it is, clearly no real document."""
    image = Image.new("RGB", size, "#f3efe4")
    pen = ImageDraw.Draw(image)
    pen.rectangle((12, 12, size[0] - 12, size[1] - 12), outline="#5b6b7f", width=4)
    font = ImageFont.load_default(size[0] / 16)
    pen.multiline_text((48, 48), f"CONTOH\n{text}", fill="#26364a", font=font, spacing=16)
    for line in range(6):
        top = size[1] * (0.45 + line * 0.08)
        pen.rectangle((48, top, size[0] * (0.9 - 0.07 * line), top + 8), fill="#b9c2cd")
    output = io.BytesIO()
    image.save(output, "JPEG", quality=85)
    return output.getvalue()
