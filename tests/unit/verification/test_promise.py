"""The service clock: until when a case is promised, in working time, stopped with the applicant."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest

from services.verification.review.domain import Case, Forwarded, Version
from services.verification.review.promise import ServiceClock
from shared.clock import OFFICE_ZONE
from shared.office import Promise
from shared.working_days import WorkingCalendar
from tests.unit.verification.sample_events import answers, documents

WEEK = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat")
CLOCK = ServiceClock(
    Promise(verification_working_days=1, issue_working_days=2),
    WorkingCalendar(weekdays=WEEK, opens=time(8), closes=time(16)),
)


def at(day: int, hour: int) -> datetime:
    """In November 2026; the 23rd is a Monday."""
    return datetime(2026, 11, day, hour, tzinfo=OFFICE_ZONE)


def case_of(*sent: datetime, **values: object) -> Case:
    versions = tuple(
        Version(number=number, at=moment, answers=answers("a"), documents=documents())
        for number, moment in enumerate(sent, 1)
    )
    fields: dict[str, object] = {
        "id": "a",
        "reference": "AK1-7K3M9QX2TWP",
        "kind": "new",
        "channel": "online",
        "submitted_at": sent[0],
        "state": "submitted",
        "version": 1,
        "queued_at": sent[-1],
        "nik_index": "0",
        "versions": versions,
    }
    return Case.model_validate(fields | values)


def passed_on(moment: datetime) -> Forwarded:
    return Forwarded(officer_id="x", name="Vera Contoh", at=moment)


def test_the_first_promise_begins_when_the_case_comes() -> None:
    assert CLOCK.due_at(case_of(at(23, 10))) == at(24, 10)
    assert CLOCK.due_at(case_of(at(27, 15))) == at(30, 15)  # over a weekend
    assert CLOCK.due_at(case_of(at(28, 11))) == at(30, 16)  # sent on a Saturday


def test_the_clock_stands_still_while_the_case_is_with_the_applicant() -> None:
    back = case_of(at(23, 10), state="returned", returns=(at(23, 14),), queued_at=at(23, 14))
    assert CLOCK.due_at(back) is None


def test_a_second_round_has_what_the_first_one_left() -> None:
    """Four hours of eight are used, so that four are left."""
    again = case_of(at(23, 10), at(26, 9), returns=(at(23, 14),))
    assert CLOCK.due_at(again) == at(26, 13)


def test_a_promise_used_up_is_due_when_the_case_comes_back() -> None:
    again = case_of(at(23, 10), at(27, 9), returns=(at(25, 10),))
    assert CLOCK.due_at(again) == at(27, 9)


def test_rounds_add_up() -> None:
    third = case_of(at(23, 8), at(24, 8), at(25, 8), returns=(at(23, 10), at(24, 11)))
    assert CLOCK.due_at(third) == at(25, 11)


def test_passing_on_begins_the_second_promise() -> None:
    waiting = case_of(at(23, 8), state="under_review", forwarded=passed_on(at(23, 12)))
    assert CLOCK.due_at(waiting) == at(25, 12)
    approved = waiting.model_copy(update={"state": "approved", "queued_at": at(24, 9)})
    assert CLOCK.due_at(approved) == at(25, 12)
    alone = case_of(at(23, 8), state="approved", queued_at=at(23, 9))
    assert CLOCK.due_at(alone) == at(25, 9)


@pytest.mark.parametrize("state", ["issued", "rejected", "withdrawn", "not_issued"])
def test_nothing_is_promised_of_what_is_done(state: str) -> None:
    assert CLOCK.due_at(case_of(at(23, 8), state=state)) is None


@pytest.mark.parametrize(
    ("now", "mark"),
    [
        (at(23, 15), None),
        (at(23, 16), "amber"),  # six of eight hours used
        (at(24, 9), "amber"),
        (at(24, 10), "red"),
    ],
)
def test_marks_of_three_quarters_and_of_all(now: datetime, mark: str | None) -> None:
    due = CLOCK.due_at(case_of(at(23, 10)))
    assert CLOCK.mark("new", due, now) == mark
    assert CLOCK.mark("new", due, now - timedelta(days=7)) is None
