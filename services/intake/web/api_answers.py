"""What the API answers, described for the OpenAPI document (made by `api_output.py`)."""

from __future__ import annotations

from typing import Any

from services.intake.domain import STATE_LABELS
from shared.card_standing import SHOWN
from shared.code_lists import APPLICATION_KIND

Schema = dict[str, Any]
_TEXT: Schema = {"type": "string"}
_YES_NO: Schema = {"type": "boolean"}
_DAY: Schema = {"type": "string", "format": "date"}
_MOMENT: Schema = {"type": "string", "format": "date-time"}


def _object(**properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _list(of: Schema) -> Schema:
    return {"type": "array", "items": of}


def _by_name(of: Schema) -> Schema:
    return {"type": "object", "additionalProperties": of}


def _or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


_DOCUMENT = _object(
    document_id=_TEXT,
    kind=_TEXT,
    source_type=_TEXT,
    pages={"type": "integer"},
    files=_list(_object(id=_TEXT, pages={"type": "integer"})),
    uploaded_at=_MOMENT,
)
_DRAFT = _object(
    id=_TEXT,
    state={"const": "draft"},
    expires_at=_MOMENT,
    pages=_by_name(_YES_NO),
    documents=_by_name(_DOCUMENT),
    missing_documents=_list(_TEXT),
    tasks=_by_name({"enum": ["done", "in_progress", "not_started", "blocked"]}),
    complete=_YES_NO,
    problems=_by_name(_TEXT),
)
_SENT = _object(id=_TEXT, state={"const": "submitted"}, reference=_TEXT)
_RECEIPT = _object(id=_TEXT, reference=_TEXT)
_SAVED = _object(page=_TEXT, warnings=_list(_object(rule=_TEXT, text=_TEXT)))
_SAVED_SCREEN = _object(
    page=_TEXT,
    complete=_YES_NO,
    screens=_by_name(_YES_NO),
    warnings=_list(_object(rule=_TEXT, text=_TEXT)),
)
_RETURNED = _object(
    items=_list(_object(item=_TEXT, label=_TEXT, reason=_TEXT, done=_YES_NO)),
    note=_or_null(_TEXT),
    due_on=_DAY,
    ready=_YES_NO,
)
_STANDING: Schema = {"enum": list(SHOWN)}
_CARD = _object(
    registration_number=_TEXT,
    issued_on=_DAY,
    valid_until=_DAY,
    renewable_from=_DAY,
    report_due_on=_list(_DAY),
    standing=_STANDING,
    word=_TEXT,
    next_report_on=_or_null(_DAY),
)
_EXPECTED = _object(
    on=_DAY,
    promised_on=_DAY,
    basis={"enum": ["queue", "promise"]},
    ahead={"type": ["integer", "null"], "minimum": 0},
    at=_MOMENT,
)
_STATUS = _object(
    id=_TEXT,
    reference=_TEXT,
    state={"enum": list(STATE_LABELS)},
    state_label=_TEXT,
    name={**_TEXT, "description": "Masked"},
    next_step=_TEXT,
    expected=_or_null(_EXPECTED),
    timeline=_list(_object(at=_MOMENT, title=_TEXT, text=_TEXT, items=_list(_TEXT))),
    steps=_list(_object(title=_TEXT, text=_TEXT)),
    withdrawable=_YES_NO,
    follow_ups=_list({"enum": list(APPLICATION_KIND)}),
    returned=_or_null(_RETURNED),
    card=_or_null(_CARD),
)
_VILLAGE = _object(code=_TEXT, name=_TEXT, subdistrict_code=_TEXT, subdistrict_name=_TEXT)
_CHECKED: Schema = {
    "name": {**_TEXT, "description": "Masked"},
    "valid_until": _DAY,
    "standing": _STANDING,
    "word": _TEXT,
}
_ANY: Schema = {"type": "object"}
_DRAFT_PATH = "/applications/{application_id}"

ANSWERS: dict[tuple[str, str], Schema] = {
    ("/areas", "get"): _object(villages=_list(_VILLAGE)),
    ("/applications", "post"): _object(id=_TEXT, token=_TEXT),
    (_DRAFT_PATH, "get"): {"anyOf": [_DRAFT, _SENT]},
    (f"{_DRAFT_PATH}/answers/{{page}}", "get"): _object(
        page=_TEXT, saved=_YES_NO, values=_or_null(_ANY)
    ),
    (f"{_DRAFT_PATH}/answers/{{page}}", "put"): _SAVED,
    (f"{_DRAFT_PATH}/answers/{{page}}/{{screen}}", "put"): _SAVED_SCREEN,
    (f"{_DRAFT_PATH}/documents/{{kind}}", "put"): _DOCUMENT,
    (f"{_DRAFT_PATH}/submission", "post"): _RECEIPT,
    ("/status/continuation", "post"): _object(id=_TEXT, token=_TEXT),
    ("/status-sessions", "post"): _object(token=_TEXT, expires_in={"type": "integer"}),
    ("/status", "get"): _STATUS,
    ("/status/withdrawal", "post"): _object(id=_TEXT, reference=_TEXT, state=_TEXT),
    ("/status/amendment/answers/{page}", "get"): _object(page=_TEXT, values=_ANY),
    ("/status/amendment/answers/{page}", "put"): _SAVED,
    ("/status/amendment/documents/{kind}", "get"): _DOCUMENT,
    ("/status/amendment/documents/{kind}", "put"): _DOCUMENT,
    ("/status/amendment/submission", "post"): _RECEIPT,
    ("/cards/{code}", "get"): _object(
        registration_number=_TEXT, issued_on=_DAY, office=_TEXT, **_CHECKED
    ),
    ("/card-checks", "post"): _object(**_CHECKED),
}
