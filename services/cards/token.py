"""AK1-QR version 1: the signed token of a card and the text of its QR (docs/check-a-card.md)."""

from __future__ import annotations

import base64
import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

import cbor2

from services.cards.keys.signer import Signer
from shared.clock import OFFICE_ZONE

LONGEST_TOKEN = 194  # bytes: the QR stays version 11-M with any host name up to 37 characters
LONGEST_ADDRESS = 47  # characters before `#`
LONGEST_NAME = 30  # characters
LONGEST_NUMBER = 16
TOKEN_ID_BYTES = 8
_SIGNED_AROUND = 1 + 14 + 1 + 2 + 66  # array, header, empty map, length of the claims, signature
_ES256 = -7
_ALG, _KID = 1, 4
_ISS, _EXP, _IAT, _CTI, _CARD = 1, 4, 6, 7, -70001
_SCHEMA = 1
_DAY_ZERO = date(1900, 1, 1)
_ALPHANUMERIC = re.compile(r"[0-9A-Z $%*+\-./:]+")


@dataclass(frozen=True)
class Claims:
    """What the token says. All of it is printed on the card, but for the last two."""

    issuer: str  # "ID-1404"
    issued_at: datetime
    expires_at: datetime
    number: str
    name: str
    birth_date: date
    nik_last4: str
    education_level: int  # domain.md 6.6
    token_id: bytes  # 8 random bytes: the handle in logs
    status_index: int


def end_of_day(day: date) -> datetime:
    """The last second of a day in the office's zone: when a card valid until then ends."""
    return datetime.combine(day, time(23, 59, 59), OFFICE_ZONE)


def sign_token(claims: Claims, signer: Signer) -> bytes:
    """COSE_Sign1 without its tag; raises `ValueError` for claims that no card can have."""
    return _signed(_payload(claims), signer)


def sign_again(token: bytes, at: datetime, token_id: bytes, signer: Signer) -> bytes:
    """What a token of ours says, signed by another key: only its time and its handle are new."""
    _, _, payload, _ = cbor2.loads(token)
    claims = cbor2.loads(payload) | {_IAT: int(at.timestamp()), _CTI: token_id}
    return _signed(cbor2.dumps(claims, canonical=True), signer)


def signing_of(token: bytes) -> tuple[str, datetime]:
    """The kid of the key that signed a token of ours, and when."""
    header, _, payload, _ = cbor2.loads(token)
    signed_at = datetime.fromtimestamp(cbor2.loads(payload)[_IAT], UTC)
    return cbor2.loads(header)[_KID].hex(), signed_at


def _signed(payload: bytes, signer: Signer) -> bytes:
    header = cbor2.dumps({_ALG: _ES256, _KID: signer.kid}, canonical=True)
    signed = cbor2.dumps(["Signature1", header, b"", payload])
    return cbor2.dumps([header, {}, payload, signer.sign(signed)])


def qr_text(token: bytes, public_url: str) -> tuple[str, str]:
    """What stands before and behind the `#`, both for the alphanumeric mode of a QR."""
    return check_address(public_url), base64.b32encode(token).decode().rstrip("=")


def check_address(public_url: str) -> str:
    """The check page in capitals; raises `ValueError` when it does not fit into the QR."""
    address = f"{public_url.rstrip('/')}/V".upper()
    if len(address) > LONGEST_ADDRESS or not _ALPHANUMERIC.fullmatch(address):
        raise ValueError(
            f"{address} does not fit into the QR of a card: at most {LONGEST_ADDRESS} characters,"
            " of letters, digits and . : / -"
        )
    return address


def _payload(claims: Claims) -> bytes:
    _refuse_nonsense(claims)
    name = unicodedata.normalize("NFC", claims.name.strip().upper())
    length = LONGEST_NAME
    while True:
        payload = _encoded(claims, _cut(name, length))
        if len(payload) + _SIGNED_AROUND <= LONGEST_TOKEN:
            return payload
        length -= 1  # letters outside ASCII take two bytes or more


def _cut(name: str, length: int) -> str:
    return name if len(name) <= length else name[: length - 1].rstrip() + "…"


def _encoded(claims: Claims, name: str) -> bytes:
    card = {
        0: _SCHEMA,
        1: claims.number,
        2: name,
        3: (claims.birth_date - _DAY_ZERO).days,
        4: claims.nik_last4,
        5: claims.education_level,
        6: claims.status_index,
    }
    return cbor2.dumps(
        {
            _ISS: claims.issuer,
            _EXP: int(claims.expires_at.timestamp()),
            _IAT: int(claims.issued_at.timestamp()),
            _CTI: claims.token_id,
            _CARD: card,
        },
        canonical=True,
    )


def _refuse_nonsense(claims: Claims) -> None:
    rules = {
        "issuer": bool(re.fullmatch(r"ID-\d{4}", claims.issuer)),
        "number": 1 <= len(claims.number) <= LONGEST_NUMBER and claims.number.isascii(),
        "name": bool(claims.name.strip()),
        "birth date": claims.birth_date >= _DAY_ZERO,
        "last digits of the NIK": bool(re.fullmatch(r"[0-9]{4}", claims.nik_last4)),
        "education level": 1 <= claims.education_level <= 13,
        "token id": len(claims.token_id) == TOKEN_ID_BYTES,
        "status index": 0 <= claims.status_index < 2**32,
        "time": claims.issued_at < claims.expires_at,
    }
    wrong = [name for name, is_right in rules.items() if not is_right]
    if wrong:
        raise ValueError(f"no card has such a {wrong[0]}")
