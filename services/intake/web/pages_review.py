"""Check the answers, and send."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.intake import drafts
from services.intake.applications import submit_application
from services.intake.drafts import Incomplete
from services.intake.filling import may_change, open_all_answers
from services.intake.forms import ANSWER_PAGES, PAGES, Field, Values, form_of, sending
from services.intake.forms.screens import screen_of
from services.intake.forms.tailoring import tailored
from services.intake.forms.warnings import WARNING_TEXTS
from services.intake.quotas import TooMany
from services.intake.store import Draft
from services.intake.web import questions, sessions
from services.intake.web.answers import Part, parts
from services.intake.web.counter_wording import spoken_field
from services.intake.web.document_slots import asked_of, slots
from services.intake.web.failures import limited
from services.intake.web.places import DOCUMENTS, REVIEW, TASK_LIST, screen_url
from services.intake.web.site import Form, Site, go


@dataclass(frozen=True)
class Section:
    """One page of the form, as answered."""

    id: str
    title: str
    parts: tuple[Part, ...]
    warnings: tuple[str, ...]


class ReviewPages:
    def __init__(self, site: Site) -> None:
        self.site = site
        self.intake = site.intake

    def routes(self) -> list[Route]:
        return [
            Route(REVIEW, self.show),
            Route(REVIEW, self.send, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        draft = await drafts.find_draft(self.intake, self.site.draft_holder(request))
        if not drafts.completeness(draft, self.intake.office).complete:
            return go(TASK_LIST)
        return self._page(request, draft, {}, {})

    async def send(self, request: Request) -> Response:
        """Send once; a second send of the same draft leads to the same confirmation."""
        holder = self.site.draft_holder(request)
        form = await self.site.posted(request, holder.draft_id)
        try:
            counter = sessions.counter_of(request)
            receipt = await submit_application(self.intake, holder, form, counter)
        except Incomplete as error:
            draft = await drafts.find_draft(self.intake, holder)
            return self._page(request, draft, form, error.errors)
        except TooMany as error:
            draft = await drafts.find_draft(self.intake, holder)
            page = self._page(request, draft, form, {"declaration": str(error)})
            return limited(page, error)
        return go(f"/daftar/terkirim/{receipt.reference}")

    def _request(self, draft: Draft) -> tuple[Part, ...]:
        """What was said at the start; it is told that the notice was read, so it is not shown."""
        page = PAGES["start"]
        asked = replace(page, fields=tuple(f for f in page.fields if f.kind != "checkbox"))
        values = {"kind": "new", **drafts.start_of(draft.pages)}
        url = screen_url("start", page.screens[0].id, checking=True)
        may = may_change(draft, "start")
        return parts(asked, values, lambda name: f"{url}#{name}" if may else "")

    def _parts(self, page_id: str, values: Values, *, may: bool) -> tuple[Part, ...]:
        page = tailored(PAGES[page_id], self.intake.office)

        def url_of(name: str) -> str:
            screen = screen_url(page_id, screen_of(page, name).id, checking=True)
            return f"{screen}#{name}" if may else ""

        occupations = self.intake.occupations.known
        return parts(questions.fitted(page, form_of(values), occupations), values, url_of)

    def _consents(self, draft: Draft) -> tuple[Field, ...]:
        told = {"has_whatsapp": drafts.told_by(draft.pages).has_whatsapp is True}
        return tuple(field for field in sending.CONSENTS if field.is_asked(told))

    def _page(
        self, request: Request, draft: Draft, form: Form, errors: Mapping[str, str]
    ) -> Response:
        counter = sessions.counter_of(request)
        answers = open_all_answers(self.intake, draft)
        sections = [
            Section(
                page_id,
                PAGES[page_id].title,
                self._parts(page_id, answers[page_id], may=may_change(draft, page_id)),
                tuple(WARNING_TEXTS[rule] for rule in draft.pages[page_id]["warnings"]),
            )
            for page_id in ANSWER_PAGES
            if page_id in answers
        ]
        sections.insert(0, Section("start", "Permohonan", self._request(draft), ()))
        asked = asked_of(draft.pages, draft.documents, self.intake.office)
        shown = [
            slot
            for slot in slots(asked, draft.documents, DOCUMENTS)
            if slot.required or slot.document_id
        ]
        return self.site.held(
            request,
            draft.id,
            "review.html",
            status=422 if errors else 200,
            title="Periksa jawaban Anda",
            sections=sections,
            partly_fixed=drafts.open_pages(draft) != ANSWER_PAGES,
            slots=shown,
            documents_url=DOCUMENTS,
            errors=errors,
            form=form,
            consents=[spoken_field(each, counter) for each in self._consents(draft)],
            declaration=spoken_field(sending.DECLARATION, counter),
            action=REVIEW,
            back=TASK_LIST,
        )
