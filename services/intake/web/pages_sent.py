"""The confirmation after sending: the reference, what comes next and when, and the receipt.

It may be reloaded and kept as a bookmark: on the phone that sent it stays as it was, anywhere else
it leads to the status page, with the reference filled in.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.intake import status, store
from services.intake.domain import Application
from services.intake.receipts.receipt import make_receipt
from services.intake.references import normalise_reference
from services.intake.returning.destinations import destination_of
from services.intake.web import sessions
from services.intake.web.pages_status import LOOKUP, pdf_answer
from services.intake.web.site import Site, go
from shared.code_lists import BY_CHANNEL

SENT = "/daftar/terkirim/{reference}"


class SentPages:
    def __init__(self, site: Site) -> None:
        self.site = site
        self.intake = site.intake

    def routes(self) -> list[Route]:
        return [Route(SENT, self.show), Route(SENT + "/tanda-terima.pdf", self.receipt)]

    async def show(self, request: Request) -> Response:
        application = await self._application(request)
        if application is None:
            return _elsewhere(request)
        news = destination_of(
            self.intake.keys, self.intake.settings, application.id, application.pages
        )
        return self.site.held(
            request,
            application.id,
            "sent.html",
            title="Pendaftaran terkirim",
            view=await status.get_status(self.intake, application.id),
            name=application.pages["identity"]["values"]["full_name"],
            sent_at=application.submitted_at,
            news_by=BY_CHANNEL[news.channel] if news else "",
            status_url=f"{LOOKUP}?nomor={application.reference}",
        )

    async def receipt(self, request: Request) -> Response:
        application = await self._application(request)
        if application is None:
            return _elsewhere(request)
        at_counter = sessions.counter_of(request) is not None
        return pdf_answer(*await make_receipt(self.intake, application), shown=at_counter)

    async def _application(self, request: Request) -> Application | None:
        """What this phone sent, if it is what the address names."""
        holder = sessions.draft_holder(self.intake.settings, request)
        if holder is None:
            return None
        found = await store.find_sent(self.intake.uow.reading(), holder)
        return found if found and found.reference == request.path_params["reference"] else None


def _elsewhere(request: Request) -> Response:
    reference = normalise_reference(request.path_params["reference"])
    return go(f"{LOOKUP}?nomor={reference}" if reference else LOOKUP)
