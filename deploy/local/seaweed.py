"""A private S3 server (SeaweedFS) with one key per service, and the buckets of the system."""

from __future__ import annotations

import io
import json
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import urllib3
from minio import Minio
from minio.commonconfig import COMPLIANCE
from minio.error import MinioException
from minio.objectlockconfig import YEARS, ObjectLockConfig

from deploy.local import processes
from deploy.local.ports import COMPANION, HOST
from deploy.local.processes import Child

REGION = "us-east-1"
BUCKETS = ("quarantine", "documents", "cards", "public", "sealed", "exports", "audit")
LOCKED = "audit"  # what is written there cannot be deleted, by nobody
_LOCKED_YEARS = 5
ADMIN = "deploy"

# The owner of a bucket writes, the others read at most.
WRITES = {
    "intake": ("quarantine", "documents"),
    "verification": ("sealed", "exports", "audit"),
    "cards": ("cards", "public"),
    "notify": (),
}
READS = {
    "intake": ("quarantine", "documents", "cards", "sealed", "public"),
    "verification": ("documents", "cards", "sealed", "exports", "audit"),
    "cards": ("documents", "cards", "public"),
    "notify": (),
}


@dataclass(frozen=True)
class Key:
    """An S3 key pair."""

    access: str
    secret: str


@dataclass(frozen=True)
class S3Ports:
    s3: int
    master: int
    volume: int
    filer: int


def endpoint(port: int) -> str:
    return f"http://{HOST}:{port}"


def start(folder: Path, ports: S3Ports, keys: Mapping[str, Key]) -> Child:
    """Start master, volume server, filer and S3 gateway in one process."""
    data = folder / "data"
    fresh = not data.exists()
    data.mkdir(parents=True, exist_ok=True)
    config = folder / "s3.json"
    config.touch(mode=0o600)
    config.chmod(0o600)
    config.write_text(json.dumps(identities(keys), indent=1), "utf-8")
    command: list[str | Path] = [
        *(_binary(), "-logtostderr=true", "server", f"-dir={data}"),
        *(f"-ip={HOST}", f"-ip.bind={HOST}", "-filer", "-s3", f"-s3.config={config}"),
        *(f"-s3.port={ports.s3}", f"-master.port={ports.master}"),
        *(f"-volume.port={ports.volume}", f"-filer.port={ports.filer}"),
        # These two would listen on fixed ports.
        *("-s3.port.iceberg=0", "-s3.port.lance=0"),
        *("-master.volumeSizeLimitMB=64", "-volume.max=200", "-volume.preStopSeconds=0"),
        # One master has nobody to elect: with the default it takes ten seconds more.
        *("-master.electionTimeout=500ms", "-master.heartbeatInterval=100ms"),
        "-master.telemetry=false",
    ]
    if fresh:
        command.append("-master.raftBootstrap")
    return processes.start("seaweedfs", command, {}, folder / "weed.log", folder)


def remove_sockets(ports: S3Ports) -> None:
    """Tidy what weed leaves in /tmp when it is not given its 15 seconds to end."""
    numbers = {"s3": ports.s3, "master": ports.master, "volume": ports.volume, "filer": ports.filer}
    for part, port in numbers.items():
        for name in (f"{part}-grpc-{port + COMPANION}", f"{part}-{port}"):
            Path(f"/tmp/seaweedfs-{name}.sock").unlink(missing_ok=True)  # noqa: S108 - its choice


def _binary() -> Path:
    weed = Path(sysconfig.get_path("scripts")) / "weed"
    if not weed.exists():
        raise processes.StartFailed("weed tidak ada dalam .venv. Jalankan: make setup")
    return weed


def identities(keys: Mapping[str, Key]) -> dict[str, list[dict[str, Any]]]:
    """The `s3.json` of SeaweedFS: least rights per service; anonymous callers have none."""
    return {
        "identities": [
            {
                "name": name,
                "credentials": [{"accessKey": key.access, "secretKey": key.secret}],
                "actions": ["Admin"] if name == ADMIN else actions_of(name),
            }
            for name, key in keys.items()
            if name == ADMIN or actions_of(name)  # a key that opens nothing is not known at all
        ]
    }


def actions_of(service: str) -> list[str]:
    """What a service may do, in SeaweedFS' words."""
    reads = [f"Read:{bucket}" for bucket in READS[service]]
    writes = [f"Write:{bucket}" for bucket in WRITES[service]]
    lists = [f"List:{bucket}" for bucket in WRITES[service]]
    return reads + writes + lists


def client(url: str, key: Key) -> Minio:
    """An S3 client that fails fast, for provisioning and readiness."""
    address = urlsplit(url)
    pool = urllib3.PoolManager(timeout=urllib3.Timeout(connect=1, read=5), retries=False)
    return Minio(
        address.netloc,
        access_key=key.access,
        secret_key=key.secret,
        secure=address.scheme == "https",
        region=REGION,
        http_client=pool,
    )


def make_buckets(url: str, key: Key) -> None:
    """Make the buckets that are missing."""
    s3 = client(url, key)
    for bucket in BUCKETS:
        if not s3.bucket_exists(bucket):
            s3.make_bucket(bucket, object_lock=bucket == LOCKED)
    s3.set_object_lock_config(LOCKED, ObjectLockConfig(COMPLIANCE, _LOCKED_YEARS, YEARS))


def takes_objects(url: str, key: Key) -> bool:
    """Whether it is ready for sure: an open port is not enough, a written object is."""
    try:
        make_buckets(url, key)
        client(url, key).put_object(BUCKETS[0], ".ready", io.BytesIO(b"ok"), 2)
    except (MinioException, urllib3.exceptions.HTTPError):
        return False
    return True
