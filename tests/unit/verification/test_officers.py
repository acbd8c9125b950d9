"""Officers: what their roles allow, what an account must be, and equal work for unknown users."""

from __future__ import annotations

from typing import get_args

import pytest

from services.verification.officers import passwords
from services.verification.officers.domain import (
    ROLES,
    Officer,
    OfficerRole,
    Permission,
    checked_nip,
    checked_password,
    checked_roles,
    checked_username,
)
from shared.clock import now
from shared.errors import Forbidden, Invalid

EXPECTED = {
    "intake_operator": {"enter_applications"},
    "verification_officer": {
        "read_cases",
        "check_cases",
        "take_reports",
        "print_cards",
        "enter_applications",
    },
    "placement_officer": {
        "read_cases",
        "check_cases",
        "decide_cases",
        "take_over_cases",
        "take_reports",
        "end_registrations",
        "print_cards",
        "sign_cards",
        "enter_applications",
        "see_figures",
        "repair_stuck_work",
    },
    "division_head": {"read_cases", "take_over_cases", "see_figures"},
    "office_head": {"read_cases", "see_figures"},
    "ipk_officer": {"see_figures"},
    "data_protection_officer": {"read_access_log"},
    "system_admin": {"repair_stuck_work", "edit_texts", "manage_accounts"},
}


@pytest.mark.parametrize("role", ROLES)
def test_each_role_may_just_what_the_domain_says(role: OfficerRole) -> None:
    officer = Officer("1", "x", "X", (role,))
    assert {each for each in get_args(Permission) if officer.may(each)} == EXPECTED[role]


def test_roles_add_up_and_a_disabled_officer_may_nothing() -> None:
    roles: tuple[OfficerRole, ...] = ("placement_officer", "system_admin")
    assert Officer("1", "x", "X", roles).may("decide_cases")
    gone = Officer("1", "x", "X", roles, disabled_at=now())
    with pytest.raises(Forbidden):
        gone.require("read_cases")


def test_accounts_are_checked() -> None:
    assert checked_username("  Vera.Contoh ") == "vera.contoh"
    assert checked_nip("19800101 200501 1 001") == "198001012005011001"
    assert checked_nip("") is None
    assert checked_roles(["system_admin", "verification_officer"]) == (
        "verification_officer",
        "system_admin",
    )
    for call, value in (
        (checked_username, "a b"),
        (checked_nip, "123"),
        (checked_password, "pendek"),
        (checked_password, "x" * 201),
        (checked_password, "abababababababab"),
    ):
        with pytest.raises(Invalid):
            call(value)
    for roles in (["kepala"], []):
        with pytest.raises(Invalid):
            checked_roles(roles)
    with pytest.raises(Invalid):
        checked_password("vera.contoh-2026", "vera.contoh")


@pytest.mark.parametrize(
    "password",
    [
        *("rahasia12345", "Rahasia123!!", "indonesia123", "merdeka1945!", "Merdeka17081945"),
        *("sayangkamu123", "tembilahan2026", "disnakertrans", "pencarikerja1", "bismillah2026"),
        *("password1234", "qwertyuiop12", "123456789012", "adminadmin123", "P@ssw0rd2026"),
        *("veracontoh2026", "Kusumawati123"),
    ],
)
def test_what_is_tried_first_is_no_password(password: str) -> None:
    with pytest.raises(Invalid, match="mudah ditebak"):
        checked_password(password, "vera.contoh", "Vera Contoh Kusumawati")


@pytest.mark.parametrize(
    "password",
    [
        *("padi kopi laut satu", "sagu rotan kelapa", "x7#Kd92mQp!z", "lemari-payung-sendok"),
        "satu kata yang panjang sekali " * 6,
    ],
)
def test_unrelated_words_are_a_password(password: str) -> None:
    assert checked_password(password, "vera.contoh", "Vera Contoh") == password


async def test_an_unknown_user_costs_a_whole_verification(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    verified: list[str] = []

    class Spy:
        def __init__(self) -> None:
            self.real = passwords._HASHER

        def verify(self, kept_hash: str, password: str) -> bool:
            verified.append(kept_hash)
            return self.real.verify(kept_hash, password)

        def hash(self, password: str) -> str:
            return self.real.hash(password)

    monkeypatch.setattr(passwords, "_HASHER", Spy())
    assert not await passwords.is_password(None, "a password that nobody has")
    kept = await passwords.hash_password("kata sandi contoh")
    assert await passwords.is_password(kept, "kata sandi contoh")
    assert not await passwords.is_password(kept, "kata sandi lain")
    parameters = {each.rsplit("$", 2)[0] for each in verified}
    assert parameters == {"$argon2id$v=19$m=19456,t=2,p=1"}
    assert len(verified) == 3
