"""Pages: open the counter, for whoever comes next or for the correction of one application."""

from __future__ import annotations

from functools import partial
from typing import get_args

from starlette.responses import Response
from starlette.routing import Route

from services.verification.counter.tickets import checked_channel, issue
from services.verification.counter_key import Counter
from services.verification.officers.guard import Visit, signed_in
from services.verification.officers.pages import COUNTER
from services.verification.review.domain import Case
from services.verification.review.reading import case_of
from shared.code_lists import CHANNEL
from shared.counter_tickets import FIELD, CounterChannel
from shared.errors import Conflict, Invalid, Unavailable
from shared.web.headers import CONTENT_SECURITY_POLICY

CASE = "/petugas/permohonan/{case_id}/loket"
_HINTS: dict[CounterChannel, str] = {
    "counter": "Orangnya di depan Anda, di kantor dinas.",
    "whatsapp": "Ia mengirim data dan berkas lewat percakapan WhatsApp.",
    "subdistrict_desk": "Orangnya di depan Anda, di kantor kecamatan atau desa.",
}


async def get_counter(visit: Visit) -> Response:
    visit.officer.require("enter_applications")
    return _form(visit, None)


async def post_counter(visit: Visit) -> Response:
    visit.officer.require("enter_applications")
    return await _opened(visit, None)


async def get_correction(visit: Visit) -> Response:
    return _form(visit, await _returned(visit))


async def post_correction(visit: Visit) -> Response:
    return await _opened(visit, await _returned(visit))


async def _returned(visit: Visit) -> Case:
    """The case whose correction is to be entered; raises `Conflict`."""
    visit.officer.require("check_cases")
    scope = visit.desk.resources.uow.reading()
    case = await case_of(scope, visit.request.path_params["case_id"])
    if case.state != "returned":
        raise Conflict(
            "Permohonan ini sedang tidak menunggu perbaikan. Buka permohonannya untuk melihat "
            "keadaannya sekarang."
        )
    return case


def _form(visit: Visit, case: Case | None, error: str = "") -> Response:
    context = {
        "case": case,
        "action": visit.request.url.path,
        "channels": [(each, CHANNEL[each], _HINTS[each]) for each in get_args(CounterChannel)],
        "is_set_up": visit.desk.counter is not None,
        "error": error,
    }
    return visit.render("counter.html", context, 422 if error else 200)


async def _opened(visit: Visit, case: Case | None) -> Response:
    """A page that posts the ticket to intake: a ticket is never part of an address."""
    try:
        channel = checked_channel(visit.form.get("channel", ""))
    except Invalid as error:
        return _form(visit, case, str(error))
    counter = visit.desk.counter
    if counter is None:
        raise Unavailable("Layanan loket belum diatur. Hubungi administrator sistem.")
    work = partial(
        issue,
        counter=counter,
        officer=visit.officer,
        channel=channel,
        application_id=case.id if case else None,
    )
    ticket = await visit.desk.resources.uow.run(work)
    context = {"action": f"{counter.applicants_url}/loket/buka", "field": FIELD, "ticket": ticket}
    response = visit.render("counter_ticket.html", {**context, "again": visit.request.url.path})
    return _leading_to(counter, response)


def _leading_to(counter: Counter, response: Response) -> Response:
    """This page alone may post to intake, which is told the address of the desk."""
    response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY.replace(
        "form-action 'self'", f"form-action 'self' {counter.origin}"
    )
    response.headers["Referrer-Policy"] = "strict-origin"  # without it Origin is null
    return response


ROUTES = [
    Route(COUNTER, signed_in(get_counter), methods=["GET"]),
    Route(COUNTER, signed_in(post_counter), methods=["POST"]),
    Route(CASE, signed_in(get_correction), methods=["GET"]),
    Route(CASE, signed_in(post_correction), methods=["POST"]),
]
