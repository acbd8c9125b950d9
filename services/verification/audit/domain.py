"""What an audit entry is: who did or saw what, when, on which case, for which purpose."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Actor:
    """Who acted: an officer, or the system itself when an event made it act."""

    id: str
    name: str
    roles: tuple[str, ...] = ()


SYSTEM = Actor("system", "Sistem")


@dataclass(frozen=True)
class Entry:
    """One line of the log.

    `happened_at` is when the thing itself happened (an event may arrive late), `at` when it was
    written. `is_view` tells readings from acts. `detail` holds codes and ids, never the personal
    data itself.
    """

    actor: Actor
    action: str
    case_id: str | None = None
    detail: dict[str, Any] = field(default_factory=dict)
    purpose: str | None = None
    is_view: bool = False
    happened_at: datetime | None = None


@dataclass(frozen=True)
class Recorded(Entry):
    """An entry as kept: with its id and the time of writing."""

    id: str = ""
    at: datetime | None = None

    @property
    def time(self) -> datetime:
        """When it happened, for people."""
        time = self.happened_at or self.at
        if time is None:
            raise ValueError("a recorded entry has a time")
        return time
