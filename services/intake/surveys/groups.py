"""What the survey knows of a respondent: groups, never the person. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from services.intake.domain import Application
from shared.code_lists import EDUCATION_FORM_LEVEL
from shared.contracts.surveys import AgeGroup

_AGE_GROUPS: tuple[tuple[int, AgeGroup], ...] = (
    (55, "55+"),
    (45, "45-54"),
    (30, "30-44"),
    (20, "20-29"),
)
_LEVELS = tuple(EDUCATION_FORM_LEVEL)


@dataclass(frozen=True)
class Groups:
    """In the codes of the form."""

    kind: Any
    sex: Any
    age_group: AgeGroup
    education: Any
    employment_status: Any


def groups_of(application: Application, today: date) -> Groups:
    def values(page_id: str) -> dict[str, Any]:
        page: dict[str, Any] = application.pages.get(page_id, {})
        return dict(page.get("values", {}))

    return Groups(
        kind=values("start").get("kind", "new"),
        sex=values("identity")["sex"],
        age_group=age_group(date.fromisoformat(application.birth_date), today),
        education=highest(values("education").get("education", ())),
        employment_status=values("experience").get("employment_status", "unemployed"),
    )


def age_group(born: date, today: date) -> AgeGroup:
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    return next((group for least, group in _AGE_GROUPS if age >= least), "15-19")


def highest(rows: Any) -> str:
    """The highest level that was completed, else the highest that was begun."""
    levels = [row["form_level"] for row in rows if row.get("completed", True)]
    levels = levels or [row["form_level"] for row in rows]
    return max(levels, key=_LEVELS.index, default=_LEVELS[0])
