"""Where the person of a draft can be told something: the one address that a message goes to.

Which channels can be reached is a setting (`reachable_channels`): the first of them that the person
gave an address for is taken, their preferred one before all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.intake.returning import codes
from services.intake.settings import IntakeSettings
from shared.contracts.applications import ContactChannel
from shared.contracts.drafts import Addressee
from shared.contracts.envelope import Sealed
from shared.sealed import KeyRing, field_context

_SHOWN = 3  # digits of a phone number (domain.md 13)


@dataclass(frozen=True)
class Destination:
    """`masked` is what a person who holds the draft's code may see of it."""

    channel: ContactChannel
    to: Addressee
    masked: str
    address_hash: str


def destination_of(
    keys: KeyRing, settings: IntakeSettings, draft_id: str, pages: Mapping[str, Any]
) -> Destination | None:
    """None when no address is known that can be reached."""
    values = pages["contact"]["values"] if "contact" in pages else {}
    channels = sorted(
        settings.reachable_channels, key=lambda name: name != values.get("preferred_channel")
    )
    for channel in channels:
        to = _addressee(channel, values)
        if to is not None:
            field = "email" if channel == "email" else "mobile"
            sealed = to.email or to.mobile
            assert sealed is not None  # noqa: S101  # for mypy
            address = keys.open("contact", sealed, field_context(draft_id, field))
            key = settings.session_key.get_secret_value()
            return Destination(channel, to, mask(address), codes.hash_address(key, address))
    return None


def _addressee(channel: ContactChannel, values: Mapping[str, Any]) -> Addressee | None:
    """With this one address and no other: who sends the message has no choice to make."""
    if channel == "email":
        return Addressee(email=Sealed(**values["email"])) if values.get("email") else None
    if not values.get("mobile"):
        return None
    if channel == "sms":
        return Addressee(mobile=Sealed(**values["mobile"]))
    if not values.get("mobile_has_whatsapp"):
        return None
    return Addressee(mobile=Sealed(**values["mobile"]), mobile_has_whatsapp=True)


def mask(address: str) -> str:
    """`s…@contoh.example` or `…890`."""
    name, at, host = address.partition("@")
    return f"{name[:1]}…@{host}" if at else f"…{address[-_SHOWN:]}"
