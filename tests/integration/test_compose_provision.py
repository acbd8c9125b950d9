"""The one-shot of docker-compose.yml on real servers; a container engine is not needed for that.

MinIO's admin calls are not exercised here: there is no MinIO server to be had outside containers.
"""

from __future__ import annotations

import dataclasses
import io
import subprocess
import sys
import sysconfig
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pymongo.errors
import pytest
import yaml
from minio import Minio  # as a service would, on the server's rights
from minio.error import S3Error
from pymongo import MongoClient

from deploy.compose import provision
from deploy.compose.make_secrets import make_secrets
from deploy.compose.provision import Access
from deploy.local import SERVICES, mongodb, processes, seaweed
from deploy.local.environment import ROOT
from deploy.local.ports import free_ports, is_free
from deploy.local.seaweed import Key
from deploy.local.stack import Servers


@pytest.fixture
def access(tmp_path: Path) -> Access:
    """What a container reads from the files of make_secrets."""
    make_secrets(tmp_path / ".secrets")
    variables = {"S3_ENDPOINT": "http://object-store:9000", "S3_SERVER": "seaweedfs"}
    return Access.read(tmp_path / ".secrets" / "provision", variables)


@pytest.fixture
def first_start(tmp_path: Path, access: Access) -> Iterator[str]:
    """A mongod as the image leaves it: its administrator exists, the replica set does not.

    The image's start script makes the administrator on a server without set and key file.
    """
    port = free_ports().mongodb
    database = tmp_path / "db"
    database.mkdir()
    key = tmp_path / "member.key"
    key.write_bytes((tmp_path / ".secrets/mongodb/member.key").read_bytes())
    key.chmod(0o400)
    common: list[str | Path] = [mongodb.binary(), "--dbpath", database, "--port", str(port)]
    common += ["--bind_ip", "127.0.0.1", "--unixSocketPrefix", tmp_path]
    log = tmp_path / "mongod.log"
    password = access.mongo_url.split(":")[2].partition("@")[0]
    bare = processes.start("mongod", common, {}, log, tmp_path)
    processes.wait_ready(bare, lambda: mongodb.answers(port), 30)
    with MongoClient[dict[str, Any]]("127.0.0.1", port, directConnection=True) as client:
        client.admin.command("createUser", mongodb.ADMIN, pwd=password, roles=["root"])
    processes.stop(bare.identity, 20)
    options: list[str | Path] = ["--replSet", mongodb.SET, "--keyFile", key]
    real = processes.start("mongod", [*common, *options], {}, log, tmp_path)
    processes.wait_ready(real, lambda: mongodb.answers(port), 30)
    yield access.mongo_url.replace("mongodb:27017", f"127.0.0.1:{port}")
    processes.stop(real.identity, 20)


def test_mongodb_after_its_first_start(access: Access, first_start: str) -> None:
    there = dataclasses.replace(access, mongo_url=first_start)
    for _ in range(2):  # a second run is harmless
        provision._when_there("MongoDB", lambda: provision.provision_mongodb(there), 30)
    server = first_start.rpartition("@")[2].partition("/")[0]
    for service in SERVICES:
        password = access.mongo_passwords[service]
        address = f"mongodb://{service}:{password}@{server}/{service}?replicaSet={mongodb.SET}"
        with MongoClient[dict[str, Any]](address, serverSelectionTimeoutMS=5000) as client:
            client[service].create_collection("trial")
            with client.start_session() as session, session.start_transaction():
                client[service].trial.insert_one({"a": 1}, session=session)
            other = "cards" if service != "cards" else "intake"
            with pytest.raises(pymongo.errors.OperationFailure, match="not authorized"):
                client[other].trial.find_one()


def test_everything_on_servers_that_are_there(servers: Servers, access: Access) -> None:
    run = servers.run
    there = dataclasses.replace(
        access,
        mongo_url=run.mongo_url("deploy"),
        rabbit_url=run.rabbit_url("deploy"),
        s3_endpoint=run.s3_endpoint,
        s3_admin=run.s3_key("deploy"),
        mongo_passwords={each: run.secrets.password("mongodb", each) for each in SERVICES},
    )
    provision.provision(there, patience=10)
    client = seaweed.client(run.s3_endpoint, run.s3_key("deploy"))
    assert {bucket.name for bucket in client.list_buckets()} >= set(seaweed.BUCKETS)


def test_a_server_that_does_not_come_is_an_error(access: Access) -> None:
    port = free_ports().mongodb
    away = dataclasses.replace(
        access, mongo_url=access.mongo_url.replace("mongodb:27017", f"127.0.0.1:{port}")
    )
    with pytest.raises(pymongo.errors.PyMongoError):
        provision.provision(away, patience=0)


def test_without_secrets_it_says_what_to_do(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "deploy.compose.provision"],
        cwd=ROOT,
        env={"SECRETS_DIR": str(tmp_path), "S3_ENDPOINT": "http://x", "S3_SERVER": "minio"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "python -m deploy.compose.make_secrets" in done.stderr


@pytest.fixture
def seaweedfs(tmp_path: Path, access: Access) -> Iterator[str]:
    """Weed with the command of docker-compose.seaweedfs.yml, on free ports of this machine."""
    override = yaml.safe_load((ROOT / "docker-compose.seaweedfs.yml").read_text("utf-8"))
    ports = free_ports()
    here = {
        "-dir": str(tmp_path / "data"),
        "-ip": "127.0.0.1",
        "-ip.bind": "127.0.0.1",
        "-s3.port": str(ports.s3),
        "-s3.config": str(tmp_path / ".secrets/object-store/s3.json"),
    }
    command: list[str | Path] = [Path(sysconfig.get_path("scripts")) / "weed", "server"]
    for option in override["services"]["object-store"]["command"][1:]:
        name, equals, value = option.partition("=")
        command.append(f"{name}{equals}{here.get(name, value)}")
    command += [f"-master.port={ports.s3_master}", f"-volume.port={ports.s3_volume}"]
    command += [f"-filer.port={ports.s3_filer}", "-s3.port.iceberg=0", "-s3.port.lance=0"]
    (tmp_path / "data").mkdir()
    child = processes.start("weed", command, {}, tmp_path / "weed.log", tmp_path)
    processes.wait_ready(child, lambda: not is_free(ports.s3), 30)
    yield f"http://127.0.0.1:{ports.s3}"
    processes.stop(child.identity, 2)


def test_seaweedfs_with_the_secrets_and_the_command_of_the_override(
    access: Access, seaweedfs: str
) -> None:
    there = dataclasses.replace(access, s3_endpoint=seaweedfs)
    provision._when_there("object store", lambda: provision.provision_s3(there), 60)

    def client(service: str) -> Minio:
        return seaweed.client(seaweedfs, Key(service, access.s3_secrets[service]))

    client("intake").put_object("documents", "a", io.BytesIO(b"isi"), 3)
    with client("verification").get_object("documents", "a") as answer:
        assert answer.read() == b"isi"
    with pytest.raises(S3Error, match="AccessDenied"):
        client("verification").put_object("documents", "b", io.BytesIO(b"isi"), 3)
    with pytest.raises(S3Error, match="AccessDenied"):
        client("cards").get_object("quarantine", "a")
    with urllib.request.urlopen(f"{seaweedfs}/healthz", timeout=5) as answer:  # noqa: S310
        assert answer.status == 200
