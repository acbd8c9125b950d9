"""Identifiers: UUIDv7 for records and events."""

from __future__ import annotations

import uuid_utils


def uuid7() -> str:
    """A new UUIDv7 (RFC 9562) in canonical text; sorts by time within one process."""
    return str(uuid_utils.uuid7())
