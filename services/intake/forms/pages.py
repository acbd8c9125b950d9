"""The pages of AK/II in order, and the tasks of the task list they belong to (domain.md 5.1)."""

from __future__ import annotations

from dataclasses import dataclass

from services.intake.forms import (
    contact,
    education,
    experience,
    identity,
    preferences,
    skills,
    start,
)

PAGES = {
    module.PAGE.id: module.PAGE
    for module in (start, identity, contact, education, skills, experience, preferences)
}
ANSWER_PAGES = tuple(page_id for page_id in PAGES if page_id != "start")


@dataclass(frozen=True, slots=True)
class Task:
    """One line of the task list; `documents` and `review` are pages without form fields."""

    id: str
    title: str
    pages: tuple[str, ...]


TASKS = (
    Task("person", "Data diri (KTP)", ("identity", "contact")),
    Task("education", "Pendidikan", ("education",)),
    Task("work", "Pengalaman & keterampilan", ("skills", "experience", "preferences")),
    Task("documents", "Unggah dokumen", ("documents",)),
    Task("review", "Periksa & kirim", ("review",)),
)
