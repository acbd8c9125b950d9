"""What everybody reads: status lists bit by bit, key sets, and their signatures."""

from __future__ import annotations

import base64
import json
import zlib
from datetime import UTC, datetime, timedelta

import cbor2
import cwt
import pytest
from joserfc import jwk, jwt
from joserfc.errors import BadSignatureError

from services.cards.keys.making import fresh_pem
from services.cards.keys.ring import Ring
from services.cards.keys.rotation import add_first, revoke, rotate
from services.cards.keys.signer import PemSigner
from services.cards.publishing.key_sets import cose_keys, jwks
from services.cards.publishing.lists import compressed, pack, signed_list
from services.cards.token import sign_token
from tests.unit.cards.vector import CLAIMS, PAYLOAD, SIGNER, X, Y

NOW = datetime(2026, 11, 24, 1, tzinfo=UTC)
TWELVE = (1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3)


def test_twelve_cards_are_the_bytes_of_the_draft() -> None:
    packed = pack(enumerate(TWELVE), size=12)
    assert packed == bytes.fromhex("c944f9")
    assert compressed(packed) == "eNo76fITAAPfAgc"


def status_at(lst: str, index: int) -> int:
    """As the check page reads it."""
    raw = zlib.decompress(base64.urlsafe_b64decode(lst + "=" * (-len(lst) % 4)))
    return raw[index >> 2] >> (index & 3) * 2 & 3


def list_of(statuses: list[tuple[int, int]]) -> bytes:
    packed = pack(statuses)
    url = "https://ak1.inhilkab.go.id/"
    return signed_list(2, packed, public_url=url, signer=SIGNER, now=NOW)


def test_a_list_is_a_signed_token_that_a_library_reads() -> None:
    key = jwk.ECKey.import_key({"kty": "EC", "crv": "P-256", "x": X, "y": Y})
    read = jwt.decode(list_of([(5, 1), (99_999, 3)]).decode(), key, algorithms=["ES256"])
    assert read.header == {"alg": "ES256", "kid": SIGNER.kid.hex(), "typ": "statuslist+jwt"}
    listed = read.claims.pop("status_list")
    assert read.claims == {
        "sub": "https://ak1.inhilkab.go.id/status/2",
        "iat": 1795482000,
        "exp": 1795482000 + 86_400,
        "ttl": 43_200,
    }
    assert listed["bits"] == 2
    assert [status_at(listed["lst"], place) for place in (4, 5, 6, 99_998, 99_999)] == [
        *(0, 1, 0, 0, 3)
    ]


def test_a_changed_list_is_refused() -> None:
    key = jwk.ECKey.import_key({"kty": "EC", "crv": "P-256", "x": X, "y": Y})
    header, _, signature = list_of([(5, 1)]).split(b".")
    _, other_claims, _ = list_of([]).split(b".")
    with pytest.raises(BadSignatureError):
        jwt.decode(b".".join([header, other_claims, signature]).decode(), key)


def test_a_list_says_nothing_about_how_many_cards_there_are() -> None:
    lengths = {len(pack(statuses)) for statuses in ([], [(0, 1)], [(99_999, 1)])}
    assert lengths == {25_000}


def a_ring() -> Ring:
    """Three keys: a revoked one, its successor, and one that waits."""
    ring = add_first(Ring(), fresh_pem, NOW - timedelta(days=100), 24)
    ring = revoke(ring, ring.keys[0].kid, NOW, NOW)
    return rotate(add_first(ring, fresh_pem, NOW, 24), fresh_pem, NOW, 24, timedelta(days=7))


def test_the_key_set_has_every_public_key_with_its_times_and_nothing_secret() -> None:
    ring = a_ring()
    published = json.loads(jwks(ring.published(NOW), "ID-1404"))["keys"]
    assert [key["kid"] for key in published] == [key.kid for key in ring.keys]
    revoked, current, waiting = published
    members = {"kty", "crv", "x", "y", "kid", "use", "alg", "iss", "nbf", "exp_sign", "exp_verify"}
    assert set(current) == set(waiting) == members
    assert set(revoked) == members | {"revoked_at"}
    assert revoked["revoked_at"] == 1795482000
    assert current["exp_sign"] == waiting["nbf"]
    assert current["iss"] == "ID-1404"
    for key in published:
        assert jwk.ECKey.import_key(key).thumbprint()[:10]


def test_the_cose_keys_are_the_same_and_verify_a_card() -> None:
    ring = a_ring()
    as_json = json.loads(jwks(ring.published(NOW), "ID-1404"))["keys"]
    as_cose = cbor2.loads(cose_keys(ring.published(NOW), "ID-1404"))
    assert [key[2].hex() for key in as_cose] == [key["kid"] for key in as_json]
    for one, other in zip(as_cose, as_json, strict=True):
        texts = {name: value for name, value in one.items() if isinstance(name, str)}
        assert texts == {name: other[name] for name in texts}
        assert texts.keys() >= {"iss", "nbf", "exp_sign", "exp_verify"}
    pem = ring.keys[1].private_key
    assert pem is not None
    token = sign_token(CLAIMS, PemSigner.load(pem))
    plain = {name: value for name, value in as_cose[1].items() if isinstance(name, int)}
    reader = cwt.COSEKey.new(plain)
    assert cwt.COSE.new().decode(b"\xd2" + token, reader) == PAYLOAD
