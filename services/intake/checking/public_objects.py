"""Keys and status lists, which cards writes into bucket `public`, as intake serves them.

The last good copy stays in memory: without the object store checking goes on, with what was known.
An object is asked for again when its copy is five seconds old, so that news of a card is seen
within a minute; whoever waits longer than two seconds for that gets the copy. That one is missing
is remembered as long.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import time
from dataclasses import dataclass, field

from shared.errors import NotFound
from shared.observability import get_logger
from shared.storage import PUBLIC, Storage

KEYS_SECONDS = 3600
_LIST_SECONDS = 12 * 3600
_AGAIN_SECONDS = 5.0
_PATIENCE = 2.0
_MISSING = "Berkas tidak ditemukan."
_log = get_logger(__name__)


@dataclass(frozen=True)
class Copy:
    """An object as it was at `read_at` (monotonic)."""

    data: bytes
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
    _missed_at: dict[str, float] = field(default_factory=dict)  # names of ours only: few
    _reading: dict[str, asyncio.Task[Copy]] = field(default_factory=dict)

    async def read(self, name: str) -> Copy:
        """The object, or what is known of it; with neither raises `NotFound`, `Unavailable`."""
        known = self._copies.get(name)
        if known is None:
            if self._is_missed(name):
                raise NotFound(_MISSING)
            return await asyncio.shield(self._read_once(name))
        if name in self._reading or self._is_due(name):
            await asyncio.wait({self._read_once(name)}, timeout=_PATIENCE)
        return self._copies[name]

    def costs(self, name: str) -> bool:
        """Whether the store would be asked for it without knowing whether it is there."""
        return not (name in self._copies or name in self._reading or self._is_missed(name))

    def _is_missed(self, name: str) -> bool:
        missed_at = self._missed_at.get(name)
        if missed_at is None or name in self._reading:
            return False
        return time.monotonic() < missed_at + self.again_seconds

    def _is_due(self, name: str) -> bool:
        return time.monotonic() >= self._tried_at[name] + self.again_seconds

    def _read_once(self, name: str) -> asyncio.Task[Copy]:
        """One reading for all who ask meanwhile; it goes on when they do not wait."""
        task = self._reading.get(name)
        if task is None:
            task = self._reading[name] = asyncio.create_task(self._read(name))
            task.add_done_callback(lambda ended: self._end(name, ended))
        return task

    async def _read(self, name: str) -> Copy:
        self._tried_at[name] = time.monotonic()
        copy = _copy(name, await self.storage.get(PUBLIC, name))
        self._copies[name] = copy
        return copy

    def _end(self, name: str, ended: asyncio.Task[Copy]) -> None:
        del self._reading[name]
        error = None if ended.cancelled() else ended.exception()
        if name not in self._copies:
            self._tried_at.pop(name, None)
            if isinstance(error, NotFound):
                self._missed_at[name] = time.monotonic()
        elif error:  # nothing is ever taken away: one that is missing is an outage, too
            _log.warning("public_object.kept", object=name, cause=repr(error))


def _copy(name: str, data: bytes) -> Copy:
    etag = f'"{hashlib.sha256(data).hexdigest()[:24]}"'
    seconds = _list_seconds(data) if name.startswith("status/") else KEYS_SECONDS
    return Copy(data, etag, seconds, time.monotonic())


def _list_seconds(jwt: bytes) -> int:
    """The `ttl` a status list names; who checks the list verifies it, not we."""
    try:
        body = jwt.split(b".")[1]
        seconds = json.loads(base64.urlsafe_b64decode(body + b"=" * (-len(body) % 4)))["ttl"]
    except (IndexError, KeyError, TypeError, ValueError):
        return _LIST_SECONDS
    return seconds if type(seconds) is int and seconds > 0 else _LIST_SECONDS
