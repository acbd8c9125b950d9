"""Rules of stuck work, and that everything which can be stuck has plain words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from services.verification.officers.domain import Officer
from services.verification.stuck import causes, domain
from services.verification.stuck.domain import ASK_AGAIN, Failure, Handled
from shared.contracts.catalog import BY_TYPE
from shared.contracts.notices import NoticeTemplate
from shared.errors import Invalid
from shared.messaging.topology import QUEUES

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
PUTRA = Officer("o1", "putra", "Putra Contoh", ("placement_officer",))
DUA = Officer("o2", "dua", "Dua Contoh", ("placement_officer",))
FAILED = Failure("card", "c1", "a1", "RenderError", NOW - timedelta(hours=1))


def test_every_queue_type_and_message_has_its_words() -> None:
    assert set(causes.QUEUES) == {queue.name for queue in QUEUES}
    assert set(causes.TYPES) == set(BY_TYPE)
    assert set(causes.NOTICE_NAMES) | {"code"} == set(get_args(NoticeTemplate))


@pytest.mark.parametrize("kind", ["card", "notice"])
def test_an_unknown_cause_still_says_what_to_do(kind: domain.Kind) -> None:
    cause = causes.of_failure(kind, "smtp_599")
    assert cause.what
    assert cause.do
    assert causes.of_letter("?").do


def test_a_wrong_address_is_for_the_telephone() -> None:
    for code in ("smtp_550", "bad_address", "no_channel"):
        assert "telepon, lalu sisihkan" in causes.of_failure("notice", code).do
        assert code in causes.HOPELESS
    assert "attempts_exhausted" not in causes.HOPELESS


def test_the_second_click_changes_nothing_and_a_colleague_is_told() -> None:
    asked = domain.asked(FAILED, PUTRA, NOW)
    assert (asked.state, asked.by, asked.version) == ("asked", "Putra Contoh", 2)
    assert domain.asked(asked, PUTRA, NOW + timedelta(seconds=1)) is asked
    with pytest.raises(Handled, match=r"Putra Contoh .*sudah memintanya dicoba lagi"):
        domain.asked(asked, DUA, NOW + timedelta(seconds=1))


def test_what_does_not_come_back_may_be_asked_again() -> None:
    asked = domain.asked(FAILED, PUTRA, NOW)
    again = domain.asked(asked, DUA, NOW + ASK_AGAIN)
    assert (again.by_id, again.version) == ("o2", 3)


def test_set_aside_and_taken_up_again() -> None:
    aside = domain.set_aside(FAILED, PUTRA, NOW, "  sudah   ditelepon ")
    assert (aside.state, aside.note) == ("aside", "sudah ditelepon")
    with pytest.raises(Handled, match="sudah menyisihkan ini"):
        domain.asked(aside, DUA, NOW)
    with pytest.raises(Handled, match="sudah menyisihkan ini"):
        domain.set_aside(aside, DUA, NOW, "lagi")
    up = domain.taken_up(aside, DUA, NOW)
    assert (up.state, up.note) == ("waiting", "")
    with pytest.raises(Handled):
        domain.taken_up(up, DUA, NOW)


@pytest.mark.parametrize("note", ["", " ", "x", "x" * 301])
def test_a_reason_is_needed(note: str) -> None:
    with pytest.raises(Invalid, match="2 sampai 300 huruf"):
        domain.set_aside(FAILED, PUTRA, NOW, note)


def test_a_draft_is_no_case() -> None:
    assert FAILED.case_id == "a1"
    assert replace(FAILED, of_draft=True).case_id is None
