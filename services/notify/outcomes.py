"""What became of a notice, on record: attempt, state and event in one transaction."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from pymongo.errors import PyMongoError

from services.notify import metrics, store
from services.notify.channels import Accepted, Outcome, Permanent, Retry
from services.notify.domain import EXHAUSTED, EXPIRED, Notice, State, advances, next_pause
from shared import clock, mongo
from shared.contracts.applications import ContactChannel
from shared.contracts.notices import NoticeFailed, NoticeSent
from shared.mongo import Document
from shared.observability import get_logger
from shared.uow import Cause, Tx, UnitOfWork

RECORD_AGAIN_SECONDS = 1.0

_log = get_logger(__name__)


@dataclass(frozen=True)
class Outcomes:
    """Records outcomes for the notices of one database."""

    uow: UnitOfWork
    now: Callable[[], datetime] = clock.now
    chance: Callable[[], float] = field(default=random.random)

    async def record_surely(
        self, notice: Notice, number: int, channel: ContactChannel, outcome: Outcome
    ) -> None:
        """Write the outcome, however long MongoDB is away: forgetting it would mean a repeat."""
        while True:
            try:
                ended = await self.uow.run(
                    lambda tx: self._record(notice, number, channel, outcome, tx)
                )
            except PyMongoError as error:
                if not mongo.is_outage(error):
                    raise
                _log.warning("notice.not_recorded", notice_id=notice.id, error=repr(error))
                await asyncio.sleep(RECORD_AGAIN_SECONDS)
            else:
                break
        metrics.ATTEMPTS.labels(channel, type(outcome).__name__.lower()).inc()
        if ended == "sent":
            metrics.SENT.labels(channel, notice.template).inc()
            seconds = (self.now() - notice.happened_at).total_seconds()
            metrics.DECISION_TO_SENT.labels(notice.template).observe(max(0.0, seconds))
        elif ended is not None:
            metrics.FAILED.labels(notice.template, ended).inc()

    async def give_up(self, notice: Notice, reason: str) -> None:
        """End a notice without an attempt."""

        async def work(tx: Tx) -> str | None:
            await store.end_interrupted(tx, notice.id, self.now())
            return await self._fail(notice, reason, None, tx)

        if await self.uow.run(work) is not None:
            metrics.FAILED.labels(notice.template, reason).inc()

    async def _record(
        self, notice: Notice, number: int, channel: ContactChannel, outcome: Outcome, tx: Tx
    ) -> str | None:
        """How the notice ended, if it did: `sent`, or why it failed."""
        attempt, at = f"{notice.id}:{number}", self.now()
        match outcome:
            case Accepted(provider_id):
                await store.end_attempt(tx, attempt, "accepted", at, provider_id=provider_id)
                return await self._succeed(notice, channel, tx)
            case Permanent(code):
                await store.end_attempt(tx, attempt, "permanent", at, code=code)
                return await self._fail(notice, code, channel, tx)
            case Retry(code, after):
                await store.end_attempt(tx, attempt, "retry", at, code=code)
                pause = next_pause(number - notice.earlier_attempts, after, self.chance())
                if pause is None:
                    return await self._fail(notice, EXHAUSTED, channel, tx)
                if notice.deadline is not None and at + pause >= notice.deadline:
                    return await self._fail(notice, EXPIRED, channel, tx)
                changes = {"due_at": at + pause, "reason": code}
                await store.update_notice(tx, notice.id, notice.version, changes)
                return None

    async def _succeed(self, notice: Notice, channel: ContactChannel, tx: Tx) -> str | None:
        at = self.now()
        version = await _advance(notice, "sent", {"finished_at": at, "reason": None}, tx)
        if version is None:
            return None
        data = NoticeSent(
            notice_id=notice.id,
            application_id=notice.application_id,
            template=notice.template,
            channel=channel,
            sent_at=at,
        )
        _caused_by(notice, tx).emit(data, subject=notice.id, version=version)
        return "sent"

    async def _fail(
        self, notice: Notice, reason: str, channel: ContactChannel | None, tx: Tx
    ) -> str | None:
        at = self.now()
        version = await _advance(notice, "failed", {"finished_at": at, "reason": reason}, tx)
        if version is None:
            return None
        data = NoticeFailed(
            notice_id=notice.id,
            application_id=notice.application_id,
            template=notice.template,
            reason=reason,
            failed_at=at,
            channel=channel,
        )
        _caused_by(notice, tx).emit(data, subject=notice.id, version=version)
        return reason


async def _advance(notice: Notice, state: State, changes: Document, tx: Tx) -> int | None:
    """Move to a later state, whoever else has moved it meanwhile; the new version."""
    present = await store.notice(tx, notice.id)
    if present is None or not advances(present.state, state):
        return None
    version = present.version + 1
    changes = {**changes, "state": state, "version": version}
    return version if await store.update_notice(tx, notice.id, present.version, changes) else None


def _caused_by(notice: Notice, tx: Tx) -> Tx:
    """The same transaction, with the event that this message is about as its cause."""
    return replace(tx, cause=Cause(notice.event_id, notice.correlation_id))
