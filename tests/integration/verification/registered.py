"""Cards at the desk and their registrations, as a test finds or makes them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from services.verification.officers.domain import Officer
from services.verification.officers.sessions import Session
from services.verification.register import store
from services.verification.register.domain import Registration
from services.verification.register.recording import CardAct
from shared.clock import now, today
from shared.contracts.applications import ApplicationKind
from shared.contracts.cards import CardExpired, CardIssued, CardRevoked, RevocationReason
from shared.contracts.envelope import Event
from shared.dates import add_months
from tests.integration.verification.conftest import Desk
from tests.unit.verification.sample_events import card_issued, event_of, submitted

GRACE = 30


def issued(
    application: Event[Any],
    on: date,
    *,
    number: str = "1404241126000001",
    kind: ApplicationKind = "new",
    copy_no: int = 1,
    replaces: str | None = None,
) -> Event[CardIssued]:
    event = card_issued(application)
    values = {
        "registration_number": number,
        "issued_on": on,
        "valid_until": add_months(on, 24),
        "report_due_on": tuple(add_months(on, each) for each in (6, 12, 18)),
        "kind": kind,
        "copy_no": copy_no,
        "replaces_card_id": replaces,
    }
    return event.model_copy(update={"data": event.data.model_copy(update=values)})


async def with_card(desk: Desk, due_in: int = 0, reference: str = "AK1-0000000000A") -> str:
    """An application with its card, whose first report is due in so many days."""
    application = submitted(reference=reference)
    await desk.deliver(application)
    card = issued(application, add_months(today() + timedelta(days=due_in), -6))
    await desk.deliver(card)
    return card.data.card_id


async def known(desk: Desk, card_id: str) -> Registration:
    return await store.load(desk.uow.reading(), card_id)


def act(registration: Registration, officer: Officer) -> CardAct:
    by = Session("session", officer, confirmed_at=now())
    return CardAct(registration.card.card_id, registration.version, by)


def revoked(card: Event[CardIssued], reason: RevocationReason) -> Event[CardRevoked]:
    data = CardRevoked(
        card_id=card.data.card_id,
        application_id=card.data.application_id,
        reference=card.data.reference,
        registration_number=card.data.registration_number,
        reason=reason,
        revoked_at=now(),
    )
    return event_of(data, source="cards", subject=data.card_id, version=3)


def expired(card: Event[CardIssued]) -> Event[CardExpired]:
    data = CardExpired(
        card_id=card.data.card_id,
        application_id=card.data.application_id,
        reference=card.data.reference,
        registration_number=card.data.registration_number,
        valid_until=card.data.valid_until,
        expired_at=now(),
    )
    return event_of(data, source="cards", subject=data.card_id, version=3)


async def told(desk: Desk, kind: type) -> list[Any]:
    return [each.data for each in await desk.emitted() if isinstance(each.data, kind)]
