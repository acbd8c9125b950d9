"""Who types for others: the counter session of a browser, looked up before its page is made.

A browser whose counter session ended opens nothing until it is begun anew at the desk, or cleared:
what an officer began there would else go on as if the person had typed it at home.
"""

from __future__ import annotations

from pymongo.errors import PyMongoError
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from services.intake.counter import sessions as counter_sessions
from services.intake.intake import Intake
from services.intake.web import sessions
from services.intake.web.failures import Failures
from services.intake.web.rendering import Pages

OPEN, NEXT, END = "/loket/buka", "/loket/selesai", "/loket/akhiri"
# No page of a person, or they look for the session themselves.
_FREE = (
    *("/static/", "/api/", "/manifest.webmanifest", "/sw.js", "/luring", OPEN, NEXT, END),
    *("/.well-known/", "/V", "/v"),
)


class AtCounter:
    """Pure ASGI middleware; costs nothing but a look at the cookies of everybody else."""

    def __init__(self, app: ASGIApp, *, intake: Intake, pages: Pages, failures: Failures) -> None:
        self.app = app
        self.intake = intake
        self.pages = pages
        self.failures = failures

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not scope["path"].startswith(_FREE):
            request = Request(scope)
            if sessions.is_at_counter(self.intake.settings, request):
                refusal = await self._refusal(request)
                if refusal is not None:
                    await refusal(scope, receive, send)
                    return
        await self.app(scope, receive, send)

    async def _refusal(self, request: Request) -> Response | None:
        session_id = sessions.counter_id(self.intake.settings, request)
        try:
            reading = self.intake.uow.reading()
            counter = await counter_sessions.find(reading, session_id) if session_id else None
        except PyMongoError as error:
            return await self.failures.on_database_error(request, error)
        if counter is None:
            return self.pages.page(
                request,
                "counter_over.html",
                status=401,
                title="Layanan loket sudah berakhir",
                desk_url=self.intake.settings.desk_url.rstrip("/"),
                end_url=END,
                was_post=request.method == "POST",
                can_exit=False,
            )
        request.state.counter = counter
        return None
