"""The public figures as JSON."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from services.intake.figures import Figures, Period
from services.intake.figures.suppression import SMALL
from services.intake.web.api_input import intake_of
from shared.clock import OFFICE_ZONE

router = APIRouter(default_response_class=JSONResponse)
Schema = dict[str, Any]


def _object(**properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": list(properties)}


_COUNT: Schema = {"type": ["integer", "null"], "minimum": 0}
_SHARE: Schema = {
    "anyOf": [
        _object(
            percent={"type": "integer", "minimum": 0, "maximum": 100},
            bound={"enum": ["exact", "at_least", "at_most"]},
        ),
        {"type": "null"},
    ]
}
_PERIOD: Schema = {
    "received": _COUNT,
    "decided": _COUNT,
    "median_working_hours": {"type": ["number", "null"]},
    "in_time": _SHARE,
}
_ANSWER = _object(
    updated_at={"type": "string", "format": "date-time"},
    time_zone={"type": "string"},
    promised_working_days={"type": "integer"},
    hours_of_working_day={"type": "number"},
    shown_from={"type": "integer", "description": "Smaller counts are null, but for 0"},
    waiting_now=_COUNT,
    total=_object(**_PERIOD),
    months={
        "type": "array",
        "items": _object(month={"type": "string", "pattern": r"^\d{4}-\d{2}$"}, **_PERIOD),
    },
)


@router.get(
    "/figures",
    summary="How many applications, how fast, how many wait; small counts are null",
    openapi_extra={
        "responses": {"200": {"content": {"application/json": {"schema": _ANSWER}}}},
    },
)
async def get_figures(request: Request) -> Response:
    intake = intake_of(request)
    figures = await intake.board.read(intake.uow.reading(), intake.office, intake.queue.calendar)
    return JSONResponse(_body(figures), headers={"Cache-Control": "public, max-age=60"})


def _body(figures: Figures) -> dict[str, Any]:
    return {
        "updated_at": figures.at.isoformat().replace("+00:00", "Z"),
        "time_zone": OFFICE_ZONE.key,
        "promised_working_days": figures.promised_days,
        "hours_of_working_day": figures.hours_of_day,
        "shown_from": SMALL,
        "waiting_now": figures.waiting,
        "total": _period(figures.total),
        "months": [
            {"month": f"{month:%Y-%m}", **_period(period)} for month, period in figures.months
        ],
    }


def _period(period: Period) -> dict[str, Any]:
    share = period.in_time
    return {
        "received": period.received,
        "decided": period.decided,
        "median_working_hours": period.median_hours,
        "in_time": {"percent": share.percent, "bound": share.bound} if share else None,
    }
