"""How a card stands today, as a person who checks it is told; pure (domain.md 3.6, 8.2).

From the state of the card, the six-monthly reports and what became of its holder. That a report is
late, or so late that the holder left the list, follows from dates: nobody has to send an event.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from shared.contracts.cards import RevocationReason

Standing = Literal[
    "superseded", "revoked", "expired", "placed", "removed", "report_overdue", "valid"
]
Outcome = Literal["placed", "removed"]

SHOWN: Mapping[Standing, str] = {
    "superseded": "Diganti kartu baru",
    "revoked": "Dicabut",
    "expired": "Masa berlaku habis",
    "placed": "Sudah bekerja",
    "removed": "Dihapuskan dari daftar",
    "report_overdue": "Terlambat lapor",
    "valid": "Berlaku",
}
# Two bits of the status list. Of an expired card the token itself says the end.
STATUS_BITS: Mapping[Standing, int] = {
    "valid": 0,
    "expired": 0,
    "superseded": 1,
    "revoked": 1,
    "report_overdue": 2,
    "removed": 2,
    "placed": 3,
}


@dataclass(frozen=True)
class CardFacts:
    """What the standing follows from. `reported_lines` are numbers from 1 of `report_due_on`."""

    state: Literal["issued", "expired", "revoked"]
    valid_until: date
    report_due_on: Sequence[date]
    reported_lines: Collection[int] = ()
    revocation_reason: RevocationReason | None = None
    outcome: Outcome | None = None


def standing(facts: CardFacts, *, grace_days: int, today: date) -> Standing:
    """The first row of the table in domain.md 8.2 that fits."""
    if facts.state == "revoked":
        return "superseded" if facts.revocation_reason == "superseded" else "revoked"
    if facts.state == "expired" or today > facts.valid_until:
        return "expired"
    if facts.outcome is not None:
        return facts.outcome
    due = next_report(facts.report_due_on, facts.reported_lines)
    if due is None or today <= due.on:
        return "valid"
    return "report_overdue" if today <= due.on + timedelta(days=grace_days) else "removed"


@dataclass(frozen=True)
class ReportDue:
    line_no: int
    on: date


def next_report(report_due_on: Sequence[date], reported_lines: Collection[int]) -> ReportDue | None:
    """The report that is awaited; None after the last.

    Whoever reported on a later line is in touch: an earlier line left empty is not asked for.
    """
    line_no = max(reported_lines, default=0) + 1
    if line_no > len(report_due_on):
        return None
    return ReportDue(line_no, report_due_on[line_no - 1])
