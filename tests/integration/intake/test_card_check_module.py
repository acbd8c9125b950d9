"""What the check page makes of a code and of a list, asked of its module in Chromium."""

from __future__ import annotations

import base64
import json
import time
import zlib
from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Page

from services.intake.web.assets import Assets
from tests.chromium import PATIENCE, open_chromium
from tests.integration.intake.conftest import Served
from tests.unit.intake.cards_by_hand import (
    COMPROMISED,
    DAY,
    KEY,
    OLD,
    UNKNOWN,
    VECTOR,
    Claims,
    code_of,
    status_list,
)

NOW = int(time.time())
MODULE = Assets().url("card-check.js")


@pytest.fixture(scope="module")
async def page(served: Served) -> AsyncIterator[Page]:
    async with open_chromium() as browser:
        opened = await browser.new_page(base_url=served.url)
        opened.set_default_timeout(PATIENCE)
        await opened.goto("/V")
        yield opened


async def test_no_changed_character_and_no_nonsense_is_taken(page: Page) -> None:
    given = {"code": VECTOR, "keys": [KEY.jwk, OLD.jwk, COMPROMISED.jwk], "now": 1795500000}
    found = await page.evaluate(
        """async ({ code, keys, now }) => {
          const { checkCard } = await import(MODULE);
          const told = async (text) => (await checkCard(text, keys, now)).state;
          const signs = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', count = {};
          for (let i = 0; i < code.length; i++) {
            const other = signs[(signs.indexOf(code[i]) + 1 + i % 31) % 32];
            const state = await told(code.slice(0, i) + other + code.slice(i + 1));
            count[state] = (count[state] || 0) + 1;
          }
          const odd = ['', 'A', '2', code + 'A', code.slice(0, -1), code + '====', ' ' + code, code + code,
            code.replace('Q', '1'), code.slice(8), 'x'.repeat(5000)];
          for (let i = 0; i < 2000; i++) {
            odd.push(code.slice(0, 28) + [...crypto.getRandomValues(new Uint8Array(i % 300))].map((b) => signs[b & 31]).join(''));
          }
          return {
            vector: await checkCard(code, keys, now),
            lower: await told(code.toLowerCase()),
            count, odd: [...new Set(await Promise.all(odd.map(told)))],
          };
        }""".replace("MODULE", repr(MODULE)),
        given,
    )
    assert found["vector"]["state"] == found["lower"] == "signed"
    wanted = {"number": "1404241126000123", "name": "SITI RAHMAH", "nik": "7891", "index": 123}
    assert wanted.items() <= found["vector"]["card"].items()
    assert set(found["count"]) <= {"forged", "unreadable", "unknown-key"}
    assert sum(found["count"].values()) == len(VECTOR) == 272
    assert set(found["odd"]) <= {"unreadable", "forged"}


async def test_claims_of_the_wrong_kind_make_no_card(page: Page) -> None:
    told = """async ([code, jwk, now]) => (await (await import(MODULE)).checkCard(code, [jwk], now)).state""".replace(
        "MODULE", repr(MODULE)
    )
    texts: dict[str, Any] = dict.fromkeys(("issued", "expires", "born", "education", "index"), "7")
    numbers: dict[str, Any] = dict.fromkeys(("issuer", "number", "name", "nik"), 7)
    for name, value in {**texts, **numbers}.items():
        code = code_of(KEY, Claims(**{"issued": NOW - DAY, name: value}))
        assert await page.evaluate(told, [code, KEY.jwk, NOW]) == "unreadable", name


