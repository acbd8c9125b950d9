"""The seam to providers: a channel takes one message and says what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from shared.contracts.applications import ContactChannel


@dataclass(frozen=True)
class Message:
    """A message ready to go. A repeat carries the same `notice_id`."""

    notice_id: str
    recipient: str
    subject: str
    text: str
    html: str


@dataclass(frozen=True)
class Accepted:
    """The provider took the message and is now responsible for it."""

    provider_id: str


@dataclass(frozen=True)
class Retry:
    """Not now. `code` is for the record, `after` is what the provider asked for."""

    code: str
    after: timedelta | None = None


@dataclass(frozen=True)
class Permanent:
    """Never: the provider refuses this message or this recipient."""

    code: str


Outcome = Accepted | Retry | Permanent


class Channel(Protocol):
    """One way to reach people. `send` answers every failure of the provider with an outcome."""

    @property
    def name(self) -> ContactChannel: ...

    async def send(self, message: Message) -> Outcome: ...
