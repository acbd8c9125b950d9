"""The door of every page but the login: a living session, and a CSRF token in each form."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any, Literal
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from services.verification.officers.attempts import TooManyLogins
from services.verification.officers.domain import Officer
from services.verification.officers.login import WrongCode, WrongPassword, confirm
from services.verification.officers.sessions import ConfirmFirst, Origin, Session, find_session
from services.verification.page import Desk, desk_of
from shared.errors import AppError, Forbidden
from shared.web.csrf import FIELD, csrf_token, is_csrf_token

LOGIN = "/petugas/masuk"
CODE = "/petugas/masuk/kode"
ACCOUNT = "/petugas/akun"
PROOF = "confirm_proof"
Step = Literal["code", "password", "enrolment"]
STEP_PAGES: dict[Step, str] = {
    "code": CODE,
    "password": f"{ACCOUNT}/sandi",
    "enrolment": f"{ACCOUNT}/kode",
}
_FORM_LARGEST = 512 * 1024
_FIELDS_MOST = 600  # a print batch has up to 500 cards to tick

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


def signed_in(page: Page, *, serves: frozenset[Step] = frozenset()) -> Endpoint:
    """Wrap a page: no session leads to the login, a form without its token is refused.

    A step of the sign-in that is still open leads to its page; only a page that `serves` it opens.
    A use-case that raises `ConfirmFirst` gets the proof asked and then its form again.
    """

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
        step = open_step(desk, session)
        if step is not None and step not in serves:
            return RedirectResponse(STEP_PAGES[step], 303)
        visit = Visit(request, desk, session, form)
        try:
            if PROOF in form:
                visit = await _confirmed(visit)
            return await page(visit)
        except ConfirmFirst:
            if request.method != "POST":
                raise  # sensitive acts are forms
            return _ask(visit, "")
        except (WrongCode, WrongPassword, TooManyLogins) as error:
            if PROOF not in form:
                raise
            return _ask(visit, str(error), error.status)

    return endpoint


def open_step(desk: Desk, session: Session) -> Step | None:
    """What the officer still has to do before the desk opens."""
    officer = session.officer
    if not session.proven:
        return "code"
    if officer.must_change_password:
        return "password"
    if desk.totp_required and officer.totp_since is None:
        return "enrolment"
    return None


async def _confirmed(visit: Visit) -> Visit:
    """The same visit with its proof checked and taken out of the form."""
    resources = visit.desk.resources
    form = {name: value for name, value in visit.form.items() if name != PROOF}
    session = await confirm(
        resources.uow, resources.keys, visit.session, visit.form[PROOF], origin_of(visit.request)
    )
    return replace(visit, session=session, form=form)


def _ask(visit: Visit, error: str, status: int = 403) -> Response:
    """Ask for the proof; what was typed waits in the page."""
    context = {
        "action": visit.request.url.path,
        "fields": {name: value for name, value in visit.form.items() if name not in {FIELD, PROOF}},
        "proof": PROOF,
        "has_code": visit.officer.totp_since is not None,
        "error": error,
    }
    return visit.render("confirm.html", context, status)


def origin_of(request: Request) -> Origin:
    address = request.client.host if request.client else "unknown"
    return Origin(address, request.headers.get("user-agent", ""))


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
    """What the frame of each page shows: who is signed in, and whether the desk is open to him."""
    desk = desk_of(request)
    session: Session | None = getattr(request.state, "session", None)
    return {
        "officer": session.officer if session else None,
        "is_open": session is not None and open_step(desk, session) is None,
        "csrf_field": FIELD,
        "csrf_token": csrf_token(desk.session_key, session.id) if session else "",
        "office": desk.resources.office,
    }
