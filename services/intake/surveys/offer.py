"""Who may answer: each applicant once, after the decision. Pure."""

from __future__ import annotations

from typing import Literal

from services.intake.domain import Application, State

Standing = Literal["closed", "open", "answered"]
_OFFERED: tuple[State, ...] = ("issued", "rejected")


def standing_of(application: Application) -> Standing:
    if application.survey_answered:
        return "answered"
    return "open" if application.state in _OFFERED else "closed"


def is_open(application: Application) -> bool:
    return standing_of(application) == "open"
