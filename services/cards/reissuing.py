"""After a stolen key: cards that are refused since its revocation are signed anew, and drawn again.

It stays the same card: number, dates, copy, check code and place in the status lists. Only the
token is another, so that whoever dies in the middle may begin again: a card that is done is no
longer found.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from services.cards import store
from services.cards.domain import Card
from services.cards.issuing import emit_allocated
from services.cards.keys.ring import RingKey
from services.cards.keys.signing import SigningKeys
from services.cards.records import day_of
from services.cards.token import TOKEN_ID_BYTES, sign_again, signing_of
from shared import clock
from shared.uow import Scope, Tx, UnitOfWork


async def find_refused(scope: Scope, key: RingKey) -> list[str]:
    """Cards in use whose token this revoked key signed when it did not count any more."""
    found = store.find_tokens_in_use(scope, day_of(clock.now()))
    return [card_id async for card_id, token in found if _is_refused(token, key)]


async def reissue_cards(
    uow: UnitOfWork, keys: SigningKeys, key: RingKey, tell: Callable[[int, int], None]
) -> int:
    """Each in a transaction of its own; returns how many there were. Raises `NoSigningKey`."""
    card_ids = await find_refused(uow.reading(), key)
    for done, card_id in enumerate(card_ids, start=1):
        await uow.run(partial(_reissue, card_id=card_id, keys=keys, key=key))
        tell(done, len(card_ids))
    return len(card_ids)


async def _reissue(tx: Tx, card_id: str, keys: SigningKeys, key: RingKey) -> None:
    card = await store.find_card(tx, card_id)
    if card is None or not card.is_in_use or not _is_refused(card.token, key):
        return
    again = replace(_signed_again(tx, card, keys), resigned=card.resigned + 1)
    if card.state != "issued":  # its drawing is still to come, or is an officer's to begin
        await store.save_card(tx, again.noting(tx.at, "resigned"))
        return
    saved = await store.save_card(tx, again.to("allocated").noting(tx.at, "resigned"))
    await store.forget_attempts(tx, card_id)
    emit_allocated(tx, saved)


def _signed_again(tx: Tx, card: Card, keys: SigningKeys) -> Card:
    if card.token is None:
        raise AssertionError("only a card with a token is refused")
    token_id = secrets.token_bytes(TOKEN_ID_BYTES)
    token = sign_again(card.token, tx.at, token_id, keys.signer_at(tx.at))
    return replace(card, token=token, token_id=token_id.hex())


def _is_refused(token: bytes | None, key: RingKey) -> bool:
    if token is None or key.revoked_at is None:
        return False
    kid, signed_at = signing_of(token)
    return kid == key.kid and signed_at >= key.revoked_at
