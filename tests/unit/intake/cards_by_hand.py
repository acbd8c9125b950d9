"""Signed codes of cards and status lists, made by hand from the description of their format.

The second mind: it shares no line with services/cards, which makes the real ones, so that issuer
and checker do not share a mistake.
"""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

DAY = 86400
ISSUER = "ID-1404"
# The public example of RFC 6979, A.2.5.
EXAMPLE = 0xC9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721
VECTOR = (
    "QRG2EAJGAREAZ27RXSMIA5EKUBMFNJIBM5EUILJRGQYDIBA2N3EXWDYGDJVQJYMQA5EACAQDAQCQMBYIHIAACELQU4AACALQ"
    "GE2DANBSGQYTCMRWGAYDAMJSGMBGWU2JKRESAUSBJBGUCSADDGG2SBDEG44DSMIFAQDBQ62YICNU6ZKAXWBHLQZDG7YIDRAQ"
    "CYDC3VYKV4C4DQ7473SNFSBS2QZQQL7XY7LS6QVYVMOZZZCELIHX6GJDLSSOBEJ3BV2DQH2BFDJ5RM3J"
)


@dataclass(frozen=True)
class Claims:
    """The card of the test vector, unless told otherwise."""

    issuer: str = ISSUER
    expires: int = 1858697999
    issued: int = 1795482000
    token_id: bytes = bytes(range(1, 9))
    number: str = "1404241126000123"
    name: str = "SITI RAHMAH"
    born: int = 36265  # days since 1900
    nik: str = "7891"
    education: int = 4
    index: int = 123

    @property
    def payload(self) -> bytes:
        card = {0: 1, 1: self.number, 2: self.name, 3: self.born, 4: self.nik}
        card |= {5: self.education, 6: self.index}
        claims: dict[int, Any] = {1: self.issuer, 4: self.expires, 6: self.issued, 7: self.token_id}
        return cbor({**claims, -70001: card})


@dataclass(frozen=True)
class Key:
    """A key and the times it is published with."""

    secret: int = EXAMPLE
    times: Mapping[str, int] = field(default_factory=lambda: {"nbf": 0, "exp_sign": 2**32})

    @cached_property
    def private(self) -> ec.EllipticCurvePrivateKey:
        return ec.derive_private_key(self.secret, ec.SECP256R1())

    @cached_property
    def point(self) -> dict[str, str]:
        numbers = self.private.public_key().public_numbers()
        x, y = (b64(each.to_bytes(32, "big")) for each in (numbers.x, numbers.y))
        return {"crv": "P-256", "kty": "EC", "x": x, "y": y}

    @cached_property
    def kid(self) -> bytes:
        text = json.dumps(self.point, separators=(",", ":"), sort_keys=True)
        return hashlib.sha256(text.encode()).digest()[:8]

    @property
    def jwk(self) -> dict[str, Any]:
        use = {"kid": self.kid.hex(), "use": "sig", "alg": "ES256", "iss": ISSUER}
        return {**self.point, **use, "exp_verify": 2**32 + DAY, "revoked_at": None, **self.times}

    def sign(self, message: bytes) -> bytes:
        how = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)
        r, s = decode_dss_signature(self.private.sign(message, how))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


KEY = Key()
OLD = Key(2, {"nbf": 0, "exp_sign": 1_700_000_000})  # signs no more
COMPROMISED = Key(3, {"nbf": 0, "exp_sign": 2**32, "revoked_at": 1_795_000_000})
UNKNOWN = Key(4)
RING = (KEY, OLD, COMPROMISED)


def code_of(key: Key, claims: Claims) -> str:
    """What stands behind the # in the QR."""
    header = bytes.fromhex("a201260448") + key.kid
    payload = claims.payload
    signed = b"\x84\x6aSignature1" + cbor(header) + b"\x40" + cbor(payload)
    token = b"\x84" + cbor(header) + b"\xa0" + cbor(payload) + cbor(key.sign(signed))
    return base64.b32encode(token).decode().rstrip("=")


def key_set(*keys: Key) -> bytes:
    return json.dumps({"keys": [key.jwk for key in keys or RING]}).encode()


def status_list(
    key: Key,
    number: int,
    states: Mapping[int, int],
    *,
    at: int,
    lives: int = DAY,
    ttl: int = 43200,
    site: str = "https://pencaker.example",
    **changes: Any,
) -> bytes:
    """The signed list with these states by index; all others are 0."""
    packed = bytearray(25_000)
    for index, state in states.items():
        packed[index // 4] |= state << (index % 4 * 2)
    head = {"typ": "statuslist+jwt", "alg": "ES256", "kid": key.kid.hex()}
    body: dict[str, Any] = {
        "sub": f"{site}/status/{number}",
        "iat": at,
        "exp": at + lives,
        "ttl": ttl,
        "status_list": {"bits": 2, "lst": b64(zlib.compress(bytes(packed), 9))},
    }
    parts = (json.dumps(part).encode() for part in (head, {**body, **changes}))
    message = ".".join(map(b64, parts)).encode()
    return message + b"." + b64(key.sign(message)).encode()


def cbor(value: Any) -> bytes:
    """The deterministic encoding of what a token holds."""
    if isinstance(value, int):
        return _head(0, value) if value >= 0 else _head(1, -1 - value)
    if isinstance(value, bytes):
        return _head(2, len(value)) + value
    if isinstance(value, str):
        return _head(3, len(value.encode())) + value.encode()
    return _head(5, len(value)) + b"".join(cbor(k) + cbor(v) for k, v in value.items())


def _head(kind: int, number: int) -> bytes:
    if number < 24:
        return bytes([kind << 5 | number])
    size = (number.bit_length() + 7) // 8
    size = 4 if size == 3 else size
    return bytes([kind << 5 | {1: 24, 2: 25, 4: 26}[size]]) + number.to_bytes(size, "big")


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
