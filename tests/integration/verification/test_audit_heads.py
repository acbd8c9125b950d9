"""Heads of the chain in a bucket that nobody can delete from, and the command for administrators."""

from __future__ import annotations

import secrets
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from minio.error import S3Error

from deploy.local import seaweed
from deploy.local.environment import ROOT, environment
from deploy.local.stack import Servers
from services.verification.audit import heads
from services.verification.audit.chain import AuditKeys
from services.verification.audit.heads import HeadLost
from services.verification.audit.sealing import seal_new
from services.verification.audit.verifying import verify
from shared.ids import uuid7
from shared.sealed import KeyRing
from shared.service import Resources
from shared.storage import AUDIT
from shared.uow import UnitOfWork
from tests.integration.verification.conftest import Desk
from tests.integration.verification.test_audit_chain import write


def run_audit(servers: Servers, office: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    values = environment("verification", servers.run) | {"OFFICE_FILE": str(office)}
    return subprocess.run(
        [sys.executable, "-m", "services.verification.audit", *arguments],
        env={"PATH": "/usr/bin:/bin", **values},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


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
        assert await heads.publish(uow, resources.storage) == 1
    assert await heads.publish(uow, resources.storage) == 0
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


async def test_a_lost_head_is_not_covered_by_a_newer_one(desk: Desk, resources: Resources) -> None:
    office = f"t{uuid7()[-8:]}"
    uow = UnitOfWork(desk.uow.mongo, "verification", office)
    keys = AuditKeys.of(resources.keys)
    await write(desk, 3)
    await seal_new(uow, keys)
    await heads.publish(uow, resources.storage)
    await desk.owner.collection("audit_seals").delete_many({"office": office})
    row = (await desk.audit())[0]
    await desk.owner.collection("audit_log").delete_one({"_id": row["_id"]})
    await seal_new(uow, keys)
    with pytest.raises(HeadLost):
        await heads.publish(uow, resources.storage)


async def test_the_command_seals_and_says_the_first_broken_link(
    desk: Desk, servers: Servers, tmp_path: Path
) -> None:
    other_office = tmp_path / "office.toml"
    text = (ROOT / "deploy/office.toml").read_text("utf-8")
    code = str(secrets.randbelow(900) + 9000)
    other_office.write_text(text.replace('regency_code = "1404"', f'regency_code = "{code}"'))
    audit = partial(run_audit, servers, other_office)
    await write(desk, 3)
    assert "catatan disegel" in audit("seal").stdout
    done = audit("verify")
    assert done.returncode == 0, done.stderr
    assert "Rantai utuh" in done.stdout
    row = (await desk.audit(action="document.viewed"))[1]
    await desk.owner.collection("audit_log").update_one(
        {"_id": row["_id"]}, {"$set": {"actor.name": "Orang Lain"}}
    )
    done = audit("verify")
    assert done.returncode == 1
    assert "RANTAI PUTUS" in done.stderr
    assert row["_id"] in done.stderr
    key_file = servers.run.secrets.keyring("verification")
    public = AuditKeys.of(KeyRing.load(key_file)).public_keys()
    assert audit("keys").stdout == "".join(f"{k}\t{text}\n" for k, text in public.items())
