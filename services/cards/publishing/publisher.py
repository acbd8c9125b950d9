"""The background job that keeps bucket `public` true: key sets and status lists.

Dying at any point loses nothing: changes are forgotten in one transaction after the object is
written, and what is written again is the same. Of several replicas one writes a list at a time
(docs/decisions/0024-keys-and-status-lists.md).
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field
from datetime import timedelta

from services.cards.keys.signing import SigningKeys
from services.cards.publishing import key_sets, lists, metrics, store
from services.cards.publishing.indexes import count_lists
from shared import clock
from shared.ids import uuid7
from shared.observability import get_logger
from shared.storage import PUBLIC, Storage
from shared.uow import Tx, UnitOfWork

LOOK_SECONDS = 5.0
_EARLY = timedelta(minutes=10)  # before half of the ttl is over
_log = get_logger(__name__)


@dataclass
class Publisher:
    """`every_seconds`: a list is written at most so often."""

    uow: UnitOfWork
    storage: Storage
    keys: SigningKeys
    public_url: str
    every_seconds: float
    stopping: asyncio.Event
    _key_set: bytes | None = field(default=None, init=False)

    async def run(self) -> None:
        """Look every few seconds until the service stops; cards are made even if this fails."""
        pause = min(LOOK_SECONDS, self.every_seconds)
        while not self.stopping.is_set():
            try:
                self.keys.refresh()
                await self.publish_keys()
                await self.publish_lists()
            except Exception as error:  # noqa: BLE001  # tried again until it works
                _log.warning("publishing.failed", cause=type(error).__name__, exc_info=True)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.stopping.wait(), pause)

    async def publish_keys(self) -> None:
        """Write the key sets when they differ from what this process wrote last.

        Replicas write the same: what they say follows from the ring.
        """
        now = clock.now()
        metrics.KEY_DAYS_LEFT.set(self.keys.days_left(now))
        keys = self.keys.ring.published(now)
        issuer = f"ID-{self.uow.office}"
        as_json = key_sets.jwks(keys, issuer)
        if not keys or as_json == self._key_set:
            return
        as_cbor = key_sets.cose_keys(keys, issuer)
        await self.storage.put(PUBLIC, key_sets.COSE_KEYS, as_cbor, key_sets.COSE_KEYS_TYPE)
        await self.storage.put(PUBLIC, key_sets.JWKS, as_json, key_sets.JWKS_TYPE)
        self._key_set = as_json
        _log.info("keys.published", kids=[key.kid for key in keys])

    async def publish_lists(self) -> int:
        """Write the lists that are due; returns how many."""
        scope = self.uow.reading()
        await store.know_lists(scope, await count_lists(scope))
        now = clock.now()
        key = self.keys.ring.current(now)
        due = await store.find_due(
            scope,
            now=now,
            changed_before=now - timedelta(seconds=self.every_seconds),
            any_before=now - lists.TTL / 2 + _EARLY,
            kid=key.kid if key else None,
            site=self.public_url,
        )
        written = [await self.publish_list(number) for number in due]
        oldest, waiting = await store.ages(scope)
        metrics.LIST_AGE.set((now - oldest).total_seconds() if oldest else 0)
        metrics.CHANGE_WAITING.set((now - waiting).total_seconds() if waiting else 0)
        return sum(written)

    async def publish_list(self, number: int) -> bool:
        """Write one list; False when another replica is at it."""
        scope = self.uow.reading()
        holder = uuid7()
        if not await store.claim(scope, number, holder):
            return False
        # The changes first: what the cards say afterwards holds at least these.
        changes = await store.changes_of(scope, number)
        packed = lists.pack(await store.statuses_of(scope, number))
        now = clock.now()
        signer = self.keys.signer_at(now)
        signed = lists.signed_list(
            number, packed, public_url=self.public_url, signer=signer, now=now
        )
        await self.storage.put(PUBLIC, lists.object_key(number), signed, lists.MEDIA_TYPE)

        made = {"kid": signer.kid.hex(), "site": self.public_url}

        async def finish(tx: Tx) -> bool:
            return await store.finish(tx, number, holder, made, changes)

        if not await self.uow.run(finish):
            _log.warning("status_list.overtaken", list=number)
            return False
        metrics.LISTS_WRITTEN.inc()
        _log.info("status_list.published", list=number, changes=len(changes))
        return True
