"""Events of notify: what became of a message."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Literal

from shared.contracts.applications import ContactChannel
from shared.contracts.envelope import EventData

NoticeTemplate = Literal[
    "submitted",
    "returned",
    "rejected",
    "issued",
    "withdrawn",
    "overdue",
    "draft_kept",
    "draft_expiring",
    "code",
]
# About a draft, whose id is then the `application_id`: nobody keeps an application for it yet.
DRAFT_TEMPLATES: frozenset[NoticeTemplate] = frozenset({"draft_kept", "draft_expiring", "code"})
# To the office itself: nothing that an applicant need know.
OFFICE_TEMPLATES: frozenset[NoticeTemplate] = frozenset({"overdue"})


class NoticeSent(EventData):
    """The provider accepted the message."""

    TYPE: ClassVar[str] = "notice.sent.v1"

    notice_id: str
    application_id: str
    template: NoticeTemplate
    channel: ContactChannel
    sent_at: datetime


class NoticeFailed(EventData):
    """No channel is left; `reason` is a code such as `no_channel` or `refused_by_provider`.

    `channel` is the one that was tried last, if any was.
    """

    TYPE: ClassVar[str] = "notice.failed.v1"

    notice_id: str
    application_id: str
    template: NoticeTemplate
    reason: str
    failed_at: datetime
    channel: ContactChannel | None = None
