"""A status list as everybody reads it (IETF Token Status List): two bits per card, signed."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterable
from datetime import datetime, timedelta

from services.cards.keys.signer import Signer
from services.cards.publishing.indexes import LIST_SIZE

BITS = 2
TTL = timedelta(hours=12)  # so long may a copy be used without asking again
COUNTS_FOR = 2 * TTL
MEDIA_TYPE = "application/statuslist+jwt"
_PER_BYTE = 8 // BITS


def pack(statuses: Iterable[tuple[int, int]], size: int = LIST_SIZE) -> bytes:
    """(place, status) as bytes, the lowest bits first; a place that is not named is 0."""
    packed = bytearray(-(-size // _PER_BYTE))
    for place, status in statuses:
        packed[place // _PER_BYTE] |= status << (place % _PER_BYTE * BITS)
    return bytes(packed)


def compressed(packed: bytes) -> str:
    return _b64(zlib.compress(packed, 9))


def object_key(number: int) -> str:
    return f"status/{number}.jwt"


def signed_list(
    number: int, packed: bytes, *, public_url: str, signer: Signer, now: datetime
) -> bytes:
    """The list as a JWT; each is full length, so that it does not tell how many cards there are."""
    header = {"alg": "ES256", "kid": signer.kid.hex(), "typ": "statuslist+jwt"}
    issued_at = int(now.timestamp())
    claims = {
        "sub": f"{public_url.rstrip('/')}/status/{number}",
        "iat": issued_at,
        "exp": issued_at + int(COUNTS_FOR.total_seconds()),
        "ttl": int(TTL.total_seconds()),
        "status_list": {"bits": BITS, "lst": compressed(packed)},
    }
    signed = f"{_json(header)}.{_json(claims)}".encode()
    return signed + b"." + _b64(signer.sign(signed)).encode()


def _json(value: object) -> str:
    return _b64(json.dumps(value, separators=(",", ":")).encode())


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
