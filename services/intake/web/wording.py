"""Sizes, spans of time and telephone numbers as Indonesian readers write them."""

from __future__ import annotations

_KILO = 1024
_YEAR = 12


def telephone(digits: str) -> str:
    """`6281234567890` (as in wa.me links) as `0812-3456-7890`."""
    local = "0" + digits.removeprefix("62") if digits.startswith("62") else digits
    return "-".join(part for part in (local[:4], local[4:8], local[8:]) if part)


def file_size(size: int) -> str:
    """`231 KB` or `1,4 MB`."""
    if size < _KILO * _KILO:
        return f"{max(1, round(size / _KILO))}\u00a0KB"
    return f"{size / _KILO / _KILO:.1f}\u00a0MB".replace(".", ",")


def span(months: int) -> str:
    """`2 tahun`, or `30 bulan` when that is no whole number of years."""
    years, rest = divmod(months, _YEAR)
    return f"{months} bulan" if rest or not years else f"{years} tahun"


def whole(number: int) -> str:
    """`1.234`."""
    return f"{number:,}".replace(",", ".")


def decimal(number: float) -> str:
    """`3,5`, and `4` without a decimal that says nothing."""
    return f"{number:.1f}".removesuffix(".0").replace(".", ",")
