"""What the API reads: small JSON bodies, one uploaded file, and the token of the caller."""

from __future__ import annotations

import json
from datetime import date
from typing import Annotated, Any, cast

from fastapi import Depends, Path
from starlette.requests import Request

from services.intake.documents import Upload
from services.intake.intake import Intake
from services.intake.refusals import Refused
from services.intake.store import Holder
from services.intake.web import posted, sessions
from services.intake.web.problems import ProblemError

_JSON_MOST = 128 * 1024


def intake_of(request: Request) -> Intake:
    return cast("Intake", request.app.state.intake)


async def read_json(request: Request) -> dict[str, Any]:
    """The JSON object of a body of sensible size; an empty body is an empty object."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _JSON_MOST:
            raise ProblemError(413, "too_big")
    if not body:
        return {}
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ProblemError(400, "unreadable") from error
    if not isinstance(value, dict):
        raise ProblemError(400, "unreadable")
    return value


async def read_file(request: Request) -> Upload:
    """The part `file` of a multipart body; raises `Refused` when there is none."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise ProblemError(400, "unreadable", "Kirim berkas sebagai multipart/form-data.")
    sent = await posted.read_upload(request)
    if not sent.content:
        raise Refused("too_small")
    return Upload(sent.content, sent.file_name or None)


def birth_date_of(value: object) -> date | None:
    """An ISO date; None for anything else, which then is simply a wrong birth date."""
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _draft_of_caller(
    request: Request, application_id: Annotated[str, Path(description="Id from the start")]
) -> Holder:
    """The caller must hold the draft of the path; another's id is as unknown as any."""
    settings = intake_of(request).settings
    holder = sessions.read_draft_token(settings, sessions.bearer(request))
    if holder is None:
        raise ProblemError(401, "token_needed")
    if holder.draft_id != application_id:
        raise ProblemError(404, "not_found", "Pendaftaran ini tidak ditemukan.")
    return holder


async def _application_of_caller(request: Request) -> str:
    intake = intake_of(request)
    session = sessions.read_status_token(intake.settings, sessions.bearer(request))
    application_id = await sessions.open_application(intake, session)
    if application_id is None:
        raise ProblemError(401, "token_needed")
    return application_id


DraftOfCaller = Annotated[Holder, Depends(_draft_of_caller)]
ApplicationOfCaller = Annotated[str, Depends(_application_of_caller)]
