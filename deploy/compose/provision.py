"""One-shot before the services start: replica set, users, topology, buckets. Idempotent.

RabbitMQ reads its users and rights from the definitions file while it boots; SeaweedFS reads its
keys from `s3.json`. The rest is made here, with administrators' rights that no service has.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiormq
import urllib3
from minio.error import MinioException, ServerError  # noqa: TID251  # makes buckets
from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from deploy.compose.object_store import make_minio_users
from deploy.local import mongodb, seaweed
from deploy.local.seaweed import Key
from shared.messaging.topology import declare_topology

PATIENCE = 120.0  # seconds for each server
_ALREADY_INITIALIZED = 23
_ABSENT = (PyMongoError, OSError, aiormq.AMQPError, urllib3.exceptions.HTTPError, ServerError)


@dataclass(frozen=True)
class Access:
    """Where the servers are and the administrators' keys; `s3_server` is minio or seaweedfs."""

    mongo_url: str
    rabbit_url: str
    s3_endpoint: str
    s3_server: str
    s3_admin: Key
    mongo_passwords: Mapping[str, str]
    s3_secrets: Mapping[str, str]

    @classmethod
    def read(cls, folder: Path, variables: Mapping[str, str]) -> Access:
        """From the files of `make_secrets` and the environment."""

        def text(name: str) -> str:
            return (folder / name).read_text("utf-8")

        passwords = json.loads(text("passwords.json"))
        return cls(
            mongo_url=text("mongo_url"),
            rabbit_url=text("rabbit_url"),
            s3_endpoint=variables["S3_ENDPOINT"],
            s3_server=variables["S3_SERVER"],
            s3_admin=Key(text("s3_access_key"), text("s3_secret_key")),
            mongo_passwords=passwords["mongodb"],
            s3_secrets=passwords["s3"],
        )


def provision(access: Access, patience: float = PATIENCE) -> None:
    """Everything, waiting for each server to answer."""
    _when_there("MongoDB", lambda: provision_mongodb(access), patience)
    _when_there("RabbitMQ", lambda: asyncio.run(declare_topology(access.rabbit_url)), patience)
    _when_there("object store", lambda: provision_s3(access), patience)


def provision_mongodb(access: Access) -> None:
    """The replica set of one member, and a user for each service."""
    member = urlsplit(access.mongo_url).netloc.rpartition("@")[2]
    config = {"_id": mongodb.SET, "members": [{"_id": 0, "host": member}]}
    # Not yet a set: talk to this one server, not to "the set".
    with MongoClient[dict[str, Any]](
        access.mongo_url.replace(f"replicaSet={mongodb.SET}", "directConnection=true"),
        serverSelectionTimeoutMS=2000,
    ) as client:
        try:
            client.admin.command("replSetInitiate", config)
        except OperationFailure as error:
            if error.code != _ALREADY_INITIALIZED:
                raise
    mongodb.ensure_users(access.mongo_url, access.mongo_passwords)


def provision_s3(access: Access) -> None:
    """The buckets, and on MinIO the users."""
    seaweed.make_buckets(access.s3_endpoint, access.s3_admin)
    if access.s3_server == "minio":
        make_minio_users(access.s3_endpoint, access.s3_admin, access.s3_secrets)


def _when_there(server: str, work: Callable[[], None], patience: float) -> None:
    deadline = time.monotonic() + patience
    while True:
        try:
            work()
        except (*_ABSENT, MinioException) as error:
            if time.monotonic() > deadline:
                raise
            sys.stdout.write(f"{server}: not ready yet ({type(error).__name__})\n")
            time.sleep(2)
        else:
            sys.stdout.write(f"{server}: ready\n")
            return


def main() -> int:
    folder = Path(os.environ.get("SECRETS_DIR", "/run/secrets"))
    try:
        access = Access.read(folder, os.environ)
    except FileNotFoundError as error:
        sys.stderr.write(f"{error.filename} is missing: python -m deploy.compose.make_secrets\n")
        return 2
    provision(access)
    return 0


if __name__ == "__main__":
    sys.exit(main())
