"""The form of a draft: notice, task list, and one page after the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pymongo.errors import PyMongoError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.intake import drafts
from services.intake.drafts import TASK_LABELS, Completeness, TaskStatus
from services.intake.forms import ANSWER_PAGES, PAGES, TASKS, FormPage, Parsed, form_of
from services.intake.forms.warnings import WARNING_TEXTS
from services.intake.quotas import TooMany
from services.intake.store import Draft
from services.intake.web import questions, sessions, trap
from services.intake.web.failures import limited
from services.intake.web.posted import address_of, read_form
from services.intake.web.site import Form, Site, go
from shared.errors import NotFound
from shared.mongo import is_outage

TASK_LIST = "/daftar/daftar-tugas"
DOCUMENTS = "/daftar/dokumen"
REVIEW = "/daftar/periksa"
# What most people answer; they see it chosen and may change it.
_PRESET: dict[str, dict[str, list[str]]] = {
    "contact": {"ktp_in_regency": ["yes"], "domicile_same_as_ktp": ["yes"]},
    "skills": {"languages": ["id"]},
}


@dataclass(frozen=True)
class TaskLine:
    """One page in the task list; without `url` it cannot be begun yet."""

    id: str
    title: str
    hint: str
    state: str
    colour: str
    url: str


@dataclass(frozen=True)
class TaskBlock:
    title: str
    lines: tuple[TaskLine, ...]


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
            Route("/daftar/{page}", self.show),
            Route("/daftar/{page}", self.save, methods=["POST"]),
        ]

    async def before(self, request: Request) -> Response:
        return await self._before(request, {}, {})

    async def begin(self, request: Request) -> Response:
        form = await read_form(request)
        try:
            if trap.is_caught(form):
                started: drafts.StartedDraft | Parsed = trap.decoy()
            else:
                started = await drafts.start_draft(self.intake, form, address_of(request))
        except TooMany as error:
            page = await self._before(request, form, {"notice_acknowledged": str(error)})
            return limited(page, error)
        if isinstance(started, Parsed):
            return await self._before(request, form, started.errors)
        response = go(TASK_LIST)
        sessions.remember_draft(self.intake.settings, response, started)
        return response

    async def _before(self, request: Request, form: Form, errors: dict[str, str]) -> Response:
        holder = await self.site.open_draft(request)
        values: dict[str, Any] = {
            "page": PAGES["start"],
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
        blocks = task_blocks(draft, drafts.completeness(draft, self.intake.office))
        lines = [line for block in blocks for line in block.lines]
        return self.site.held(
            request,
            holder.draft_id,
            "tasks.html",
            title="Daftar tugas",
            tasks=blocks,
            done=sum(not line.colour and bool(line.url) for line in lines),
            total=len(lines),
            next_url=next((line.url for line in lines if line.colour and line.url), ""),
            keeps_until=draft.expires_at,
            back="/",
        )

    async def show(self, request: Request) -> Response:
        page = asked_page(request)
        holder = self.site.draft_holder(request)
        draft = await drafts.find_draft(self.intake, holder)
        values = drafts.open_answers(self.intake, draft, page.id)
        form = _PRESET.get(page.id, {}) if values is None else form_of(values)
        rules = draft.pages[page.id]["warnings"] if values is not None else ()
        warnings = tuple(WARNING_TEXTS[rule] for rule in rules)
        return self._form(request, holder.draft_id, Filled(page, form, {}, warnings))

    async def save(self, request: Request) -> Response:
        page = asked_page(request)
        holder = self.site.draft_holder(request)
        form = await self.site.posted(request, holder.draft_id)
        changed = with_rows_changed(page, form)
        if changed is not None:
            return self._form(request, holder.draft_id, Filled(page, changed, {}))
        try:
            parsed = await drafts.save_page(self.intake, holder, page.id, form)
        except PyMongoError as error:
            if not is_outage(error):
                raise
            return self._form(request, holder.draft_id, Filled(page, form, {}, away=True))
        if parsed.errors:
            return self._form(request, holder.draft_id, Filled(page, form, parsed.errors))
        if parsed.warnings:
            return go(f"{_own_url(request, page)}#peringatan")
        return go(_onward(request, page))

    def _form(self, request: Request, draft_id: str, filled: Filled) -> Response:
        page = filled.page
        occupations = self.intake.occupations.known
        return self.site.held(
            request,
            draft_id,
            "form.html",
            status=filled.status,
            away=filled.away,
            page=questions.fitted(page, filled.form, occupations, filled.errors),
            title=page.title,
            step=step_of(page),
            form=filled.form,
            errors=filled.errors,
            warnings=filled.warnings,
            reasons=filled.reasons,
            action=_own_url(request, page),
            onward=_onward(request, page),
            back=REVIEW if _is_from_review(request) else TASK_LIST,
        )


def asked_page(request: Request) -> FormPage:
    page_id: str = request.path_params["page"]
    if page_id not in ANSWER_PAGES:
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


def step_of(page: FormPage) -> str:
    """`Data diri (KTP) · 1 dari 7`: the documents are the last page before checking."""
    task = next(task for task in TASKS if page.id in task.pages)
    return f"{task.title} · {ANSWER_PAGES.index(page.id) + 1} dari {len(ANSWER_PAGES) + 1}"


def task_blocks(draft: Draft, state: Completeness) -> list[TaskBlock]:
    return [
        TaskBlock(task.title, tuple(_line(page_id, draft, state) for page_id in task.pages))
        for task in TASKS
    ]


def _line(page_id: str, draft: Draft, state: Completeness) -> TaskLine:
    if page_id == "review":
        if state.complete:
            return TaskLine(page_id, "Periksa dan kirim", "", "Siap dikirim", "green", REVIEW)
        hint = "Lengkapi bagian lain dulu."
        return TaskLine(page_id, "Periksa dan kirim", hint, TASK_LABELS["blocked"], "", "")
    if page_id == "documents":
        done = not state.missing_documents
        begun = bool(draft.documents)
        title, hint, url = "Unggah berkas", "KTP, ijazah atau SKL, dan pas foto", DOCUMENTS
    else:
        done, begun = page_id not in state.problems, False
        title, url = PAGES[page_id].title, f"/daftar/{page_id}"
        hint = state.problems[page_id] if not done and page_id in draft.pages else ""
    status: TaskStatus = "done" if done else "in_progress" if begun else "not_started"
    colour = "" if done else "blue"
    return TaskLine(page_id, title, hint, TASK_LABELS[status], colour, url)


def _is_from_review(request: Request) -> bool:
    return request.query_params.get("kembali") == "periksa"


def _own_url(request: Request, page: FormPage) -> str:
    return f"/daftar/{page.id}" + ("?kembali=periksa" if _is_from_review(request) else "")


def _onward(request: Request, page: FormPage) -> str:
    """Back to the check page if the person came from there, else the next page."""
    if _is_from_review(request):
        return REVIEW
    after = ANSWER_PAGES.index(page.id) + 1
    return f"/daftar/{ANSWER_PAGES[after]}" if after < len(ANSWER_PAGES) else DOCUMENTS
