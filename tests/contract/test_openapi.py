"""The JSON API is described by a file in the repository, and the file is true."""

from __future__ import annotations

import json

from tools import openapi


def test_the_description_is_up_to_date() -> None:
    assert openapi.TARGET.read_text("utf-8") == openapi.text(), "run: python -m tools.openapi"


def test_every_write_takes_an_idempotency_key() -> None:
    paths = json.loads(openapi.TARGET.read_text("utf-8"))["paths"]
    for path, operations in paths.items():
        for method in {"post", "put"} & set(operations):
            names = {each["name"].lower() for each in operations[method].get("parameters", ())}
            assert "idempotency-key" in names, f"{method} {path}"
