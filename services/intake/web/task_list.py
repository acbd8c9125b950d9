"""The task list: every part of the form with its state, and where to go on."""

from __future__ import annotations

from dataclasses import dataclass

from services.intake import drafts
from services.intake.drafts import TASK_LABELS, Completeness, TaskStatus
from services.intake.filling import page_state
from services.intake.forms import PAGES, TASKS
from services.intake.store import Draft
from services.intake.web.places import DOCUMENTS, REVIEW, page_url

_COLOURS: dict[TaskStatus, str] = {"in_progress": "yellow", "not_started": "blue"}


@dataclass(frozen=True)
class TaskLine:
    """One page; without `url` it cannot be begun yet."""

    id: str
    title: str
    hint: str
    state: TaskStatus
    url: str
    label: str = ""

    @property
    def text(self) -> str:
        return self.label or TASK_LABELS[self.state]

    @property
    def colour(self) -> str:
        return "green" if self.label else _COLOURS.get(self.state, "")


@dataclass(frozen=True)
class TaskBlock:
    title: str
    lines: tuple[TaskLine, ...]


@dataclass(frozen=True)
class TaskList:
    blocks: tuple[TaskBlock, ...]

    @property
    def _lines(self) -> list[TaskLine]:
        return [line for block in self.blocks for line in block.lines]

    @property
    def total(self) -> int:
        return len(self._lines)

    @property
    def done(self) -> int:
        return sum(line.state == "done" for line in self._lines)

    @property
    def next_url(self) -> str:
        """Where the button leads: the first part that is not done and can be."""
        return self._next.url if self._next else ""

    @property
    def next_text(self) -> str:
        """The words on that button."""
        if self._next and self._next.label:
            return self._next.title
        begun = any(each.state in {"done", "in_progress"} for each in self._lines)
        return "Lanjutkan mengisi" if begun else "Mulai mengisi"

    @property
    def _next(self) -> TaskLine | None:
        return next((each for each in self._lines if each.state != "done" and each.url), None)


def task_list(draft: Draft, state: Completeness) -> TaskList:
    """Only what may be changed; a task without such a part is left out."""
    shown = {*drafts.open_pages(draft), "documents", "review"}
    blocks = (
        TaskBlock(
            task.title,
            tuple(_line(each, draft, state) for each in task.pages if each in shown),
        )
        for task in TASKS
    )
    return TaskList(tuple(block for block in blocks if block.lines))


def _line(page_id: str, draft: Draft, state: Completeness) -> TaskLine:
    if page_id == "review":
        title = "Periksa dan kirim"
        if state.complete:
            return TaskLine(page_id, title, "", "not_started", REVIEW, "Siap dikirim")
        return TaskLine(page_id, title, "Lengkapi bagian lain dulu.", "blocked", "")
    if page_id == "documents":
        hint = "Foto atau PDF, satu per satu"
        return TaskLine(page_id, "Unggah berkas", hint, state.tasks[page_id], DOCUMENTS)
    known = page_state(draft, page_id)
    problem = state.problems.get(page_id)
    status: TaskStatus = "in_progress" if known.begun else "not_started"
    hint = problem if problem and known.complete else ""
    if draft.follows and problem and not known.complete:
        hint = "Periksa isinya dan ubah yang perlu."
    return TaskLine(
        page_id,
        PAGES[page_id].title,
        hint,
        status if problem else "done",
        page_url(draft, page_id),
    )
