"""Every event type: its class and the one service that may emit it."""

from __future__ import annotations

from typing import Any, ClassVar

from shared.contracts import (
    applications,
    cards,
    drafts,
    notices,
    print_batches,
    registry,
    repairs,
    reviews,
    surveys,
    texts,
)
from shared.contracts.envelope import Event, EventData, event_with

OWNERS: dict[type[EventData], str] = {
    applications.ApplicationSubmitted: "intake",
    applications.ApplicationAmended: "intake",
    applications.ApplicationWithdrawn: "intake",
    drafts.DraftKept: "intake",
    drafts.DraftExpiring: "intake",
    drafts.CodeRequested: "intake",
    surveys.SurveyAnswered: "intake",
    reviews.ReviewStarted: "verification",
    reviews.ReviewOverdue: "verification",
    reviews.ApplicationReturned: "verification",
    reviews.ApplicationRejected: "verification",
    reviews.ApplicationApproved: "verification",
    reviews.CardPrinted: "verification",
    reviews.CardCollected: "verification",
    repairs.CardRetryRequested: "verification",
    repairs.NoticeRetryRequested: "verification",
    texts.TextChanged: "verification",
    registry.JobSeekerReported: "verification",
    registry.JobSeekerPlaced: "verification",
    registry.JobSeekerRemoved: "verification",
    registry.CardRevocationRequested: "verification",
    registry.CardSealed: "verification",
    print_batches.PrintBatchRequested: "verification",
    print_batches.PrintBatchClosed: "verification",
    cards.CardAllocated: "cards",
    cards.CardIssued: "cards",
    cards.CardFailed: "cards",
    cards.CardRevoked: "cards",
    cards.CardExpired: "cards",
    print_batches.PrintBatchProgressed: "cards",
    print_batches.PrintBatchReady: "cards",
    print_batches.PrintBatchFailed: "cards",
    notices.NoticeSent: "notify",
    notices.NoticeFailed: "notify",
}

BY_TYPE: dict[str, type[EventData]] = {data.TYPE: data for data in OWNERS}


def types_owned_by(service: str) -> list[str]:
    """The event types that `service` may emit, in catalog order."""
    return [data.TYPE for data, owner in OWNERS.items() if owner == service]


def parse_event(body: bytes) -> Event[Any] | None:
    """Read an envelope with the data class of its type.

    Returns None for a type that this release does not know (a newer one does). Raises
    `pydantic.ValidationError` for an unreadable envelope or payload.
    """
    # The envelope first, with open data, to learn the type.
    head = event_with(_AnyData).model_validate_json(body)
    data_class = BY_TYPE.get(head.type)
    if data_class is None:
        return None
    event: Event[Any] = event_with(data_class).model_validate_json(body)
    return event


class _AnyData(EventData):
    TYPE: ClassVar[str] = "*"
