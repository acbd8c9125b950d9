"""The satisfaction survey as JSON."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from services.intake import surveys
from services.intake.applications import get_application
from services.intake.surveys import ELEMENTS
from services.intake.surveys.questionnaire import SUGGESTION_MOST
from services.intake.web import problems
from services.intake.web.api_input import ApplicationOfCaller, intake_of, read_json

router = APIRouter(default_response_class=JSONResponse)
Schema = dict[str, Any]


def _object(**properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _answers(schema: Schema) -> Schema:
    return {"responses": {"200": {"content": {"application/json": {"schema": schema}}}}}


_TEXT: Schema = {"type": "string"}
_SCORE: Schema = {"type": "integer", "minimum": 1, "maximum": 4}
_QUESTION = _object(
    name={"enum": [each.name for each in ELEMENTS]},
    title=_TEXT,
    question=_TEXT,
    answers={"type": "array", "items": _TEXT, "minItems": 4, "maxItems": 4},
)
_BODY: Schema = {
    **_object(scores=_object(**{each.name: _SCORE for each in ELEMENTS})),
}
_BODY["properties"]["suggestion"] = {
    "type": ["string", "null"],
    "maxLength": SUGGESTION_MOST,
    "description": "Without names and numbers",
}


@router.get(
    "/status/survey",
    summary="Whether the survey is open, and its questions",
    openapi_extra=_answers(
        _object(
            state={"enum": ["closed", "open", "answered"]},
            questions={"type": "array", "items": _QUESTION},
        )
    ),
)
async def get_survey(request: Request, application_id: ApplicationOfCaller) -> Response:
    application = await get_application(intake_of(request).uow.reading(), application_id)
    asked = [
        {
            "name": each.name,
            "title": each.title,
            "question": each.question,
            "answers": list(each.answers),
        }
        for each in ELEMENTS
    ]
    return JSONResponse({"state": surveys.standing_of(application), "questions": asked})


@router.post(
    "/status/survey",
    summary="Answer it, once; sent again it changes nothing, with or without a key",
    openapi_extra={
        "requestBody": {"required": True, "content": {"application/json": {"schema": _BODY}}},
        **_answers(_object(state={"const": "answered"})),
    },
)
async def post_survey(request: Request, application_id: ApplicationOfCaller) -> Response:
    """No `once`: its row would keep a hash of the answers, and they are few enough to be tried."""
    body = await read_json(request)
    scores = body.get("scores")
    answered, errors = surveys.read_answers(
        scores if isinstance(scores, dict) else {}, body.get("suggestion")
    )
    if answered is None:
        return problems.invalid(errors)
    await surveys.answer_survey(intake_of(request), application_id, answered)
    return JSONResponse({"state": "answered"})
