"""Two applications that may be of one person: why we think so, and what an officer decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from services.verification.search.names import is_near, name_words
from services.verification.search.store import SearchRow
from shared.errors import Invalid

Likeness = Literal["nik", "name_and_birth_date", "name_and_phone", "phone"]
Verdict = Literal["same", "different"]
REASON_SHORTEST, REASON_LONGEST = 5, 300


@dataclass(frozen=True)
class Decision:
    """What an officer decided about a pair, in either direction."""

    verdict: Verdict
    reason: str
    officer_name: str
    at: datetime
    version: int


@dataclass(frozen=True)
class Twin:
    """Another application beside the one looked at."""

    row: SearchRow
    likeness: tuple[Likeness, ...]
    decision: Decision | None = None


def likeness(one: SearchRow, other: SearchRow) -> tuple[Likeness, ...]:
    """Why two applications may be of one person; empty: no reason to think so."""
    found: list[Likeness] = []
    if one.nik_index == other.nik_index:
        found.append("nik")
    is_alike = is_name_alike(one.full_name, other.full_name)
    if is_alike and is_birth_date_alike(one.born, other.born):
        found.append("name_and_birth_date")
    if one.phone_index and one.phone_index == other.phone_index:
        found.append("name_and_phone" if is_alike else "phone")
    return tuple(found)


def is_name_alike(one: str, other: str) -> bool:
    """Whether each word of the shorter name sounds or looks like one of the longer."""
    fewer, more = sorted((name_words(one), name_words(other)), key=len)
    left = list(more)
    for word in fewer:
        match = next((each for each in left if is_near(word, each)), None)
        if match is None:
            return "".join(fewer) == "".join(more)  # parts written as one word
        left.remove(match)
    return bool(fewer) and (len(fewer) > 1 or len(more) == 1)


def is_birth_date_alike(one: date, other: date) -> bool:
    """The same day, or one with day and month changed over."""
    return one == other or (one.year, one.month, one.day) == (other.year, other.day, other.month)


def pair_id(one: str, other: str) -> str:
    return "|".join(sorted((one, other)))


def checked_reason(text: str) -> str:
    reason = " ".join(text.split())
    if not REASON_SHORTEST <= len(reason) <= REASON_LONGEST:
        raise Invalid(
            f"Tulis alasan Anda, {REASON_SHORTEST} sampai {REASON_LONGEST} huruf. "
            f"Anda menulis {len(reason)} huruf."
        )
    return reason
