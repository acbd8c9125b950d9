"""Making keys: as PEM or in a PKCS#11 token, and the first ring of an office."""

from __future__ import annotations

import secrets
from pathlib import Path

from services.cards.keys.hsm import open_token
from services.cards.keys.ring import Ring, write_ring
from services.cards.keys.rotation import FreshKey, add_first
from services.cards.keys.settings import KeySettings
from services.cards.keys.signer import PemSigner, new_private_key
from shared import clock


def fresh_pem() -> FreshKey:
    pem = new_private_key()
    return FreshKey(PemSigner.load(pem).public, private_key=pem)


def fresh_in_token(settings: KeySettings) -> FreshKey:
    """Raises `TokenUnusable`."""
    label = f"ak1-{clock.today():%Y%m%d}-{secrets.token_hex(4)}"
    return FreshKey(open_token(settings).new_key(label), pkcs11=label)


def ensure_ring(path: Path, validity_months: int) -> None:
    """For deployments: a ring with a first key, unless there is one; it is never replaced."""
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_ring(path, add_first(Ring(), fresh_pem, clock.now(), validity_months))
