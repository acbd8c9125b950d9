"""Heads of the chain in a bucket that nobody can delete from, and the command for administrators."""

from __future__ import annotations

import asyncio
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from minio.error import S3Error

from deploy.local import seaweed
from deploy.local.environment import ROOT, environment
from deploy.local.stack import Servers
from services.verification.audit import chain_store, heads
from services.verification.audit.__main__ import main
from services.verification.audit.chain import AuditKeys
from services.verification.audit.heads import HeadLost
from services.verification.audit.sealing import Sealer, seal_new
from services.verification.audit.verifying import verify
from services.verification.audit.watching import look, until_next
from shared.ids import uuid7
from shared.observability import METRICS
from shared.sealed import KeyRing
from shared.service import Resources
from shared.storage import AUDIT
from shared.uow import UnitOfWork
from tests.integration.verification.conftest import Desk
from tests.integration.verification.test_audit_chain import write


async def test_a_chain_cut_off_at_its_end_is_found_by_the_stored_head(
    desk: Desk, resources: Resources, servers: Servers
) -> None:
    """An office of its own: what is stored there stays for ever."""
    office = f"t{uuid7()[-8:]}"
    uow = UnitOfWork(desk.uow.mongo, "verification", office)
    keys = AuditKeys.of(resources.keys)
    for _ in range(2):
        await write(desk, 3)
        await seal_new(uow, keys)
        assert await heads.deposit(uow, resources.storage) == 1
    assert await heads.deposit(uow, resources.storage) == 0
    stored = await heads.all_stored(resources.storage, office)
    assert [each.seq for each in stored] == [2]
    assert (await verify(uow.reading(), office, keys, stored)).broken is None

    versions = await resources.storage.versions(AUDIT, f"{office}/")
    assert len(versions) == 2
    for user in ("verification", seaweed.ADMIN):
        client = seaweed.client(servers.run.s3_endpoint, servers.run.s3_key(user))
        with pytest.raises(S3Error):
            client.remove_object(AUDIT, versions[0][0], version_id=versions[0][1])
    await resources.storage.delete(AUDIT, versions[0][0])  # only marks it
    assert await heads.all_stored(resources.storage, office) == stored

    cut = await desk.owner.collection("audit_seals").find_one({"office": office, "seq": 2})
    assert cut
    await desk.owner.collection("audit_seals").delete_one({"_id": cut["_id"]})
    broken = (await verify(uow.reading(), office, keys, stored)).broken
    assert broken is not None
    assert (broken.wrong, broken.seq) == ("head", 2)


async def test_the_nightly_walk_raises_the_alarm(desk: Desk, resources: Resources) -> None:
    uow = UnitOfWork(desk.uow.mongo, "verification", f"t{uuid7()[-8:]}")
    sealer = Sealer(uow, AuditKeys.of(resources.keys), resources.storage, resources.stopping)
    await write(desk, 3)
    await seal_new(uow, sealer.keys)
    assert (await look(sealer)).broken is None
    assert METRICS.get_sample_value("audit_chain_broken") == 0
    row = (await desk.audit(action="document.viewed"))[1]
    await desk.owner.collection("audit_log").delete_one({"_id": row["_id"]})
    await look(sealer)
    assert METRICS.get_sample_value("audit_chain_broken") == 1


async def test_the_sealer_seals_once_more_when_the_service_stops(
    desk: Desk, resources: Resources
) -> None:
    uow = UnitOfWork(desk.uow.mongo, "verification", f"t{uuid7()[-8:]}")
    stopping = asyncio.Event()
    sealer = Sealer(uow, AuditKeys.of(resources.keys), resources.storage, stopping)
    running = asyncio.create_task(sealer.run())
    while await chain_store.last(uow.reading(), uow.office) is None:
        await asyncio.sleep(0.02)
    await write(desk, 3)
    stopping.set()
    await running
    report = await verify(uow.reading(), uow.office, sealer.keys)
    assert (report.broken, report.waiting) == (None, 0)
    stored = await heads.all_stored(resources.storage, uow.office)
    assert [each.seq for each in stored] == [report.seals]


async def test_a_spoilt_seal_does_not_stop_the_desk(desk: Desk, resources: Resources) -> None:
    office, stopping = f"t{uuid7()[-8:]}", asyncio.Event()
    spoilt = {"_id": uuid7(), "office": office, "seq": 7}
    await desk.owner.collection("audit_seals").insert_one(spoilt)
    uow = UnitOfWork(desk.uow.mongo, "verification", office)
    stopping.set()
    await Sealer(uow, AuditKeys.of(resources.keys), resources.storage, stopping).run()
    assert await desk.owner.collection("audit_seals").count_documents({"office": office}) == 1


@pytest.mark.parametrize(
    ("moment", "hours"),
    [
        (datetime(2026, 11, 24, 18, 30, tzinfo=UTC), 0.5),
        (datetime(2026, 11, 24, 19, tzinfo=UTC), 24),
    ],
)
def test_the_walk_is_at_two_at_night(moment: datetime, hours: float) -> None:
    assert until_next(moment) == timedelta(hours=hours)


async def test_a_lost_head_is_not_covered_by_a_newer_one(desk: Desk, resources: Resources) -> None:
    office = f"t{uuid7()[-8:]}"
    uow = UnitOfWork(desk.uow.mongo, "verification", office)
    keys = AuditKeys.of(resources.keys)
    await write(desk, 3)
    await seal_new(uow, keys)
    await heads.deposit(uow, resources.storage)
    await desk.owner.collection("audit_seals").delete_many({"office": office})
    row = (await desk.audit())[0]
    await desk.owner.collection("audit_log").delete_one({"_id": row["_id"]})
    await seal_new(uow, keys)
    with pytest.raises(HeadLost):
        await heads.deposit(uow, resources.storage)


async def test_the_command_seals_and_says_the_first_broken_link(
    desk: Desk,
    servers: Servers,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, value in environment("verification", servers.run).items():
        monkeypatch.setenv(name, value)
    text = (ROOT / "deploy/office.toml").read_text("utf-8")
    code = str(secrets.randbelow(900) + 9000)
    office = tmp_path / "office.toml"
    office.write_text(text.replace('regency_code = "1404"', f'regency_code = "{code}"'), "utf-8")
    monkeypatch.setenv("OFFICE_FILE", str(office))

    async def audit(command: str) -> tuple[int, str]:
        status = await asyncio.to_thread(main, [command])
        said = capsys.readouterr()
        return status, said.out + said.err

    await write(desk, 3)
    assert "catatan disegel, 1 kepala" in (await audit("seal"))[1]
    status, said = await audit("verify")
    assert (status, said.splitlines()[2]) == (0, "Kepala rantai di luar basis data: 1 hari cocok.")
    row = (await desk.audit(action="document.viewed"))[1]
    await desk.owner.collection("audit_log").update_one(
        {"_id": row["_id"]}, {"$set": {"actor.name": "Orang Lain"}}
    )
    status, said = await audit("verify")
    assert status == 1
    assert said.startswith("RANTAI PUTUS")
    assert row["_id"] in said
    ring = KeyRing.load(servers.run.secrets.keyring("verification"))
    public = AuditKeys.of(ring).public_keys()
    assert await audit("keys") == (0, "".join(f"{k}\t{text}\n" for k, text in public.items()))
