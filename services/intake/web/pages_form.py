"""Before the form and around it: the notice, and the task list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.intake import drafts
from services.intake.forms import PAGES, FormPage, Parsed
from services.intake.quotas import TooMany
from services.intake.returning.keeping import find_draft_code
from services.intake.web import questions, sessions, trap
from services.intake.web.counter_wording import spoken
from services.intake.web.failures import limited
from services.intake.web.places import TASK_LIST
from services.intake.web.posted import address_of, read_form
from services.intake.web.site import Form, Site, go
from services.intake.web.task_list import task_list
from shared.code_lists import APPLICATION_KIND
from shared.errors import NotFound


@dataclass(frozen=True)
class Filled:
    """A page as it is shown: what stands in it, and what is said about it."""

    page: FormPage
    form: Form
    errors: dict[str, str]
    warnings: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()  # of an officer who returned it
    away: bool = False  # the database: what was typed stays on the page

    @property
    def status(self) -> int:
        return 503 if self.away else 422 if self.errors else 200


class FormPages:
    def __init__(self, site: Site) -> None:
        self.site = site
        self.intake = site.intake

    def routes(self) -> list[Route]:
        return [
            Route("/daftar", self.before),
            Route("/daftar", self.begin, methods=["POST"]),
            Route(TASK_LIST, self.tasks),
        ]

    async def before(self, request: Request) -> Response:
        return await self._before(request, {}, {})

    async def begin(self, request: Request) -> Response:
        form = await read_form(request)
        counter = sessions.counter_of(request)
        try:
            if trap.is_caught(form):
                started: drafts.StartedDraft | Parsed = trap.decoy()
            else:
                started = await drafts.start_draft(
                    self.intake, form, address_of(request), counter.officer_id if counter else None
                )
        except TooMany as error:
            identity = self.intake.office.identity
            text = f"{error} Isian Anda masih ada. Bantuan: {identity.telephone}."
            page = await self._before(request, form, {"notice_acknowledged": text})
            return limited(page, error)
        if isinstance(started, Parsed):
            return await self._before(request, form, started.errors)
        response = go(TASK_LIST)
        sessions.remember_draft(self.intake.settings, response, started)
        return response

    async def _before(self, request: Request, form: Form, errors: dict[str, str]) -> Response:
        holder = await self.site.open_draft(request)
        values: dict[str, Any] = {
            "page": spoken(PAGES["start"], sessions.counter_of(request)),
            "title": PAGES["start"].title,
            "form": form,
            "errors": errors,
            "has_draft": holder is not None,
            "trap": trap.FIELD,
            "back": "/",
        }
        status = 422 if errors else 200
        if holder is not None:
            return self.site.held(request, holder.draft_id, "before.html", status=status, **values)
        return self.site.pages.page(
            request, "before.html", status=status, failed=bool(errors), **values
        )

    async def tasks(self, request: Request) -> Response:
        holder = self.site.draft_holder(request)
        draft = await drafts.find_draft(self.intake, holder)
        tasks = task_list(draft, drafts.completeness(draft, self.intake.office))
        return self.site.held(
            request,
            holder.draft_id,
            "tasks.html",
            title="Daftar tugas",
            tasks=tasks,
            kind=APPLICATION_KIND[drafts.start_of(draft.pages).get("kind", "new")],
            keeps_until=draft.expires_at,
            draft_code=await find_draft_code(self.intake, holder),
            back="/",
        )


def asked_page(request: Request) -> FormPage:
    page_id: str = request.path_params["page"]
    if page_id not in PAGES:
        raise NotFound
    page: FormPage = PAGES[page_id]
    return page


def with_rows_changed(page: FormPage, form: Form) -> Form | None:
    """The form with a row more or less, if one of those buttons was pressed."""
    if group := questions.first(form, "tambah"):
        return questions.with_row(page, form, group)
    if row := questions.first(form, "hapus"):
        group, _, number = row.rpartition("-")
        return questions.without_row(form, group, number)
    return None
