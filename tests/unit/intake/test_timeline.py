"""What the timeline tells when a withdrawal and an officer's act cross."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.intake.domain import WITHDRAWABLE, Application, State
from services.intake.timeline import lines_of, steps_of
from shared.dates import long_date

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
RETURNED: dict[str, Any] = {
    "items": [{"item": "documents.photo", "reason": "Pas foto belum sesuai."}],
    "note": None,
    "due_on": "2026-12-01",
}


def application(state: State, *entries: tuple[str, int, dict[str, Any]]) -> Application:
    found = Application(
        id="a",
        reference="AK1-x",
        birth_date="2001-08-27",
        draft_token_hash="h",
        notice_version="1",
        submitted_at=NOW,
        pages={},
        documents={},
        state=state,
    )
    found.note("submitted", NOW)
    for what, minutes, details in entries:
        found.note(what, NOW + timedelta(minutes=minutes), **details)
    return found


def titles(found: Application) -> list[str]:
    return [line.title for line in lines_of(found)]


WITHDRAWN = ("withdrawn", 10, {"reason": "applicant_request"})


def test_a_withdrawal_is_told() -> None:
    assert titles(application("withdrawn", WITHDRAWN)) == [
        "Permohonan dikirim",
        "Permohonan dibatalkan",
    ]
    closed = application("withdrawn", ("withdrawn", 10, {"reason": "not_amended_in_time"}))
    assert lines_of(closed)[-1].text == "Perbaikan tidak kami terima sampai batas waktunya."


def test_what_an_officer_began_in_vain_is_not_told() -> None:
    later = application(
        "withdrawn", WITHDRAWN, ("review_started", 11, {}), ("returned", 12, RETURNED)
    )
    assert titles(later) == ["Permohonan dikirim", "Permohonan dibatalkan"]
    before = application("withdrawn", ("returned", 9, RETURNED), WITHDRAWN)
    assert titles(before)[1:] == ["Perlu diperbaiki", "Permohonan dibatalkan"]


@pytest.mark.parametrize("minutes", [9, 11])
def test_a_decision_that_was_faster_is_explained(minutes: int) -> None:
    found = application("approved", WITHDRAWN, ("approved", minutes, {}))
    (told,) = (line for line in lines_of(found) if line.title == "Anda meminta pembatalan")
    assert "keputusan petugas yang berlaku" in told.text
    assert "Permohonan dibatalkan" not in titles(found)


def test_withdrawn_gives_way_to_a_final_decision_alone() -> None:
    ends: tuple[State, ...] = ("approved", "rejected", "issued")
    for end in ends:
        found = application("withdrawn", WITHDRAWN)
        assert found.move(end)
        assert not found.move("withdrawn")
    others: tuple[State, ...] = ("submitted", "under_review", "returned")
    for state in others:
        found = application("withdrawn", WITHDRAWN)
        assert not found.move(state)
        assert state in WITHDRAWABLE
        assert application(state).move("withdrawn")


def test_every_open_application_says_what_comes_next() -> None:
    returned = application("returned", ("returned", 5, RETURNED))
    returned.returned = RETURNED
    first = steps_of(returned, "", "")[0]
    assert first.text == f"Paling lambat {long_date(datetime(2026, 12, 1, tzinfo=UTC))}."
    waiting: tuple[State, ...] = ("submitted", "under_review", "approved")
    for state in waiting:
        assert steps_of(application(state), "Besok.", "")[-1].title == "Kartu AK-1 terbit"
    over: tuple[State, ...] = ("issued", "rejected", "withdrawn")
    for state in over:
        assert steps_of(application(state), "", "") == ()
