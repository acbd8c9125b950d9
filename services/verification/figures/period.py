"""The time that figures are asked for: whole days of the office."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from shared.clock import OFFICE_ZONE
from shared.dates import MONTHS, day_and_date, long_date
from shared.errors import Invalid

Name = Literal["hari", "7-hari", "bulan"]
NAMES: dict[Name, str] = {"hari": "Hari ini", "7-hari": "7 hari terakhir", "bulan": "Bulan ini"}
DAYS_MOST = 366
_DAY = timedelta(days=1)
_FINE_MOST = 62


@dataclass(frozen=True)
class Period:
    """From the first to the last day, both counted."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def begins(self) -> datetime:
        return datetime.combine(self.first, time.min, OFFICE_ZONE).astimezone(UTC)

    @property
    def ends(self) -> datetime:
        """The first moment after it."""
        return datetime.combine(self.last + _DAY, time.min, OFFICE_ZONE).astimezone(UTC)

    @property
    def text(self) -> str:
        if self.days == 1:
            return day_and_date(self.first)
        return f"{long_date(self.first)} sampai {long_date(self.last)}"

    @property
    def by_month(self) -> bool:
        """Whether its course is shown by months, as days would be too many."""
        return self.days > _FINE_MOST

    def points(self) -> list[str]:
        """Its days or months, as the database names them."""
        days = [self.first + _DAY * number for number in range(self.days)]
        form = "%Y-%m" if self.by_month else "%Y-%m-%d"
        return list(dict.fromkeys(f"{day:{form}}" for day in days))

    def shifted(self, times: int) -> Period:
        """As long a time, before or after this one."""
        move = _DAY * self.days * times
        return Period(self.first + move, self.last + move)


def named(name: str, today: date) -> Period | None:
    if name == "hari":
        return Period(today, today)
    if name == "7-hari":
        return Period(today - _DAY * 6, today)
    if name == "bulan":
        return Period(today.replace(day=1), today)
    return None


def between(first: str, last: str, today: date) -> Period:
    """From two typed days; raises `Invalid`."""
    try:
        chosen = Period(date.fromisoformat(first), date.fromisoformat(last))
    except ValueError as error:
        raise Invalid("Pilih tanggal awal dan tanggal akhir, lalu tekan Tampilkan.") from error
    if chosen.first > chosen.last:
        raise Invalid("Tanggal awal harus sebelum tanggal akhir. Tukar keduanya.")
    if chosen.days > DAYS_MOST:
        raise Invalid(f"Pilih paling lama {DAYS_MOST} hari, misalnya satu tahun.")
    if chosen.first.year < 2000 or chosen.last > today:
        raise Invalid("Pilih tanggal sampai hari ini. Hari yang akan datang belum punya angka.")
    return chosen


def point_name(point: str) -> str:
    """`24 Nov` or `Nov 2026`."""
    year, month, *day = point.split("-")
    short = MONTHS[int(month) - 1][:3]
    return f"{int(day[0])} {short}" if day else f"{short} {year}"
