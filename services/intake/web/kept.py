"""What browsers keep of typed answers, and when they must forget it (static/autosave.js).

A POST of the form that is answered with a redirect was saved: a cookie names its address, and the
script forgets what it kept for it. Where a draft begins or ends, everything goes.
"""

from __future__ import annotations

from urllib.parse import quote

from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Sealed in the database, so not kept on a phone that others use too.
PRIVATE_FIELDS = frozenset(
    {
        "nik",
        "family_card_number",
        "disability_status",
        "disability_kinds",
        "mobile",
        "email",
        "guardian_mobile",
        "wage",
    }
)
_COOKIE = "tersimpan"
_ALL = "*"
_LEAVES = frozenset({"/keluar", "/loket/selesai", "/loket/akhiri"})  # answered with a page
_ENDS = _LEAVES | {"/daftar", "/daftar/periksa"}  # begun anew, sent
_FORMS = ("/daftar/", "/status/perbaikan/")


def forget_all(response: Response) -> None:
    """Whatever this browser kept belongs to somebody else."""
    response.headers.append("Set-Cookie", _told(_ALL))


def _told(saved: str) -> str:
    return f"{_COOKIE}={saved}; Max-Age=600; Path=/; SameSite=Lax"


class Forget:
    """Pure ASGI middleware."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        is_form = path in _ENDS or path.startswith(_FORMS)
        if scope["type"] != "http" or scope["method"] != "POST" or not is_form:
            await self.app(scope, receive, send)
            return

        async def send_and_name(message: Message) -> None:
            is_start = message["type"] == "http.response.start"
            if is_start and (message["status"] == 303 or path in _LEAVES):
                saved = _ALL if path in _ENDS else quote(path, safe="/")
                MutableHeaders(scope=message).append("Set-Cookie", _told(saved))
            await send(message)

        await self.app(scope, receive, send_and_name)
