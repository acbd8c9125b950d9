"""Every state says what is awaited; every expected day is said the way it is known."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any, get_args

import pytest

from services.intake.checking.standing import stands_of
from services.intake.domain import Application, State
from services.intake.finish.estimate import Expected
from services.intake.status import Status, status_of
from shared import clock
from shared.office import load_office

OFFICE = load_office()
NOW = datetime(2026, 11, 24, 3, 32, tzinfo=UTC)
RETURNED: dict[str, Any] = {"items": [], "note": None, "due_on": "2026-12-01"}
CARD = {
    "registration_number": "1404241126000001",
    "issued_on": "2026-11-24",
    "valid_until": "2028-11-24",
    "report_due_on": ["2027-05-24"],
}


def application(state: State, reason: str = "applicant_request") -> Application:
    found = Application(
        id="a",
        reference="AK1-x",
        birth_date="2001-08-27",
        draft_token_hash="h",
        notice_version="1",
        submitted_at=NOW,
        pages={
            "identity": {"values": {"full_name": "Siti Contoh"}},
            "contact": {"values": {"ktp_in_regency": True}},
        },
        documents={},
        state=state,
    )
    found.note("submitted", NOW)
    found.note("returned", NOW, **RETURNED)
    if state == "withdrawn":
        found.note("withdrawn", NOW, reason=reason)
    found.returned = RETURNED if state == "returned" else None
    found.card = CARD if state == "issued" else None
    return found


def status(application: Application, told: Expected | None = None) -> Status:
    stands = stands_of(application, (), OFFICE.card.report_grace_days, clock.today())
    return status_of(application, OFFICE, told, stands)


def expected(on: int, basis: Any, ahead: int | None = 3) -> Expected:
    return Expected(date(2026, 11, on), date(2026, 11, 26), basis, ahead, NOW)


@pytest.mark.parametrize("state", get_args(State))
def test_every_state_says_what_comes_next(state: State) -> None:
    view = status(application(state))
    assert view.next_step.endswith(".")
    assert view.state_label
    assert (view.card is not None) == (state == "issued")
    assert view.withdrawable == (state in {"submitted", "under_review", "returned"})
    assert "Siti" not in view.masked_name


def test_a_closed_application_says_which_day_was_missed() -> None:
    closed = status(application("withdrawn", "not_amended_in_time"))
    assert "tidak kami terima sampai 1 Desember 2026" in closed.next_step
    assert "Anda boleh mendaftar lagi" in closed.next_step
    asked = status(application("withdrawn"))
    assert "atas permintaan Anda" in asked.next_step


@pytest.mark.parametrize(
    ("told", "check", "card"),
    [
        (expected(25, "queue"), "Diperkirakan Rabu, 25 November 2026.", "Beberapa menit"),
        (expected(26, "promise"), "Paling lama 1 hari kerja.", "Kamis, 26 November 2026"),
        (expected(20, "promise"), "Segera.", "Segera."),
    ],
)
def test_the_steps_say_when(told: Expected, check: str, card: str) -> None:
    first, last = status(application("submitted"), told).steps
    assert first.text == check
    assert card in last.text


def test_an_approved_one_waits_for_its_card_alone() -> None:
    (step,) = status(application("approved"), expected(25, "promise", None)).steps
    assert step.text == "Biasanya dalam beberapa menit, paling lambat Rabu, 25 November 2026."


@pytest.mark.parametrize(
    ("reason", "heading", "told", "may_begin_anew"),
    [
        ("superseded", "Diganti kartu baru", "nomor pendaftaran permohonan yang baru.", False),
        ("office_error", "Dicabut", OFFICE.identity.telephone, True),
    ],
)
def test_a_card_that_ended_before_its_issue_is_not_waited_for(
    reason: str, heading: str, told: str, may_begin_anew: bool
) -> None:
    found = application("under_review")
    found.after_issue["revoked"] = {"at": NOW, "reason": reason}
    early = status(found)  # the approval is heard of later
    assert (early.heading, early.standing, len(early.steps)) == ("Sedang diperiksa", None, 2)
    found.move("approved")
    view = status(found)
    assert (view.heading, view.steps, view.card) == (heading, (), None)
    assert told in view.next_step
    assert view.may_begin_anew == may_begin_anew
    assert (view.follow_ups, view.withdrawable) == ((), False)


@pytest.mark.parametrize(
    ("ends_in", "kinds"),
    [
        (31, ("correction", "replacement")),
        (30, ("renewal", "correction", "replacement")),
        (0, ("renewal", "correction", "replacement")),
        (-1, ("new",)),
    ],
)
def test_a_card_offers_what_can_be_done_with_it_today(ends_in: int, kinds: tuple[str, ...]) -> None:
    found = application("issued")
    ending = clock.today() + timedelta(days=ends_in)
    found.card = {**CARD, "report_due_on": [], "valid_until": ending.isoformat()}
    view = status(found)
    assert view.follow_ups == kinds
    assert status(application("approved")).follow_ups == ()
