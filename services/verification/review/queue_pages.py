"""Pages: the queue, and taking a case from it or giving it back."""

from __future__ import annotations

from functools import partial
from typing import get_args
from urllib.parse import urlencode

from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from services.verification.officers.guard import Visit, signed_in
from services.verification.review import labels
from services.verification.review.claims import claim_case, claim_next, release_case
from services.verification.review.pages import CASES, QUEUE, case_id_of, done_of, to_queue
from services.verification.review.queue import TAB_NAMES, TABS, Chosen, Tab, read_queue
from shared import code_lists
from shared.contracts.applications import ApplicationKind

NEXT = "/petugas/ambil-berikutnya"


async def get_queue(visit: Visit) -> Response:
    query = visit.request.query_params
    tab: Tab = next((each for each in TABS if each == query.get("tab")), "new")
    scope = visit.desk.resources.uow.reading()
    kinds = get_args(ApplicationKind)
    kind: ApplicationKind | None = next((each for each in kinds if each == query.get("kind")), None)
    page = await read_queue(scope, visit.officer, Chosen(tab, kind, query.get("after")))
    context = {
        "page": page,
        "tabs": TAB_NAMES,
        "states": labels.STATE,
        "kinds": code_lists.APPLICATION_KIND,
        "done": done_of(visit),
        "is_first": "after" not in query,
    }
    return visit.render("queue.html", context)


async def post_next(visit: Visit) -> Response:
    """Open the most urgent case that waits for this officer."""
    uow = visit.desk.resources.uow
    case = await uow.run(partial(claim_next, officer=visit.officer))
    if case is None:
        return RedirectResponse(f"{QUEUE}?{urlencode({'done': 'nothing_waits'})}", 303)
    return RedirectResponse(f"{CASES}/{case.id}", 303)


async def post_claim(visit: Visit) -> Response:
    uow = visit.desk.resources.uow
    case_id = case_id_of(visit)
    await uow.run(partial(claim_case, case_id=case_id, officer=visit.officer))
    return RedirectResponse(f"{CASES}/{case_id}", 303)


async def post_release(visit: Visit) -> Response:
    uow = visit.desk.resources.uow
    case = await uow.run(partial(release_case, case_id=case_id_of(visit), officer=visit.officer))
    return to_queue("released", case)


ROUTES = [
    Route(QUEUE, signed_in(get_queue)),
    Route(NEXT, signed_in(post_next), methods=["POST"]),
    Route(f"{CASES}/{{case_id}}/ambil", signed_in(post_claim), methods=["POST"]),
    Route(f"{CASES}/{{case_id}}/lepas", signed_in(post_release), methods=["POST"]),
]
