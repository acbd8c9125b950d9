"""The public keys as everybody reads them: JWKS and COSE_KeySet, with the times of each key."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import cbor2

from services.cards.keys.ring import RingKey

JWKS = "jwks.json"
JWKS_TYPE = "application/jwk-set+json"
COSE_KEYS = "cose-keys.cbor"
COSE_KEYS_TYPE = "application/cose-key-set"

# COSE_Key (RFC 9052, 9053): 1 kty, 2 kid, 3 alg, 4 key_ops, -1 crv, -2 x, -3 y
_EC2, _ES256, _VERIFY, _P256 = 2, -7, 2, 1


def jwks(keys: Sequence[RingKey], issuer: str) -> bytes:
    described = [
        {**key.public.jwk, "kid": key.kid, "use": "sig", "alg": "ES256", **_times(key, issuer)}
        for key in keys
    ]
    return json.dumps({"keys": described}, indent=1).encode()


def cose_keys(keys: Sequence[RingKey], issuer: str) -> bytes:
    described = [
        {
            1: _EC2,
            2: key.public.kid,
            3: _ES256,
            4: [_VERIFY],
            -1: _P256,
            -2: key.public.x,
            -3: key.public.y,
            **_times(key, issuer),
        }
        for key in keys
    ]
    return cbor2.dumps(described, canonical=True)


def _times(key: RingKey, issuer: str) -> dict[str, Any]:
    """In seconds since 1970, as in a JWT."""
    times = {
        "nbf": key.nbf,
        "exp_sign": key.exp_sign,
        "exp_verify": key.exp_verify,
        "revoked_at": key.revoked_at,
    }
    return {"iss": issuer} | {
        name: int(moment.timestamp()) for name, moment in times.items() if moment is not None
    }
