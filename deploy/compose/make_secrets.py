"""Passwords and keys for docker-compose.yml, as files under `.secrets/`.

    python -m deploy.compose.make_secrets [--dir .secrets]

Made once; a second run adds only what is missing. Each container sees only its own folder, as
/run/secrets. The outer folder is closed to other users of the machine; the files inside are
readable, because the users inside the containers are not the one who runs this command.
Keep a copy in a safe place: without the key rings nobody can read the sealed data again, and
without `cards/signing_keys.json` nobody can check the cards that were given out.
"""

from __future__ import annotations

import argparse
import base64
import json
import secrets
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from deploy.local import SERVICES, rabbitmq
from deploy.local.development_secrets import PURPOSES
from deploy.local.seaweed import ADMIN, Key, actions_of, identities
from services.cards.keys.making import ensure_ring
from shared.contracts.catalog import types_owned_by
from shared.counter_tickets import public_half
from shared.office import load_office

STORE = "passwords.json"
SIGNING_KEYS = "cards/signing_keys.json"
KEY_ID = "1"
_SESSIONS = ("intake", "verification")


def make_secrets(folder: Path) -> None:
    """Write everything below `folder`."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    values = _remembered(folder / STORE)
    users = (*SERVICES, ADMIN)
    rabbit = {user: values[f"rabbitmq:{user}"] for user in (*users, rabbitmq.STUCK_WORK)}
    s3 = {user: Key(user, values[f"s3:{user}"]) for user in users}
    mongo = {user: values[f"mongodb:{user}"] for user in users}

    for service in SERVICES:
        _write(folder / service, _of_service(service, values))
    signing_keys = folder / SIGNING_KEYS
    ensure_ring(signing_keys, load_office().card.validity_months)
    signing_keys.chmod(0o444)
    smtp_password = folder / "notify" / "smtp_password"
    if not smtp_password.exists():  # the office's own; empty: no log-in
        smtp_password.write_text("", "utf-8")
    smtp_password.chmod(0o644)
    _write(
        folder / "mongodb",
        {
            "member.key": values["mongodb-member"],
            "root_username": ADMIN,
            "root_password": mongo[ADMIN],
        },
    )
    types = {service: types_owned_by(service) for service in SERVICES}
    definitions = rabbitmq.definitions_of(rabbit, types)
    _write(folder / "rabbitmq", {"definitions.json": json.dumps(definitions, indent=1)})
    _write(
        folder / "object-store",
        {
            "root_user": ADMIN,
            "root_password": s3[ADMIN].secret,
            "s3.json": json.dumps(identities(s3), indent=1),
        },
    )
    passwords = {
        "mongodb": {service: mongo[service] for service in SERVICES},
        "s3": {service: s3[service].secret for service in SERVICES if actions_of(service)},
    }
    _write(
        folder / "provision",
        {
            "mongo_url": _mongo_url(ADMIN, mongo[ADMIN], "admin"),
            "rabbit_url": _rabbit_url(ADMIN, rabbit[ADMIN]),
            "s3_access_key": ADMIN,
            "s3_secret_key": s3[ADMIN].secret,
            "passwords.json": json.dumps(passwords, indent=1),
        },
    )


def _of_service(service: str, values: Mapping[str, str]) -> dict[str, str]:
    """Files named like the settings of the service, in lower case."""
    ring = {
        purpose: {"current": KEY_ID, "keys": {KEY_ID: values[f"sealing:{purpose}"]}}
        for purpose in PURPOSES[service]
    }
    files = {
        "mongo_url": _mongo_url(service, values[f"mongodb:{service}"], service),
        "rabbit_url": _rabbit_url(service, values[f"rabbitmq:{service}"]),
        "s3_access_key": service,
        "s3_secret_key": values[f"s3:{service}"],
        "keyring.json": json.dumps(ring, indent=1),
    }
    if service in _SESSIONS:
        files["session_key"] = values[f"session:{service}"]
    if service == "intake":
        files["check_key"] = values["check:intake"]
        files["counter_public_key"] = public_half(values["counter:verification"])
    if service == "verification":
        files["index_key"] = values["index:verification"]
        files["stuck_work_rabbit_url"] = _rabbit_url(
            rabbitmq.STUCK_WORK, values[f"rabbitmq:{rabbitmq.STUCK_WORK}"]
        )
        files["counter_key"] = values["counter:verification"]
    return files


def _mongo_url(user: str, password: str, database: str) -> str:
    return f"mongodb://{user}:{password}@mongodb:27017/{database}?replicaSet=rs0"


def _rabbit_url(user: str, password: str) -> str:
    return f"amqp://{user}:{password}@rabbitmq:5672/"


def _remembered(store: Path) -> dict[str, str]:
    """The values of an earlier run, and new ones for what is missing."""
    known: dict[str, str] = json.loads(store.read_text("utf-8")) if store.exists() else {}
    values = known | {name: make() for name, make in _wanted().items() if name not in known}
    if values != known:
        unfinished = store.with_suffix(".part")  # the keys we have must not be lost half way
        unfinished.touch(mode=0o600)
        unfinished.write_text(json.dumps(values, indent=1), "utf-8")
        unfinished.replace(store)
    return values


def _wanted() -> dict[str, Callable[[], str]]:
    users = (*SERVICES, ADMIN)
    logins = [f"{server}:{user}" for server in ("mongodb", "rabbitmq", "s3") for user in users]
    purposes = sorted({each for purposes in PURPOSES.values() for each in purposes})
    return {
        **dict.fromkeys(logins, lambda: secrets.token_hex(20)),  # needs no escaping in a URL
        **{f"sealing:{purpose}": _key for purpose in purposes},
        **{f"session:{service}": _key for service in _SESSIONS},
        "index:verification": _key,
        "check:intake": _key,
        f"rabbitmq:{rabbitmq.STUCK_WORK}": lambda: secrets.token_hex(20),
        "counter:verification": _key,
        "mongodb-member": _key,
    }


def _key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def _write(folder: Path, files: Mapping[str, str]) -> None:
    folder.mkdir(mode=0o755, exist_ok=True)
    folder.chmod(0o755)  # whatever the umask
    for name, text in files.items():
        path = folder / name
        if path.exists():
            path.chmod(0o644)
        path.write_text(text, "utf-8")
        path.chmod(0o444)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--dir", type=Path, default=Path(".secrets"))
    folder: Path = parser.parse_args().dir
    make_secrets(folder)
    kept = f"{folder / STORE} and {folder / SIGNING_KEYS}"
    sys.stdout.write(f"{folder}: complete. Keep a copy of {kept} in a safe place.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
