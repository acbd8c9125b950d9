"""All that the page of a card shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from services.verification.officers.domain import Officer
from services.verification.register import labels, store
from services.verification.register.acts import open_line
from services.verification.register.domain import (
    REPORT_OPENS,
    RegisteredCard,
    RegisterStanding,
    Registration,
    Report,
)
from shared.card_standing import ReportDue
from shared.clock import today
from shared.dates import long_date
from shared.uow import Scope

LineState = Literal["filled", "open", "late", "missed", "later"]


@dataclass(frozen=True)
class ReportLine:
    """One printed line of the card: when it is due, and what became of it."""

    line_no: int
    due_on: date
    opens_on: date
    state: LineState
    report: Report | None


@dataclass(frozen=True)
class Happening:
    at: datetime
    what: str
    who: str = ""
    more: str = ""
    is_end: bool = False


@dataclass(frozen=True)
class OtherSpell:
    """Another registration of the same person."""

    card: RegisteredCard
    standing: RegisterStanding
    is_live: bool


@dataclass(frozen=True)
class CardView:
    registration: Registration
    standing: RegisterStanding
    lines: tuple[ReportLine, ...]
    open_line: ReportDue | None
    history: tuple[Happening, ...]
    others: tuple[OtherSpell, ...]
    is_own: bool
    may_report: bool
    may_end: bool
    may_recall: bool


async def view_card(
    scope: Scope, registration: Registration, officer: Officer, grace_days: int
) -> CardView:
    """The caller has recorded the view."""
    officer.require("read_cases")
    day = today()
    is_own = officer.nik_index is not None and officer.nik_index == registration.person.nik_index
    stands = registration.standing(grace_days, day)
    is_active = registration.is_live and stands not in {"removed", "expired"}
    is_active = is_active and registration.card.ended is None and not registration.is_recalled
    others = await store.of_person(scope, registration.person.nik_index)
    may_end = officer.may("end_registrations") and not is_own
    is_valid = registration.card.ended is None and not registration.is_recalled
    return CardView(
        registration=registration,
        standing=stands,
        lines=lines_of(registration, day),
        open_line=open_line(registration, day) if is_active else None,
        history=history_of(registration),
        others=tuple(
            OtherSpell(each.card, each.standing(grace_days, day), each.lane == "live")
            for each in others
            if each.id != registration.id
        ),
        is_own=is_own,
        may_report=is_active and officer.may("take_reports") and not is_own,
        may_end=may_end and registration.is_live,
        may_recall=may_end and is_valid,
    )


def lines_of(registration: Registration, day: date) -> tuple[ReportLine, ...]:
    """The lines of the present card; one before a line that was filled is not asked for."""
    awaited = registration.due
    return tuple(
        ReportLine(
            number,
            due_on,
            due_on - REPORT_OPENS,
            _state(registration.report_on(number), due_on, number, awaited, day),
            registration.report_on(number),
        )
        for number, due_on in enumerate(registration.card.report_due_on, 1)
    )


def _state(
    report: Report | None, due_on: date, number: int, awaited: ReportDue | None, day: date
) -> LineState:
    if report is not None:
        return "filled"
    if awaited is None or number < awaited.line_no:
        return "missed" if due_on < day else "later"
    if due_on < day:
        return "late"
    return "open" if due_on - REPORT_OPENS <= day else "later"


def history_of(registration: Registration) -> tuple[Happening, ...]:
    """What happened to the person and to all cards of the spell, newest first."""
    happened = [each for card in registration.cards for each in _of_card(card)]
    happened += [
        Happening(
            each.at,
            f"Laporan ke-{each.line_no} dicatat",
            each.officer_name,
            labels.ANSWER[each.answer],
        )
        for each in registration.reports
    ]
    placement, removal, recall = registration.placement, registration.removal, registration.recall
    if placement is not None:
        since = f"sejak {long_date(placement.placed_on)}"
        happened.append(
            Happening(placement.at, "Tercatat sudah bekerja", placement.officer_name, since)
        )
    if removal is not None:
        why = " · ".join(filter(None, (labels.REMOVAL[removal.reason], removal.note)))
        who = removal.officer_name or ""
        happened.append(Happening(removal.at, "Dihapuskan dari daftar", who, why, is_end=True))
    if recall is not None:
        why = f"{labels.REVOCATION[recall.reason]} · {recall.note}"
        happened.append(Happening(recall.at, "Mencabut kartu", recall.officer_name, why))
    return tuple(sorted(happened, key=lambda each: each.at, reverse=True))


def _of_card(card: RegisteredCard) -> list[Happening]:
    number = f"nomor {card.number}"
    if card.copy_no > 1:
        number += f", salinan ke-{card.copy_no}"
    happened = [Happening(card.issued_at, f"{labels.CARD_KIND[card.kind]} terbit", more=number)]
    end = card.ended
    if end is not None and end.reason != "superseded":  # the card that took its place says so
        what = "Masa berlaku habis" if end.reason == "expired" else "Kartu dicabut"
        happened.append(Happening(end.at, what, more=number, is_end=True))
    return happened
