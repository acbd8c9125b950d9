"""Time, count and trace every request; log failures without query strings."""

from __future__ import annotations

import time

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.observability import REQUEST_SECONDS, get_logger, traced

_log = get_logger(__name__)


class Observe:
    """Pure ASGI middleware, the outermost of a service's pages."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = time.perf_counter()
        status = 500

        async def send_noting_status(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            with traced(f"{scope['method']}", Headers(scope=scope).get("traceparent")):
                await self.app(scope, receive, send_noting_status)
        finally:
            route = getattr(scope.get("route"), "path", "other")
            took = time.perf_counter() - begun
            REQUEST_SECONDS.labels(scope["method"], route, str(status)).observe(took)
            if status >= 500:
                _log.error("request.failed", method=scope["method"], route=route, status=status)
