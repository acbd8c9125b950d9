"""deliver_notice: claim, record the attempt, send outside any transaction, record the outcome.

Any number of replicas may run. SMTP cannot be asked whether it took a message: when a process
dies between the provider's answer and our write, the attempt stays `sending`, the claim runs out,
and the notice is sent again with the same Message-ID. A recorded acceptance is never sent again.
So a person may get the same mail twice in that one case, and none is lost.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.notify import store
from services.notify.channels import Channel, Message, Outcome, Retry
from services.notify.domain import (
    EXHAUSTED,
    EXPIRED,
    NO_CHANNEL,
    Contact,
    DraftFacts,
    Notice,
    OverdueFacts,
    contact_of_draft,
    contact_of_office,
)
from services.notify.outcomes import Outcomes
from services.notify.texts import Texts
from shared.contracts.applications import ContactChannel
from shared.contracts.envelope import Sealed
from shared.ids import uuid7
from shared.observability import get_logger
from shared.sealed import CannotOpen, KeyRing, field_context
from shared.texts.wording import Wording
from shared.uow import Tx, UnitOfWork

CLAIM = timedelta(minutes=3)  # longer than the slowest send
SEND_SECONDS = 90.0

_log = get_logger(__name__)


@dataclass(frozen=True)
class Delivery:
    """Delivers the due notices of one database."""

    outcomes: Outcomes
    keys: KeyRing
    texts: Texts
    channels: Mapping[ContactChannel, Channel]

    @property
    def uow(self) -> UnitOfWork:
        return self.outcomes.uow

    @property
    def now(self) -> Callable[[], datetime]:
        return self.outcomes.now

    async def claim(self, *, only_urgent: bool = False) -> Notice | None:
        """Take the notice that is due longest, an urgent one first, if any."""
        now = self.now()
        return await store.claim_due(
            self.uow.reading(), now, now + CLAIM, uuid7(), only_urgent=only_urgent
        )

    async def deliver(self, notice: Notice) -> None:
        """One attempt for a claimed notice, and its outcome on record."""
        contact = await self._contact(notice)
        channel = self._channel(notice, contact) if contact else None
        if contact is None or channel is None:
            await self.outcomes.give_up(notice, NO_CHANNEL)
        elif notice.deadline is not None and self.now() >= notice.deadline:
            await self.outcomes.give_up(notice, EXPIRED)
        elif notice.is_exhausted:  # the last attempt was interrupted
            await self.outcomes.give_up(notice, EXHAUSTED)
        else:
            await self._attempt(notice, contact, channel)

    async def _attempt(self, notice: Notice, contact: Contact, channel: ContactChannel) -> None:
        wording = await self.texts.in_force(self.uow.reading(), notice.facts)
        number = await self._begin_attempt(notice, channel, wording.version)
        if number is None:
            _log.info("notice.claim_lost", notice_id=notice.id)
            return
        outcome = await self._send(notice, contact, channel, wording)
        await self.outcomes.record_surely(notice, number, channel, outcome)

    def _channel(self, notice: Notice, contact: Contact) -> ContactChannel | None:
        if isinstance(notice.facts, OverdueFacts):
            return "email" if "email" in self.channels else None
        return contact.best_channel(tuple(self.channels))

    async def _contact(self, notice: Notice) -> Contact | None:
        if isinstance(notice.facts, OverdueFacts):
            return contact_of_office(notice.application_id, notice.facts.reference)
        if isinstance(notice.facts, DraftFacts):
            return contact_of_draft(notice.application_id, notice.facts.to)
        return await store.contact_of(self.uow.reading(), notice.application_id)

    async def _begin_attempt(
        self, notice: Notice, channel: ContactChannel, text_version: int
    ) -> int | None:
        """Write the attempt before it is made; None when another replica has the claim."""

        async def work(tx: Tx) -> int | None:
            number = await store.count_attempt(tx, notice, text_version)
            if number is not None:
                await store.end_interrupted(tx, notice.id, self.now())
                await store.add_attempt(tx, notice, number, channel, self.now())
            return number

        return await self.uow.run(work)

    async def _send(
        self, notice: Notice, contact: Contact, channel: ContactChannel, wording: Wording
    ) -> Outcome:
        try:
            message = self._message(notice, contact, channel, wording)
            async with asyncio.timeout(SEND_SECONDS):
                return await self.channels[channel].send(message)
        except CannotOpen:
            _log.exception("notice.address_sealed", notice_id=notice.id)
            return Retry(CannotOpen.code)
        except TimeoutError:
            return Retry("timeout")
        except Exception:  # noqa: BLE001  # a fault of ours must not stop the others
            _log.exception("notice.channel_failed", notice_id=notice.id, channel=channel)
            return Retry("unexpected")

    def _message(
        self, notice: Notice, contact: Contact, channel: ContactChannel, wording: Wording
    ) -> Message:
        facts = notice.facts
        if isinstance(facts, OverdueFacts):
            recipient = facts.to
        else:
            name, sealed = contact.address(channel) or ("", None)
            if sealed is None:
                raise CannotOpen(f"no address for {channel}")
            recipient = self._open(notice, name, sealed)
        code = self._open(notice, *facts.secret) if isinstance(facts, DraftFacts) else ""
        text = self.texts.render(facts, contact, code, wording)
        return Message(notice.id, recipient, text.subject, text.text, text.html)

    def _open(self, notice: Notice, field: str, sealed: Sealed) -> str:
        return self.keys.open("contact", sealed, field_context(notice.application_id, field))
