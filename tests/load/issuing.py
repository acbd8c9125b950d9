"""From an approval to the stored PDF, at a steady rate: the cards service with its servers, alone.

`python -m tests.load.issuing FOLDER COUNT PHOTO` starts them in FOLDER and prints the figure. Times come
from the event (when it was approved) and from MongoDB's own log of changes.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aio_pika
from pymongo import AsyncMongoClient

from deploy.local.environment import ROOT, Deployment, environment
from deploy.local.stack import Servers, Services
from services.cards.settings import CardsSettings
from shared.clock import now
from shared.contracts.applications import PageRef
from shared.messaging.topology import CARDS_APPROVALS
from shared.sealed import KeyRing
from shared.service import connect
from shared.storage import DOCUMENTS
from tests.integration.cards.office import approval
from tests.load.report import Figure, Figures, as_json, from_json, not_measured, percentile

PER_SECOND = 5
WARM = 10  # the workers start with the first card
KEY = "card_pdf_p95_s"
PATIENCE = 60.0


def measure(folder: Path, photo: Path, count: int) -> Figures:
    place = folder / "issuing"
    command = [sys.executable, "-m", "tests.load.issuing", str(place), str(count), str(photo)]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        return not_measured([KEY], answer.stderr[-500:])
    return from_json(answer.stdout.splitlines()[-1])


async def _issue(run: Deployment, count: int, photo: bytes) -> Figures:
    os.environ.update(environment("intake", run))
    writer = connect(CardsSettings()).storage
    os.environ.update(environment("cards", run))
    resources = connect(CardsSettings())
    key = "applications/bench/photo/1.jpg"
    sha256 = await writer.put(DOCUMENTS, key, photo, "image/jpeg")
    page = PageRef(key=key, sha256=sha256, width=600, height=800, size=len(photo))
    client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(run.mongo_url("deploy"))
    connection = await aio_pika.connect(run.rabbit_url("deploy"))
    approved: dict[str, datetime] = {}
    issued: dict[str, datetime] = {}
    async with client, connection, connection.channel() as channel:
        match = [{"$match": {"operationType": "update"}}]
        async with await client["cards"]["cards"].watch(
            match, full_document="updateLookup", max_await_time_ms=200
        ) as stream:
            watching = asyncio.create_task(_watch(stream, issued, WARM + count))
            for first, many in ((0, WARM), (WARM, count)):
                await _approve(channel, page, resources.keys, range(first, first + many), approved)
                await _until(issued, first + many)
            await watching
    spans = [(issued[each] - at).total_seconds() for each, at in list(approved.items())[WARM:]]
    note = (
        f"approval until the card, PDF stored, is committed as issued; {count} cards at "
        f"{PER_SECOND}/s, {CardsSettings().render_workers} workers, nobody else on the machine; "
        f"median {percentile(spans, 0.5):.3g} s, slowest {max(spans):.3g} s"
    )
    return {KEY: Figure(percentile(spans, 0.95), note)}


async def _approve(
    channel: aio_pika.abc.AbstractChannel,
    page: PageRef,
    keys: KeyRing,
    numbers: range,
    approved: dict[str, datetime],
) -> None:
    begun = time.monotonic()
    for place, number in enumerate(numbers):
        await asyncio.sleep(max(0.0, begun + place / PER_SECOND - time.monotonic()))
        event = approval(number, "new", None, number, now(), page, keys)
        approved[event.data.application_id] = event.data.approved_at
        body = event.model_dump_json(exclude_none=True).encode()
        message = aio_pika.Message(body, delivery_mode=aio_pika.DeliveryMode.PERSISTENT)
        await channel.default_exchange.publish(message, CARDS_APPROVALS.name)


async def _watch(stream: Any, issued: dict[str, datetime], count: int) -> None:
    async for change in stream:
        card = change.get("fullDocument") or {}
        if card.get("state") == "issued":
            issued.setdefault(card["application_id"], change["wallTime"].replace(tzinfo=UTC))
        if len(issued) == count:
            return


async def _until(issued: dict[str, datetime], count: int) -> None:
    async with asyncio.timeout(PATIENCE):
        while len(issued) < count:
            await asyncio.sleep(0.1)


def main(folder: Path, count: int, photo: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    servers = Servers.start(folder)
    services = Services(servers)
    try:
        services.start("cards")
        figures = asyncio.run(_issue(servers.run, count, photo.read_bytes()))
    finally:
        services.stop()
        servers.stop()
    sys.stdout.write(as_json(figures) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
