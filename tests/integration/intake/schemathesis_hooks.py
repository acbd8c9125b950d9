"""What schemathesis knows of the people whose API it tries: ids and tokens come by environment."""

from __future__ import annotations

import itertools
import os
from typing import Any

import schemathesis

DRAFT_ID, DRAFT_TOKEN, STATUS_TOKEN = "TRIED_DRAFT_ID", "TRIED_DRAFT_TOKEN", "TRIED_STATUS_TOKEN"
_calls = itertools.count()


@schemathesis.hook
def before_call(_context: Any, case: Any, _kwargs: dict[str, Any]) -> None:
    """Each from a network of its own, for limits would end the trial; most with a good token."""
    number = next(_calls)
    if case.path.endswith("/token") and case.method == "DELETE":
        return  # it would end the draft that all other requests are about
    headers = case.headers = case.headers or {}
    headers["X-Forwarded-For"] = f"10.{number // 250 % 250}.{number % 250}.9"
    if case.path.startswith("/applications/") and number % 8:
        case.path_parameters["application_id"] = os.environ[DRAFT_ID]
        headers["Authorization"] = f"Bearer {os.environ[DRAFT_TOKEN]}"
    if case.path.startswith("/status") and number % 8:
        headers["Authorization"] = f"Bearer {os.environ[STATUS_TOKEN]}"
