"""Event of verification: an administrator changed the words of a message."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from shared.contracts.envelope import EventData


class TextChanged(EventData):
    """The whole text, so that the newest event alone is enough. No personal data.

    `message` is an id of `shared/texts/messages.py`; a consumer ignores one that it does not know.
    """

    TYPE: ClassVar[str] = "text.changed.v1"

    message: str
    version: int
    subject: str
    body: str
    changed_at: datetime
