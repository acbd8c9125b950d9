"""Filling in a draft: a page at once (scripts), or one screen after the other (people).

Each finished screen is kept at once; when all that are asked are right, the page is complete.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from services.intake import store
from services.intake.answers import KeptPage, keep_page, open_page
from services.intake.drafts import check_page, find_draft, known_of, open_pages, raise_gone
from services.intake.forms import ANSWER_PAGES, PAGES, FormPage, Parsed, Values, parse_page
from services.intake.forms.fields import Form, Reading, Screen
from services.intake.forms.screens import ParsedScreen, asked_screens, find_screen, parse_screen
from services.intake.intake import Intake
from services.intake.returning.keeping import tell_draft_code
from services.intake.store import Draft, Holder
from shared import clock
from shared.errors import Conflict, NotFound
from shared.uow import Scope, Tx

_TRIES = 5


@dataclass(frozen=True)
class PageState:
    """How far a page is: the kept values decide which screens are asked."""

    page: FormPage
    asked: tuple[Screen, ...]
    done: frozenset[str]
    complete: bool
    warnings: tuple[str, ...] = ()

    @property
    def begun(self) -> bool:
        return self.complete or bool(self.done)

    @property
    def undone(self) -> Screen | None:
        """The first screen that is asked and not finished."""
        return next((each for each in self.asked if each.id not in self.done), None)

    @property
    def entry(self) -> Screen:
        """Where somebody who opens the page should look."""
        return self.undone or self.asked[0]


def page_state(draft: Draft, page_id: str) -> PageState:
    page = PAGES[page_id]
    kept = draft.pages.get(page_id) or draft.parts.get(page_id) or {"values": {}, "warnings": []}
    asked = asked_screens(page, kept["values"])
    complete = page_id in draft.pages
    done = frozenset(each.id for each in asked) if complete else frozenset(kept.get("screens", ()))
    return PageState(page, asked, done, complete, tuple(kept["warnings"]))


def open_known(intake: Intake, draft: Draft, page_id: str) -> Values:
    """What is known of a page, finished or not; empty when nothing is."""
    kept = draft.pages.get(page_id) or draft.parts.get(page_id)
    return open_page(intake.keys, draft.id, page_id, kept) if kept else {}


def open_all_answers(intake: Intake, draft: Draft) -> dict[str, Values]:
    """The complete pages, for the person who checks everything before sending."""
    return {
        page_id: open_page(intake.keys, draft.id, page_id, draft.pages[page_id])
        for page_id in ANSWER_PAGES
        if page_id in draft.pages
    }


async def save_page(intake: Intake, holder: Holder, page_id: str, form: Form) -> Parsed:
    """Save one page if it has no errors; raises `NotFound`, `AlreadySent`, `DraftGone`."""
    check_page(page_id)
    draft = await find_draft(intake, holder)
    _guard(draft, page_id)
    known = await known_of(intake, draft.pages)
    parsed = parse_page(page_id, form, clock.today(), intake.office, known)
    if parsed.errors:
        return parsed
    page = keep_page(intake.keys, holder.draft_id, page_id, parsed.values, parsed.warnings)

    write = partial(store.put_page, holder=holder, page_id=page_id, page=page)
    if not await _written(intake, holder, page, write):
        await raise_gone(intake, holder)
    return parsed


def may_change(draft: Draft, page_id: str) -> bool:
    """What is asked for may be changed too, unless it was said on the status page."""
    return page_id in open_pages(draft) or (page_id == "start" and draft.follows is None)


def _guard(draft: Draft, page_id: str) -> None:
    if not may_change(draft, page_id):
        raise Conflict("Bagian ini tidak diubah pada permohonan ini.")


@dataclass(frozen=True)
class SavedScreen:
    """With `errors` nothing was saved; `draft` is as it is now."""

    draft: Draft
    errors: dict[str, str]
    warnings: tuple[str, ...] = ()


async def save_screen(
    intake: Intake,
    holder: Holder,
    page_id: str,
    screen_id: str,
    form: Form,
    *,
    at_counter: bool = False,
) -> SavedScreen:
    """Save one screen if it has no errors; raises `NotFound`, `AlreadySent`, `DraftGone`.

    Two screens saved at the same moment are both kept: the later one is laid over what is there.
    """
    check_page(page_id)
    page = PAGES[page_id]
    screen = find_screen(page, screen_id)
    if screen is None:
        raise NotFound("Bagian formulir ini tidak ada.")
    for _ in range(_TRIES):
        draft = await find_draft(intake, holder)
        _guard(draft, page_id)
        known = await known_of(intake, {**draft.parts, **draft.pages}, at_counter=at_counter)
        before = open_known(intake, draft, page_id)
        reading = Reading(clock.today(), intake.office, known)
        parsed = parse_screen(page, screen, before, form, reading)
        if parsed.errors:
            return SavedScreen(draft, parsed.errors)
        part = _part(intake, draft, page_state(draft, page_id), screen, parsed)
        write = partial(
            store.put_part, holder=holder, version=draft.version, page_id=page_id, part=part
        )
        if await _written(intake, holder, part, write):
            _lay(draft, page_id, part)
            return SavedScreen(draft, {}, parsed.warnings)
    raise Conflict("Jawaban ini sedang disimpan dari halaman lain. Tekan Simpan lagi.")


async def _written(
    intake: Intake, holder: Holder, part: KeptPage, write: Callable[[Scope], Awaitable[bool]]
) -> bool:
    """Write; with an address to write to, the person is told how to find back."""
    if not (part["values"].get("mobile") or part["values"].get("email")):
        return await write(intake.uow.reading())

    async def work(tx: Tx) -> bool:
        if not await write(tx):
            return False
        await tell_draft_code(intake, tx, holder.draft_id)
        return True

    return await intake.uow.run(work)


def _part(
    intake: Intake, draft: Draft, state: PageState, screen: Screen, parsed: ParsedScreen
) -> dict[str, Any]:
    page = state.page
    part = keep_page(intake.keys, draft.id, page.id, parsed.values, parsed.warnings)
    done = (state.done | {screen.id}) - parsed.open
    asked = {each.id for each in asked_screens(page, part["values"])}
    if asked <= done:
        return part
    return {**part, "screens": [each.id for each in page.screens if each.id in done]}


def _lay(draft: Draft, page_id: str, part: dict[str, Any]) -> None:
    """The draft in hand as it is in the database."""
    draft.pages.pop(page_id, None)
    draft.parts.pop(page_id, None)
    (draft.parts if "screens" in part else draft.pages)[page_id] = part
    draft.version += 1
