"""The information pages of the office, and "Bantuan", the page that leads to them."""

from __future__ import annotations

from collections.abc import Callable

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from services.intake.information import InformationPage, Library
from services.intake.information.library import HELP
from services.intake.web.printed import Printed, print_page
from services.intake.web.sessions import is_remembered
from services.intake.web.site import Site

_CONTENTS_FROM = 4  # sections: a page with fewer needs no table of contents


class InformationPages:
    """Each page is made once for each reading of the texts, with and without the exit."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._of: Library | None = None
        self._printed: dict[tuple[str, bool], Printed] = {}

    def routes(self) -> list[Route]:
        return [
            Route(HELP, self.help),
            Route("/informasi", self.to_help),
            Route("/informasi/{name}", self.page),
            Route("/privasi", self.page),
        ]

    async def help(self, request: Request) -> Response:
        library = self.site.pages.information()
        return self._answer(
            request,
            HELP,
            library,
            lambda leave: self.site.pages.html(
                "help.html", title="Bantuan", library=library, can_exit=leave, back="/"
            ),
        )

    async def to_help(self, request: Request) -> Response:
        del request
        return RedirectResponse(HELP, status_code=308)

    async def page(self, request: Request) -> Response:
        library = self.site.pages.information()
        page = library.page(request.path_params.get("name", "privasi"))
        if page is None:
            raise HTTPException(404)
        if request.url.path != page.address:
            return RedirectResponse(page.address, status_code=308)
        return self._answer(request, page.address, library, lambda leave: self._html(page, leave))

    def _html(self, page: InformationPage, leave: bool) -> str:
        return self.site.pages.html(
            "information.html",
            title=page.title,
            page=page,
            contents=page.sections if len(page.sections) >= _CONTENTS_FROM else (),
            can_exit=leave,
            back=HELP,
        )

    def _answer(
        self, request: Request, address: str, library: Library, html: Callable[[bool], str]
    ) -> Response:
        if library is not self._of:
            self._of, self._printed = library, {}
        leave = is_remembered(self.site.intake.settings, request)
        printed = self._printed.get((address, leave))
        if printed is None:
            printed = self._printed[address, leave] = print_page(html(leave))
        return printed.answer(request, public=not leave)
