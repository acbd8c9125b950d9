"""Dates, numbers and telephone numbers as Indonesian readers write them."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni",
    "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip
LOCAL = ZoneInfo("Asia/Jakarta")  # WIB, the time of the office
_KILO = 1024


def long_date(day: date | datetime) -> str:
    """`27 Agustus 2026`; a moment is given as the day it was at the office."""
    local = day.astimezone(LOCAL) if isinstance(day, datetime) else day
    return f"{local.day} {MONTHS[local.month - 1]} {local.year}"


def date_and_time(moment: datetime) -> str:
    """`27 Agustus 2026 pukul 10.32 WIB`."""
    return f"{long_date(moment)} pukul {moment.astimezone(LOCAL):%H.%M} WIB"


def telephone(digits: str) -> str:
    """`6281234567890` (as in wa.me links) as `0812-3456-7890`."""
    local = "0" + digits.removeprefix("62") if digits.startswith("62") else digits
    return "-".join(part for part in (local[:4], local[4:8], local[8:]) if part)


def file_size(size: int) -> str:
    """`231 KB` or `1,4 MB`."""
    if size < _KILO * _KILO:
        return f"{max(1, round(size / _KILO))} KB"
    return f"{size / _KILO / _KILO:.1f} MB".replace(".", ",")
