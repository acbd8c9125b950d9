"""The door of the public pages: who has a draft or a status session goes on, newcomers may wait."""

from __future__ import annotations

import time

from prometheus_client import Counter, Gauge
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.intake.admission.gate import Gate, Waiting
from services.intake.admission.tickets import PASS_SECONDS, TICKET_SECONDS, Tickets
from services.intake.settings import IntakeSettings
from services.intake.web import problems, sessions
from services.intake.web.rendering import Pages
from shared.observability import METRICS

API = "/api/v1/"
HEADER = "Queue-Ticket"
COOKIE = "antrean"
_FREE = (
    *("/static/", "/manifest.webmanifest", "/sw.js", "/luring", "/keluar", "/loket"),
    *("/.well-known/", "/V", "/v"),  # who checks a card waits for nobody
    *(f"/status/{digit}" for digit in range(10)),  # the status lists; "/status/…" are pages
)
_ENTRANCES = frozenset({("GET", "/daftar"), ("HEAD", "/daftar"), ("POST", f"{API}applications")})
_ELSEWHERE_PATIENCE = 2  # other pages are light: they wait only when it is much worse
_PAGE_SECONDS = 60.0
_POSITION, _SECONDS = "{{position}}", "{{seconds}}"
LINE = Gauge("admission_line", "Newcomers waiting", registry=METRICS)
RUNNING = Gauge("admission_running", "Requests in work", registry=METRICS)
DELAY = Gauge("admission_delay_seconds", "How late the event loop is", registry=METRICS)
TURNED_AWAY = Counter("admission_waits", "Requests answered with a place in line", registry=METRICS)


class Door:
    """Pure ASGI middleware around the whole app; while there is room it only counts."""

    def __init__(self, app: ASGIApp, settings: IntakeSettings, pages: Pages) -> None:
        self.app = app
        self.gate = Gate(settings.admission_most, settings.admission_delay_seconds)
        self.tickets = Tickets(settings.session_key.get_secret_value())
        self.settings = settings
        self.pages = pages
        LINE.set_function(lambda: len(self.gate.line))
        RUNNING.set_function(lambda: self.gate.work.running)
        DELAY.set_function(lambda: self.gate.work.delay)
        self._page: dict[bool, tuple[float, str]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(_FREE):
            await self.app(scope, receive, send)
            return
        if not self.gate.is_open:
            waiting, send = self._ask(scope, send)
            if waiting:
                TURNED_AWAY.inc()
                await self._answer(scope, waiting)(scope, receive, send)
                return
        work = self.gate.work
        work.begin()
        try:
            await self.app(scope, work.aside(receive), work.aside(send))
        finally:
            work.end()

    def _ask(self, scope: Scope, send: Send) -> tuple[Waiting | None, Send]:
        """The place in line, if one has to wait; with a ticket whose turn has come comes a pass."""
        request = Request(scope)
        given = request.headers.get(HEADER) or request.cookies.get(self._cookie)
        if self._goes_on(request) or self.tickets.is_pass(given):
            return None, send
        is_entrance = (scope["method"], scope["path"]) in _ENTRANCES
        ticket = self.tickets.read(given)
        waiting = self.gate.ask(ticket, patience=1 if is_entrance else _ELSEWHERE_PATIENCE)
        if waiting or not ticket or scope["path"].startswith(API):
            return waiting, send
        return None, self._with_pass(send)

    def _goes_on(self, request: Request) -> bool:
        """Whether somebody has begun already: their work is worth most, to them and to us."""
        token, settings = sessions.bearer(request), self.settings
        if token:
            return bool(
                sessions.read_draft_token(settings, token)
                or sessions.read_status_token(settings, token)
                or sessions.read_return_token(settings, token)
            )
        return bool(
            sessions.draft_holder(settings, request)
            or sessions.status_session(settings, request)
            or sessions.returning(settings, request)
            or sessions.counter_id(settings, request)
        )

    def _with_pass(self, send: Send) -> Send:
        async def send_with_pass(message: Message) -> None:
            if message["type"] == "http.response.start":
                cookie = Response()
                self._set_cookie(cookie, self.tickets.make_pass(), PASS_SECONDS)
                headers = MutableHeaders(scope=message)
                headers.append("Set-Cookie", cookie.headers["Set-Cookie"])
            await send(message)

        return send_with_pass

    def _answer(self, scope: Scope, waiting: Waiting) -> Response:
        ticket = self.tickets.text(waiting.ticket)
        if scope["path"].startswith(API):
            response: Response = problems.problem(
                503,
                "busy",
                f"Layanan sedang ramai. Anda urutan ke-{waiting.position}. Ulangi setelah "
                f"{waiting.seconds} detik, dengan header {HEADER}.",
                position=waiting.position,
                ticket=ticket,
            )
        else:
            is_post = scope["method"] == "POST"
            text = self._waiting_page(is_post=is_post)
            text = text.replace(_POSITION, str(waiting.position))
            response = HTMLResponse(text.replace(_SECONDS, str(waiting.seconds)), 503)
            self._set_cookie(response, ticket, TICKET_SECONDS)
            if not is_post:  # which a browser would ask for again without its form
                response.headers["Refresh"] = str(waiting.seconds)
        response.headers["Retry-After"] = str(waiting.seconds)
        return response

    def _waiting_page(self, *, is_post: bool) -> str:
        made, text = self._page.get(is_post, (-_PAGE_SECONDS, ""))
        if time.monotonic() - made >= _PAGE_SECONDS:
            text = self.pages.html(
                "waiting.html",
                title=f"Antrean: urutan ke-{_POSITION}",
                position=_POSITION,
                seconds=_SECONDS,
                is_post=is_post,
            )
            self._page[is_post] = (time.monotonic(), text)
        return text

    def _set_cookie(self, response: Response, value: str, seconds: int) -> None:
        response.set_cookie(
            self._cookie, value, max_age=seconds, secure=self._is_https, httponly=True
        )

    @property
    def _is_https(self) -> bool:
        return self.settings.public_url.startswith("https://")

    @property
    def _cookie(self) -> str:
        return f"__Host-{COOKIE}" if self._is_https else COOKIE
