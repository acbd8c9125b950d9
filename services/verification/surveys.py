"""Answers to the satisfaction survey, as they come: groups of people, never a person."""

from __future__ import annotations

from pymongo import ASCENDING

from shared.contracts.envelope import Event
from shared.contracts.surveys import SurveyAnswered
from shared.mongo import IndexModel
from shared.uow import Tx

SURVEYS = "surveys"

INDEXES = {SURVEYS: [IndexModel([("answered_on", ASCENDING)])]}


async def keep_survey(event: Event[SurveyAnswered], tx: Tx) -> None:
    """For the yearly index (IKM); an answer that came before is not counted twice."""
    data = event.data.model_dump(mode="json")
    await tx.collection(SURVEYS).update_one(
        {"_id": data.pop("survey_id")}, {"$setOnInsert": data}, upsert=True, session=tx.session
    )
