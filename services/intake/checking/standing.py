"""How a card stands today, from what intake heard of it after it was issued. Pure.

`after_issue` of an application holds one entry for each kind of event, whatever their order:
`revoked`, `expired`, `placed`, `removed`, and `reports` by line. The copies of a card have its
number, and what became of the holder is true for each of them, whichever copy an event names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from services.intake.domain import Application
from shared.card_standing import (
    SHOWN,
    CardFacts,
    Outcome,
    ReportDue,
    Standing,
    next_report,
    standing,
)
from shared.contracts.cards import RevocationReason

AfterIssue = Mapping[str, Any]


@dataclass(frozen=True)
class Stands:
    """`due` is the report that is awaited; after `leaves_on` a late one takes them off the list."""

    standing: Standing
    due: ReportDue | None
    leaves_on: date | None

    @property
    def is_active(self) -> bool:
        return self.standing in {"valid", "report_overdue"}

    @property
    def word(self) -> str:
        return SHOWN[self.standing]


def stands_of(
    application: Application, copies: Iterable[AfterIssue], grace_days: int, today: date
) -> Stands | None:
    """None without a card; `copies` is what was heard of all cards with its number."""
    card, own = application.card, application.after_issue
    revoked = own.get("revoked")
    if card is None:
        return _never_issued(revoked["reason"]) if revoked and application.is_never_issued else None
    heard = [own, *copies]
    due_on = due_days(card)
    lines = {int(line) for each in heard for line in each.get("reports", ())}
    facts = CardFacts(
        state="revoked" if revoked else "expired" if "expired" in own else "issued",
        valid_until=date.fromisoformat(card["valid_until"]),
        report_due_on=due_on,
        reported_lines=lines,
        revocation_reason=revoked["reason"] if revoked else None,
        outcome=_outcome(heard),
    )
    due = next_report(due_on, lines)
    return Stands(
        standing(facts, grace_days=grace_days, today=today),
        due,
        due.on + timedelta(days=grace_days) if due else None,
    )


def _never_issued(reason: RevocationReason) -> Stands:
    return Stands("superseded" if reason == "superseded" else "revoked", None, None)


def due_days(card: Mapping[str, Any]) -> tuple[date, ...]:
    return tuple(date.fromisoformat(day) for day in card["report_due_on"])


def _outcome(heard: Iterable[AfterIssue]) -> Outcome | None:
    found = {name for each in heard for name in each}
    return "placed" if "placed" in found else "removed" if "removed" in found else None
