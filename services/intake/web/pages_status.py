"""Status of an application: found by reference and birth date; the card to download."""

from __future__ import annotations

from datetime import date

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.intake import status
from services.intake.applications import get_application
from services.intake.forms.rules import tidy
from services.intake.receipts.receipt import make_receipt
from services.intake.references import normalise_reference
from services.intake.web import questions, sessions
from services.intake.web.posted import read_form
from services.intake.web.site import Form, Site, go
from shared import clock

LOOKUP = "/status"
SUMMARY = "/status/ringkasan"
_PANELS = {
    "valid": " spk-panel--good",
    "report_overdue": " spk-panel--warning",
    "revoked": " spk-panel--bad",
    "returned": " spk-panel--warning",
    "rejected": " spk-panel--bad",
}


class StatusPages:
    def __init__(self, site: Site) -> None:
        self.site = site
        self.intake = site.intake

    def routes(self) -> list[Route]:
        return [
            Route(LOOKUP, self.ask),
            Route(LOOKUP, self.find, methods=["POST"]),
            Route(SUMMARY, self.show),
            Route("/status/kartu.pdf", self.card),
            Route("/status/kartu.png", self.card_image),
            Route("/status/tanda-terima.pdf", self.receipt),
        ]

    async def ask(self, request: Request) -> Response:
        known = normalise_reference(request.query_params.get("nomor", ""))
        return self._lookup(request, {"reference": [known]} if known else {}, {})

    async def find(self, request: Request) -> Response:
        """The same answer for an unknown reference and for a wrong birth date."""
        form = await read_form(request)
        reference = tidy(questions.first(form, "reference"))
        born, errors = read_birth_date(form)
        if not reference:
            errors = {"reference": "Isi nomor pendaftaran.", **errors}
        if errors:
            return self._lookup(request, form, errors)
        address = request.client.host if request.client else ""
        try:
            found = await status.find_application(self.intake, reference, born, address)
        except status.NoSuchApplication as error:
            return self._lookup(request, form, {"reference": str(error)})
        response = go(SUMMARY)
        sessions.remember_status(self.intake.settings, response, found.id)
        return response

    def _lookup(self, request: Request, form: Form, errors: dict[str, str]) -> Response:
        return self.site.pages.page(
            request,
            "status_form.html",
            status=422 if errors else 200,
            title="Cek status pendaftaran",
            failed=bool(errors),
            errors=errors,
            reference=questions.first(form, "reference"),
            day=questions.first(form, "birth_date-day"),
            month=questions.first(form, "birth_date-month"),
            year=questions.first(form, "birth_date-year"),
            back="/",
        )

    async def show(self, request: Request) -> Response:
        application_id = await self.site.status_of(request)
        view = await status.get_status(self.intake, application_id)
        return self.site.held(
            request,
            application_id,
            "status.html",
            title=f"Status: {view.heading}",
            view=view,
            panel_class=_PANELS.get(view.standing or view.state, ""),
            now=clock.now(),
            back=None,
        )

    async def card(self, request: Request) -> Response:
        at_counter = sessions.counter_of(request) is not None
        card = await status.read_card(self.intake, await self.site.status_of(request))
        return pdf_answer(*card, shown=at_counter)

    async def card_image(self, request: Request) -> Response:
        application_id = await self.site.status_of(request)
        return png_answer(*await self.site.card_images.read(self.intake, application_id))

    async def receipt(self, request: Request) -> Response:
        application = await get_application(
            self.intake.uow.reading(), await self.site.status_of(request)
        )
        at_counter = sessions.counter_of(request) is not None
        return pdf_answer(*await make_receipt(self.intake, application), shown=at_counter)


def pdf_answer(name: str, pdf: bytes, *, shown: bool = False) -> Response:
    """A file to be saved under this name, or shown by a browser that must keep nothing."""
    headers = _saved_as(name)
    if shown:
        headers = {"Content-Disposition": f'inline; filename="{name}"'}
    return Response(pdf, headers=headers, media_type="application/pdf")


def png_answer(name: str, png: bytes) -> Response:
    """An image to be saved under this name."""
    return Response(png, headers=_saved_as(name), media_type="image/png")


def _saved_as(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}


def read_birth_date(form: Form) -> tuple[date | None, dict[str, str]]:
    """The date that was typed, or what is wrong with it."""
    entries = [
        tidy(questions.first(form, f"birth_date-{part}")) for part in ("year", "month", "day")
    ]
    if not all(entries):
        return None, {"birth_date": "Isi tanggal lahir lengkap: tanggal, bulan, dan tahun."}
    try:
        year, month, day = (int(entry) for entry in entries)
        return date(year, month, day), {}
    except (ValueError, OverflowError):  # a year of thirty digits fits no calendar
        return None, {"birth_date": "Tanggal ini tidak ada di kalender."}
