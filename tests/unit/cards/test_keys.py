"""The ring of signing keys: first key, rotation with overlap, compromise, and what is refused."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.cards.keys import __main__ as commands
from services.cards.keys import signing
from services.cards.keys.making import ensure_ring, fresh_pem
from services.cards.keys.ring import Ring, RingUnreadable, read_ring, write_ring
from services.cards.keys.rotation import Refused, add_first, revoke, rotate, warning
from services.cards.keys.settings import KeySettings
from services.cards.keys.signing import NoSigningKey, SigningKeys
from shared import clock

NOW = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)
WEEK = timedelta(days=7)
DAY = timedelta(days=1)


def first(now: datetime = NOW) -> Ring:
    return add_first(Ring(), fresh_pem, now, 24)


def kid_at(ring: Ring, moment: datetime) -> str | None:
    key = ring.current(moment)
    return key.kid if key else None


def test_the_first_key_signs_at_once_and_its_cards_outlive_it() -> None:
    (key,) = first().keys
    assert key.signs_at(NOW)
    assert key.exp_sign == datetime(2027, 11, 24, 1, tzinfo=UTC)
    assert key.exp_verify == datetime(2029, 12, 24, 1, tzinfo=UTC)  # 24 months and 30 days more


def test_a_new_key_is_published_a_week_before_it_signs_and_the_old_one_stays() -> None:
    ring = rotate(first(), fresh_pem, NOW, 24, WEEK)
    old, new = ring.keys
    assert new.nbf - NOW >= WEEK
    assert old.exp_sign == new.nbf, "no moment without a key, none with two"
    assert [kid_at(ring, NOW), kid_at(ring, new.nbf)] == [old.kid, new.kid]
    assert kid_at(ring, new.nbf - timedelta(seconds=1)) == old.kid
    assert ring.published(NOW) == (old, new)
    last_card_ends = old.exp_sign + timedelta(days=731)
    assert old in ring.published(last_card_ends)
    assert old not in ring.published(old.exp_verify)


def test_late_rotation_leaves_no_gap() -> None:
    late = datetime(2027, 11, 22, tzinfo=UTC)  # two days before the key ends
    ring = rotate(first(), fresh_pem, late, 24, WEEK)
    for days in range(30):
        assert kid_at(ring, late + days * DAY)


def test_the_private_half_of_a_key_that_signs_no_more_is_forgotten() -> None:
    ring = rotate(first(), fresh_pem, NOW, 24, WEEK)
    later = rotate(ring, fresh_pem, NOW + 300 * DAY, 24, WEEK)
    assert [bool(key.private_key) for key in later.keys] == [False, True, True]


def test_what_a_revoked_key_signs_does_not_count_and_another_takes_over() -> None:
    ring = first()
    (key,) = ring.keys
    since = NOW - timedelta(minutes=10)
    revoked = revoke(ring, key.kid, NOW, since)
    assert kid_at(revoked, NOW) is None
    assert revoked.keys[0].signs_at(since - timedelta(seconds=1)), "earlier cards stay good"
    assert revoked.keys[0].private_key is None
    mended = add_first(revoked, fresh_pem, NOW, 24)
    assert kid_at(mended, NOW) == mended.keys[1].kid
    assert len(mended.published(NOW)) == 2


def test_a_key_revoked_after_rotation_hands_over_to_an_emergency_key_then_to_the_next() -> None:
    ring = rotate(first(), fresh_pem, NOW, 24, WEEK)
    old, waiting = ring.keys
    mended = add_first(revoke(ring, old.kid, NOW, NOW), fresh_pem, NOW, 24)
    assert kid_at(mended, NOW) == mended.keys[2].kid
    assert kid_at(mended, waiting.nbf) == waiting.kid


@pytest.mark.parametrize(
    ("act", "says"),
    [
        (lambda ring: add_first(ring, fresh_pem, NOW, 24), "use rotate"),
        (lambda _: rotate(Ring(), fresh_pem, NOW, 24, WEEK), "use new"),
        (lambda ring: rotate(ring, fresh_pem, NOW, 24, WEEK - DAY), "7 days or more"),
        (lambda ring: rotate(ring, fresh_pem, NOW, 24, 200 * DAY), "90 at most"),
        (lambda ring: revoke(ring, "00" * 8, NOW, NOW), "list shows"),
        (lambda ring: revoke(ring, ring.keys[0].kid, NOW, NOW + DAY), "earlier moment"),
    ],
)
def test_nonsense_is_refused_and_no_key_is_made(act: Any, says: str) -> None:
    with pytest.raises(Refused, match=says):
        act(first())


def test_two_waiting_keys_or_a_second_revocation_are_refused() -> None:
    ring = rotate(first(), fresh_pem, NOW, 24, WEEK)
    with pytest.raises(Refused, match="waits already"):
        rotate(ring, fresh_pem, NOW, 24, WEEK)
    kid = ring.keys[0].kid
    revoked = revoke(ring, kid, NOW, NOW)
    with pytest.raises(Refused, match="already"):
        revoke(revoked, kid, NOW + DAY, NOW + DAY)
    assert revoke(revoked, kid, NOW, NOW - DAY).keys[0].revoked_at == NOW - DAY


def test_the_operator_is_warned_in_time() -> None:
    ring = first()
    end = ring.keys[0].exp_sign
    assert warning(ring, end - 31 * DAY) is None
    assert "29 more days" in str(warning(ring, end - 29.5 * DAY))
    assert warning(rotate(ring, fresh_pem, end - 29 * DAY, 24, WEEK), end - 29 * DAY) is None
    assert "No key signs now" in str(warning(ring, end))


def test_a_ring_survives_its_file_and_stays_private(tmp_path: Path) -> None:
    path = tmp_path / "ring.json"
    ring = first()
    write_ring(path, ring)
    assert read_ring(path) == ring
    assert path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o444)
    write_ring(path, ring)
    assert path.stat().st_mode & 0o777 == 0o444, "a container reads it as before"
    assert [each.name for each in tmp_path.iterdir()] == ["ring.json"]


@pytest.mark.parametrize("change", ["kid", "x", "private_key", "nbf", "other"])
def test_a_spoilt_ring_is_refused_without_telling_its_secrets(tmp_path: Path, change: str) -> None:
    path = tmp_path / "ring.json"
    raw = json.loads(first().model_dump_json())
    secret = raw["keys"][0]["private_key"]
    other = json.loads(first().model_dump_json())["keys"][0]
    raw["keys"][0] |= (
        {change: "2040-01-01T00:00:00Z"} if change == "nbf" else {change: other.get(change, 1)}
    )
    path.write_text(json.dumps(raw))
    with pytest.raises(RingUnreadable, match=r"keys\.0") as caught:
        read_ring(path)
    for line in secret.splitlines()[1:-1]:
        assert line not in str(caught.value)


class TestRunningService:
    def keys(self, path: Path | None) -> SigningKeys:
        return SigningKeys.open(KeySettings(signing_keys_file=path))

    async def test_without_a_ring_it_is_not_ready_and_says_why(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        said: list[str] = []
        monkeypatch.setattr(signing._log, "error", lambda _, problem: said.append(problem))
        path = tmp_path / "ring.json"
        keys = self.keys(path)
        assert not await keys.is_ready()
        with pytest.raises(NoSigningKey):
            keys.signer_at(clock.now())
        path.write_text("{")
        keys.refresh()
        assert len(said) == 2
        assert "No such file" in said[0]
        assert "ring.json: the file:" in said[1]
        ensure_ring(path, 24)
        assert path.read_text() == "{", "an existing file is never replaced"

    async def test_a_ring_that_comes_later_is_read(self, tmp_path: Path) -> None:
        path = tmp_path / "ring.json"
        keys = self.keys(path)
        ensure_ring(path, 24)
        keys.refresh()
        assert await keys.is_ready()
        assert keys.signer_at(clock.now()).kid.hex() == keys.ring.keys[0].kid
        path.unlink()
        keys.refresh()
        assert await keys.is_ready(), "what was read stays good"

    async def test_a_revoked_key_stops_signing_at_once(self, tmp_path: Path) -> None:
        path = tmp_path / "ring.json"
        ensure_ring(path, 24)
        keys = self.keys(path)
        now = clock.now()
        assert keys.signer_at(now)
        write_ring(path, revoke(read_ring(path), keys.ring.keys[0].kid, now, now))
        keys.refresh()
        assert not await keys.is_ready()


class TestCommands:
    def run(self, path: Path, *arguments: str) -> int:
        return commands.main(["--file", str(path), *arguments])

    def test_a_life_of_keys(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        path = tmp_path / "ring.json"
        assert self.run(path, "list") == 1
        assert "by: new" in capsys.readouterr().err
        assert self.run(path, "new") == 0
        assert "signs now, until" in capsys.readouterr().out
        assert self.run(path, "rotate", "--days", "14") == 0
        assert "waits, signs from" in capsys.readouterr().out
        kid = read_ring(path).keys[0].kid
        before = path.read_bytes()
        assert self.run(path, "rotate") == 1
        assert path.read_bytes() == before
        assert self.run(path, "revoke", kid, "--since", "2026-01-01 08:00") == 0
        told = capsys.readouterr().out
        assert f"{kid}  REVOKED from 01 Jan 2026 08:00 WIB" in told
        assert "Make one with: new" in told
        assert "PRIVATE" not in told
        assert self.run(path, "new") == 0

    def test_without_a_file_it_asks_for_one(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.delenv("SIGNING_KEYS_FILE", raising=False)
        assert commands.main(["list"]) == 1
        assert "--file" in capsys.readouterr().err
