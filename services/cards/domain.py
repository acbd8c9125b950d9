"""The card: number, validity, states; pure, no I/O (domain.md 4.2, 4.6, 8.2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal

from shared.contracts.applications import PageRef
from shared.contracts.envelope import Sealed
from shared.contracts.reviews import Holder, Signatory
from shared.dates import add_months

CardState = Literal["allocated", "issued", "failed"]
RENDER_ATTEMPTS = 5

_LEGAL: Mapping[CardState, frozenset[CardState]] = {
    "allocated": frozenset({"issued", "failed"}),
    "failed": frozenset({"allocated"}),
    "issued": frozenset(),
}


class IllegalTransition(Exception):
    """The card is not in a state that allows this."""


@dataclass(frozen=True)
class Card:
    """One card of one application. `version` counts its changes; sealed fields stay sealed."""

    card_id: str
    application_id: str
    reference: str
    registration_number: str
    state: CardState
    version: int
    holder: Holder
    photo: PageRef
    signatory: Signatory
    issued_on: date
    valid_until: date
    report_due_on: tuple[date, ...]
    check_code: Sealed
    check_code_hash: str
    allocated_at: datetime
    render_attempts: int = 0
    pdf: Mapping[str, Any] | None = None

    def to(self, state: CardState) -> Card:
        """The card in its next state; raises `IllegalTransition`."""
        if state not in _LEGAL[self.state]:
            raise IllegalTransition(f"{self.state} -> {state}")
        return replace(self, state=state, version=self.version + 1)

    @property
    def object_key(self) -> str:
        """Where the PDF lies: the same for every try, so that drawing it twice is harmless."""
        return f"cards/{self.issued_on.year}/{self.card_id}.pdf"


def registration_number(regency_code: str, issued_on: date, sequence: int) -> str:
    """16 digits: regency (4), issue date DDMMYY, yearly sequence (6)."""
    if not 1 <= sequence <= 999_999:
        raise ValueError(f"sequence {sequence} does not fit six digits")
    return f"{regency_code}{issued_on:%d%m%y}{sequence:06d}"


def report_dates(issued_on: date, interval_months: int, lines: int) -> tuple[date, ...]:
    """Due dates of the periodic reports: month 6, 12, 18."""
    return tuple(add_months(issued_on, interval_months * n) for n in range(1, lines + 1))
