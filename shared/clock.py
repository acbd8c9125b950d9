"""The clock: UTC for machines, the office's time zone for people."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

OFFICE_ZONE = ZoneInfo("Asia/Jakarta")  # WIB


def now() -> datetime:
    """The present in UTC, cut to the millisecond that MongoDB keeps."""
    present = datetime.now(UTC)
    return present.replace(microsecond=present.microsecond // 1000 * 1000)


def today() -> date:
    """The date in the office's time zone."""
    return datetime.now(OFFICE_ZONE).date()
