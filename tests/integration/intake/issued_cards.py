"""Cards as the service cards issues them, and what may become of them, for tests of intake."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Any

import httpx2

from services.intake.intake import Intake
from shared import clock
from shared.contracts.cards import CardExpired, CardFailed, CardIssued, CardRevoked
from shared.contracts.registry import JobSeekerPlaced, JobSeekerRemoved, JobSeekerReported
from shared.dates import add_months
from shared.ids import uuid7
from shared.sealed import field_context
from tests.integration.intake.conftest import Applicant

NAME = "C••••• S••• M••••••"  # of the example, masked
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


async def sent(http: httpx2.AsyncClient) -> Applicant:
    applicant = await Applicant.start(http)
    await applicant.send()
    return applicant


def new_code() -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(10))


def card_of(intake: Intake, applicant: Applicant, code: str, **changes: Any) -> CardIssued:
    """A card issued today, with a number of its own."""
    today = clock.today()
    sealed = intake.keys.seal("identity", code, field_context(applicant.id, "check_code"))
    values = {
        "card_id": uuid7(),
        "application_id": applicant.id,
        "reference": applicant.reference,
        "registration_number": f"{secrets.randbelow(10**16):016}",
        "issued_on": today,
        "valid_until": add_months(today, 24),
        "report_due_on": tuple(add_months(today, months) for months in (6, 12, 18)),
        "object_key": "cards/x.pdf",
        "sha256": "0" * 64,
        "size": 1,
        "check_code": sealed,
        "issued_at": datetime.now(UTC),
        **changes,
    }
    return CardIssued.model_validate(values)


def about(card: CardIssued) -> dict[str, Any]:
    return {name: getattr(card, name) for name in ("card_id", "application_id", "reference")}


def revoked(card: CardIssued, reason: str = "superseded") -> CardRevoked:
    number = card.registration_number
    return CardRevoked.model_validate(
        {
            **about(card),
            "registration_number": number,
            "reason": reason,
            "revoked_at": datetime.now(UTC),
        }
    )


def failed(card: CardIssued) -> CardFailed:
    number, now = card.registration_number, datetime.now(UTC)
    return CardFailed(**about(card), registration_number=number, cause="RenderError", failed_at=now)


def reported(card: CardIssued, line_no: int) -> JobSeekerReported:
    due = card.report_due_on[line_no] if line_no < len(card.report_due_on) else None
    return JobSeekerReported(
        **about(card),
        line_no=line_no,
        answer="still_looking",
        channel="counter",
        reported_on=clock.today(),
        next_due_on=due,
        reported_at=datetime.now(UTC),
    )


def placed(card: CardIssued) -> JobSeekerPlaced:
    now = datetime.now(UTC)
    return JobSeekerPlaced(**about(card), placed_on=now.date(), placed_at=now)


def removed(card: CardIssued) -> JobSeekerRemoved:
    now = datetime.now(UTC)
    return JobSeekerRemoved(
        **about(card), reason="moved_out", removed_on=now.date(), removed_at=now
    )


def expired(card: CardIssued) -> CardExpired:
    return CardExpired(
        **about(card),
        registration_number=card.registration_number,
        valid_until=card.valid_until,
        expired_at=datetime.now(UTC),
    )
