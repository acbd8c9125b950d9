"""Sealed fields: AES-256-GCM with a key per purpose, and blind indexes for finding by value.

A sealed value is bound to its record and field (`context`), so that it cannot be moved to another
person or field. The same sealed value travels from intake's database through events into the other
databases: the record is the same application.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import BaseModel, ConfigDict

from shared.contracts.envelope import Sealed
from shared.errors import AppError

Purpose = Literal["identity", "contact", "special", "auth"]


class CannotOpen(AppError):
    """A sealed field cannot be opened: wrong key, wrong record, or damaged."""

    code = "cannot_open"


class PurposeKeys(BaseModel):
    """Keys of one purpose by id; `current` seals, all of them open."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    current: str
    keys: dict[str, str]


@dataclass(frozen=True)
class KeyRing:
    """The sealing keys a service holds: only of the purposes it needs."""

    purposes: dict[str, PurposeKeys]

    @classmethod
    def load(cls, path: Path) -> KeyRing:
        raw = json.loads(path.read_text("utf-8"))
        return cls({name: PurposeKeys.model_validate(keys) for name, keys in raw.items()})

    def seal(self, purpose: Purpose, value: str, context: str) -> Sealed:
        """Seal `value` for one record and field, e.g. context `application:<id>:nik`."""
        keys = self._of(purpose)
        nonce = os.urandom(12)
        cipher = AESGCM(_key(keys.keys[keys.current]))
        text = cipher.encrypt(nonce, value.encode(), f"{purpose}|{context}".encode())
        return Sealed(k=keys.current, n=_b64(nonce), c=_b64(text))

    def open(self, purpose: Purpose, sealed: Sealed, context: str) -> str:
        """The value; raises `CannotOpen`."""
        key = self._of(purpose).keys.get(sealed.k)
        if key is None:
            raise CannotOpen(f"key {sealed.k} of {purpose} is not in this service's key ring")
        try:
            value = AESGCM(_key(key)).decrypt(
                _unb64(sealed.n), _unb64(sealed.c), f"{purpose}|{context}".encode()
            )
        except InvalidTag as error:
            raise CannotOpen from error
        return value.decode()

    def _of(self, purpose: Purpose) -> PurposeKeys:
        keys = self.purposes.get(purpose)
        if keys is None:
            raise CannotOpen(f"this service holds no {purpose} key")
        return keys


def field_context(application_id: str, field: str) -> str:
    """The record and field a sealed value of an application is bound to."""
    return f"application:{application_id}:{field}"


def blind_index(key: str, value: str) -> str:
    """HMAC-SHA256 of a normalised value, 16 bytes in hex: equal values, equal index.

    The key (base64, 32 bytes) lives outside the database: a NIK has too little entropy for a plain
    hash.
    """
    return hmac.new(_key(key), value.encode(), hashlib.sha256).digest()[:16].hex()


def _key(text: str) -> bytes:
    return base64.b64decode(text)


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
