"""The token: byte for byte as published, never too long, and read by another implementation."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import cbor2
import cwt
import pytest
import segno
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from hypothesis import given, settings
from hypothesis import strategies as st

from services.cards.token import LONGEST_TOKEN, check_address, end_of_day, qr_text, sign_token
from tests.unit.cards.vector import (
    ADDRESS,
    BASE32,
    CLAIMS,
    PAYLOAD,
    SIGNER,
    THUMBPRINT,
    TOKEN,
    X,
    Y,
    claims,
)

DESCRIPTION = Path(__file__).parents[3] / "docs" / "check-a-card.md"
LETTERS = st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZabc'.- éÉüñşđ")
NAMES = st.text(LETTERS, min_size=1, max_size=60).filter(lambda name: name.strip() != "")
LONGEST_HOST = "https://pencaker.disnakertrans.inhilkab.go.id"  # 37 characters of host name


def test_gives_the_bytes_of_the_published_vector() -> None:
    assert SIGNER.public.jwk == {"crv": "P-256", "kty": "EC", "x": X, "y": Y}
    assert SIGNER.public.thumbprint.hex() == THUMBPRINT
    assert sign_token(CLAIMS, SIGNER) == TOKEN
    assert len(TOKEN) == 170
    assert qr_text(TOKEN, "https://ak1.inhilkab.go.id") == (ADDRESS, BASE32)


def test_the_description_for_other_verifiers_has_this_vector() -> None:
    text = "".join(DESCRIPTION.read_text("utf-8").split())
    assert TOKEN.hex() in text
    assert f"{ADDRESS}#{BASE32}" in text


def test_an_end_is_the_last_second_of_the_day_of_the_office() -> None:
    assert end_of_day(date(2028, 11, 24)) == CLAIMS.expires_at


def verified(token: bytes) -> dict[int, object]:
    """The claims, read without any code of the issuer: the layout is fixed, byte by byte."""
    header, length = token[2:15], token[17]
    assert token[:2] == b"\x84\x4d"
    assert header[:5] == bytes.fromhex("a201260448")
    assert token[15:17] == b"\xa0\x58"
    payload, signature = token[18 : 18 + length], token[18 + length :]
    assert signature[:2] == b"\x58\x40"
    assert len(signature) == 66
    r, s = (int.from_bytes(each, "big") for each in (signature[2:34], signature[34:]))
    signed = b"\x84\x6aSignature1\x4d" + header + b"\x40\x58" + bytes([length]) + payload
    key = SIGNER._key.public_key()
    key.verify(encode_dss_signature(r, s), signed, ec.ECDSA(hashes.SHA256()))
    found: dict[int, object] = cbor2.loads(payload)
    return found


@settings(max_examples=40)
@given(name=NAMES, index=st.integers(0, 3_000_000), host=st.sampled_from(["", LONGEST_HOST]))
def test_every_legal_card_fits_and_can_be_read(name: str, index: int, host: str) -> None:
    token = sign_token(claims(name=name, status_index=index), SIGNER)
    assert len(token) <= LONGEST_TOKEN
    before, after = qr_text(token, host or "https://ak1.inhilkab.go.id")
    parts: Any = [(before, 2), ("#", 4), (after, 2)]
    segno.make(parts, error="M", boost_error=False, version=11)
    card = verified(token)[-70001]
    assert isinstance(card, dict)
    assert card[6] == index
    assert len(card[2]) <= 30
    wanted = name.strip().upper()
    assert card[2] == wanted or (card[2][-1] == "…" and wanted.startswith(card[2][:-1]))


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("I", "I"),
        ("siti nur'aini", "SITI NUR'AINI"),
        ("A" * 30, "A" * 30),
        ("A" * 31, "A" * 29 + "…"),
        ("A" * 28 + " BC", "A" * 28 + "…"),
        ("É" * 30, "É" * 15 + "…"),
    ],
)
def test_a_long_name_is_cut(name: str, printed: str) -> None:
    card = verified(sign_token(claims(name=name), SIGNER))[-70001]
    assert isinstance(card, dict)
    assert card[2] == printed


def test_another_library_reads_it() -> None:
    public = SIGNER.public
    key = cwt.COSEKey.new({1: 2, -1: 1, 3: -7, 2: public.kid, -2: public.x, -3: public.y})
    reader = cwt.COSE.new()
    assert reader.decode(b"\xd2" + sign_token(CLAIMS, SIGNER), key) == PAYLOAD


def test_any_changed_byte_is_refused() -> None:
    for place in range(len(TOKEN)):
        changed = bytearray(TOKEN)
        changed[place] ^= 1
        with pytest.raises((InvalidSignature, AssertionError)):
            verified(bytes(changed))


@pytest.mark.parametrize(
    "wrong",
    [
        {"issuer": "1404"},
        {"number": "1" * 17},
        {"number": ""},
        {"name": " "},
        {"birth_date": date(1899, 12, 31)},
        {"nik_last4": "78a1"},
        {"education_level": 14},
        {"token_id": b"1234567"},
        {"status_index": -1},
        {"expires_at": CLAIMS.issued_at - timedelta(seconds=1)},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_nonsense_is_not_signed(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="no card has"):
        sign_token(claims(**wrong), SIGNER)


@pytest.mark.parametrize("address", [f"{LONGEST_HOST}x", "https://ak1_x.go.id", "https://é.id"])
def test_an_address_that_does_not_fit_into_the_code_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        check_address(address)
