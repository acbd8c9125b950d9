"""How much this process has in work, and how late it is: measured only while there is work."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import ParamSpec, TypeVar

_SAMPLE_SECONDS = 0.1
_SAMPLES = 5
P = ParamSpec("P")
T = TypeVar("T")


class Workload:
    """`running` are requests in work; one that waits for its client is not in work.

    `delay` is how late the event loop runs what is due: the smallest of the last half second, so
    that a burst is no overload and a standing queue is.
    """

    def __init__(self) -> None:
        self.running = 0
        self._late: deque[float] = deque(maxlen=_SAMPLES)
        self._is_sampling = False
        self._came = 0

    @property
    def delay(self) -> float:
        return min(self._late) if len(self._late) == _SAMPLES else 0.0

    def begin(self) -> None:
        self.running += 1
        self._came += 1
        if not self._is_sampling:
            self._is_sampling = True
            self._sample_later(asyncio.get_running_loop())

    def end(self) -> None:
        self.running -= 1

    def aside(self, call: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
        """`call` (receive or send) without counting the time it takes: that is the client's."""

        async def not_in_work(*args: P.args, **kwargs: P.kwargs) -> T:
            self.running -= 1
            try:
                return await call(*args, **kwargs)
            finally:
                self.running += 1

        return not_in_work

    def _sample_later(self, loop: asyncio.AbstractEventLoop) -> None:
        loop.call_later(_SAMPLE_SECONDS, self._sample, loop, loop.time() + _SAMPLE_SECONDS)

    def _sample(self, loop: asyncio.AbstractEventLoop, due: float) -> None:
        if self.running <= 0 and not self._came:
            self._is_sampling = False
            self._late.clear()
            return
        self._came = 0  # many requests never wait: between them nothing seems to be in work
        self._late.append(max(0.0, loop.time() - due))
        self._sample_later(loop)
