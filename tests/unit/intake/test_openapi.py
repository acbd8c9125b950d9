"""The OpenAPI document describes every operation, from the form model itself."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from services.intake.web.api import openapi_document
from tests.unit.intake import answers_example

DOCUMENT = openapi_document()
OPERATIONS = [
    (path, method, operation)
    for path, operations in DOCUMENT["paths"].items()
    for method, operation in operations.items()
]


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS)
def test_every_operation_says_what_it_reads_and_answers(
    path: str, method: str, operation: dict[str, Any]
) -> None:
    assert operation["summary"]
    good = {code: each for code, each in operation["responses"].items() if code[0] == "2"}
    assert len(good) == 1
    for code, answer in good.items():
        described = any(each["schema"] for each in answer.get("content", {}).values())
        assert described != (code == "204")
    if method == "put":
        assert operation["requestBody"]["content"]
    if method in {"put", "post"}:
        assert "Idempotency-Key" in {each["name"] for each in operation["parameters"]}
    problem = operation["responses"]["default"]["content"]["application/problem+json"]
    assert problem["schema"] == {"$ref": "#/components/schemas/Problem"}
    public = path in {
        "/areas",
        "/applications",
        "/status-sessions",
        "/draft-returns",
        "/cards/{code}",
        "/card-checks",
        "/figures",
    }
    assert ("security" in operation) != public


@pytest.mark.parametrize("page", sorted(answers_example.PAGES))
def test_the_example_fits_the_schema_and_nonsense_does_not(page: str) -> None:
    validator = Draft202012Validator(DOCUMENT["components"]["schemas"][f"Answers_{page}"])
    assert not list(validator.iter_errors(answers_example.PAGES[page]))
    assert list(validator.iter_errors({}))


def test_a_script_may_agree_to_more_than_the_declaration_and_need_not() -> None:
    path = DOCUMENT["paths"]["/applications/{application_id}/submission"]["post"]
    validator = Draft202012Validator(path["requestBody"]["content"]["application/json"]["schema"])
    assert not list(validator.iter_errors(answers_example.AGREED))
    assert not list(validator.iter_errors({"declaration": True}))
    assert list(validator.iter_errors({**answers_example.AGREED, "declaration": False}))
