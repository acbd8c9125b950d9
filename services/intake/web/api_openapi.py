"""The OpenAPI document: bodies of pages are described from the same form model that reads them."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from services.intake.forms import ANSWER_PAGES, PAGES, Field, FormPage, sending
from services.intake.requirements import DOCUMENT_KINDS
from services.intake.web.api_answers import ANSWERS
from services.intake.web.door import HEADER as QUEUE_TICKET

DESCRIPTION = (
    "Start an application, save its pages, upload documents, send it; then look at its status with "
    "reference and birth date. Tokens are sent as `Authorization: Bearer`. Writes take an "
    "`Idempotency-Key` (16 to 128 characters, for example a random UUID, "
    "a new one for each act; it is a secret: the same key with the same body gives anybody the "
    "stored answer). Errors are `application/problem+json` with Indonesian texts. Under heavy "
    "load callers without a token wait in line: a 503 with the code `busy` carries a `ticket`. To "
    "keep the place, send it as `Queue-Ticket` with the next try, after `Retry-After` seconds."
)
Schema = dict[str, Any]
_REQUIRED_KEY = frozenset(
    {
        ("/applications", "post"),
        ("/applications/{application_id}/submission", "post"),
        ("/status/amendment/submission", "post"),
        ("/status/withdrawal", "post"),
        ("/status/continuation", "post"),
    }
)
_JSON = "application/json"
_SCREENS = [screen.id for page in PAGES.values() for screen in page.screens]
_WHOLE_NUMBER: Schema = {"type": "integer"}
_NUMBERS: dict[str, Schema] = {
    **dict.fromkeys(("year", "year_in", "year_out"), _WHOLE_NUMBER),
    **dict.fromkeys(("height_cm", "weight_kg", "duration_months"), _WHOLE_NUMBER),
    "grade_score": {"type": "number", "minimum": 0, "maximum": 100},
}
_PUBLIC = frozenset(
    {
        *("/areas", "/applications", "/status-sessions", "/draft-returns", "/figures"),
        *("/cards/{code}", "/card-checks"),
    }
)
_BINARY = {
    "/status/card": "application/pdf",
    "/status/card/image": "image/png",
    "/status/receipt": "application/pdf",
    "/applications/{application_id}/documents/{kind}/pages/{number}": "image/jpeg",
}


def complete(app: FastAPI) -> None:
    """Let the app make its document once, with everything that FastAPI cannot see."""

    def openapi() -> Schema:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _document(app: FastAPI) -> Schema:
    document = get_openapi(
        title=app.title,
        version=app.version,
        description=app.description,
        routes=app.routes,
        servers=app.servers,
    )
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    schemas["Problem"] = _PROBLEM
    schemas["Busy"] = _BUSY
    for page_id in PAGES:
        schemas[f"Answers_{page_id}"] = page_schema(PAGES[page_id])
    document["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            _describe(path, method, operation)
    return document


def _describe(path: str, method: str, operation: Schema) -> None:
    operation["responses"].pop("422", None)
    operation["responses"]["default"] = {
        "description": "What went wrong, in words for the applicant",
        "content": {"application/problem+json": {"schema": _ref("Problem")}},
    }
    if path in _PUBLIC:
        _let_wait(operation)
    else:
        operation["security"] = [{"token": []}]
    for parameter in operation.get("parameters", ()):
        if parameter["name"] == "page":
            parameter["schema"] = {"type": "string", "enum": list(_pages_of(path))}
        elif parameter["name"] == "screen":
            parameter["schema"] = {"type": "string", "enum": _SCREENS}
        elif parameter["name"] == "kind":
            parameter["schema"] = {"type": "string", "enum": list(DOCUMENT_KINDS)}
    if method in {"post", "put"}:
        operation.setdefault("parameters", []).append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": (path, method) in _REQUIRED_KEY,
                "schema": {"type": "string", "minLength": 16, "maxLength": 128},
            }
        )
        body = _body(path)
        if body:
            operation["requestBody"] = {"required": True, "content": body}
    for status, answer in operation["responses"].items():
        if (path, method) in ANSWERS and status.startswith("2"):
            answer["content"] = {_JSON: {"schema": ANSWERS[path, method]}}
    if path in _BINARY:
        operation["responses"]["200"]["content"] = {
            _BINARY[path]: {"schema": {"type": "string", "format": "binary"}}
        }


def _let_wait(operation: Schema) -> None:
    """Who has no token yet may have to wait in line."""
    operation.setdefault("parameters", []).append(
        {
            "name": QUEUE_TICKET,
            "in": "header",
            "required": False,
            "description": "The `ticket` of the 503 before: keeps the place in line",
            "schema": {"type": "string"},
        }
    )
    operation["responses"]["503"] = {
        "description": "Wait in line (`busy`), or try again in a while",
        "headers": {
            "Retry-After": {"description": "Seconds to wait", "schema": {"type": "integer"}}
        },
        "content": {"application/problem+json": {"schema": _ref("Busy")}},
    }


def _body(path: str) -> Schema | None:
    if "/documents/" in path:
        file = {"type": "string", "format": "binary"}
        return {"multipart/form-data": {"schema": _object({"file": file}, ["file"])}}
    if path.endswith("/{screen}"):
        return {_JSON: {"schema": {"type": "object"}}}
    if "/answers/" in path:
        pages = [_ref(f"Answers_{page_id}") for page_id in _pages_of(path)]
        return {_JSON: {"schema": {"anyOf": pages}}}
    if path == "/applications":
        schema = _start_schema(needed=("notice_acknowledged",))
    elif path == "/card-checks":
        schema = _object({"code": {"type": "string"}}, ["code"])
    elif path == "/status/continuation":
        schema = _start_schema(needed=("kind", "notice_acknowledged"))
        del schema["properties"]["previous_registration_number"]
    elif path == "/status-sessions":
        day = {"type": "string", "format": "date"}
        schema = _object(
            {"reference": {"type": "string"}, "birth_date": day}, ["reference", "birth_date"]
        )
    elif path.startswith("/applications/"):
        schema = page_schema(sending.PAGE)
        schema["properties"]["declaration"]["const"] = True
    else:
        return None
    return {_JSON: {"schema": schema}}


def _pages_of(path: str) -> tuple[str, ...]:
    """What was asked at the start can be changed until it is sent."""
    return tuple(PAGES) if path.startswith("/applications/") else ANSWER_PAGES


def _start_schema(needed: tuple[str, ...]) -> Schema:
    schema = page_schema(PAGES["start"])
    schema["properties"]["notice_acknowledged"]["const"] = True
    return {**schema, "required": list(needed)}


def page_schema(page: FormPage) -> Schema:
    """The JSON of one page."""
    asked = [each for each in page.fields if each.kind != "computed"]
    properties = {each.name: _field_schema(each) for each in asked}
    required = [each.name for each in asked if each.required and each.shown_if is None]
    for group in page.groups:
        rows = {each.name: _field_schema(each) for each in group.fields}
        needed = [each.name for each in group.fields if each.required and each.shown_if is None]
        properties[group.name] = {
            "type": "array",
            "title": group.title,
            "minItems": group.least,
            "maxItems": group.most,
            "items": _object(rows, needed),
        }
        if group.least:
            required.append(group.name)
    return {**_object(properties, required), "title": page.title}


def _field_schema(each: Field) -> Schema:
    schema = {"title": each.label, **_type(each)}
    if each.hint:
        schema["description"] = each.hint
    if not each.required or each.shown_if is not None:
        schema["type"] = [schema["type"], "null"]
        if "enum" in schema:
            schema["enum"] = [*schema["enum"], None]
    return schema


def _type(each: Field) -> Schema:
    values = [option.value for option in each.options]
    if each.kind == "checkbox" or values == ["yes", "no"]:
        return {"type": "boolean"}
    if each.kind == "date":
        return {"type": "string", "format": "date"}
    if each.kind == "checkboxes":
        return {"type": "array", "items": {"type": "string", "enum": values}}
    if values:
        return {"type": "string", "enum": values}
    return _NUMBERS.get(each.name) or {"type": "string"}


def _object(properties: Schema, required: list[str]) -> Schema:
    return {"type": "object", "properties": properties, "required": required}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


_PROBLEM = _object(
    {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string", "description": "Plain Indonesian: what to do next"},
        "errors": {"type": "object", "additionalProperties": {"type": "string"}},
    },
    ["type", "title", "status", "code", "detail"],
)
_BUSY: Schema = {
    **_PROBLEM,
    "properties": {
        **_PROBLEM["properties"],
        "position": {"type": "integer", "description": "With `busy`: the place in line"},
        "ticket": {"type": "string", "description": f"With `busy`: to be sent as `{QUEUE_TICKET}`"},
    },
}
