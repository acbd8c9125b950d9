"""One-time codes of an authenticator app (RFC 6238), and the recovery codes beside them."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime

import pyotp
import segno

STEP_SECONDS = 30
_NEIGHBOURS = (0, -1, 1)  # a phone's clock may be half a minute off
_RECOVERY_CODES = 10
_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # without those that look alike
_GROUPS, _GROUP = 4, 4  # 79 bits: too many to try, so that a plain hash is enough
ISSUER = "SI PINTAR KERJA"


def new_secret() -> str:
    return pyotp.random_base32()


def enrolment_address(secret: str, username: str) -> str:
    """What the QR code of the enrolment holds."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=ISSUER)


def enrolment_image(secret: str, username: str) -> str:
    """The QR code as the address of an image."""
    code = segno.make_qr(enrolment_address(secret, username), error="m")
    address: str = code.svg_data_uri(scale=5, border=4)
    return address


def step_of(secret: str, code: str, at: datetime) -> int | None:
    """The half minute that a code belongs to, if it is near enough to be accepted."""
    current = int(at.timestamp()) // STEP_SECONDS
    app = pyotp.TOTP(secret)
    for step in (current + each for each in _NEIGHBOURS):
        if hmac.compare_digest(app.generate_otp(step).encode(), code.encode("utf-8", "replace")):
            return step
    return None


def new_recovery_codes() -> list[str]:
    return [random_words() for _ in range(_RECOVERY_CODES)]


def random_words() -> str:
    """Four groups of letters and digits that can be read aloud: `k7mq-x2pd-9wtr-h4vn`."""
    return "-".join(
        "".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(_GROUPS)
    )


def recovery_digest(code: str) -> str:
    """The hash that is kept; how the code was typed does not matter."""
    letters = "".join(each for each in code.lower() if each in _LETTERS)
    return hashlib.sha256(letters.encode()).hexdigest()
