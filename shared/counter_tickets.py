"""The ticket with which the officers' desk opens a counter session at intake (decision 0019).

The desk signs it (Ed25519); intake has the public half and can read tickets, but make none.
"""

from __future__ import annotations

import base64
import binascii
from datetime import datetime, timedelta
from typing import Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pydantic import ValidationError

from shared.contracts.envelope import Contract

CounterChannel = Literal["counter", "whatsapp", "subdistrict_desk"]
FIELD = "tiket"
LIFETIME = timedelta(minutes=2)
SKEW = timedelta(seconds=30)  # by which the clocks of the two services may differ
_LONGEST = 2000
_PURPOSE = b"spk.counter-ticket.v1\n"  # what else this key may sign one day is no ticket


class CounterTicket(Contract):
    """Who will type for people who came, over which channel; `application_id` is one to correct."""

    id: str
    officer_id: str
    officer_name: str
    channel: CounterChannel
    issued_at: datetime
    application_id: str | None = None


def private_key(text: str) -> Ed25519PrivateKey:
    """From 32 bytes in base64; raises `ValueError`."""
    return Ed25519PrivateKey.from_private_bytes(base64.b64decode(text, validate=True))


def public_key(text: str) -> Ed25519PublicKey:
    """From 32 bytes in base64; raises `ValueError`."""
    return Ed25519PublicKey.from_public_bytes(base64.b64decode(text, validate=True))


def public_half(text: str) -> str:
    """The public key that belongs to a private one, both in base64."""
    return base64.b64encode(private_key(text).public_key().public_bytes_raw()).decode()


def sign_ticket(key: Ed25519PrivateKey, ticket: CounterTicket) -> str:
    """The ticket as a text for a form field."""
    body = ticket.model_dump_json().encode()
    return f"{_text(body)}.{_text(key.sign(_PURPOSE + body))}"


def read_ticket(key: Ed25519PublicKey, text: str) -> CounterTicket | None:
    """The ticket, whatever its age; None when the desk did not sign it."""
    head, dot, tail = text.partition(".")
    if not dot or len(text) > _LONGEST:
        return None
    try:
        body, signature = _bytes(head), _bytes(tail)
        key.verify(signature, _PURPOSE + body)
        return CounterTicket.model_validate_json(body)
    except (InvalidSignature, binascii.Error, UnicodeEncodeError, ValidationError):
        return None


def is_timely(ticket: CounterTicket, now: datetime) -> bool:
    return -SKEW <= now - ticket.issued_at <= LIFETIME + SKEW


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text.encode("ascii"), altchars=b"-_", validate=True)
