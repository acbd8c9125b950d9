"""The ring file: the signing keys of one office, with the times in which each signs and counts.

The private halves are in the file (PEM) or in a PKCS#11 token, and nowhere else; the file is a
secret of cards alone. A key that signs no more stays, without its private half, until the last
card signed with it has ended.
"""

from __future__ import annotations

import base64
import os
from datetime import datetime
from pathlib import Path
from typing import Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError, model_validator

from services.cards.keys.public import PublicKey
from services.cards.keys.signer import PemSigner


class RingUnreadable(Exception):
    """The ring file is missing, or is not one; the message says why, without its content."""


class RingKey(BaseModel):
    """One key. It signs from `nbf` until `exp_sign`, and its cards count until `exp_verify`.

    Who checks a card refuses what was signed at `revoked_at` or later. `pkcs11` is the label of
    the key in the token, when the private half is there.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kid: str
    x: str
    y: str
    nbf: AwareDatetime
    exp_sign: AwareDatetime
    exp_verify: AwareDatetime
    revoked_at: AwareDatetime | None = None
    private_key: str | None = None
    pkcs11: str | None = None

    @model_validator(mode="after")
    def _belongs_together(self) -> Self:
        if self.public.kid.hex() != self.kid:
            raise ValueError("kid is not the thumbprint of x and y")
        if not self.nbf <= self.exp_sign <= self.exp_verify:
            raise ValueError("nbf, exp_sign and exp_verify must follow one another")
        if self.private_key and PemSigner.load(self.private_key).public != self.public:
            raise ValueError("the private key is not the one of x and y")
        return self

    @property
    def public(self) -> PublicKey:
        return PublicKey(_unb64(self.x), _unb64(self.y))

    @property
    def has_private_half(self) -> bool:
        return bool(self.private_key or self.pkcs11)

    def signs_at(self, moment: datetime) -> bool:
        """Whether a signature of this moment by this key counts."""
        is_revoked = self.revoked_at is not None and moment >= self.revoked_at
        return self.nbf <= moment < self.exp_sign and not is_revoked

    def is_waiting(self, moment: datetime) -> bool:
        return moment < self.nbf and self.revoked_at is None


class Ring(BaseModel):
    """All keys of the office, the newest last."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    keys: tuple[RingKey, ...] = ()

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        if len({key.kid for key in self.keys}) != len(self.keys):
            raise ValueError("a key is there twice")
        return self

    def current(self, moment: datetime) -> RingKey | None:
        """What signs at this moment: of the keys that may, the one that began last."""
        able = [key for key in self.keys if key.signs_at(moment) and key.has_private_half]
        return max(able, key=lambda key: key.nbf, default=None)

    def published(self, moment: datetime) -> tuple[RingKey, ...]:
        """What everybody needs for checking: also keys that wait, are old or are revoked."""
        return tuple(key for key in self.keys if moment < key.exp_verify)


def read_ring(path: Path) -> Ring:
    """Raises `RingUnreadable`."""
    try:
        return parse_ring(path.read_bytes(), path)
    except OSError as error:
        raise RingUnreadable(f"{path}: {error.strerror}") from error


def parse_ring(content: bytes, path: Path) -> Ring:
    """Raises `RingUnreadable`."""
    try:
        return Ring.model_validate_json(content)
    except ValidationError as error:
        # only place and reason: the input holds private keys
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        raise RingUnreadable(f"{path}: {place}: {first['msg']}") from None


def write_ring(path: Path, ring: Ring) -> None:
    """Replace the file at once, as open to readers as it was; a new one only to its owner."""
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o600
    unfinished = path.with_suffix(".part")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(ring.model_dump_json(indent=1, exclude_none=True))
        file.flush()
        os.fsync(file.fileno())
    unfinished.chmod(mode)
    unfinished.replace(path)


def _unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