async def test_a_key_counts_only_in_its_time(page: Page) -> None:
    begin, end = 1_795_400_000, 1_795_500_000
    times = {"nbf": begin, "exp_sign": end, "exp_verify": end + 800 * DAY}
    told = """async ([code, jwk, now]) => (await (await import(MODULE)).checkCard(code, [jwk], now)).state""".replace(
        "MODULE", repr(MODULE)
    )
    for change, now, state in (
        ({}, begin + 90_000, "signed"),
        ({"exp_sign": None, "exp_verify": None}, begin + 90_000, "signed"),
        ({"nbf": 1795482001}, begin + 90_000, "forged"),
        ({"exp_sign": 1795482000}, begin + 90_000, "forged"),
        ({"exp_verify": begin + 90_000}, begin + 90_000, "forged"),
        ({"revoked_at": 1795482000}, begin + 90_000, "forged"),
        ({"revoked_at": 1795482001}, begin + 90_000, "signed"),
        ({"iss": "ID-1405"}, begin + 90_000, "forged"),
        ({"kid": UNKNOWN.kid.hex()}, begin + 90_000, "unknown-key"),
        (UNKNOWN.point, begin + 90_000, "forged"),
        ({}, 1795482000 - 3700, "early"),
        ({}, 1795482000 - 3500, "signed"),
        ({}, 1858697999, "signed"),
        ({}, 1858698000, "expired"),
    ):
        assert await page.evaluate(told, [VECTOR, {**KEY.jwk, **times, **change}, now]) == state


async def test_only_a_signed_list_in_its_time_is_trusted(page: Page) -> None:
    read = """async ([jwt, keys, uri, now]) => {
      const list = await (await import(MODULE)).readStatusList(jwt, keys, uri, now);
      return list && [list.at, list.isFresh, ...Array.from({ length: 13 }, (_, i) => list.stateOf(i))];
    }""".replace("MODULE", repr(MODULE))
    keys = [KEY.jwk, OLD.jwk, COMPROMISED.jwk]
    at, site = 1_795_500_000, "https://pencaker.example"

    async def found(jwt: bytes, now: int = at + 60, uri: str = f"{site}/status/3") -> Any:
        return await page.evaluate(read, [jwt.decode(), keys, uri, now])

    states = [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3]
    good = status_list(KEY, 3, dict(enumerate(states)), at=at)
    assert await found(good) == [at, True, *states, 0]
    assert (await found(good, at + 43_201))[1] is False
    assert await found(good, at + DAY) is None  # past its end
    assert await found(good, at - 3700) is None
    for elsewhere in ("/status/13", "/x/status/3", "/status/3/", "/status/3?"):
        assert await found(good, uri=site + elsewhere) is None
    assert await found(good, uri="https://pencaker.example.evil/status/3") is None
    assert await found(good, uri="/status/3") is None
    assert await found(good[:-9] + b"A" + good[-8:]) is None
    assert await found(good + b".AAAA") is None
    for key in (UNKNOWN, OLD, COMPROMISED):
        assert await found(status_list(key, 3, {}, at=at)) is None
    assert await found(b"halo") is None

    lst = json.loads(base64.urlsafe_b64decode(good.split(b".")[1] + b"=="))["status_list"]["lst"]
    short = base64.urlsafe_b64encode(zlib.compress(bytes(24_999))).decode().rstrip("=")
    long = base64.urlsafe_b64encode(zlib.compress(bytes(25_001))).decode().rstrip("=")
    odd_ttls: list[Any] = [0, -1, True, 1e30, {}]
    wrong: list[dict[str, Any]] = [
        *({"sub": sub} for sub in (None, [f"{site}/status/3"], f"{site}/status/03", "")),
        *({name: str(at + 90_000)} for name in ("iat", "exp", "ttl")),
        *({name: None} for name in ("iat", "exp", "ttl", "status_list")),
        *({name: [at + 90_000]} for name in ("iat", "exp", "ttl")),
        *({"ttl": ttl} for ttl in odd_ttls),
        {"exp": 1e30},
        *({"status_list": {"bits": bits, "lst": lst}} for bits in (1, "2", None)),
        *({"status_list": {"bits": 2, "lst": each}} for each in (short, long, "", None, [lst])),
        *({"status_list": {"bits": 2, "lst": each}} for each in (lst + "=", f" {lst}", lst[:-8])),
        {"status_list": lst},
    ]
    for changes in wrong:
        assert await found(status_list(KEY, 3, {}, at=at, **changes)) is None, changes
