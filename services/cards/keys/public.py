"""The public half of a signing key, and its names (RFC 7638)."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric import ec

_COORDINATE = 32
_KID = 8


@dataclass(frozen=True)
class PublicKey:
    """A point of P-256: two coordinates of 32 bytes."""

    x: bytes
    y: bytes

    @classmethod
    def of(cls, key: ec.EllipticCurvePublicKey) -> PublicKey:
        numbers = key.public_numbers()
        return cls(numbers.x.to_bytes(_COORDINATE, "big"), numbers.y.to_bytes(_COORDINATE, "big"))

    @property
    def jwk(self) -> dict[str, str]:
        """The members that the thumbprint covers, in its order."""
        return {"crv": "P-256", "kty": "EC", "x": _b64(self.x), "y": _b64(self.y)}

    @property
    def thumbprint(self) -> bytes:
        return hashlib.sha256(json.dumps(self.jwk, separators=(",", ":")).encode()).digest()

    @property
    def kid(self) -> bytes:
        return self.thumbprint[:_KID]


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
