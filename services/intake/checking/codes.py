"""The code printed on a card for checking by hand: read as people type it, kept as a keyed hash.

A code has 50 bits, few enough to try them all against a plain hash: so it is hashed under a key
that lies outside the database and belongs to intake alone. Pure.
"""

from __future__ import annotations

from shared.sealed import blind_index
from shared.settings import ServiceSettings

LENGTH = 10
_ALPHABET = frozenset("0123456789ABCDEFGHJKMNPQRSTVWXYZ")  # Crockford's base32
_AS_READ = str.maketrans({"O": "0", "I": "1", "L": "1"})
_NONE = "-" * LENGTH  # no card has it: a malformed code costs the same look as an unknown one


def tidy_code(typed: str) -> str | None:
    """Ten characters of Crockford's base32 out of what somebody typed; None when it is no code."""
    signs = "".join(sign for sign in typed[:100] if sign.isalnum())
    code = signs.upper().translate(_AS_READ)
    is_code = len(signs) == len(code) == LENGTH and _ALPHABET.issuperset(code)
    return code if is_code else None


def mac_of(keys: tuple[str, ...], code: str | None) -> str:
    """How a code is kept: under the newest key."""
    return macs_of(keys, code)[0]


def macs_of(keys: tuple[str, ...], code: str | None) -> list[str]:
    """How it may have been kept, newest key first."""
    return [blind_index(key, f"check_code:{code or _NONE}") for key in keys]


def check_keys(settings: ServiceSettings) -> tuple[str, ...]:
    """The keys of the settings, newest first (docs/decisions/0027)."""
    listed: str = settings.check_key.get_secret_value()  # type: ignore[attr-defined]
    return tuple(key.strip() for key in listed.split(","))
