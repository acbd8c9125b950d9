"""Spoilt and hostile files through the whole upload pipeline: `make fuzz FILES=5000`.

Each file ends accepted, as clean page images, or refused with a message. Nothing of the original
may reach `documents`, nothing may stay in quarantine, and neither the service nor its workers may
grow.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import psutil
from PIL import Image

from deploy.local.environment import environment
from deploy.local.stack import Servers
from services.intake import store as drafts_store
from services.intake.cleaning import MAX_BYTES, MIN_BYTES, warm_up
from services.intake.documents import Upload, folder_of
from services.intake.drafts import holder_of
from services.intake.intake import Intake, open_intake
from services.intake.refusals import REFUSAL_TEXTS, Refused
from services.intake.settings import IntakeSettings
from services.intake.store import Draft
from services.intake.uploads import receiving
from services.intake.uploads import store as uploads_store
from services.intake.uploads.store import Owner
from shared import clock
from shared.contracts.applications import DocumentKind, DocumentRef
from shared.ids import uuid7
from shared.messaging import inbox, outbox
from shared.procpool import WorkerDied, WorkerPool, WorkTimedOut
from shared.service import connect
from shared.storage import DOCUMENTS, QUARANTINE
from tests.unit.intake import bad_files as make

SECRET = b"RAHASIA"
KINDS: tuple[DocumentKind, ...] = ("diploma", "photo", "identity_card", "family_card")
PER_DRAFT = 8  # files, so that no limit of one person is met
AT_ONCE = 3
GROWTH_MOST_MB = 30
MEGABYTE = 1 << 20
TABLES = make.jpeg(16, 16)


@dataclass
class Findings:
    """`faults` is empty when all went as it must."""

    files: int
    outcomes: Counter[str] = field(default_factory=Counter)
    accepted_by_type: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    service_grew_mb: float = 0
    workers_at_most_mb: float = 0
    worker_deaths: int = 0
    seconds: float = 0

    def text(self) -> str:
        counted = ", ".join(f"{name} {count}" for name, count in self.outcomes.most_common())
        types = ", ".join(f"{name} {count}" for name, count in self.accepted_by_type.items())
        return (
            f"{self.files} files in {self.seconds:.0f} s: {counted}\naccepted: {types}\n"
            f"service grew by {self.service_grew_mb:.0f} MB, a worker had at most "
            f"{self.workers_at_most_mb:.0f} MB, workers that died or ran out of time: "
            f"{self.worker_deaths}\nfaults: {self.faults or 'none'}"
        )


def sources() -> tuple[bytes, ...]:
    """Small ones with secrets in them: what is to be tried is the decoders, not the disks."""
    return (
        make.jpeg_with_place(width=600, height=800),
        make.jpeg(300, 400, progressive=True),
        make.png(300, 400),
        make.png(240, 320, "RGBA"),
        make.heic(300, 400),
        make.heic_with_place(6),
        make.encoded(make.picture(300, 400), "WEBP"),
        make.pdf(2),
        make.pdf_with_open_action(),
        make.pdf_with_script(packed=True),
        make.locked_pdf("a", "b"),
    )


def spoilt(files: tuple[bytes, ...], seed: int) -> tuple[str, bytes]:
    """One file and the name it goes by."""
    dice = random.Random(seed)
    data = make.mutated(dice.choice(files), seed) if dice.random() < 0.8 else dice.choice(files)
    way = dice.random()
    if way < 0.1:
        data = data[: dice.randrange(len(data))]
    elif way < 0.2:
        other = dice.choice(files)
        data = data[: dice.randrange(len(data))] + other[dice.randrange(len(other)) :]
    elif way < 0.25:
        data = dice.choice(files)[:16] + data[16:]
    elif way < 0.3:
        data += dice.choice(files)
    data += SECRET + dice.randbytes(40)
    if len(data) < MIN_BYTES and dice.random() < 0.9:
        data += bytes(MIN_BYTES - len(data))
    return dice.choice(("a.jpg", "b.png", "c.heic", "d.pdf", "e.exe", "")), data[:MAX_BYTES]


async def fuzz(intake: Intake, files: int, first_seed: int = 0) -> Findings:
    """Everything through `take_whole`, as a posted form goes."""
    findings = Findings(files)
    made = sources()
    service = psutil.Process()
    with _counting(intake, findings) as counting:
        begun = time.monotonic()
        seeds = range(first_seed, first_seed + files)
        before = 0
        for start in range(0, files, PER_DRAFT * AT_ONCE):
            if start >= files // 5 and not before:  # caches and connections are there by now
                before = service.memory_info().rss
            await _some(counting, made, list(seeds[start : start + PER_DRAFT * AT_ONCE]), findings)
            _look_at_workers(service, findings)
        findings.seconds = time.monotonic() - begun
        findings.service_grew_mb = (service.memory_info().rss - before) / MEGABYTE
    await counting.workers.close()
    return findings


async def _some(
    intake: Intake, made: tuple[bytes, ...], seeds: list[int], findings: Findings
) -> None:
    parts = [seeds[start : start + PER_DRAFT] for start in range(0, len(seeds), PER_DRAFT)]
    await asyncio.gather(*(_one_draft(intake, made, part, findings) for part in parts))


async def _one_draft(
    intake: Intake, made: tuple[bytes, ...], seeds: list[int], findings: Findings
) -> None:
    owner = await _new_owner(intake)
    for seed in seeds:
        name, data = spoilt(made, seed)
        kind = KINDS[seed % len(KINDS)]
        try:
            document = await receiving.take_whole(intake, owner, kind, Upload(data, name))
        except Refused as refused:
            findings.outcomes[refused.code] += 1
            if refused.message != REFUSAL_TEXTS[refused.code]:
                findings.faults.append(f"{seed}: no message")
        except Exception as error:  # noqa: BLE001  # the one thing that must not happen
            findings.faults.append(f"{seed}: {error!r}")
            _save(seed, data)
        else:
            findings.outcomes["accepted"] += 1
            findings.accepted_by_type[document.source_type] += 1
            faults = await _faults_of(intake, document, data, seed)
            findings.faults += [f"{seed}: {fault}" for fault in faults]
            if faults:
                _save(seed, data)
    await _check_left_over(intake, owner, findings)


def _save(seed: int, data: bytes) -> None:
    """To look into it: the noise in the sources is new each time."""
    Path(tempfile.gettempdir(), f"fuzz-{seed}").write_bytes(data)


async def _new_owner(intake: Intake) -> Owner:
    draft_id, now = uuid7(), clock.now()
    holder = holder_of(draft_id, "fuzz")
    draft = Draft(draft_id, holder.token_hash, "uji", now, now + timedelta(days=1))
    await drafts_store.insert_draft(intake.uow.reading(), draft)
    return Owner(draft_id, holder)


async def _faults_of(
    intake: Intake, document: DocumentRef, original: bytes, seed: int
) -> list[str]:
    """What of an accepted document is not as it must be."""
    faults = []
    for page in document.pages:
        stored = await intake.storage.get(DOCUMENTS, page.key, page.sha256)
        try:
            image = Image.open(io.BytesIO(stored), formats=("JPEG",))
            image.load()
        except Exception as error:  # noqa: BLE001
            faults.append(f"page is no picture: {error!r}")
            continue
        if image.size != (page.width, page.height) or max(image.size) > 2201:
            faults.append(f"size {image.size}")
        if image.getexif() or {"comment", "exif", "xmp"} & image.info.keys():
            faults.append("notes in the page")
        if SECRET in stored or any(piece in stored for piece in _pieces(original, seed)):
            faults.append("original bytes in the page")
    return faults


def _pieces(original: bytes, seed: int) -> list[bytes]:
    """Places of the original that no other file has: rich in values, and none of the tables that
    every JPEG has.
    """
    dice = random.Random(seed)
    starts = (dice.randrange(len(original) // 3, len(original)) for _ in range(20))
    pieces = (original[start : start + 48] for start in starts)
    return [piece for piece in pieces if len(set(piece)) > 36 and piece not in TABLES]


async def _check_left_over(intake: Intake, owner: Owner, findings: Findings) -> None:
    """The draft refers to every page there is, and quarantine holds nothing of it."""
    assert owner.holder is not None
    draft = await drafts_store.find_draft(intake.uow.reading(), owner.holder)
    assert draft is not None
    known = {page["key"] for each in draft.documents.values() for page in each["pages"]}
    there = set(await intake.storage.keys(DOCUMENTS, folder_of(owner.id, "")))
    if there != known:
        findings.faults.append(f"pages nobody refers to: {len(there - known)}")
    rows = await intake.mongo.collection(uploads_store.UPLOADS).count_documents(
        {"owner_id": owner.id}
    )
    if rows:
        findings.faults.append(f"{rows} uploads left over")


@contextlib.contextmanager
def _counting(intake: Intake, findings: Findings) -> Iterator[Intake]:
    """The same intake with workers of its own, whose deaths are counted."""

    class CountingPool(WorkerPool):
        async def run(self, *args: object) -> object:  # type: ignore[override]
            try:
                return await super().run(*args)  # type: ignore[arg-type]
            except (WorkTimedOut, WorkerDied):
                findings.worker_deaths += 1
                raise

    pool = CountingPool(2, initializer=warm_up, timeout=intake.settings.clean_seconds)
    yield replace(intake, workers=pool)


def _look_at_workers(service: psutil.Process, findings: Findings) -> None:
    for child in service.children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            if "spawn_main" in " ".join(child.cmdline()):
                size = child.memory_info().rss / MEGABYTE
                findings.workers_at_most_mb = max(findings.workers_at_most_mb, size)


async def _main(files: int) -> int:
    with tempfile.TemporaryDirectory() as folder:
        servers = Servers.start(Path(folder), test_commands=True)
        try:
            given = environment("intake", servers.run)
            values = {name.lower(): value for name, value in given.items()}
            intake = open_intake(connect(IntakeSettings.model_validate(values)))
            await intake.mongo.ensure_indexes(
                {
                    **drafts_store.INDEXES,
                    **uploads_store.INDEXES,
                    **outbox.INDEXES,
                    **inbox.INDEXES,
                }
            )
            findings = await fuzz(intake, files)
            if findings.service_grew_mb > GROWTH_MOST_MB:
                findings.faults.append("the service grew")
            left = await intake.storage.keys(QUARANTINE, "uploads/")
            if left:
                findings.faults.append(f"{len(left)} objects left in quarantine")
            print(findings.text())  # noqa: T201
        finally:
            servers.stop()
    return 1 if findings.faults else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(_main(int(sys.argv[1]))))
