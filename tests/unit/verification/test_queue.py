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
    found = _cursor(address(["2026-01-02T03:04:05+00:00", "case"]))
    assert (found.queued_at.isoformat(), found.id) == ("2026-01-02T03:04:05+00:00", "case")


@pytest.mark.parametrize(
    "place",
    [
        ["2026-01-01", "\ud800"],
        ["9999-12-31T23:59:59-23:59", "x"],
        ["0001-01-01T00:00:00+23:59", "x"],
        [1, 2],
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
