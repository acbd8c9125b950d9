"""Where things stand in the form: addresses of pages and screens, and what comes next."""

from __future__ import annotations

from dataclasses import dataclass

from services.intake import drafts
from services.intake.filling import PageState, page_state
from services.intake.forms import PAGES, TASKS
from services.intake.forms.fields import Screen
from services.intake.store import Draft

TASK_LIST = "/daftar/daftar-tugas"
DOCUMENTS = "/daftar/dokumen"
REVIEW = "/daftar/periksa"
_NO_BREAK = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True)
class Place:
    """Where in the form somebody is; `checking` when they came from the check page."""

    state: PageState
    screen: Screen
    checking: bool

    @property
    def url(self) -> str:
        return screen_url(self.state.page.id, self.screen.id, checking=self.checking)

    @property
    def elsewhere(self) -> str | None:
        """Where to go when this screen is not asked any more: another tab said otherwise."""
        if self.screen in self.state.asked:
            return None
        return screen_url(self.state.page.id, self.state.entry.id)

    @property
    def back(self) -> str:
        if self.checking:
            return REVIEW
        before = self.state.asked[: self.state.asked.index(self.screen)]
        return screen_url(self.state.page.id, before[-1].id) if before else TASK_LIST

    @property
    def step(self) -> str:
        """`Data diri · 2 dari 5`; of a page with one screen the task it belongs to."""
        page, asked = self.state.page, self.state.asked
        if len(asked) == 1:
            return next((task.title for task in TASKS if page.id in task.pages), "")
        number = asked.index(self.screen) + 1
        return f"{page.title} · {number}{_NO_BREAK}dari{_NO_BREAK}{len(asked)}"

    def onward(self, draft: Draft) -> str:
        """What comes next: the rest of the page, then the next page that may be changed."""
        state = page_state(draft, self.state.page.id)
        if self.checking:
            missing = state.undone
            return screen_url(state.page.id, missing.id, checking=True) if missing else REVIEW
        after = state.asked[state.asked.index(self.screen) + 1 :]
        following = after[0] if after else state.undone
        if following:
            return screen_url(state.page.id, following.id)
        may_change = drafts.open_pages(draft)
        pages = tuple(PAGES)
        later = pages[pages.index(state.page.id) + 1 :]
        return next((page_url(draft, each) for each in later if each in may_change), DOCUMENTS)


def screen_url(page_id: str, screen_id: str, *, checking: bool = False) -> str:
    return f"/daftar/{page_id}/{screen_id}" + ("?kembali=periksa" if checking else "")


def page_url(draft: Draft, page_id: str) -> str:
    """The first screen of a page that is not finished, else its first."""
    return screen_url(page_id, page_state(draft, page_id).entry.id)
