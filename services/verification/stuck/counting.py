"""How much stuck work waits, for the tab of the queue; only the page counts dead letters."""

from __future__ import annotations

from services.verification.stuck import store
from shared.uow import Scope

COUNTED_MOST = 1000


async def count(scope: Scope) -> int:
    """Failed cards and messages that wait for an officer."""
    return await store.count_waiting(scope, COUNTED_MOST)
