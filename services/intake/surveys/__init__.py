"""The satisfaction survey (SKM, Permenpan RB 14/2017): once after the decision, anonymous."""

from services.intake.surveys.answering import SurveyClosed, answer_survey
from services.intake.surveys.offer import Standing, is_open, standing_of
from services.intake.surveys.questionnaire import ELEMENTS, Answered, Element, read_answers

__all__ = [
    "ELEMENTS",
    "Answered",
    "Element",
    "Standing",
    "SurveyClosed",
    "answer_survey",
    "is_open",
    "read_answers",
    "standing_of",
]
