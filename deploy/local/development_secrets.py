"""Passwords and keys of a local run: made once per data folder, readable by its owner alone."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from deploy.local import SERVICES, rabbitmq
from deploy.local.seaweed import ADMIN, Key
from services.cards.keys.making import ensure_ring
from shared.office import load_office

PURPOSES = {
    "intake": ("identity", "contact", "special"),
    "verification": ("identity", "contact", "special", "auth", "audit"),
    "cards": ("identity", "contact"),
    "notify": ("contact",),
}
_WORDS = ("padi", "kopi", "laut", "bukit", "hujan", "kapal", "pasar", "rotan", "sagu", "senja")


@dataclass(frozen=True)
class OfficerLogin:
    """A demonstration officer who can sign in at the desk."""

    username: str
    name: str
    roles: tuple[str, ...]
    nip: str
    password: str


@dataclass(frozen=True)
class Secrets:
    """All of them; key rings are files, one per service, with its purposes only."""

    folder: Path
    values: dict[str, str]

    def password(self, server: str, user: str) -> str:
        return self.values[f"{server}:{user}"]

    def of_server(self, server: str) -> dict[str, str]:
        """Passwords by user."""
        head = f"{server}:"
        return {
            name.removeprefix(head): value
            for name, value in self.values.items()
            if name.startswith(head)
        }

    def s3_key(self, user: str) -> Key:
        return Key(user, self.password("s3", user))

    def s3_keys(self) -> dict[str, Key]:
        return {user: Key(user, secret) for user, secret in self.of_server("s3").items()}

    def keyring(self, service: str) -> Path:
        return self.folder / service / "keyring.json"

    @property
    def signing_keys(self) -> Path:
        """The ring of keys that sign cards."""
        return self.folder / "cards" / "signing_keys.json"

    def officers(self) -> list[OfficerLogin]:
        return [
            OfficerLogin(username, name, roles, nip, self.password("officer", username))
            for username, name, roles, nip in _OFFICERS
        ]


# Not real persons: the NIP of each says 000 where a real one counts people.
_OFFICERS = (
    ("verifikator", "Contoh Verifikator", ("verification_officer",), "199001012015031000"),
    ("pengantar", "Contoh Pengantar Kerja", ("placement_officer",), "198505052010011000"),
    ("admin", "Contoh Administrator", ("system_admin",), "198002022005012000"),
)


def ensure_secrets(folder: Path) -> Secrets:
    """Read the secrets of a data folder; make those that are missing."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    store = folder / "secrets.json"
    values: dict[str, str] = json.loads(store.read_text("utf-8")) if store.exists() else {}
    before = dict(values)
    for name, make in _wanted().items():
        if name not in values:
            values[name] = make()
    if values != before:
        _write(store, values)
    result = Secrets(folder, values)
    for service in SERVICES:
        _write(result.keyring(service), _keyring(values, service))
    ensure_ring(result.signing_keys, load_office().card.validity_months)
    return result


def _wanted() -> dict[str, Callable[[], str]]:
    users = (*SERVICES, ADMIN)
    servers = [f"{server}:{user}" for server in ("mongodb", "rabbitmq", "s3") for user in users]
    purposes = sorted({each for purposes in PURPOSES.values() for each in purposes})
    return {
        **dict.fromkeys(servers, _hex),
        "mongodb-member": _key,
        **{f"sealing:{purpose}": _key for purpose in purposes},
        "session:intake": _key,
        "session:verification": _key,
        "index:verification": _key,
        "check:intake": _key,
        f"rabbitmq:{rabbitmq.STUCK_WORK}": _hex,
        "counter:verification": _key,
        **{f"officer:{username}": _readable for username, *_ in _OFFICERS},
    }


def _keyring(values: dict[str, str], service: str) -> dict[str, object]:
    return {
        purpose: {"current": "dev-1", "keys": {"dev-1": values[f"sealing:{purpose}"]}}
        for purpose in PURPOSES[service]
    }


def _write(path: Path, content: object) -> None:
    """Replace the file at once: a service may be reading it, and a power cut must not tear it."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    unfinished.touch(mode=0o600)
    unfinished.chmod(0o600)
    unfinished.write_text(json.dumps(content, indent=1), "utf-8")
    unfinished.replace(path)


def _hex() -> str:
    return secrets.token_hex(20)  # needs no escaping in a URL


def _key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def _readable() -> str:
    """Three different words: one word thrice is a password that the desk refuses."""
    words = secrets.SystemRandom().sample(_WORDS, 3)
    return "-".join([*words, str(secrets.randbelow(9000) + 1000)])
