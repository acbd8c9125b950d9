"""Who is asking: signed tokens of drafts, of returns to them and of status sessions.

In a cookie or as Bearer.

The pages read cookies; the API reads the Authorization header alone, so it needs no CSRF token.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.requests import Request
from starlette.responses import Response

from services.intake import ended_sessions
from services.intake.counter.sessions import CounterSession
from services.intake.drafts import StartedDraft, holder_of
from services.intake.intake import Intake
from services.intake.settings import IntakeSettings
from services.intake.store import Holder
from shared import clock

DRAFT_SECONDS = 30 * 24 * 3600
STATUS_SECONDS = 30 * 60
RETURN_SECONDS = 20 * 60  # a code lives 10 minutes, and a new one may be asked for
# Longer than any draft begun in it: a browser whose session ended stays closed until it is cleared.
COUNTER_SECONDS = DRAFT_SECONDS + 24 * 3600
DRAFT_COOKIE = "pendaftaran"
STATUS_COOKIE = "status"
RETURN_COOKIE = "lanjutkan"
COUNTER_COOKIE = "loket"
_BEARER = "bearer "


@dataclass(frozen=True)
class Returning:
    """Somebody who gave the code of this draft; `code_id` is the one-time code they wait for."""

    draft_id: str
    code_id: str


@dataclass(frozen=True)
class StatusSession:
    """Somebody who may look at this application until the session expires or is ended."""

    application_id: str
    id: str


def draft_token(settings: IntakeSettings, started: StartedDraft) -> str:
    """The token of a new draft; its secret half is kept nowhere else."""
    return _signer(settings, "draft").dumps([started.id, started.token])


def read_draft_token(settings: IntakeSettings, token: str | None) -> Holder | None:
    """The holder a token names; None for a wrong or expired one."""
    try:
        draft_id, secret = _signer(settings, "draft").loads(token or "", max_age=DRAFT_SECONDS)
    except (BadSignature, ValueError):
        return None
    return holder_of(draft_id, secret)


def status_token(settings: IntakeSettings, application_id: str) -> str:
    """A new session of somebody who gave reference and birth date; good for half an hour."""
    return _signer(settings, "status").dumps([application_id, secrets.token_urlsafe(12)])


def read_status_token(settings: IntakeSettings, token: str | None) -> StatusSession | None:
    """The session a token names, were it ended or not; None for a wrong or expired token."""
    try:
        return StatusSession(
            *_signer(settings, "status").loads(token or "", max_age=STATUS_SECONDS)
        )
    except (BadSignature, TypeError):  # a token of an earlier release has no session
        return None


async def open_application(intake: Intake, session: StatusSession | None) -> str | None:
    """The application a session opens; None when somebody ended it."""
    if session is None or await ended_sessions.is_ended(intake.uow.reading(), session.id):
        return None
    return session.application_id


async def end_status(intake: Intake, session: StatusSession | None) -> None:
    """Wherever its token was copied to."""
    if session is not None:
        expires_at = clock.now() + timedelta(seconds=STATUS_SECONDS)
        await ended_sessions.end(intake.uow.reading(), session.id, expires_at)


def return_token(settings: IntakeSettings, returning: Returning) -> str:
    return _signer(settings, "return").dumps([returning.draft_id, returning.code_id])


def read_return_token(settings: IntakeSettings, token: str | None) -> Returning | None:
    """Who is on the way back to which draft; None for a wrong or expired token."""
    try:
        return Returning(*_signer(settings, "return").loads(token or "", max_age=RETURN_SECONDS))
    except BadSignature:
        return None


def bearer(request: Request) -> str | None:
    """The token of the Authorization header."""
    value = request.headers.get("authorization", "")
    return value[len(_BEARER) :].strip() if value[: len(_BEARER)].lower() == _BEARER else None


def draft_holder(settings: IntakeSettings, request: Request) -> Holder | None:
    """Whose draft this browser holds."""
    return read_draft_token(settings, request.cookies.get(_name(settings, DRAFT_COOKIE)))


def status_session(settings: IntakeSettings, request: Request) -> StatusSession | None:
    """The status session this browser holds, were it ended or not."""
    return read_status_token(settings, request.cookies.get(_name(settings, STATUS_COOKIE)))


def remember_draft(settings: IntakeSettings, response: Response, started: StartedDraft) -> None:
    token = draft_token(settings, started)
    _set(settings, response, (DRAFT_COOKIE, token), DRAFT_SECONDS)


def remember_status(settings: IntakeSettings, response: Response, application_id: str) -> None:
    token = status_token(settings, application_id)
    _set(settings, response, (STATUS_COOKIE, token), STATUS_SECONDS)


def returning(settings: IntakeSettings, request: Request) -> Returning | None:
    """The draft that this browser is on its way back to."""
    return read_return_token(settings, request.cookies.get(_name(settings, RETURN_COOKIE)))


def remember_return(settings: IntakeSettings, response: Response, returning: Returning) -> None:
    _set(settings, response, (RETURN_COOKIE, return_token(settings, returning)), RETURN_SECONDS)


def forget_return(settings: IntakeSettings, response: Response) -> None:
    _delete(settings, response, RETURN_COOKIE)


def counter_of(request: Request) -> CounterSession | None:
    """The counter session of this request (at_counter.py); None for everybody else."""
    return getattr(request.state, "counter", None)


def is_at_counter(settings: IntakeSettings, request: Request) -> bool:
    """Whether this browser began a counter session, were it ended or not."""
    return _name(settings, COUNTER_COOKIE) in request.cookies


def counter_id(settings: IntakeSettings, request: Request) -> str | None:
    """The id of the counter session this browser holds, were it ended or not."""
    token = request.cookies.get(_name(settings, COUNTER_COOKIE), "")
    try:
        return str(_signer(settings, "counter").loads(token, max_age=COUNTER_SECONDS))
    except BadSignature:
        return None


def remember_counter(settings: IntakeSettings, response: Response, session_id: str) -> None:
    token = _signer(settings, "counter").dumps(session_id)
    _set(settings, response, (COUNTER_COOKIE, token), COUNTER_SECONDS)


def forget_counter(settings: IntakeSettings, response: Response) -> None:
    _delete(settings, response, COUNTER_COOKIE)


def is_remembered(settings: IntakeSettings, request: Request) -> bool:
    """Whether this browser holds anything to leave."""
    return any(_name(settings, name) in request.cookies for name in (DRAFT_COOKIE, STATUS_COOKIE))


def forget(settings: IntakeSettings, response: Response) -> None:
    """Leave a shared phone: all cookies go, and whatever our pages kept in the browser."""
    for name in (DRAFT_COOKIE, STATUS_COOKIE, RETURN_COOKIE):
        _delete(settings, response, name)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'


def _delete(settings: IntakeSettings, response: Response, name: str) -> None:
    response.delete_cookie(
        _name(settings, name),
        path="/",
        secure=_is_https(settings),
        httponly=True,
        samesite="lax",
    )


def _set(
    settings: IntakeSettings, response: Response, cookie: tuple[str, str], seconds: int
) -> None:
    name, value = cookie
    response.set_cookie(
        _name(settings, name),
        value,
        max_age=seconds,
        path="/",
        secure=_is_https(settings),
        httponly=True,
        samesite="lax",
    )


def _name(settings: IntakeSettings, name: str) -> str:
    """With HTTPS no other host and no plain page can set it."""
    return f"__Host-{name}" if _is_https(settings) else name


def _is_https(settings: IntakeSettings) -> bool:
    return settings.public_url.startswith("https://")


def _signer(settings: IntakeSettings, purpose: str) -> URLSafeTimedSerializer:
    return _make_signer(settings.session_key.get_secret_value(), purpose)


@lru_cache(maxsize=8)
def _make_signer(key: str, purpose: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(key, salt=f"intake.{purpose}")
