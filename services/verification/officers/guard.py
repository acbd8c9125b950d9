"""The door of every page but the login: a living session, and a CSRF token in each form."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from services.verification.officers.domain import Officer
from services.verification.officers.sessions import Session, find_session
from services.verification.page import Desk, desk_of
from shared.errors import AppError, Forbidden
from shared.web.csrf import FIELD, csrf_token, is_csrf_token

LOGIN = "/petugas/masuk"
_FORM_LARGEST = 512 * 1024
_FIELDS_MOST = 300

Form = dict[str, str]


class FormTooLarge(AppError):
    """Isian terlalu panjang. Pendekkan catatan Anda, lalu kirim lagi."""

    status = 413
    code = "form_too_large"


class StaleForm(Forbidden):
    """Halaman ini sudah terlalu lama terbuka. Buka lagi permohonannya, lalu ulangi."""

    code = "stale_form"


@dataclass(frozen=True)
class Visit:
    """One request of a signed-in officer."""

    request: Request
    desk: Desk
    session: Session
    form: Form

    @property
    def officer(self) -> Officer:
        return self.session.officer

    def render(self, template: str, context: dict[str, Any], status: int = 200) -> HTMLResponse:
        return self.desk.render(template, {**page_context(self.request), **context}, status)


Page = Callable[[Visit], Awaitable[Response]]
Endpoint = Callable[[Request], Awaitable[Response]]


def signed_in(page: Page) -> Endpoint:
    """Wrap a page: no session leads to the login, a form without its token is refused."""

    async def endpoint(request: Request) -> Response:
        desk = desk_of(request)
        token = request.cookies.get(cookie_name(desk))
        scope = desk.resources.uow.reading()
        session = await find_session(scope, token) if token else None
        if session is None:
            return RedirectResponse(f"{LOGIN}?berakhir=1" if token else LOGIN, 303)
        request.state.session = session
        form: Form = {}
        if request.method == "POST":
            form = await read_form(request)
            if not is_csrf_token(desk.session_key, session.id, form.get(FIELD)):
                raise StaleForm
        return await page(Visit(request, desk, session, form))

    return endpoint


def cookie_name(desk: Desk) -> str:
    return "__Host-petugas" if desk.https else "petugas"


async def read_form(request: Request) -> Form:
    """The fields of an urlencoded form of sane size."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _FORM_LARGEST:
            raise FormTooLarge
    text = body.decode("utf-8", "replace")
    try:
        return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=_FIELDS_MOST))
    except ValueError as error:
        raise FormTooLarge from error


def page_context(request: Request) -> dict[str, Any]:
    """What the frame of each page shows: who is signed in."""
    desk = desk_of(request)
    session: Session | None = getattr(request.state, "session", None)
    return {
        "officer": session.officer if session else None,
        "csrf_field": FIELD,
        "csrf_token": csrf_token(desk.session_key, session.id) if session else "",
        "office": desk.resources.office,
    }
