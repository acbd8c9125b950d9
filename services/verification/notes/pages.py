"""Notes of a case on a page of their own, and within the page of the case by htmx."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from services.verification.audit import log
from services.verification.audit.domain import Entry
from services.verification.notes.noting import Typed, add_note, notes_of, withdraw_note
from services.verification.officers.guard import Visit, signed_in
from services.verification.review.reading import case_of
from shared.errors import Invalid

_CASE = "/petugas/permohonan/{case_id}"


async def get_notes(visit: Visit) -> Response:
    return await _page(visit, Typed())


async def post_note(visit: Visit) -> Response:
    form, resources = visit.form, visit.desk.resources
    typed = Typed(form.get("key", ""), form.get("note", ""), form.get("for") == "me")
    work = partial(
        add_note,
        keys=resources.keys,
        officer=visit.officer,
        case_id=_case_id(visit),
        typed=typed,
    )
    try:
        await resources.uow.run(work)
    except Invalid as error:
        return await _page(visit, Typed(text=typed.text, is_private=typed.is_private), str(error))
    return await _done(visit)


async def post_withdraw(visit: Visit) -> Response:
    resources = visit.desk.resources
    work = partial(
        withdraw_note,
        keys=resources.keys,
        officer=visit.officer,
        case_id=_case_id(visit),
        note_id=visit.request.path_params["note_id"],
    )
    await resources.uow.run(work)
    return await _done(visit)


async def _done(visit: Visit) -> Response:
    """Htmx puts the notes into the page of the case, where more may be typed and not yet saved."""
    if "hx-request" in visit.request.headers:
        return await _page(visit, Typed())
    return RedirectResponse(f"/petugas/permohonan/{_case_id(visit)}#catatan", 303)


async def _page(visit: Visit, typed: Typed, error: str = "") -> Response:
    visit.officer.require("read_cases")
    resources, case_id = visit.desk.resources, _case_id(visit)
    scope = resources.uow.reading()
    case = await case_of(scope, case_id)
    entry = Entry(visit.officer.actor, "notes.viewed", case_id, is_view=True)
    await log.record_view(resources.uow, entry)
    notes = await notes_of(scope, resources.keys, visit.officer, case_id)
    context = {
        "case": case,
        "full_name": case.current.answers.person.full_name,
        "notes": replace(notes, typed=typed, error=error),
    }
    return visit.render("notes_page.html", context, 422 if error else 200)


def _case_id(visit: Visit) -> str:
    case_id: str = visit.request.path_params["case_id"]
    return case_id


ROUTES = [
    Route(f"{_CASE}/catatan", signed_in(get_notes), methods=["GET"]),
    Route(f"{_CASE}/catatan", signed_in(post_note), methods=["POST"]),
    Route(f"{_CASE}/catatan/{{note_id}}/tarik", signed_in(post_withdraw), methods=["POST"]),
]
