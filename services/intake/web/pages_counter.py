"""The counter: opened by a ticket of the officers' desk, one person after the other, ended."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from pymongo.errors import PyMongoError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.intake.counter import sessions as counter_sessions
from services.intake.counter.sessions import CounterSession, NotSetUp, TicketRefused
from services.intake.returning import opening
from services.intake.web import questions, sessions
from services.intake.web.at_counter import END, NEXT, OPEN
from services.intake.web.kept import forget_all
from services.intake.web.pages_corrections import LIST
from services.intake.web.posted import read_form
from services.intake.web.rendering import Link
from services.intake.web.site import Site, go
from shared.counter_tickets import FIELD
from shared.mongo import is_outage

HOME = "/loket"


class CounterPages:
    def __init__(self, site: Site) -> None:
        self.site = site
        self.intake = site.intake

    def routes(self) -> list[Route]:
        return [
            Route(HOME, self.home),
            Route(OPEN, self.open, methods=["POST"]),
            Route(OPEN, self.opened),
            Route(NEXT, self.next, methods=["POST"]),
            Route(NEXT, self.opened),
            Route(END, self.end, methods=["POST"]),
            Route(END, self.opened),
        ]

    async def home(self, request: Request) -> Response:
        if sessions.counter_of(request) is None:
            return self.site.pages.message(
                request,
                403,
                "Loket dibuka dari meja petugas",
                'Halaman ini untuk petugas. Masuk ke meja petugas, lalu tekan "Layani di loket".',
                links=(Link("/", "Ke halaman depan"),),
            )
        return await self._home(request)

    async def opened(self, _: Request) -> Response:
        """Somebody reloads the answer to one of the forms, or goes back to it."""
        return go(HOME)

    async def open(self, request: Request) -> Response:
        """Begin a session with the ticket in the form; it is worth nothing afterwards.

        The same browser may send it again (a second click, a reload): it is where it was.
        """
        try:
            self._check_origin(request)
            form = await read_form(request)
            ticket = counter_sessions.read_posted(self.intake, questions.first(form, FIELD))
            living = await self._living(request)
            if living is not None and living.ticket_id == ticket.id:
                return self._begun(living)
            session = await counter_sessions.begin(self.intake.uow.reading(), ticket)
        except (NotSetUp, TicketRefused) as error:
            return self.site.pages.message(
                request, error.status, "Loket belum terbuka", str(error), links=self._desk_link()
            )
        return self._begun(session, clean=not await self._goes_on(request, session))

    async def next(self, request: Request) -> Response:
        """The person leaves and the next one comes: nothing stays in this browser.

        An unfinished draft stays with us; its code is shown once, for the person who leaves.
        """
        try:
            request.state.counter = await self._living(request)
            code = await self._leave(request)
        except PyMongoError as error:
            if not is_outage(error):
                raise
            return self._ended(request, None)
        if sessions.counter_of(request) is None:
            response = self._ended(request, code)
            sessions.forget_counter(self.intake.settings, response)
            return response
        response = await self._home(request, done=True, draft_code=code)
        sessions.forget(self.intake.settings, response)
        return response

    async def end(self, request: Request) -> Response:
        """End the session, here and on the server."""
        code = None
        try:
            living = await self._living(request)
            if living is not None:
                await counter_sessions.end(self.intake.uow.reading(), living.id)
            code = await self._leave(request)
        except PyMongoError as error:
            if not is_outage(error):
                raise  # else it ends by itself, and the cookie goes
        response = self._ended(request, code)
        sessions.forget_counter(self.intake.settings, response)
        return response

    async def _home(
        self, request: Request, *, done: bool = False, draft_code: Any = None
    ) -> Response:
        has_draft = not done and await self.site.open_draft(request) is not None
        return self.site.pages.page(
            request,
            "counter.html",
            title="Loket: orang berikutnya" if done else "Layanan loket",
            has_draft=has_draft,
            done=done,
            draft_code=draft_code,
            end_url=END,
        )

    def _ended(self, request: Request, draft_code: Any) -> Response:
        response = self.site.pages.page(
            request,
            "counter_ended.html",
            title="Layanan loket sudah diakhiri",
            counter=None,
            can_exit=False,
            draft_code=draft_code,
            desk_url=self.intake.settings.desk_url.rstrip("/"),
        )
        sessions.forget(self.intake.settings, response)
        return response

    def _begun(self, session: CounterSession, *, clean: bool = False) -> Response:
        settings = self.intake.settings
        response = go(HOME if session.application_id is None else LIST)
        if clean:
            sessions.forget(settings, response)
            forget_all(response)
        sessions.remember_counter(settings, response, session.id)
        if session.application_id is not None:
            sessions.remember_status(settings, response, session.application_id)
        return response

    async def _goes_on(self, request: Request, session: CounterSession) -> bool:
        """Whether this browser holds what the same officer was typing when his session ended.

        From a desk on another site come no cookies with this POST: then it is begun clean.
        """
        holder = sessions.draft_holder(self.intake.settings, request)
        if holder is None:
            return False
        reading = self.intake.uow.reading()
        return await counter_sessions.is_draft_of(reading, holder, session.officer_id)

    async def _leave(self, request: Request) -> Any:
        """End what this browser holds of the person; the code of an unfinished draft."""
        settings = self.intake.settings
        holder = sessions.draft_holder(settings, request)
        code = await opening.leave(self.intake, holder) if holder else None
        await sessions.end_status(self.intake, sessions.status_session(settings, request))
        return code

    async def _living(self, request: Request) -> CounterSession | None:
        session_id = sessions.counter_id(self.intake.settings, request)
        reading = self.intake.uow.reading()
        return await counter_sessions.find(reading, session_id) if session_id else None

    def _check_origin(self, request: Request) -> None:
        """Only a page of the desk may bring a browser here: no other site can put a citizen's
        browser to the counter, not even with a real ticket.
        """
        desk = urlsplit(self.intake.settings.desk_url)
        if not desk.netloc:
            raise NotSetUp
        if request.headers.get("origin") != f"{desk.scheme}://{desk.netloc}":
            raise TicketRefused(
                "Loket hanya dibuka dari meja petugas. Buka meja petugas lewat alamatnya yang "
                'biasa, lalu tekan "Layani di loket".'
            )

    def _desk_link(self) -> tuple[Link, ...]:
        desk = self.intake.settings.desk_url.rstrip("/")
        return (Link(f"{desk}/petugas/loket", "Ke meja petugas"),) if desk else ()
