"""A key was stolen: each card that it signed is signed anew exactly once, wherever the command dies."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import cwt
import pytest

from services.cards.domain import Card
from services.cards.issuing import issue_card
from services.cards.keys import __main__ as commands
from services.cards.keys.making import fresh_pem
from services.cards.keys.ring import Ring, read_ring, write_ring
from services.cards.keys.rotation import add_first, revoke
from services.cards.keys.settings import KeySettings
from services.cards.keys.signing import SigningKeys
from services.cards.reissuing import reissue_cards
from shared.clock import now
from shared.contracts.cards import CardIssued
from shared.contracts.envelope import Event
from shared.errors import Conflict
from shared.storage import CARDS
from tests.integration.cards.office import Office


class Died(Exception):
    """The command, in the middle."""


def claims_of(card: Card, ring: Ring, kid: str) -> dict[int, Any]:
    """As somebody else's library reads the token; only the key `kid` is trusted."""
    (public,) = [key.public for key in ring.keys if key.kid == kid]
    reader = cwt.COSEKey.new({1: 2, -1: 1, 3: -7, 2: public.kid, -2: public.x, -3: public.y})
    claims = cwt.decode(b"\xd2" + (card.token or b""), reader)
    assert isinstance(claims, dict)
    return {int(name): value for name, value in claims.items()}


@pytest.fixture
def stolen(office: Office, tmp_path: Path) -> tuple[Office, Path]:
    path = tmp_path / "keys.json"
    write_ring(path, add_first(Ring(), fresh_pem, now(), 24))
    keys = SigningKeys.open(KeySettings(signing_keys_file=path))
    return replace(office, press=replace(office.press, signer_at=keys.signer_at)), path


async def issues_of(office: Office, card: Card) -> list[Event[CardIssued]]:
    return [e for e in await office.emitted("card.issued.v1") if e.data.card_id == card.card_id]


async def test_each_card_is_signed_anew_once_though_the_command_dies(
    stolen: tuple[Office, Path],
) -> None:
    office, path = stolen
    cards = [await office.issued(await office.approved(number)) for number in (1, 2, 3)]
    waiting = await office.allocated(await office.approved(4))
    older = await office.issued(await office.approved(5))
    await office.set(older, token=None, token_id=None)
    (bad,) = read_ring(path).keys
    command = ["--file", str(path), "reissue", bad.kid, "--yes"]
    assert await asyncio.to_thread(commands.main, command) == 1, "it is not revoked"
    write_ring(path, revoke(read_ring(path), bad.kid, now(), bad.nbf))
    assert await asyncio.to_thread(commands.main, command) == 1, "no key signs"
    assert await office.card(cards[0]) == cards[0]

    ring = add_first(read_ring(path), fresh_pem, now(), 24)
    write_ring(path, ring)
    new = SigningKeys.open(KeySettings(signing_keys_file=path))
    office = replace(office, press=replace(office.press, signer_at=new.signer_at))
    revoked = next(key for key in ring.keys if key.kid == bad.kid)

    def die(done: int, count: int) -> None:
        assert count == 4
        if done == 2:
            raise Died

    with pytest.raises(Died):
        await reissue_cards(office.resources.uow, new, revoked, die)
    assert await asyncio.to_thread(commands.main, command) == 0
    assert await asyncio.to_thread(commands.main, command) == 0, "a third time changes nothing"

    current = ring.keys[-1].kid
    for before in (*cards, waiting):
        after = await office.issue(before)
        assert [m.what for m in after.history].count("resigned") == 1
        old, fresh = claims_of(before, ring, bad.kid), claims_of(after, ring, current)
        assert {k: v for k, v in fresh.items() if k not in (6, 7)} == {
            k: v for k, v in old.items() if k not in (6, 7)
        }
        assert fresh[7] != old[7]
        last = (await issues_of(office, after))[-1].data
        assert (last.token_id, last.status_index) == (fresh[7].hex(), before.status_index)
        await office.resources.storage.get(CARDS, last.object_key, last.sha256)
    for before in cards:
        first, second = await issues_of(office, before)
        assert first.data.object_key != second.data.object_key
        await office.resources.storage.get(CARDS, first.data.object_key, first.data.sha256)
    allocated = [e.data.card_id for e in await office.emitted("card.allocated.v1")]
    assert [allocated.count(card.card_id) for card in (*cards, waiting, older)] == [2, 2, 2, 1, 1]
    assert (await office.card(older)).token is None


async def test_a_drawing_of_the_refused_token_is_not_issued(stolen: tuple[Office, Path]) -> None:
    office, _ = stolen
    card = await office.allocated(await office.approved(1))
    (event,) = await office.emitted("card.allocated.v1")

    async def finish(work: Any) -> None:
        await office.set(card, token=b"another")
        await office.resources.uow.run(work)

    with pytest.raises(Conflict):
        await issue_card(event, finish, card, office.press, office.resources.uow.reading())
    assert (await office.card(card)).state == "allocated"
