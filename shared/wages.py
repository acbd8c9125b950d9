"""The wanted wage in words: an amount, or a band `from-to` where the office asks for bands."""

from __future__ import annotations


def wage_in_words(kept: str) -> str:
    """`Rp 3.000.000`; `Rp 2.000.000 sampai Rp 2.500.000`; a band may lack one end."""
    low, is_band, high = kept.partition("-")
    if not is_band:
        return _rupiah(low)
    if not low:
        return f"Kurang dari {_rupiah(high)}"
    return f"{_rupiah(low)} sampai {_rupiah(high)}" if high else f"Lebih dari {_rupiah(low)}"


def _rupiah(digits: str) -> str:
    return f"Rp {int(digits):,}".replace(",", ".")
