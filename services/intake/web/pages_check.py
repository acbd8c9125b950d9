"""Checking a card: the page that verifies its QR in the browser, the printed code, old links."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.intake.checking.check import CardCheck, check_code, check_link
from services.intake.quotas import TooMany
from services.intake.web.failures import limited
from services.intake.web.posted import address_of, read_form
from services.intake.web.questions import first
from services.intake.web.site import Site
from shared import clock

CHECK = "/V"  # upper case: it stands in the QR, which is smaller so
FIELD = "kode"
# As the IPK reports name the 13 levels (domain.md 6.6).
EDUCATION_LEVELS = (
    *("Tidak/belum tamat SD", "SD/sederajat", "SLTP/sederajat", "SLTA/sederajat"),
    *("Diploma 1", "Diploma 2", "Diploma 3/Sarjana Muda", "Diploma 4/Sarjana Terapan"),
    *("Akta 2", "Akta 3", "Sarjana (S1)", "Magister (S2)", "Doktor (S3)"),
)


class CheckPages:
    def __init__(self, site: Site) -> None:
        self.site = site
        self.intake = site.intake

    def routes(self) -> list[Route]:
        return [
            Route(CHECK, self.ask),
            Route(CHECK.lower(), self.ask),
            Route(CHECK, self.find, methods=["POST"]),
            Route("/cek/{code}", self.follow),
        ]

    async def ask(self, request: Request) -> Response:
        """The same for everybody: browsers keep it for when they are offline."""
        return self.site.pages.page(
            request, "check.html", **check_values(self.site), counter=None, can_exit=False
        )

    async def find(self, request: Request) -> Response:
        """The same answer for an unknown and a malformed code."""
        form = await read_form(request)
        try:
            found = await check_code(self.intake, first(form, FIELD), address_of(request))
        except TooMany as error:
            return self._refused(request, error)
        return self._answer(request, found)

    async def follow(self, request: Request) -> Response:
        """The link in the QR of cards issued before it was signed."""
        code = request.path_params["code"]
        try:
            found = await check_link(self.intake, code, address_of(request))
        except TooMany as error:
            return self._refused(request, error)
        return self._answer(request, found, is_link=True)

    def _answer(
        self, request: Request, found: CardCheck | None, *, is_link: bool = False
    ) -> Response:
        return self.site.pages.page(
            request,
            "check_answer.html",
            status=200 if found else 404,
            title=found.word if found else "Kartu tidak ditemukan",
            card=found,
            is_link=is_link,
            now=clock.now(),
        )

    def _refused(self, request: Request, error: TooMany) -> Response:
        page = self.site.pages.message(request, 429, "Terlalu banyak percobaan", str(error))
        return limited(page, error)


def check_values(site: Site) -> dict[str, Any]:
    """`lists`: how the lists name themselves, wherever the page is opened."""
    return {
        "title": "Cek kartu AK-1",
        "zone": clock.OFFICE_ZONE.key,
        "levels": EDUCATION_LEVELS,
        "lists": f"{site.intake.settings.public_url.rstrip('/')}/status/",
    }


def check_page(site: Site) -> str:
    """What a browser keeps of it."""
    return site.pages.html("check.html", **check_values(site))
