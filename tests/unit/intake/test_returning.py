"""The code of a draft: what is forgiven when it is typed, and what a mask lets through."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from services.intake.returning import codes
from services.intake.returning.destinations import destination_of, mask
from services.intake.settings import IntakeSettings
from shared.contracts.applications import ContactChannel
from shared.sealed import KeyRing, PurposeKeys, field_context

KEYS = KeyRing(
    {
        "contact": PurposeKeys(
            current="t1", keys={"t1": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="}
        )
    }
)


def test_a_draft_code_is_spelt_in_groups() -> None:
    made = {codes.new_draft_code() for _ in range(200)}
    assert len(made) == 200
    for code in made:
        assert re.fullmatch(r"D(-[0-9A-HJKMNP-TV-Z]{5}){2}-[0-9A-HJKMNP-TV-Z]", code)
        body = code.removeprefix("D-")
        for typed in (
            code,
            code.lower(),
            f"  {code.replace('-', ' ')} ",
            code.replace("-", ""),
            body.replace("-", ""),
            f"D–{body.replace('0', 'O').replace('1', 'l')}",
        ):
            assert codes.read_draft_code(typed) == code


@given(st.text())
def test_no_text_breaks_it(typed: str) -> None:
    found = codes.read_draft_code(typed)
    assert found is None or codes.read_draft_code(found) == found
    code = codes.read_one_time_code(typed)
    assert code is None or re.fullmatch("[0-9]{6}", code)
    assert codes.is_same(typed, typed)


def test_a_one_time_code_may_be_pasted_in_pieces() -> None:
    assert codes.read_one_time_code(" 012 345\n") == "012345"
    assert codes.read_one_time_code("012-345") == "012345"
    for typed in ("", "12345", "1234567", "١٢٣٤٥٦", "abcdef"):
        assert codes.read_one_time_code(typed) is None
    assert all(codes.read_one_time_code(codes.new_one_time_code()) for _ in range(200))


def test_hashes_need_the_key_and_differ_by_purpose() -> None:
    made = {
        codes.hash_draft_code("key", "123456"),
        codes.hash_draft_code("other", "123456"),
        codes.hash_address("key", "123456"),
        codes.hash_one_time_code("key", "1", "123456"),
        codes.hash_one_time_code("key", "2", "123456"),
    }
    assert len(made) == 5


@pytest.mark.parametrize(
    ("address", "shown"),
    [("siti@contoh.example", "s…@contoh.example"), ("+6281234567890", "…890")],
)
def test_a_mask_shows_little(address: str, shown: str) -> None:
    assert mask(address) == shown


@pytest.mark.parametrize(
    ("channels", "preferred", "has_whatsapp", "expected"),
    [
        (("email",), "whatsapp", True, "email"),
        (("email", "whatsapp"), "whatsapp", True, "whatsapp"),
        (("email", "whatsapp"), "whatsapp", False, "email"),
        (("whatsapp", "sms"), "email", False, "sms"),
        ((), "email", True, None),
    ],
)
def test_the_way_to_a_person_is_a_setting(
    channels: tuple[ContactChannel, ...], preferred: str, has_whatsapp: bool, expected: str | None
) -> None:
    sealed = {
        name: KEYS.seal("contact", value, field_context("d1", name)).model_dump()
        for name, value in (("mobile", "+6281234567890"), ("email", "siti@contoh.example"))
    }
    values = {**sealed, "preferred_channel": preferred, "mobile_has_whatsapp": has_whatsapp}
    settings = IntakeSettings.model_construct(
        reachable_channels=channels, session_key=SecretStr("key"), service="intake"
    )
    found = destination_of(KEYS, settings, "d1", {"contact": {"values": values}})
    assert (found.channel if found else None) == expected
    if found:  # one address travels, and no other
        assert [found.to.email, found.to.mobile].count(None) == 1
        assert found.to.mobile_has_whatsapp == (expected == "whatsapp")
