"""What signs: a P-256 key somewhere, named by the first 8 bytes of its thumbprint."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from services.cards.keys.public import PublicKey

_COORDINATE = 32


class UnusableKey(ValueError):
    """This is not a P-256 key that signs."""


class Signer(Protocol):
    """ES256: ECDSA on P-256 over the SHA-256 of a message."""

    @property
    def kid(self) -> bytes: ...

    def sign(self, message: bytes) -> bytes:
        """64 bytes: r and s, each 32 bytes, the highest first."""


@dataclass(frozen=True)
class PemSigner:
    """A private key in memory. Signatures are deterministic (RFC 6979): same input, same bytes."""

    kid: bytes
    public: PublicKey
    _key: ec.EllipticCurvePrivateKey = field(repr=False)

    @classmethod
    def load(cls, pem: str) -> PemSigner:
        """Read a PEM (PKCS#8 or SEC 1) without a password; raises `UnusableKey`."""
        try:
            key = serialization.load_pem_private_key(pem.encode(), password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise UnusableKey("the private key cannot be read") from error
        return cls.of(key)

    @classmethod
    def of(cls, key: object) -> PemSigner:
        if not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name != "secp256r1":
            raise UnusableKey("the private key is not one of the curve P-256")
        public = PublicKey.of(key.public_key())
        return cls(public.kid, public, key)

    def sign(self, message: bytes) -> bytes:
        algorithm = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)
        r, s = decode_dss_signature(self._key.sign(message, algorithm))
        return r.to_bytes(_COORDINATE, "big") + s.to_bytes(_COORDINATE, "big")


def new_private_key() -> str:
    """A new P-256 key as PEM (PKCS#8, not encrypted)."""
    return (
        ec.generate_private_key(ec.SECP256R1())
        .private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        .decode()
    )
