"""What strangers may put into tokens, headers and addresses must be refused, never break a page."""

from __future__ import annotations

import pytest
from starlette.datastructures import Headers

from shared.web.csrf import csrf_token, is_csrf_token, is_same_origin
from shared.web.limits import network
from shared.web.page_numbers import PageNumber


@pytest.mark.parametrize("token", [None, "", "0" * 40, "é", "\ud800", "\0"])
def test_a_foreign_form_token_is_refused_whatever_its_letters(token: str | None) -> None:
    assert not is_csrf_token("key", "session", token)
    assert is_csrf_token("key", "session", csrf_token("key", "session"))


@pytest.mark.parametrize(
    "origin", ["null", "http://[", "http://evil.example", "", "//", "http://h:x"]
)
def test_a_foreign_or_broken_origin_is_refused(origin: str) -> None:
    assert not is_same_origin(Headers({"origin": origin, "host": "h.example"}))
    assert is_same_origin(Headers({"origin": "https://h.example", "host": "h.example"}))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("192.0.2.1", "192.0.2.254"),
        ("2001:db8::1", "2001:db8::2"),
        ("2001:db8::1", "2001:db8:0:0:ffff::2"),
        ("::ffff:192.0.2.1", "192.0.2.9"),
    ],
)
def test_addresses_of_one_network_share_a_limit(one: str, other: str) -> None:
    assert network(one) == network(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("192.0.2.1", "192.0.3.1"),
        ("2001:db8::1", "2001:db8:0:1::1"),
        ("::ffff:192.0.2.1", "::ffff:192.0.3.1"),
        ("unknown", "192.0.2.1"),
    ],
)
def test_addresses_of_two_networks_do_not(one: str, other: str) -> None:
    assert network(one) != network(other)


def test_a_page_number_has_few_digits() -> None:
    assert PageNumber.regex == "[0-9]{1,4}"
    assert PageNumber().convert("0012") == 12
