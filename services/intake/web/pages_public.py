"""Pages that need no session: start, and the check of a card."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.intake.check import CardCheck, check_card
from services.intake.web.failures import TooManyTries
from services.intake.web.site import Site
from shared import clock
from shared.web.limits import Limit, hit, network

CHECKS = Limit("card_checks", 60, 300)


class PublicPages:
    def __init__(self, site: Site) -> None:
        self.site = site

    def routes(self) -> list[Route]:
        return [
            Route("/", self.start),
            Route("/cek/{code}", self.check),
        ]

    async def start(self, request: Request) -> Response:
        has_draft = await self.site.open_draft(request) is not None
        return self.site.pages.page(
            request, "start.html", title="Buat kartu AK-1", has_draft=has_draft
        )

    async def check(self, request: Request) -> Response:
        """The same answer for an unknown and a malformed code."""
        intake = self.site.intake
        address = network(request.client.host) if request.client else ""
        wait = await hit(intake.uow.reading(), CHECKS, address)
        if wait:
            raise TooManyTries(wait)
        found = await check_card(intake, request.path_params["code"])
        return self.site.pages.page(
            request,
            "check.html",
            status=200 if found else 404,
            title="Cek kartu AK-1",
            card=_view(found, clock.today()) if found else None,
            now=clock.now(),
        )


@dataclass(frozen=True)
class CheckView:
    is_valid: bool
    headline: str
    explanation: str
    registration_number: str
    masked_name: str
    issued_on: date
    valid_until: date


def _view(card: CardCheck, today: date) -> CheckView:
    valid = today <= card.valid_until
    return CheckView(
        is_valid=valid,
        headline="Kartu terdaftar dan berlaku" if valid else "Masa berlaku kartu sudah habis",
        explanation=(
            f"Kartu dengan nomor ini diterbitkan oleh {card.office}."
            if valid
            else "Kartu ini terdaftar, tetapi pemegangnya perlu membuat kartu baru."
        ),
        registration_number=card.registration_number,
        masked_name=card.masked_name,
        issued_on=card.issued_on,
        valid_until=card.valid_until,
    )
