"""Pages: login and logout."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from services.verification.officers.guard import (
    LOGIN,
    Visit,
    cookie_name,
    page_context,
    read_form,
    signed_in,
)
from services.verification.officers.login import Credentials, TooManyLogins, WrongLogin, sign_in
from services.verification.officers.sessions import LONGEST, end_session
from services.verification.page import desk_of

START = "/petugas/antrean"


async def get_login(request: Request) -> Response:
    notice = ""
    if "berakhir" in request.query_params:
        notice = "Sesi Anda sudah berakhir. Silakan masuk lagi."
    elif "keluar" in request.query_params:
        notice = "Anda sudah keluar."
    context = {**page_context(request), "notice": notice, "error": "", "username": ""}
    return desk_of(request).render("login.html", context)


async def post_login(request: Request) -> Response:
    desk = desk_of(request)
    form = await read_form(request)
    username = form.get("username", "")
    address = request.client.host if request.client else "unknown"
    given = Credentials(username, form.get("password", ""), address)
    try:
        token = await sign_in(desk.resources.uow, given)
    except (WrongLogin, TooManyLogins) as error:
        context = {"notice": "", "error": str(error), "username": username[:60]}
        response: Response = desk.render(
            "login.html", {**page_context(request), **context}, error.status
        )
        if isinstance(error, TooManyLogins):
            response.headers["Retry-After"] = str(error.seconds)
        return response
    response = RedirectResponse(START, 303)
    response.set_cookie(
        cookie_name(desk),
        token,
        max_age=int(LONGEST.total_seconds()),
        path="/",
        secure=desk.https,
        httponly=True,
        samesite="lax",
    )
    return response


async def post_logout(visit: Visit) -> Response:
    await end_session(visit.desk.resources.uow, visit.session)
    response = RedirectResponse(f"{LOGIN}?keluar=1", 303)
    response.delete_cookie(
        cookie_name(visit.desk), path="/", secure=visit.desk.https, httponly=True, samesite="lax"
    )
    return response


ROUTES = [
    Route(LOGIN, get_login, methods=["GET"]),
    Route(LOGIN, post_login, methods=["POST"]),
    Route("/petugas/keluar", signed_in(post_logout), methods=["POST"]),
]
