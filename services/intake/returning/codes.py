"""The code of a draft, the one-time code, and the keyed hashes both are kept as. Pure.

A draft's code has 50 random bits: too few for a plain hash, which a copy of the database would let
anybody try out (2^50 SHA-256 take a day). So it is an HMAC with a key that is in no database. The
same for the 6 digits of a one-time code and for addresses.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from services.intake.references import new_body, read_body

_DIGITS = 6
NO_HASH = "0" * 64  # compared with when there is nothing to compare with


def new_draft_code() -> str:
    """`D-XXXXX-XXXXX-C`."""
    return _spelt(new_body())


def read_draft_code(typed: str) -> str | None:
    """The code somebody typed, in its one spelling; None if it cannot be one."""
    body = read_body(typed[:100], "D")
    return _spelt(body) if body else None


def new_one_time_code() -> str:
    return f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}}"


def read_one_time_code(typed: str) -> str | None:
    """The six digits somebody typed or pasted; None if it cannot be a code."""
    digits = "".join(typed[:100].split()).replace("-", "")
    return digits if len(digits) == _DIGITS and digits.isascii() and digits.isdecimal() else None


def hash_draft_code(key: str, code: str) -> str:
    return _keyed(key, "draft-code", code)


def hash_one_time_code(key: str, code_id: str, code: str) -> str:
    return _keyed(key, f"one-time-code:{code_id}", code)


def hash_address(key: str, address: str) -> str:
    """For knowing an address again without keeping it."""
    return _keyed(key, "address", address)


def is_same(left: str, right: str) -> bool:
    """In constant time; texts from outside may hold anything."""
    return hmac.compare_digest(left.encode("utf-8", "replace"), right.encode("utf-8", "replace"))


def _spelt(body: str) -> str:
    return f"D-{body[:5]}-{body[5:10]}-{body[10:]}"


def _keyed(key: str, purpose: str, value: str) -> str:
    return hmac.new(key.encode(), f"{purpose}:{value}".encode(), hashlib.sha256).hexdigest()
