"""The line of those who wait: by the time of their ticket, whoever asks first. Pure."""

from __future__ import annotations

import bisect
from dataclasses import dataclass, field

PATIENCE_SECONDS = 15.0  # added to the pause we asked for; after it somebody is taken for gone
_SHORTEST_PAUSE, _LONGEST_PAUSE = 5, 30  # a page that comes again sooner cannot be read
_PRUNE_SECONDS = 1.0
_MOST = 20_000


@dataclass(frozen=True, order=True)
class Ticket:
    """Its time gives the place, in any process and after a restart; `nonce` parts equal times."""

    issued: float
    nonce: str


@dataclass
class Line:
    """Who does not ask again in time loses the place to those behind, but not the ticket."""

    _order: list[Ticket] = field(default_factory=list)
    _until: dict[Ticket, float] = field(default_factory=dict)
    _pruned: float = 0.0

    def __len__(self) -> int:
        return len(self._order)

    def ahead_of(self, ticket: Ticket, now: float) -> int:
        """How many wait before this ticket."""
        self._prune(now)
        return bisect.bisect_left(self._order, ticket)

    def stay(self, ticket: Ticket, until: float) -> None:
        """Join, or keep the place."""
        if ticket not in self._until:
            if len(self._order) >= _MOST:
                return  # still served by the time of the ticket, when it asks again
            bisect.insort(self._order, ticket)
        self._until[ticket] = until

    def leave(self, ticket: Ticket) -> None:
        if self._until.pop(ticket, None) is not None:
            self._order.remove(ticket)

    def prune(self, now: float) -> None:
        """Forget those who did not ask again."""
        self._pruned = now
        if any(until < now for until in self._until.values()):
            self._until = {each: until for each, until in self._until.items() if until >= now}
            self._order = sorted(self._until)

    def _prune(self, now: float) -> None:
        if now - self._pruned >= _PRUNE_SECONDS:
            self.prune(now)


def pause_for(ahead: int) -> int:
    """Seconds until one should ask again: the farther behind, the longer."""
    return min(_LONGEST_PAUSE, _SHORTEST_PAUSE + ahead // 5)
