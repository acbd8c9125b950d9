"""Tickets of the counter: what intake believes."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.counter_tickets import (
    CounterTicket,
    is_timely,
    private_key,
    public_half,
    public_key,
    read_ticket,
    sign_ticket,
)

SECRET = base64.b64encode(bytes(range(32))).decode()
AT = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
TICKET = CounterTicket(
    id="t1", officer_id="o1", officer_name="Olga Contoh", channel="counter", issued_at=AT
)
TEXT = sign_ticket(private_key(SECRET), TICKET)
PUBLIC = public_key(public_half(SECRET))


def test_what_the_desk_signed_is_read_with_the_public_half() -> None:
    assert read_ticket(PUBLIC, TEXT) == TICKET


def _swapped(text: str, at: int) -> str:
    return text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :]


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "a.b",
        TEXT.partition(".")[0],
        TEXT + ".",
        TEXT + "A",
        TEXT.upper(),
        _swapped(TEXT, 10),
        _swapped(TEXT, len(TEXT) - 10),
        "é" + TEXT,
        TEXT.replace(".", "A" * 3000 + "."),
        sign_ticket(Ed25519PrivateKey.generate(), TICKET),
    ],
)
def test_anything_else_is_no_ticket(text: str) -> None:
    assert read_ticket(PUBLIC, text) is None


def test_a_signature_of_the_same_words_for_another_purpose_is_no_ticket() -> None:
    head = TEXT.partition(".")[0]
    body = base64.urlsafe_b64decode(head)
    signature = base64.urlsafe_b64encode(private_key(SECRET).sign(body)).decode()
    assert read_ticket(PUBLIC, f"{head}.{signature}") is None


def test_a_signed_text_that_is_no_ticket_is_refused() -> None:
    other = sign_ticket(private_key(SECRET), TICKET.model_copy(update={"channel": "online"}))
    assert read_ticket(PUBLIC, other) is None


@pytest.mark.parametrize(
    ("seconds", "timely"), [(-31, False), (-30, True), (0, True), (150, True), (151, False)]
)
def test_two_minutes_and_clocks_that_differ_a_little(seconds: int, timely: bool) -> None:
    assert is_timely(TICKET, AT + timedelta(seconds=seconds)) is timely


@pytest.mark.parametrize("text", ["", "x", "AAAA", "A" * 44, "ä"])
def test_a_key_that_is_none_is_found_at_the_start(text: str) -> None:
    for read in (private_key, public_key):
        with pytest.raises(ValueError):  # noqa: PT011  # of base64, or of the key
            read(text)
