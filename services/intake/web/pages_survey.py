"""The satisfaction survey: nine questions on one page, once, after the decision."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.intake import surveys
from services.intake.applications import get_application
from services.intake.forms import Option
from services.intake.surveys import ELEMENTS
from services.intake.surveys.questionnaire import SUGGESTION_MOST
from services.intake.web import questions
from services.intake.web.pages_status import SUMMARY
from services.intake.web.rendering import Link
from services.intake.web.site import Form, Site, go

SURVEY = "/status/survei"


class SurveyPages:
    def __init__(self, site: Site) -> None:
        self.site = site

    def routes(self) -> list[Route]:
        return [Route(SURVEY, self.ask), Route(SURVEY, self.answer, methods=["POST"])]

    async def ask(self, request: Request) -> Response:
        return await self._shown(request, await self.site.status_of(request), {}, {})

    async def answer(self, request: Request) -> Response:
        """Sent twice, or from two tabs, it counts once and thanks both times."""
        application_id = await self.site.status_of(request)
        form = await self.site.posted(request, application_id)
        given = {each.name: questions.first(form, each.name) for each in ELEMENTS}
        answered, errors = surveys.read_answers(given, questions.first(form, "suggestion"))
        if answered is None:
            return await self._shown(request, application_id, form, errors)
        await surveys.answer_survey(self.site.intake, application_id, answered)
        return go(SURVEY)

    async def _shown(
        self, request: Request, application_id: str, form: Form, errors: dict[str, str]
    ) -> Response:
        scope = self.site.intake.uow.reading()
        standing = surveys.standing_of(await get_application(scope, application_id))
        if standing == "open":
            return self._form(request, application_id, form, errors)
        if standing == "closed":
            raise surveys.SurveyClosed
        return self.site.pages.message(
            request,
            200,
            "Terima kasih atas penilaian Anda",
            "Jawaban Anda sudah kami terima, tanpa nama dan tanpa nomor pendaftaran. "
            "Survei ini cukup diisi satu kali.",
            "Hasil semua jawaban dibahas secara berkala untuk memperbaiki layanan.",
            links=(Link(SUMMARY, "Kembali ke status"), Link("/", "Ke halaman depan")),
        )

    def _form(
        self, request: Request, application_id: str, form: Form, errors: dict[str, str]
    ) -> Response:
        asked = [
            (
                element,
                [Option(str(number), words) for number, words in enumerate(element.answers, 1)],
            )
            for element in ELEMENTS
        ]
        return self.site.held(
            request,
            application_id,
            "survey.html",
            status=422 if errors else 200,
            title="Bagaimana layanan kami?",
            asked=asked,
            form=form,
            errors=errors,
            most=SUGGESTION_MOST,
            back=SUMMARY,
        )
