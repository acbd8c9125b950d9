"""The start page."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.intake.web.site import Site


class PublicPages:
    def __init__(self, site: Site) -> None:
        self.site = site

    def routes(self) -> list[Route]:
        return [
            Route("/", self.start),
        ]

    async def start(self, request: Request) -> Response:
        has_draft = await self.site.open_draft(request) is not None
        return self.site.pages.page(
            request, "start.html", title="Buat kartu AK-1", has_draft=has_draft
        )
