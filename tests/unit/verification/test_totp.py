"""Codes of the authenticator app and recovery codes, without a database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest

from services.verification.officers import totp
from services.verification.officers.browsers import browser_name

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # the key of RFC 6238, appendix B


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (2000000000, "279037")],
)
def test_the_codes_are_those_of_the_rfc(seconds: int, code: str) -> None:
    at = datetime.fromtimestamp(seconds, UTC)
    assert totp.step_of(SECRET, code, at) == seconds // 30


def test_half_a_minute_early_or_late_is_near_enough_and_a_minute_is_not() -> None:
    at = datetime(2026, 11, 24, 2, 0, 10, tzinfo=UTC)
    code = pyotp.TOTP(SECRET).at(at)
    step = int(at.timestamp()) // 30
    for seconds in (-30, 0, 30):
        assert totp.step_of(SECRET, code, at + timedelta(seconds=seconds)) == step
    for seconds in (-60, 60):
        assert totp.step_of(SECRET, code, at + timedelta(seconds=seconds)) is None
    assert totp.step_of(SECRET, "١٢٣٤٥٦", at) is None


def test_the_enrolment_names_the_desk_and_the_account() -> None:
    secret = totp.new_secret()
    address = urlsplit(totp.enrolment_address(secret, "vera"))
    assert address.scheme == "otpauth"
    assert address.netloc == "totp"
    assert address.path == "/SI%20PINTAR%20KERJA:vera"
    assert parse_qs(address.query)["secret"] == [secret]
    assert totp.enrolment_image(secret, "vera").startswith("data:image/svg+xml")


def test_recovery_codes_differ_and_may_be_typed_anyhow() -> None:
    codes = totp.new_recovery_codes()
    assert len(set(codes)) == len(codes) == 10
    digest = totp.recovery_digest(codes[0])
    assert digest == totp.recovery_digest(codes[0].upper().replace("-", " "))
    assert digest != totp.recovery_digest(codes[1])
    assert codes[0] not in digest


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/142.0 Safari/537.36 Edg/142.0", "Edge di Windows"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/142.0 Mobile Safari/537.36", "Chrome di Android"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko Firefox/145.0", "Firefox di Linux"),
        ("curl/8", "Peramban lain"),
    ],
)
def test_a_browser_is_named_shortly(agent: str, name: str) -> None:
    assert browser_name(agent) == name
