"""Checking a card: codes as people type them, how a card stands, and what its holder is told."""

from __future__ import annotations

import base64
from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.intake.checking.codes import mac_of, macs_of, tidy_code
from services.intake.checking.public_objects import KEYS_SECONDS, _copy
from services.intake.checking.standing import AfterIssue, stands_of
from services.intake.checking.words import told
from services.intake.continuing import possible_kinds
from services.intake.domain import Application
from shared.card_standing import SHOWN, Standing
from shared.office import load_office
from tests.unit.intake.cards_by_hand import KEY, VECTOR, Claims, code_of, status_list

OLD, NEW = (base64.b64encode(bytes([n]) * 32).decode() for n in (1, 2))
OFFICE = load_office()
ISSUED, ENDS = date(2026, 11, 24), date(2028, 11, 24)
AT = datetime(2026, 12, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "typed",
    ["7K3M9QX2T1", "7k3m9-qx2t1", " 7K3M9 QX2TI ", "7k3m9qx2tl", "7-K-3-M-9-Q-X-2-T-1"],
)
def test_a_code_is_read_as_people_type_it(typed: str) -> None:
    assert tidy_code(typed) == "7K3M9QX2T1"
    assert tidy_code("OOOOOIIIII") == tidy_code("oooooLLlli") == "0000011111"


@pytest.mark.parametrize(
    "typed", ["", "7K3M9QX2T", "7K3M9QX2T11", "7K3M9QX2TU", "7K3M9QX2T\u0661", "-" * 10, "ß" * 5]
)
def test_what_is_no_code_is_none(typed: str) -> None:
    assert tidy_code(typed) is None


def test_codes_are_kept_under_the_newest_key_and_found_under_all() -> None:
    assert mac_of((OLD,), "7K3M9QX2T1") in macs_of((NEW, OLD), "7K3M9QX2T1")
    assert mac_of((NEW, OLD), "7K3M9QX2T1") == macs_of((NEW,), "7K3M9QX2T1")[0]
    assert mac_of((OLD,), "7K3M9QX2T1") != mac_of((OLD,), "7K3M9QX2T2")
    # a malformed one costs the same, and no card has it
    assert len(macs_of((NEW, OLD), None)) == 2
    assert tidy_code("-" * 10) is None


def application(after_issue: dict[str, Any]) -> Application:
    return Application(
        id="a",
        reference="AK1-x",
        birth_date="2001-08-27",
        draft_token_hash="h",
        notice_version="1",
        submitted_at=AT,
        pages={},
        documents={},
        state="issued",
        card={
            "registration_number": "1404241126000001",
            "issued_on": ISSUED.isoformat(),
            "valid_until": ENDS.isoformat(),
            "report_due_on": ["2027-05-24", "2027-11-24", "2028-05-24"],
        },
        after_issue=after_issue,
    )


SUPERSEDED = {"revoked": {"at": AT, "reason": "superseded"}}
PLACED = {"placed": {"at": AT, "on": "2026-12-01"}}
REPORTED = {"reports": {"1": "2027-05-20"}}


@pytest.mark.parametrize(
    ("own", "copies", "today", "standing", "words", "kinds"),
    [
        ({}, [], "2026-12-01", "valid", "ke-1) paling lambat 24 Mei 2027", ["correction"]),
        ({}, [], "2027-05-25", "report_overdue", "paling lambat 23 Juni 2027", ["correction"]),
        ({}, [], "2027-06-24", "removed", "dihapus dari daftar", ["new"]),
        (REPORTED, [], "2027-06-24", "valid", "ke-2) paling lambat 24 November", ["correction"]),
        # reported, or at work, with the copy before
        ({}, [REPORTED], "2027-06-24", "valid", "ke-2) paling lambat", ["correction"]),
        ({}, [PLACED, SUPERSEDED], "2026-12-01", "placed", "sudah bekerja", ["new"]),
        (PLACED, [], "2026-12-01", "placed", "sudah bekerja", ["new"]),
        (SUPERSEDED, [{}], "2026-12-01", "superseded", "diganti kartu baru", []),
        (
            {"revoked": {"at": AT, "reason": "false_data"}, **PLACED},
            [],
            "2026-12-01",
            "revoked",
            "dicabut",
            ["new"],
        ),
        ({"removed": {"at": AT}}, [], "2026-12-01", "removed", "dihapus dari daftar", ["new"]),
        ({"expired": {"at": AT}}, [], "2026-12-01", "expired", "sudah habis", ["new"]),
        (REPORTED, [], "2028-11-25", "expired", "sudah habis", ["new"]),
    ],
)
def test_how_a_card_stands_and_what_its_holder_is_told(
    own: dict[str, Any],
    copies: list[AfterIssue],
    today: str,
    standing: Standing,
    words: str,
    kinds: list[str],
) -> None:
    found, day = application(own), date.fromisoformat(today)
    stands = stands_of(found, [own, *copies], OFFICE.card.report_grace_days, day)
    assert stands is not None
    assert (stands.standing, stands.word) == (standing, SHOWN[standing])
    assert words in told(stands, OFFICE)
    assert list(possible_kinds(found, OFFICE, day, stands))[:1] == kinds


def test_the_second_mind_makes_the_vector_of_the_format() -> None:
    assert KEY.kid.hex() == "0cebf1bc9880748a"
    assert code_of(KEY, Claims()) == VECTOR


def test_lists_may_be_kept_as_long_as_they_say() -> None:
    assert _copy("status/3.jwt", status_list(KEY, 3, {}, at=0, ttl=600)).seconds == 600
    assert _copy("jwks.json", b"{}").seconds == KEYS_SECONDS
    for odd in (b"", b"a.b", b"a.bm8.c", b"a.e30.c"):
        assert _copy("status/3.jwt", odd).seconds > 0
    odd_ttls: list[Any] = [True, "600", -1, 0, float("inf"), 0.5]
    for ttl in odd_ttls:
        jwt = status_list(KEY, 3, {}, at=0, ttl=ttl)
        assert _copy("status/3.jwt", jwt).seconds == 12 * 3600
