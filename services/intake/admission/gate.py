"""The decision: go in now, or wait at a place in the line."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field

from services.intake.admission.line import PATIENCE_SECONDS, Line, Ticket, pause_for
from services.intake.admission.workload import Workload

_AT_LEAST_EVERY = 5.0  # seconds: the line moves, however much those who began have to do


@dataclass(frozen=True)
class Waiting:
    """`position` counts from 1; ask again after `seconds`."""

    ticket: Ticket
    position: int
    seconds: int


@dataclass
class Gate:
    """`most` requests in work, or `longest_delay` seconds of lateness, let newcomers wait."""

    most: int
    longest_delay: float
    work: Workload = field(default_factory=Workload)
    line: Line = field(default_factory=Line)
    last_in: float = field(default_factory=time.time)

    @property
    def is_open(self) -> bool:
        """Nobody waits and there is room: the usual case, and all it costs."""
        return not self.line and self._room(1) > 0

    def ask(self, ticket: Ticket | None, *, patience: int = 1) -> Waiting | None:
        """None: go in. Room is kept for those who came earlier, though they ask later.

        `patience` multiplies what may be in work before this kind of request has to wait.
        """
        now = time.time()
        mine = ticket or Ticket(now, secrets.token_hex(4))
        ahead = self.line.ahead_of(mine, now)
        is_due = ahead == 0 and now - self.last_in >= _AT_LEAST_EVERY
        if ahead < self._room(patience) or (self.line and is_due):
            self.line.leave(mine)
            self.last_in = now
            return None
        seconds = pause_for(ahead)
        self.line.stay(mine, now + seconds + PATIENCE_SECONDS)
        return Waiting(mine, ahead + 1, seconds)

    def _room(self, patience: int) -> int:
        if self.work.delay > self.longest_delay * patience:
            return 0
        return self.most * patience - self.work.running
