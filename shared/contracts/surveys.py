"""Event of intake: an answer to the satisfaction survey (Permenpan RB 14/2017)."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from shared.contracts.applications import (
    ApplicationKind,
    EducationFormLevel,
    EmploymentStatus,
    Sex,
)
from shared.contracts.envelope import Contract, EventData

Score = Literal[1, 2, 3, 4]
AgeGroup = Literal["15-19", "20-29", "30-44", "45-54", "55+"]


class Scores(Contract):
    """The nine elements U1 to U9 in the order of the regulation as offices use it."""

    requirements: Score
    procedure: Score
    time: Score
    cost: Score
    product: Score
    competence: Score
    conduct: Score
    complaints: Score
    facilities: Score


class SurveyAnswered(EventData):
    """One respondent, known only by groups: it names no application, card or person."""

    TYPE: ClassVar[str] = "survey.answered.v1"

    survey_id: str
    scores: Scores
    suggestion: str | None = None
    kind: ApplicationKind
    sex: Sex
    age_group: AgeGroup
    education: EducationFormLevel
    employment_status: EmploymentStatus
    answered_on: date
    answered_hour: int
