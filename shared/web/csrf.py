"""Cross-site request forgery: same-origin check on every write, plus a token bound to the session.

`SameOrigin` refuses unsafe methods of other sites by Sec-Fetch-Site or, in old browsers, Origin.
`csrf_token` makes the hidden field of forms; it is a keyed hash of the session id, so nothing has
to be stored.
"""

from __future__ import annotations

import hashlib
import hmac
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

FIELD = "csrf_token"
HEADER = "X-CSRF-Token"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class SameOrigin:
    """Pure ASGI middleware; `exempt` path prefixes (a JSON API without cookies) pass."""

    def __init__(self, app: ASGIApp, *, exempt: tuple[str, ...] = ()) -> None:
        self.app = app
        self.exempt = exempt

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if (
            scope["type"] == "http"
            and scope["method"] not in _SAFE
            and not scope["path"].startswith(self.exempt or ("\0",))
            and not is_same_origin(Headers(scope=scope))
        ):
            response = PlainTextResponse(
                "Permintaan ini datang dari situs lain dan ditolak. Ulangi dari halaman kami.",
                status_code=403,
            )
            await response(scope, receive, send)
            return
        await self.app(scope, receive, send)


def is_same_origin(headers: Headers) -> bool:
    """Whether a browser says that our own page (or the person) sent this request."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = headers.get("origin")
    if origin is not None:
        try:
            return urlsplit(origin).netloc == headers.get("host")
        except ValueError:  # no address at all
            return False
    return True  # no browser: a script without cookies of ours; the token still decides


def csrf_token(key: str, session_id: str) -> str:
    """The token of one session."""
    return hmac.new(key.encode(), f"csrf:{session_id}".encode(), hashlib.sha256).hexdigest()[:40]


def is_csrf_token(key: str, session_id: str, token: str | None) -> bool:
    if token is None:
        return False
    # As bytes: texts can be compared only when both are ASCII, and this one comes from outside.
    given = token.encode("utf-8", "replace")
    return hmac.compare_digest(csrf_token(key, session_id).encode(), given)
