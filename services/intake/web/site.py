"""What the pages share: resources, templates, who is asking, and small answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pymongo.errors import PyMongoError
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.intake import store
from services.intake.intake import Intake
from services.intake.receipts.card_image import CardImages
from services.intake.store import Holder
from services.intake.web import sessions
from services.intake.web.failures import FormExpired, SessionOver
from services.intake.web.posted import read_form
from services.intake.web.rendering import Pages
from services.intake.web.thumbnails import Thumbnails
from shared.web import csrf

Form = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Site:
    """Made once for the process."""

    intake: Intake
    pages: Pages
    thumbnails: Thumbnails = field(default_factory=Thumbnails)
    card_images: CardImages = field(default_factory=CardImages)

    @property
    def key(self) -> str:
        return self.intake.settings.session_key.get_secret_value()

    def draft_holder(self, request: Request) -> Holder:
        """Whose draft this phone holds; raises `SessionOver`."""
        holder = sessions.draft_holder(self.intake.settings, request)
        if holder is None:
            raise SessionOver(draft=True)
        return holder

    async def open_draft(self, request: Request) -> Holder | None:
        """The draft this phone holds, if it is still one: not sent and not expired."""
        holder = sessions.draft_holder(self.intake.settings, request)
        if holder is None:
            return None
        try:
            found = await store.find_draft(self.intake.uow.reading(), holder)
        except PyMongoError:
            return None  # the page that asks needs no database otherwise
        return holder if found else None

    async def status_of(self, request: Request) -> str:
        """The application this phone may look at; raises `SessionOver`."""
        session = sessions.status_session(self.intake.settings, request)
        application_id = await sessions.open_application(self.intake, session)
        if application_id is None:
            raise SessionOver(draft=False)
        return application_id

    def token(self, session_id: str) -> str:
        return csrf.csrf_token(self.key, session_id)

    def check_token(self, session_id: str, form: Form) -> None:
        """Raises `FormExpired` unless the form was made for this session."""
        given = form.get(csrf.FIELD) or [""]
        if not csrf.is_csrf_token(self.key, session_id, given[0]):
            raise FormExpired

    async def posted(self, request: Request, session_id: str) -> dict[str, list[str]]:
        """The posted form of this session, without its token."""
        form = await read_form(request)
        self.check_token(session_id, form)
        form.pop(csrf.FIELD, None)
        return form

    def held(
        self, request: Request, session_id: str, template: str, *, status: int = 200, **values: Any
    ) -> Response:
        """A page of somebody's session, with its token."""
        return self.pages.page(
            request,
            template,
            status=status,
            csrf=self.token(session_id),
            failed=status == 422,
            **values,
        )


def go(url: str) -> RedirectResponse:
    """After a POST: the browser asks for the next page, so that reloading it repeats nothing."""
    return RedirectResponse(url, status_code=303)
