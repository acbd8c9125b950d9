"""What happened to cases, kept as small rows for counting.

A fact is written in the transaction of the act and never changed: figures of a past day stay as
they were, whatever becomes of the case, its officer or the calendar. It holds no name, number or
birth date of the applicant.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from services.verification.officers.domain import Officer
from services.verification.review import census
from services.verification.review.domain import Case
from services.verification.search.store import highest_education
from shared.clock import OFFICE_ZONE
from shared.mongo import Document
from shared.uow import Tx

What = Literal["received", "amended", "approved", "returned", "rejected", "withdrawn"]
AGE_GROUPS = ((15, "15-19"), (20, "20-29"), (30, "30-44"), (45, "45-54"), (55, "55+"))


@dataclass(frozen=True)
class Decision:
    """An officer's decision; `case` is as it stood before, a reason is its code and its text."""

    case: Case
    what: Literal["approved", "returned", "rejected"]
    officer: Officer
    reasons: tuple[tuple[str, str], ...] = ()


async def note_received(tx: Tx, case: Case) -> None:
    await census.insert(tx, _fact(case, "received", case.submitted_at))


async def note_amended(tx: Tx, case: Case) -> None:
    """The applicant answered a return: the case waits again."""
    await census.insert(tx, _fact(case, "amended", case.current.at))


async def note_withdrawn(tx: Tx, case: Case, at: datetime) -> None:
    await census.insert(tx, _fact(case, "withdrawn", at))


async def note_decided(tx: Tx, decision: Decision) -> None:
    """The wait is counted from when the latest version came, not from the first."""
    case, officer = decision.case, decision.officer
    fact = _fact(case, decision.what, tx.at)
    fact |= {
        "officer": {"id": officer.id, "name": officer.name},
        "reasons": [{"code": code, "text": text} for code, text in decision.reasons],
        "minutes": max(0, int((tx.at - case.current.at).total_seconds() // 60)),
        "in_time": None if case.due_at is None else tx.at <= case.due_at,
    }
    await census.insert(tx, fact)


def age_group(born: date, at: datetime) -> str:
    day = at.astimezone(OFFICE_ZONE).date()
    age = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    return next((name for least, name in reversed(AGE_GROUPS) if age >= least), "0-14")


def _fact(case: Case, what: What, at: datetime) -> Document:
    answers = case.current.answers
    return {
        "at": at,
        "what": what,
        "case_id": case.id,
        "reference": case.reference,
        "kind": case.kind,
        "channel": case.channel,
        "subdistrict": answers.domicile_address.subdistrict_name,
        "sex": answers.person.sex,
        "age": age_group(answers.person.birth_date, at),
        "education": highest_education(answers),
    }
