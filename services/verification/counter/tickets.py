"""Tickets for the counter: whoever may enter applications gets one, and the log knows of each."""

from __future__ import annotations

from typing import get_args

from services.verification.audit import log
from services.verification.audit.domain import Entry
from services.verification.counter_key import Counter
from services.verification.officers.domain import Officer
from shared.counter_tickets import CounterChannel, CounterTicket, sign_ticket
from shared.errors import Invalid
from shared.ids import uuid7
from shared.uow import Tx


def checked_channel(text: str) -> CounterChannel:
    channel: CounterChannel | None = next(
        (each for each in get_args(CounterChannel) if each == text), None
    )
    if channel is None:
        raise Invalid("Pilih bagaimana pemohon datang.")
    return channel


async def issue(
    tx: Tx,
    counter: Counter,
    officer: Officer,
    channel: CounterChannel,
    application_id: str | None = None,
) -> str:
    """A ticket for this officer, as a text; with an application: to enter its correction."""
    officer.require("enter_applications")
    ticket = CounterTicket(
        id=uuid7(),
        officer_id=officer.id,
        officer_name=officer.name,
        channel=channel,
        issued_at=tx.at,
        application_id=application_id,
    )
    detail = {"channel": channel, "ticket_id": ticket.id}
    await log.record(tx, Entry(officer.actor, "counter.opened", application_id, detail))
    return sign_ticket(counter.key, ticket)
