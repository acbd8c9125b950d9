"""The hash chain over the log, pure: what is hashed, how links follow, how a head is signed.

A seal closes the rows that were new since the seal before: the hash of each row goes on from the
hash before it, across seals and days, and the last one, the head, is signed.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.clock import OFFICE_ZONE
from shared.errors import AppError
from shared.sealed import KeyRing

Row = dict[str, Any]
BEGIN = "0" * 64
# How far a row's id and the moment it became visible may lie apart: the longest transaction, and
# clocks of replicas that differ.
SETTLING = timedelta(minutes=5)
_PURPOSE = "audit"


class NoAuditKey(AppError):
    """The key ring holds no key "audit": run `python -m deploy.compose.make_secrets` again."""

    code = "no_audit_key"


@dataclass(frozen=True)
class Link:
    """One row in the chain: its id, and the hash of everything up to it."""

    row_id: str
    hash: str


@dataclass(frozen=True)
class Seal:
    """A run of links with its signed head; `day` is the office's date at which it was made.

    Rows with an id below `settled` are all in this seal or in one before it.
    """

    office: str
    seq: int
    day: date
    at: datetime
    previous: str
    links: tuple[Link, ...]
    settled: str
    key_id: str = ""
    signature: str = ""

    @property
    def head(self) -> str:
        return self.links[-1].hash if self.links else self.previous

    @property
    def signed_part(self) -> bytes:
        """All but the links themselves, which the head stands for."""
        return canonical(
            {
                "office": self.office,
                "seq": self.seq,
                "day": self.day.isoformat(),
                "at": self.at,
                "previous": self.previous,
                "count": len(self.links),
                "head": self.head,
                "settled": self.settled,
                "key_id": self.key_id,
            }
        )


@dataclass(frozen=True)
class AuditKeys:
    """The keys that sign heads, by id; the current one signs, each of them verifies."""

    current: str
    keys: dict[str, Ed25519PrivateKey]

    @classmethod
    def of(cls, ring: KeyRing) -> AuditKeys:
        found = ring.purposes.get(_PURPOSE)
        if found is None:
            raise NoAuditKey
        keys = {
            key_id: Ed25519PrivateKey.from_private_bytes(base64.b64decode(seed))
            for key_id, seed in found.keys.items()
        }
        return cls(found.current, keys)

    def sign(self, seal: Seal) -> Seal:
        named = replace(seal, key_id=self.current)
        return replace(named, signature=self.keys[self.current].sign(named.signed_part).hex())

    def is_signed(self, seal: Seal) -> bool:
        key = self.keys.get(seal.key_id)
        if key is None:
            return False
        try:
            key.public_key().verify(bytes.fromhex(seal.signature), seal.signed_part)
        except (InvalidSignature, ValueError):
            return False
        return True

    def public_keys(self) -> dict[str, str]:
        """In hex, by id: with them others can check what we signed."""
        return {
            key_id: key.public_key().public_bytes_raw().hex() for key_id, key in self.keys.items()
        }


def canonical(row: Row) -> bytes:
    """The same bytes for the same row, whatever the order of its fields."""
    text = json.dumps(
        row, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_tagged
    )
    return text.encode()


def _tagged(value: object) -> dict[str, str]:
    if isinstance(value, datetime):
        return {"$date": value.isoformat(timespec="milliseconds")}
    return {f"${type(value).__name__}": str(value)}


def hash_after(previous: str, row: Row) -> str:
    return hashlib.sha256(bytes.fromhex(previous) + canonical(row)).hexdigest()


def next_seal(
    last: Seal | None, office: str, rows: Iterable[Row], at: datetime, settled: str
) -> Seal:
    """The seal of these rows, unsigned."""
    before = last.head if last else BEGIN
    links, head = [], before
    for row in rows:
        head = hash_after(head, row)
        links.append(Link(row["_id"], head))
    today = at.astimezone(OFFICE_ZONE).date()
    day = max(last.day, today) if last else today
    return Seal(
        office=office,
        seq=last.seq + 1 if last else 1,
        day=day,
        at=at,
        previous=before,
        links=tuple(links),
        settled=max(last.settled, settled) if last else settled,
    )


def id_at(moment: datetime) -> str:
    """The smallest UUIDv7 of a moment: ids of rows written before it are smaller."""
    text = f"{int(moment.timestamp() * 1000):012x}"
    return f"{text[:8]}-{text[8:]}"


def moment_of(row_id: str) -> datetime:
    """When an id was made."""
    return datetime.fromtimestamp(int(row_id[:13].replace("-", ""), 16) / 1000, UTC)
