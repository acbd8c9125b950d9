"""With a card in hand: renew it, correct what is on it, or have it replaced."""

from __future__ import annotations

from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.intake.applications import get_application
from services.intake.checking.check import how_it_stands
from services.intake.continuing import begin_from, possible_kinds, renewable_from
from services.intake.domain import Application
from services.intake.forms import PAGES, FormPage, Parsed
from services.intake.quotas import TooMany
from services.intake.web import sessions
from services.intake.web.counter_wording import spoken
from services.intake.web.failures import limited
from services.intake.web.places import TASK_LIST
from services.intake.web.posted import address_of
from services.intake.web.site import Form, Site, go
from shared import clock

CONTINUE = "/status/lanjutan"
SUMMARY = "/status/ringkasan"
_SENT = "mulai"  # told apart from a button of the status page, which names the kind alone


class ContinuingPages:
    def __init__(self, site: Site) -> None:
        self.site = site
        self.intake = site.intake

    def routes(self) -> list[Route]:
        return [
            Route(CONTINUE, self.ask),
            Route(CONTINUE, self.begin, methods=["POST"]),
        ]

    async def ask(self, request: Request) -> Response:
        application = await self._application(request)
        kind = request.query_params.get("kind", "")
        return await self._page(request, application, {"kind": [kind]} if kind else {}, {})

    async def begin(self, request: Request) -> Response:
        application = await self._application(request)
        form: Form = await self.site.posted(request, application.id)
        if _SENT not in form:
            return await self._page(request, application, form, {})
        counter = sessions.counter_of(request)
        try:
            started = await begin_from(
                self.intake,
                application,
                form,
                address_of(request),
                counter.officer_id if counter else None,
            )
        except TooMany as error:
            page = await self._page(request, application, form, {"notice_acknowledged": str(error)})
            return limited(page, error)
        if isinstance(started, Parsed):
            return await self._page(request, application, form, started.errors)
        response = go(TASK_LIST)
        sessions.remember_draft(self.intake.settings, response, started)
        return response

    async def _page(
        self, request: Request, application: Application, form: Form, errors: dict[str, str]
    ) -> Response:
        today, office = clock.today(), self.intake.office
        stands = await how_it_stands(self.intake, application)
        kinds = possible_kinds(application, office, today, stands)
        if not kinds or application.card is None:
            return go(SUMMARY)
        can_renew_from = renewable_from(application, office)
        return self.site.held(
            request,
            application.id,
            "continue.html",
            status=422 if errors else 200,
            title="Kartu baru" if kinds == ("new",) else "Perpanjang, perbaiki, atau ganti kartu",
            page=spoken(_start_page(kinds), sessions.counter_of(request)),
            number=application.card["registration_number"],
            renewable_from=can_renew_from if today < can_renew_from else None,
            form={"kind": [kinds[0]], **form} if len(kinds) == 1 else form,
            errors=errors,
            action=CONTINUE,
            sent=_SENT,
            back=SUMMARY,
        )

    async def _application(self, request: Request) -> Application:
        return await get_application(self.intake.uow.reading(), await self.site.status_of(request))


def _start_page(kinds: tuple[str, ...]) -> FormPage:
    """The start page with what is possible; the number of the card is known."""
    page: FormPage = PAGES["start"]
    fields = (
        replace(
            field,
            hint="",
            options=tuple(option for option in field.options if option.value in kinds),
        )
        if field.name == "kind"
        else field
        for field in page.fields
        if field.name != "previous_registration_number"
    )
    shown: FormPage = replace(page, fields=tuple(fields))
    return shown
