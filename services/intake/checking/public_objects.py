"""Keys and status lists, which cards writes into bucket `public`, as intake serves them.

The last good copy stays in memory: without the object store checking goes on, with what was known.
An object is asked for again when its copy is half a minute old; whoever waits longer than two
seconds for that gets the copy.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import math
import time
from dataclasses import dataclass, field

from shared.errors import NotFound, Unavailable
from shared.observability import get_logger
from shared.storage import PUBLIC, Storage

KEYS_SECONDS = 3600
_LIST_SECONDS = 12 * 3600
_AGAIN_SECONDS = 30.0
_PATIENCE = 2.0
_log = get_logger(__name__)


@dataclass(frozen=True)
class Copy:
    """An object as it was at `read_at` (monotonic); `data` is None when there was none."""

    data: bytes | None
    etag: str
    seconds: int  # how long others may keep it
    read_at: float

    @property
    def age(self) -> int:
        return int(time.monotonic() - self.read_at)


@dataclass
class PublicObjects:
    """One for the process. What is read is small: 25 kB for 100,000 cards."""

    storage: Storage
    again_seconds: float = _AGAIN_SECONDS
    _copies: dict[str, Copy] = field(default_factory=dict)
    _tried_at: dict[str, float] = field(default_factory=dict)
    _reading: dict[str, asyncio.Task[None]] = field(default_factory=dict)

    async def read(self, name: str) -> Copy:
        """Raises `NotFound`, and `Unavailable` when there is neither store nor copy."""
        known = self._copies.get(name)
        again_at = self._tried_at.get(name, -math.inf) + self.again_seconds
        if name in self._reading or time.monotonic() >= again_at:
            await self._again(name, None if known is None else _PATIENCE)
        found = self._copies.get(name)
        if found is None:
            raise Unavailable
        if found.data is None:
            raise NotFound("Belum ada.")
        return found

    async def _again(self, name: str, patience: float | None) -> None:
        """One reading for all who ask meanwhile."""
        task = self._reading.get(name)
        if task is None:
            self._tried_at[name] = time.monotonic()
            task = self._reading[name] = asyncio.create_task(self._read(name))
            task.add_done_callback(lambda ended: self._end(name, ended))
        await asyncio.wait({task}, timeout=patience)

    def _end(self, name: str, ended: asyncio.Task[None]) -> None:
        del self._reading[name]
        error = None if ended.cancelled() else ended.exception()
        if error:
            _log.warning("public_object.not_read", object=name, cause=repr(error))

    async def _read(self, name: str) -> None:
        try:
            self._copies[name] = _copy(name, await self.storage.get(PUBLIC, name))
        except NotFound:  # nothing is ever taken away: what we have is kept
            self._copies.setdefault(name, _copy(name, None))


def _copy(name: str, data: bytes | None) -> Copy:
    etag = f'"{hashlib.sha256(data or b"").hexdigest()[:24]}"'
    seconds = _list_seconds(data) if name.startswith("status/") and data else KEYS_SECONDS
    return Copy(data, etag, seconds, time.monotonic())


def _list_seconds(jwt: bytes) -> int:
    """The `ttl` a status list names; who checks the list verifies it, not we."""
    try:
        body = jwt.split(b".")[1]
        claims = json.loads(base64.urlsafe_b64decode(body + b"=" * (-len(body) % 4)))
        return max(0, int(claims["ttl"]))
    except (IndexError, KeyError, TypeError, ValueError):
        return _LIST_SECONDS
