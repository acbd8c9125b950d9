"""Dates and times as Indonesian readers write them, in the time of the office; and months ahead."""

from __future__ import annotations

import calendar
from datetime import date, datetime

from shared.clock import OFFICE_ZONE

MONTHS = (
    *("Januari", "Februari", "Maret", "April", "Mei", "Juni"),
    *("Juli", "Agustus", "September", "Oktober", "November", "Desember"),
)
DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")


def long_date(day: date | datetime) -> str:
    """`27 Agustus 2026`; a moment is given as the day it was at the office."""
    local = day.astimezone(OFFICE_ZONE) if isinstance(day, datetime) else day
    return f"{local.day} {MONTHS[local.month - 1]} {local.year}"


def day_and_date(day: date) -> str:
    """`Selasa, 1 Desember 2026`."""
    return f"{DAYS[day.weekday()]}, {long_date(day)}"


def time_of_day(moment: datetime) -> str:
    """`10.32`."""
    return f"{moment.astimezone(OFFICE_ZONE):%H.%M}"


def date_and_time(moment: datetime) -> str:
    """`27 Agustus 2026 pukul 10.32 WIB`."""
    return f"{long_date(moment)} pukul {time_of_day(moment)} WIB"


def short_date_and_time(moment: datetime) -> str:
    """`24 Nov, 10.31`."""
    local = moment.astimezone(OFFICE_ZONE)
    return f"{local.day} {MONTHS[local.month - 1][:3]}, {time_of_day(moment)}"


def add_months(day: date, months: int) -> date:
    """The same day `months` later; 29 February becomes 28 February, 31 the last of the month."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
