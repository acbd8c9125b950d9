"""What officers note about the holder of a card."""

from __future__ import annotations

from datetime import datetime

from services.cards.domain import Card
from shared.clock import now
from shared.contracts.cards import RevocationReason
from shared.contracts.registry import (
    CardRevocationRequested,
    JobSeekerPlaced,
    JobSeekerRemoved,
    JobSeekerReported,
    RemovalReason,
)


def report_of(card: Card, line_no: int, at: datetime | None = None) -> JobSeekerReported:
    return JobSeekerReported(
        card_id=card.card_id,
        application_id=card.application_id,
        reference=card.reference,
        line_no=line_no,
        answer="still_looking",
        channel="counter",
        reported_on=(at or now()).date(),
        next_due_on=None,
        officer_name="CONTOH",
        officer_nip="1" * 18,
        reported_at=at or now(),
    )


def placement_of(card: Card, at: datetime | None = None) -> JobSeekerPlaced:
    return JobSeekerPlaced(
        card_id=card.card_id,
        application_id=card.application_id,
        reference=card.reference,
        placed_on=(at or now()).date(),
        placed_at=at or now(),
    )


def removal_of(card: Card, reason: RemovalReason, at: datetime | None = None) -> JobSeekerRemoved:
    return JobSeekerRemoved(
        card_id=card.card_id,
        application_id=card.application_id,
        reference=card.reference,
        reason=reason,
        removed_on=(at or now()).date(),
        removed_at=at or now(),
    )


def revocation_of(card: Card, reason: RevocationReason = "false_data") -> CardRevocationRequested:
    return CardRevocationRequested(
        card_id=card.card_id,
        application_id=card.application_id,
        reference=card.reference,
        reason=reason,
        requested_at=now(),
    )
