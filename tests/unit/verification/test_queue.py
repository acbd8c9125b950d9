"""The place in a list, as an address bar holds it."""

from __future__ import annotations

import base64
import json

import pytest

from services.verification.review.queue import _cursor
from shared.errors import Invalid


def address(place: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode()


def test_a_place_is_read() -> None:
    due, queued = "2026-01-02T03:04:05+00:00", "2026-01-01T03:04:05+00:00"
    found = _cursor(address([due, queued, "case"]))
    assert (found.order_at.isoformat(), found.queued_at.isoformat(), found.id) == (
        due,
        queued,
        "case",
    )


@pytest.mark.parametrize(
    "place",
    [
        ["2026-01-01", "2026-01-01", "\ud800"],
        ["9999-12-31T23:59:59-23:59", "2026-01-01", "x"],
        ["2026-01-01", "0001-01-01T00:00:00+23:59", "x"],
        ["2026-01-01", "x"],
        [1, 2, 3],
        {"a": 1, "b": 2},
        5,
    ],
)
def test_a_made_up_place_is_refused(place: object) -> None:
    with pytest.raises(Invalid):
        _cursor(address(place))


@pytest.mark.parametrize("text", ["é", "!", base64.b64encode(b"[" * 20_000).decode()])
def test_what_is_no_place_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        _cursor(text)
