"""Counter sessions: begun with a ticket of the desk, ended by hand, by rest or by the clock.

A ticket opens one session, once: its id is unique among the sessions, which outlive every ticket.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from pymongo import ASCENDING

from services.intake import store
from services.intake.intake import Intake
from services.intake.store import Holder
from shared import clock
from shared.counter_tickets import CounterChannel, CounterTicket, is_timely, public_key, read_ticket
from shared.errors import Forbidden, Unavailable
from shared.ids import uuid7
from shared.mongo import DuplicateKeyError, IndexModel
from shared.uow import Scope

COLLECTION = "counter_sessions"
INDEXES = {
    COLLECTION: [
        IndexModel([("ticket_id", ASCENDING)], unique=True),
        IndexModel([("expires_at", ASCENDING)], expireAfterSeconds=0),
    ]
}
IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=8)
_TOUCH_EVERY = timedelta(minutes=1)


class NotSetUp(Unavailable):
    """Layanan loket belum diatur di sistem ini. Hubungi administrator sistem."""


class TicketRefused(Forbidden):
    """Tiket loket ini tidak sah. Buka lagi "Layani di loket" di meja petugas."""

    code = "ticket_refused"


class TicketExpired(TicketRefused):
    """Tiket loket sudah lewat 2 menit. Buka lagi "Layani di loket" di meja petugas."""

    code = "ticket_expired"


class TicketUsed(TicketRefused):
    """Tiket loket ini sudah dipakai. Buka lagi "Layani di loket" di meja petugas."""

    code = "ticket_used"


@dataclass(frozen=True)
class CounterSession:
    """An officer who types for one person after the other."""

    id: str
    ticket_id: str
    officer_id: str
    officer_name: str
    channel: CounterChannel
    begun_at: datetime
    seen_at: datetime
    expires_at: datetime
    application_id: str | None = None


_FIELDS = tuple(each.name for each in fields(CounterSession) if each.name != "id")


def read_posted(intake: Intake, text: str) -> CounterTicket:
    """The ticket that was posted, whatever its age; raises `NotSetUp`, `TicketRefused`."""
    if not intake.settings.counter_public_key:
        raise NotSetUp
    ticket = read_ticket(public_key(intake.settings.counter_public_key), text)
    if ticket is None:
        raise TicketRefused
    return ticket


async def begin(scope: Scope, ticket: CounterTicket) -> CounterSession:
    """Use up a ticket; raises `TicketExpired`, `TicketUsed`."""
    now = clock.now()
    if not is_timely(ticket, now):
        raise TicketExpired
    session = CounterSession(
        id=uuid7(),
        ticket_id=ticket.id,
        officer_id=ticket.officer_id,
        officer_name=ticket.officer_name,
        channel=ticket.channel,
        begun_at=now,
        seen_at=now,
        expires_at=now + LONGEST,
        application_id=ticket.application_id,
    )
    row = {name: getattr(session, name) for name in _FIELDS}
    try:
        await scope.collection(COLLECTION).insert_one({"_id": session.id, **row})
    except DuplicateKeyError as error:
        raise TicketUsed from error
    return session


async def find(scope: Scope, session_id: str) -> CounterSession | None:
    """The living session; being used keeps it alive."""
    row = await scope.collection(COLLECTION).find_one({"_id": session_id})
    now = clock.now()
    if row is None or row["expires_at"] <= now or row["seen_at"] + IDLE <= now:
        return None
    if row["seen_at"] + _TOUCH_EVERY <= now:
        await scope.collection(COLLECTION).update_one(
            {"_id": session_id, "seen_at": row["seen_at"]}, {"$set": {"seen_at": now}}
        )
    return CounterSession(session_id, **{name: row[name] for name in _FIELDS})


async def end(scope: Scope, session_id: str) -> None:
    """By hand. The row stays until its time, so that its ticket stays used."""
    await scope.collection(COLLECTION).update_one(
        {"_id": session_id}, {"$set": {"seen_at": clock.now() - IDLE}}
    )


async def is_draft_of(scope: Scope, holder: Holder, officer_id: str) -> bool:
    """Whether this officer was typing this draft: a new session goes on with it."""
    draft = await store.find_draft(scope, holder)
    return draft is not None and draft.entered_by == officer_id
