"""Take the answers of one applicant, once, so that nobody can tell whose they are.

The application is marked as answered and the event leaves in the same transaction; neither names
the other. The mark is a bare yes in the application itself: no time and no id, for either would
lead to the answers, and no row of its own, for the order of such rows would be the order of the
answers. The answers are kept nowhere in intake but in the outbox until that is emptied. The event
begins a trace of its own, and its id is random.
"""

from __future__ import annotations

from dataclasses import asdict
from uuid import uuid4

from services.intake import store
from services.intake.applications import get_application
from services.intake.intake import Intake
from services.intake.surveys.groups import groups_of
from services.intake.surveys.offer import standing_of
from services.intake.surveys.questionnaire import Answered
from shared import clock
from shared.contracts.surveys import SurveyAnswered
from shared.errors import Conflict
from shared.observability import traced
from shared.uow import Tx


class SurveyClosed(Conflict):
    """Survei dibuka setelah pendaftaran Anda diputuskan. Perkembangannya ada di halaman status."""

    code = "survey_closed"


async def answer_survey(intake: Intake, application_id: str, answered: Answered) -> bool:
    """False when it was answered before: then nothing changes. Raises `SurveyClosed`."""

    async def work(tx: Tx) -> bool:
        application = await get_application(tx, application_id)
        standing = standing_of(application)
        if standing == "closed":
            raise SurveyClosed
        if standing == "answered":
            return False
        local = tx.at.astimezone(clock.OFFICE_ZONE)
        groups = groups_of(application, local.date())
        application.survey_answered = True
        await store.save_application(tx, application)
        survey_id = str(uuid4())
        event = SurveyAnswered(
            survey_id=survey_id,
            scores=answered.scores,
            suggestion=answered.suggestion,
            **asdict(groups),
            answered_on=local.date(),
            answered_hour=local.hour,
        )
        tx.emit(event, subject=survey_id, version=1)
        return True

    with traced("survey", None):
        return await intake.uow.run(work)
