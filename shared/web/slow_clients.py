"""Time limits for slow or silent clients, which would otherwise hold connections for nothing.

uvicorn limits only the pause between two requests. Phones on bad lines are slow too: the limits
are on silence and on a rate that no working line falls below, not on the length of an upload.
"""

from __future__ import annotations

import asyncio
from time import monotonic

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_SECONDS = 20.0
HEAD_MOST = 64 * 1024
SILENT_SECONDS = 30.0
SLOWEST_RATE = 512  # bytes a second, looked at only after `SILENT_SECONDS`


class HeadInTime(HttpToolsProtocol):
    """Closes a connection whose request head is not complete in time, or grows without end."""

    head_timer: asyncio.TimerHandle | None = None
    head_bytes = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._expect_head()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.head_timer is not None:
            self.head_bytes += len(data)
            if self.head_bytes > HEAD_MOST:
                self._give_up()
        elif self._is_between_requests():
            self._expect_head()

    def _is_between_requests(self) -> bool:
        """Something came, and it was no request: line ends, or the rest of a body we left."""
        answered = self.cycle is None or self.cycle.response_complete
        return answered and self.timeout_keep_alive_task is None

    def on_message_begin(self) -> None:
        super().on_message_begin()
        if self.head_timer is None:  # a further request of this connection
            self._expect_head()

    def on_headers_complete(self) -> None:
        self._head_is_here()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        self._head_is_here()
        super().connection_lost(exc)

    def _expect_head(self) -> None:
        self.head_bytes = 0
        self.head_timer = self.loop.call_later(HEAD_SECONDS, self._give_up)

    def _head_is_here(self) -> None:
        if self.head_timer is not None:
            self.head_timer.cancel()
            self.head_timer = None

    def _give_up(self) -> None:
        if not self.transport.is_closing():
            self.transport.close()


class BodyInTime:
    """Pure ASGI middleware: reading a body ends with 408 when nothing, or too little, comes."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in {"GET", "HEAD"}:
            await self.app(scope, receive, send)
            return
        begun, received, is_read = monotonic(), 0, False

        async def receive_in_time() -> Message:
            nonlocal received, is_read
            if is_read:  # what is awaited now is the end of the connection
                return await receive()
            try:
                async with asyncio.timeout(SILENT_SECONDS):
                    message = await receive()
            except TimeoutError as error:
                raise HTTPException(408) from error
            received += len(message.get("body", b""))
            is_read = not message.get("more_body", False)
            took = monotonic() - begun
            if not is_read and took > SILENT_SECONDS and received < took * SLOWEST_RATE:
                raise HTTPException(408)
            return message

        await self.app(scope, receive_in_time, send)
