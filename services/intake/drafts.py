"""Drafts: begin, find again, know what is missing."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Literal

from services.intake import store
from services.intake.answers import keep_page
from services.intake.forms import ANSWER_PAGES, PAGES, TASKS, Parsed, parse_page
from services.intake.forms.education import fits_birth_date
from services.intake.forms.fields import Form, Known
from services.intake.intake import Intake
from services.intake.quotas import admit_start
from services.intake.requirements import MISSING_DOCUMENT, missing_documents
from services.intake.store import Draft, Holder
from shared import clock
from shared.contracts.applications import DocumentKind
from shared.errors import Conflict, Invalid, NotFound
from shared.ids import uuid7
from shared.office import Office

TaskStatus = Literal["done", "in_progress", "not_started", "blocked"]
TASK_LABELS: dict[TaskStatus, str] = {
    "done": "Selesai",
    "in_progress": "Sedang dikerjakan",
    "not_started": "Belum lengkap",
    "blocked": "Belum bisa dimulai",
}


class DraftGone(NotFound):
    """Pendaftaran ini tidak ditemukan atau sudah lewat batas waktunya. Mulai pendaftaran baru."""

    code = "draft_gone"


class AlreadySent(Conflict):
    """Pendaftaran ini sudah dikirim. Lihat perkembangannya di halaman status."""

    code = "already_sent"

    def __init__(self, reference: str) -> None:
        super().__init__()
        self.reference = reference


@dataclass(frozen=True)
class StartedDraft:
    """`token` is given to the person once; only its hash is kept."""

    id: str
    token: str

    @property
    def holder(self) -> Holder:
        return holder_of(self.id, self.token)


@dataclass(frozen=True)
class Completeness:
    """What is done, page by page and task by task; `problems` are texts by page or document."""

    pages: Mapping[str, bool]
    missing_documents: tuple[DocumentKind, ...]
    tasks: Mapping[str, TaskStatus]
    problems: Mapping[str, str]

    @property
    def complete(self) -> bool:
        return not self.problems


def holder_of(draft_id: str, token: str) -> Holder:
    return Holder(draft_id, hashlib.sha256(token.encode()).hexdigest())


async def start_draft(
    intake: Intake, form: Form, address: str, entered_by: str | None = None
) -> StartedDraft | Parsed:
    """Begin a draft for a person who read the notice; the errors of the page if they did not.

    `entered_by` is the officer who types it at a counter. Raises `TooMany` for a network that
    begins drafts without end.
    """
    parsed = parse_page("start", form, clock.today(), intake.office)
    if parsed.errors:
        return parsed
    await admit_start(intake, address)
    started, draft = new_draft(intake, entered_by)
    draft.pages["start"] = keep_page(intake.keys, draft.id, "start", parsed.values)
    await store.insert_draft(intake.uow.reading(), draft)
    return started


def new_draft(intake: Intake, entered_by: str | None) -> tuple[StartedDraft, Draft]:
    """An empty draft that is not kept yet, and what its holder is given."""
    started = StartedDraft(uuid7(), secrets.token_urlsafe(32))
    now = clock.now()
    draft = Draft(
        id=started.id,
        token_hash=started.holder.token_hash,
        notice_version=intake.office.applicant.notice_version,
        created_at=now,
        expires_at=now + timedelta(days=intake.office.applicant.draft_days),
        entered_by=entered_by,
    )
    return started, draft


async def find_draft(intake: Intake, holder: Holder) -> Draft:
    """Raises `AlreadySent` or `DraftGone`."""
    draft = await store.find_draft(intake.uow.reading(), holder)
    if draft is None:
        await raise_gone(intake, holder)
    assert draft is not None  # noqa: S101  # for mypy
    return draft


def start_of(pages: Mapping[str, Any]) -> Mapping[str, Any]:
    """What was said at the start; an older draft asks for a new card."""
    values: Mapping[str, Any] = pages.get("start", {"values": {}})["values"]
    return values


def open_pages(draft: Draft) -> tuple[str, ...]:
    """The pages that may be changed: with an application to follow only what the kind is about."""
    start = start_of(draft.pages)
    if draft.follows is None or start.get("kind", "new") in {"new", "renewal"}:
        return ANSWER_PAGES
    return tuple(each for each in ANSWER_PAGES if each in (start.get("correction_pages") or ()))


def completeness(draft: Draft, office: Office) -> Completeness:
    """What of a draft is done."""
    pages = {page_id: page_id in draft.pages for page_id in ANSWER_PAGES}
    missing = missing_documents(draft.documents, draft.pages, office)
    problems = {
        page_id: f"Lengkapi bagian {PAGES[page_id].title}."
        for page_id, done in pages.items()
        if not done
    }
    problems |= cross_page_problems(draft.pages)
    problems |= {f"documents.{kind}": MISSING_DOCUMENT[kind] for kind in missing}
    tasks = _task_states(draft, problems)
    return Completeness(pages, missing, tasks, problems)


def cross_page_problems(pages: Mapping[str, Any]) -> dict[str, str]:
    """What no page could see alone: it was changed after the other one was saved."""
    born = birth_date_of(pages)
    rows = pages["education"]["values"]["education"] if "education" in pages else ()
    if all(fits_birth_date(row["year_out"], born) for row in rows):
        return {}
    return {"education": "Tahun lulus tidak cocok dengan tanggal lahir."}


async def known_of(intake: Intake, pages: Mapping[str, Any], *, at_counter: bool = False) -> Known:
    """What a page is read with: answers of other pages, and the list of occupations."""
    known = told_by(pages)
    return replace(
        known,
        may_lack_mobile=at_counter or known.may_lack_mobile,
        occupations=await intake.occupations.current(intake.uow.reading()),
    )


def told_by(pages: Mapping[str, Any]) -> Known:
    """What the answers say that other questions hang on."""
    contact = pages.get("contact", {"values": {}})["values"]
    return Known(
        birth_date=birth_date_of(pages),
        has_whatsapp=contact.get("mobile_has_whatsapp"),
        may_lack_mobile=contact.get("has_mobile") is False,
    )


def birth_date_of(pages: Mapping[str, Any]) -> date | None:
    born = pages.get("identity", {"values": {}})["values"].get("birth_date")
    return date.fromisoformat(born) if born else None


def check_page(page_id: str) -> None:
    if page_id not in PAGES:
        raise NotFound("Bagian formulir ini tidak ada.")


def _task_states(draft: Draft, problems: Mapping[str, str]) -> dict[str, TaskStatus]:
    states: dict[str, TaskStatus] = {}
    for task in TASKS:
        if task.id == "review":
            states[task.id] = "blocked" if problems else "not_started"
            continue
        if task.id == "documents":
            begun = bool(draft.documents)
            done = not any(item.startswith("documents.") for item in problems)
        else:
            begun = any(page in draft.pages or page in draft.parts for page in task.pages)
            done = not any(page in problems for page in task.pages)
        states[task.id] = "done" if done else "in_progress" if begun else "not_started"
    return states


async def raise_gone(intake: Intake, holder: Holder) -> None:
    """Nothing is saved in a draft that is sent or gone: say which."""
    sent = await store.find_sent(intake.uow.reading(), holder)
    if sent is not None:
        raise AlreadySent(sent.reference)
    raise DraftGone


class Incomplete(Invalid):
    """Pendaftaran belum lengkap. Lengkapi bagian yang disebut, lalu kirim."""

    code = "incomplete"

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__()
        self.errors = dict(errors)
