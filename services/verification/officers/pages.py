"""Pages: signing in and out, and the code after the password."""

from __future__ import annotations

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from services.verification.officers import provider_login
from services.verification.officers.attempts import TooManyLogins
from services.verification.officers.domain import Officer
from services.verification.officers.guard import (
    ACCOUNT,
    CODE,
    LOGIN,
    Visit,
    cookie_name,
    origin_of,
    page_context,
    read_form,
    signed_in,
)
from services.verification.officers.login import (
    Credentials,
    WrongCode,
    WrongLogin,
    prove,
    sign_in,
)
from services.verification.officers.sessions import LONGEST, end_session
from services.verification.page import Desk, desk_of
from services.verification.provider import NotBelieved, ProviderAway
from shared.errors import NotFound

START = "/petugas"
PROVIDER = f"{LOGIN}/dinas"
QUEUE = "/petugas/antrean"
ACCOUNTS = "/petugas/akun-petugas"
ACCESS = "/petugas/catatan-akses"
COUNTER = "/petugas/loket"
FIGURES = "/petugas/angka"


def start_of(officer: Officer) -> str:
    """Where the work of his roles begins."""
    if officer.may("read_cases"):
        return QUEUE
    if officer.may("enter_applications"):
        return COUNTER
    if officer.may("see_figures"):
        return FIGURES
    if officer.may("read_access_log"):
        return ACCESS
    return ACCOUNTS if officer.may("manage_accounts") else ACCOUNT


async def get_start(visit: Visit) -> Response:
    return RedirectResponse(start_of(visit.officer), 303)


async def get_login(request: Request) -> Response:
    notice = ""
    if "berakhir" in request.query_params:
        notice = "Sesi Anda sudah berakhir. Silakan masuk lagi."
    elif "keluar" in request.query_params:
        notice = "Anda sudah keluar."
    return _login(request, notice=notice)


def _login(
    request: Request, *, notice: str = "", error: str = "", username: str = "", status: int = 200
) -> Response:
    desk = desk_of(request)
    context = {
        **page_context(request),
        "notice": notice,
        "error": error,
        "username": username,
        "has_provider": desk.provider is not None,
    }
    return desk.render("login.html", context, status)


async def post_login(request: Request) -> Response:
    desk = desk_of(request)
    form = await read_form(request)
    username = form.get("username", "")
    given = Credentials(username, form.get("password", ""), origin_of(request))
    try:
        token = await sign_in(desk.resources.uow, given)
    except (WrongLogin, TooManyLogins) as error:
        response = _login(request, error=str(error), username=username[:60], status=error.status)
        return _with_retry(response, error)
    return _entered(desk, token)


async def get_provider(request: Request) -> Response:
    """A link, not a form: browsers do not let a form lead to another site."""
    desk = desk_of(request)
    if desk.provider is None:
        raise NotFound("Masuk dengan akun dinas belum dipasang di kantor ini.")
    try:
        begun = await provider_login.start(desk.resources.uow, desk.provider)
    except (ProviderAway, NotBelieved) as error:
        return _login(request, error=str(error), status=error.status)
    response = RedirectResponse(begun.address, 303)
    _set_cookie(desk, response, _start_cookie(desk), begun.browser, provider_login.START_LASTS)
    return response


async def get_provider_answer(request: Request) -> Response:
    desk = desk_of(request)
    if desk.provider is None:
        raise NotFound("Masuk dengan akun dinas belum dipasang di kantor ini.")
    given = request.query_params
    if "error" in given:
        return _login(request, error="Anda membatalkan, atau akun dinas menolak.", status=401)
    answer = provider_login.Answer(
        given.get("state", ""),
        given.get("code", ""),
        request.cookies.get(_start_cookie(desk), ""),
        origin_of(request),
    )
    try:
        token = await provider_login.finish(desk.resources.uow, desk.provider, answer)
    except (ProviderAway, NotBelieved, provider_login.NotLinked) as error:
        return _login(request, error=str(error), status=error.status)
    return _entered(desk, token)


def _start_cookie(desk: Desk) -> str:
    return f"{cookie_name(desk)}-dinas"


async def get_code(visit: Visit) -> Response:
    if visit.session.proven:
        return RedirectResponse(start_of(visit.officer), 303)
    return visit.render("code.html", {"error": ""})


async def post_code(visit: Visit) -> Response:
    if visit.session.proven:
        return RedirectResponse(start_of(visit.officer), 303)
    resources = visit.desk.resources
    try:
        token = await prove(
            resources.uow,
            resources.keys,
            visit.session,
            visit.form.get("code", ""),
            origin_of(visit.request),
        )
    except (WrongCode, TooManyLogins) as error:
        response = visit.render("code.html", {"error": str(error)}, error.status)
        return _with_retry(response, error)
    return _entered(visit.desk, token)


async def post_logout(visit: Visit) -> Response:
    await end_session(visit.desk.resources.uow, visit.session)
    response = RedirectResponse(f"{LOGIN}?keluar=1", 303)
    response.delete_cookie(
        cookie_name(visit.desk), path="/", secure=visit.desk.https, httponly=True, samesite="lax"
    )
    return response


def _entered(desk: Desk, token: str) -> Response:
    response = RedirectResponse(START, 303)
    _set_cookie(desk, response, cookie_name(desk), token, LONGEST)
    return response


def _set_cookie(desk: Desk, response: Response, name: str, value: str, lasts: timedelta) -> None:
    response.set_cookie(
        name,
        value,
        max_age=int(lasts.total_seconds()),
        path="/",
        secure=desk.https,
        httponly=True,
        samesite="lax",
    )


def _with_retry(response: Response, error: Exception) -> Response:
    if isinstance(error, TooManyLogins):
        response.headers["Retry-After"] = str(error.seconds)
    return response


ROUTES = [
    Route(START, signed_in(get_start), methods=["GET"]),
    Route(LOGIN, get_login, methods=["GET"]),
    Route(LOGIN, post_login, methods=["POST"]),
    Route(PROVIDER, get_provider, methods=["GET"]),
    Route(f"{PROVIDER}/kembali", get_provider_answer, methods=["GET"]),
    Route(CODE, signed_in(get_code, serves=frozenset({"code"})), methods=["GET"]),
    Route(CODE, signed_in(post_code, serves=frozenset({"code"})), methods=["POST"]),
    Route(
        "/petugas/keluar",
        signed_in(post_logout, serves=frozenset({"code", "password", "enrolment"})),
        methods=["POST"],
    ),
]
