"""The list in memory: the short one of the code until the office has imported its own."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import datetime

from pymongo.errors import PyMongoError

from services.intake.forms.occupations import BUILT_IN, SCHEME, Occupations
from services.intake.occupations import store
from shared.observability import get_logger
from shared.uow import Scope

_FRESH_SECONDS = 60.0
_log = get_logger(__name__)


@dataclass
class Catalogue:
    """One per process; looks once a minute whether another list was imported."""

    _occupations: Occupations = BUILT_IN
    _imported_at: datetime | None = None
    _fresh_until: float = field(default=0.0)

    @property
    def known(self) -> Occupations:
        """The list as it was last seen."""
        return self._occupations

    async def current(self, scope: Scope) -> Occupations:
        """The list; without the database the last one known."""
        if time.monotonic() >= self._fresh_until:
            self._fresh_until = time.monotonic() + _FRESH_SECONDS
            try:
                await self._look(scope)
            except PyMongoError as error:
                _log.warning("occupations.not_read", cause=type(error).__name__)
        return self._occupations

    async def _look(self, scope: Scope) -> None:
        if await store.find_date(scope, SCHEME) == self._imported_at:
            return
        found = await store.find(scope, SCHEME)
        if found is None:
            self._occupations, self._imported_at = BUILT_IN, None
        else:
            self._imported_at, rows = found
            self._occupations = Occupations.of(rows)
