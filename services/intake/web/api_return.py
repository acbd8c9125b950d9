"""The way back to a draft in the JSON API: by its code, and by what only its person knows."""

# ruff: noqa: FAST003  # `application_id` is read by the dependency behind `DraftOfCaller`

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from services.intake.drafts import DraftGone, StartedDraft
from services.intake.returning import opening
from services.intake.returning.keeping import find_draft_code
from services.intake.returning.opening import Waiting
from services.intake.web import sessions
from services.intake.web.api_input import (
    ApplicationOfCaller,
    DraftOfCaller,
    birth_date_of,
    intake_of,
    read_json,
)
from services.intake.web.idempotency import KEPT_SHORT, Answer, fingerprint_of, once
from services.intake.web.posted import address_of
from services.intake.web.problems import ProblemError
from services.intake.web.sessions import Returning

router = APIRouter(default_response_class=JSONResponse)
Schema = dict[str, Any]
_TEXT: Schema = {"type": "string"}
_TEXT_OR_NULL: Schema = {"type": ["string", "null"]}


def _returning_of_caller(request: Request) -> Returning:
    settings = intake_of(request).settings
    returning = sessions.read_return_token(settings, sessions.bearer(request))
    if returning is None:
        raise ProblemError(401, "token_needed")
    return returning


ReturningCaller = Annotated[Returning, Depends(_returning_of_caller)]


def _object(**properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _answers(status: int, schema: Schema) -> dict[int | str, dict[str, Any]]:
    return {status: {"content": {"application/json": {"schema": schema}}}}


def _reads(schema: Schema) -> Schema:
    content = {"application/json": {"schema": schema}}
    return {"requestBody": {"required": True, "content": content}}


_OPENED = _object(id=_TEXT, token=_TEXT)
_STEP = _object(
    needs={"enum": ["one_time_code", "birth_date", "nothing"]},
    token={"type": "string", "description": "For the next step; with `nothing`, the draft's own"},
    id=_TEXT_OR_NULL,
    sent_to=_TEXT_OR_NULL,
    expires_at={"type": ["string", "null"], "format": "date-time"},
)
_PROOF: Schema = {
    "type": "object",
    "properties": {
        "code": {"type": "string", "pattern": "^[0-9]{6}$"},
        "birth_date": {"type": "string", "format": "date"},
    },
    "oneOf": [{"required": ["code"]}, {"required": ["birth_date"]}],
}


@router.post(
    "/draft-returns",
    status_code=201,
    summary="Come back to a draft with its code; may send a one-time code",
    openapi_extra=_reads(_object(draft_code=_TEXT)),
    responses=_answers(201, _STEP),
)
async def begin_return(request: Request) -> Response:
    intake = intake_of(request)
    body = await read_json(request)
    typed = str(body.get("draft_code", ""))

    async def work() -> Answer:
        found = await opening.begin_return(intake, typed, address_of(request))
        if isinstance(found, StartedDraft):
            return Answer(201, {**_step("nothing"), **_opened(request, found)})
        return Answer(201, _waiting(request, found))

    return await _once(request, body, work)


@router.post(
    "/draft-returns/code",
    status_code=201,
    summary="Ask for a new one-time code; the earlier one ends",
    responses=_answers(201, _STEP),
)
async def send_again(request: Request, returning: ReturningCaller) -> Response:
    intake = intake_of(request)

    async def work() -> Answer:
        waiting = await opening.send_again(intake, returning.draft_id, address_of(request))
        return Answer(201, _waiting(request, waiting))

    return await _once(request, {}, work)


@router.post(
    "/draft-returns/opening",
    status_code=201,
    summary="Open the draft: a new token, and any earlier one ends",
    openapi_extra=_reads(_PROOF),
    responses=_answers(201, _OPENED),
)
async def open_draft(request: Request, returning: ReturningCaller) -> Response:
    intake = intake_of(request)
    body = await read_json(request)

    async def work() -> Answer:
        if returning.code_id:
            typed = str(body.get("code", ""))
            started = await opening.open_with_code(
                intake, returning.draft_id, returning.code_id, typed
            )
        else:
            born = birth_date_of(body.get("birth_date"))
            started = await opening.open_with_birth_date(intake, returning.draft_id, born)
        return Answer(201, _opened(request, started))

    return await _once(request, body, work)


@router.get(
    "/applications/{application_id}/draft-code",
    summary="The code to come back to a draft with",
    responses=_answers(
        200,
        _object(
            draft_code=_TEXT,
            keeps_until={"type": "string", "format": "date-time"},
            sent_to=_TEXT_OR_NULL,
        ),
    ),
)
async def get_draft_code(request: Request, holder: DraftOfCaller) -> Response:
    found = await find_draft_code(intake_of(request), holder)
    if found is None:
        raise DraftGone
    body = {"draft_code": found.code, "sent_to": found.sent_to}
    return JSONResponse({**body, "keeps_until": found.keeps_until.isoformat()})


@router.delete(
    "/applications/{application_id}/token",
    status_code=204,
    summary="End the token; the draft stays, its code opens it again",
)
async def end_token(request: Request, holder: DraftOfCaller) -> Response:
    await opening.leave(intake_of(request), holder)
    return Response(status_code=204)


@router.delete(
    "/status/token", status_code=204, summary="End the status token before its half an hour"
)
async def end_status_token(request: Request, _: ApplicationOfCaller) -> Response:
    intake = intake_of(request)
    session = sessions.read_status_token(intake.settings, sessions.bearer(request))
    await sessions.end_status(intake, session)
    return Response(status_code=204)


async def _once(
    request: Request, body: dict[str, Any], work: Callable[[], Awaitable[Answer]]
) -> Response:
    fingerprint = fingerprint_of(json.dumps(body, sort_keys=True).encode())
    return await once(intake_of(request), request, fingerprint, work, kept=KEPT_SHORT)


def _step(needs: str) -> dict[str, Any]:
    return {"needs": needs, "id": None, "sent_to": None, "expires_at": None}


def _opened(request: Request, started: StartedDraft) -> dict[str, str]:
    token = sessions.draft_token(intake_of(request).settings, started)
    return {"id": started.id, "token": token}


def _waiting(request: Request, waiting: Waiting) -> dict[str, Any]:
    returning = Returning(waiting.draft_id, waiting.code_id)
    return {
        **_step(waiting.needs),
        "token": sessions.return_token(intake_of(request).settings, returning),
        "sent_to": waiting.sent_to or None,
        "expires_at": waiting.expires_at.isoformat() if waiting.expires_at else None,
    }
