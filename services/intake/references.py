"""The reference of an application: `AK1-` + 10 random characters + 1 check character.

Crockford base32 (no I, L, O, U); the check character is Luhn mod 32, which finds every single wrong
character and nearly every swap of two neighbours. Codes of drafts (`returning/codes.py`) are made
of the same.
"""

from __future__ import annotations

import secrets

PREFIX = "AK1-"
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_BASE = len(_ALPHABET)
_VALUES = {sign: value for value, sign in enumerate(_ALPHABET)}
_RANDOM_LENGTH = 10
_LOOK_ALIKE = str.maketrans("OIL", "011", " -‐‑–—.")


def new_reference() -> str:
    """A new random reference: 50 bits."""
    return f"{PREFIX}{new_body()}"


def normalise_reference(typed: str) -> str | None:
    """The reference somebody typed, in its one spelling; None if it cannot be one.

    Small letters, spaces, a missing dash or prefix, O for 0 and I or L for 1 are forgiven.
    """
    body = read_body(typed, "AK1")
    return f"{PREFIX}{body}" if body else None


def new_body() -> str:
    """Random characters with their check character at the end."""
    body = "".join(secrets.choice(_ALPHABET) for _ in range(_RANDOM_LENGTH))
    return f"{body}{_check_character(body)}"


def read_body(typed: str, prefix: str) -> str | None:
    """The body in what somebody typed, with or without the prefix; None if it is none."""
    signs = typed.upper().translate(_LOOK_ALIKE)
    body = signs.removeprefix(prefix) if len(signs) > _RANDOM_LENGTH + 1 else signs
    if len(body) != _RANDOM_LENGTH + 1 or any(sign not in _VALUES for sign in body):
        return None
    return body if _check_character(body[:-1]) == body[-1] else None


def _check_character(body: str) -> str:
    """Luhn mod N: every second value from the right doubled, its two base-32 digits summed."""
    total = 0
    for place, sign in enumerate(reversed(body)):
        value = _VALUES[sign] * (2 if place % 2 == 0 else 1)
        total += value // _BASE + value % _BASE
    return _ALPHABET[-total % _BASE]
