"""Events of verification: what officers ask of other services when work is stuck."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from shared.contracts.envelope import EventData


class CardRetryRequested(EventData):
    """Draw a failed card again, under the number it has; any other card stays as it is."""

    TYPE: ClassVar[str] = "card.retry_requested.v1"

    card_id: str
    application_id: str
    requested_at: datetime


class NoticeRetryRequested(EventData):
    """Try a failed message again; one that was sent or still waits stays as it is.

    `application_id` is the draft's where the message is about a draft.
    """

    TYPE: ClassVar[str] = "notice.retry_requested.v1"

    notice_id: str
    application_id: str
    requested_at: datetime
