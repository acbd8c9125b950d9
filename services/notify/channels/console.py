"""Prints messages instead of sending them, for development without a mail server."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import TextIO

from services.notify.channels import Accepted, Message, Outcome
from shared.contracts.applications import ContactChannel


@dataclass(frozen=True)
class ConsoleChannel:
    """Stands in for e-mail."""

    output: TextIO = field(default_factory=lambda: sys.stderr)
    name: ContactChannel = "email"

    async def send(self, message: Message) -> Outcome:
        self.output.write(f"--- {message.recipient}: {message.subject}\n{message.text}\n")
        return Accepted(message.notice_id)
