"""Pages of one's own account: password, code from the phone, sessions."""

from __future__ import annotations

from functools import partial

from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from services.verification.officers import second_factor, sessions, totp
from services.verification.officers.attempts import TooManyLogins
from services.verification.officers.browsers import browser_name
from services.verification.officers.guard import ACCOUNT, STEP_PAGES, Visit, origin_of, signed_in
from services.verification.officers.login import WrongPassword
from services.verification.officers.own_password import Wish, change_password
from services.verification.officers.pages import START
from shared.errors import Invalid

PASSWORD = STEP_PAGES["password"]
ENROLMENT = STEP_PAGES["enrolment"]
_DONE = {
    "password": "Kata sandi Anda sudah diganti. Sesi di perangkat lain diakhiri.",
    "session": "Sesi itu sudah diakhiri.",
    "others": "Semua sesi lain sudah diakhiri.",
}


async def get_account(visit: Visit) -> Response:
    scope = visit.desk.resources.uow.reading()
    context = {
        "sessions": await sessions.open_sessions(scope, visit.officer, visit.officer.id),
        "own_session": visit.session.id,
        "recovery_left": await second_factor.recovery_codes_left(scope, visit.officer),
        "browser_name": browser_name,
        "done": _DONE.get(visit.request.query_params.get("done", ""), ""),
    }
    return visit.render("account.html", context)


async def get_password(visit: Visit) -> Response:
    return visit.render("password.html", {"error": ""})


async def post_password(visit: Visit) -> Response:
    form = visit.form
    wish = Wish(form.get("present", ""), form.get("new", ""), form.get("repeated", ""))
    address = origin_of(visit.request).address
    try:
        await change_password(visit.desk.resources.uow, visit.session, wish, address)
    except (Invalid, WrongPassword, TooManyLogins) as error:
        return visit.render("password.html", {"error": str(error)}, error.status)
    if visit.officer.must_change_password:
        return RedirectResponse(START, 303)
    return RedirectResponse(f"{ACCOUNT}?done=password", 303)


async def get_enrolment(visit: Visit) -> Response:
    return await _enrolment(visit)


async def post_enrolment(visit: Visit) -> Response:
    """Start with a new secret."""
    resources = visit.desk.resources
    await resources.uow.run(
        partial(second_factor.start_enrolment, keys=resources.keys, by=visit.session)
    )
    return RedirectResponse(ENROLMENT, 303)


async def post_enrolment_code(visit: Visit) -> Response:
    """The first code of the app; the answer shows the recovery codes, once."""
    resources = visit.desk.resources
    code = visit.form.get("code", "")
    work = partial(second_factor.finish_enrolment, keys=resources.keys, by=visit.session, code=code)
    try:
        codes = await resources.uow.run(work)
    except Invalid as error:
        return await _enrolment(visit, str(error))
    return visit.render("recovery_codes.html", {"codes": codes, "is_new": True})


async def post_recovery_codes(visit: Visit) -> Response:
    work = partial(second_factor.renew_recovery_codes, by=visit.session)
    codes = await visit.desk.resources.uow.run(work)
    return visit.render("recovery_codes.html", {"codes": codes, "is_new": False})


async def post_end_session(visit: Visit) -> Response:
    work = partial(
        sessions.end_one,
        by=visit.session,
        officer_id=visit.officer.id,
        session_id=visit.form.get("session", ""),
    )
    await visit.desk.resources.uow.run(work)
    return RedirectResponse(f"{ACCOUNT}?done=session", 303)


async def post_end_others(visit: Visit) -> Response:
    work = partial(sessions.end_others, by=visit.session, officer_id=visit.officer.id)
    await visit.desk.resources.uow.run(work)
    return RedirectResponse(f"{ACCOUNT}?done=others", 303)


async def _enrolment(visit: Visit, error: str = "") -> Response:
    resources = visit.desk.resources
    officer = visit.officer
    scope = resources.uow.reading()
    secret = await second_factor.pending_secret(scope, resources.keys, visit.session)
    context = {
        "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
        if secret
        else "",
        "image": totp.enrolment_image(secret, officer.username) if secret else "",
        "issuer": totp.ISSUER,
        "is_asked": visit.desk.totp_required and officer.totp_since is None,
        "error": error,
    }
    return visit.render("enrolment.html", context, 422 if error else 200)


_PASSWORD_STEP = partial(signed_in, serves=frozenset({"password"}))
_ENROLMENT_STEP = partial(signed_in, serves=frozenset({"enrolment"}))
ROUTES = [
    Route(ACCOUNT, signed_in(get_account), methods=["GET"]),
    Route(PASSWORD, _PASSWORD_STEP(get_password), methods=["GET"]),
    Route(PASSWORD, _PASSWORD_STEP(post_password), methods=["POST"]),
    Route(ENROLMENT, _ENROLMENT_STEP(get_enrolment), methods=["GET"]),
    Route(ENROLMENT, _ENROLMENT_STEP(post_enrolment), methods=["POST"]),
    Route(f"{ENROLMENT}/pasang", _ENROLMENT_STEP(post_enrolment_code), methods=["POST"]),
    Route(f"{ENROLMENT}/cadangan", signed_in(post_recovery_codes), methods=["POST"]),
    Route(f"{ACCOUNT}/sesi", signed_in(post_end_session), methods=["POST"]),
    Route(f"{ACCOUNT}/sesi-lain", signed_in(post_end_others), methods=["POST"]),
]
