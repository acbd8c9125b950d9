"""Pages: the queue, and taking a case from it or giving it back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import TypeVar, get_args
from urllib.parse import parse_qsl, urlencode

from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from services.verification.officers.guard import Visit, signed_in
from services.verification.review import labels
from services.verification.review.claims import claim_case, claim_next, release_case
from services.verification.review.pages import (
    CASES,
    QUEUE,
    Shown,
    case_id_of,
    done_case_of,
    done_of,
    show_case,
    to_queue,
)
from services.verification.review.promise import promise_of
from services.verification.review.queue import (
    RISK_MARKS,
    TAB_NAMES,
    TABS,
    Chosen,
    Filters,
    QueuePage,
    Tab,
    read_queue,
)
from services.verification.review.refusals import CaseChanged, what_happened
from services.verification.review.takeovers import keep_claim, take_over_case
from services.verification.search.store import subdistricts
from shared import code_lists
from shared.clock import now
from shared.contracts.applications import ApplicationKind, Channel
from shared.dates import time_of_day
from shared.errors import Invalid

NEXT = "/petugas/ambil-berikutnya"
_COOKIE = "petugas_antrean"  # the list an officer looked at last, so that he comes back to it
_FILTERS = ("kind", "channel", "subdistrict", "mark")
T = TypeVar("T", bound=str)


async def get_queue(visit: Visit) -> Response:
    resources = visit.desk.resources
    scope = resources.uow.reading()
    places = await subdistricts(scope, resources.office.identity.area_code)
    query = visit.request.query_params
    chosen = _chosen(query, visit.request.cookies.get(_COOKIE, ""), places)
    page = await read_queue(scope, visit.officer, chosen)
    response = visit.render(
        "queue.html",
        {
            "page": page,
            "tabs": _shown_tabs(page, paper=resources.office.card.paper),
            "links": {tab: _address(tab, chosen.filters) for tab in TABS},
            "is_promised": page.tab == "mine" or promise_of(page.tab) is not None,
            "states": labels.STATE,
            "kinds": code_lists.APPLICATION_KIND,
            "channels": code_lists.CHANNEL,
            "places": places,
            "risk_marks": RISK_MARKS,
            "print_query": urlencode(_named(page.filters)),
            "without_filters": _address(page.tab, Filters()),
            "done": f"{done_of(visit)}{_still_held(query, page)}",
            "done_case": done_case_of(visit),
            "is_first": "after" not in query,
        },
    )
    remembered = _remembered(chosen)
    if remembered != visit.request.cookies.get(_COOKIE):
        response.set_cookie(
            _COOKIE,
            remembered,
            path="/petugas",
            secure=visit.desk.https,
            httponly=True,
            samesite="lax",
        )
    return response


def _still_held(query: Mapping[str, str], page: QueuePage) -> str:
    """Said where nothing else waits: what the officer began is not done by that."""
    held = page.counts["mine"]
    if not held or (query.get("done") != "nothing_waits" and "habis" not in query):
        return ""
    return f" Masih ada {held} yang Anda pegang: buka Milik saya."


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


async def post_take_over(visit: Visit) -> Response:
    """To the case, or to the list for a head who only freed it."""
    uow, case_id = visit.desk.resources.uow, case_id_of(visit)
    work = partial(
        take_over_case, case_id=case_id, officer=visit.officer, text=visit.form.get("reason", "")
    )
    try:
        case = await uow.run(work)
    except Invalid as error:
        return await show_case(visit, Shown(error=str(error)))
    if case.claim is None:
        return to_queue("freed", case)
    return RedirectResponse(f"{CASES}/{case_id}", 303)


async def post_heartbeat(visit: Visit) -> Response:
    """An open page keeps its claim; the answer is until when, or what happened, in plain text."""
    scope = visit.desk.resources.uow.reading()
    try:
        claim = await keep_claim(scope, case_id_of(visit), visit.officer, now())
    except CaseChanged as error:
        return PlainTextResponse(what_happened(error.case), 409)
    return PlainTextResponse(f"{time_of_day(claim.until)} WIB")


def _chosen(query: Mapping[str, str], remembered: str, places: Mapping[str, str]) -> Chosen:
    """What the address says; what it leaves open is as it was last."""
    last = dict(parse_qsl(remembered[:300]))
    tab = _known(query.get("tab") or last.get("tab"), TABS) or "new"
    source = query if any(key in query for key in ("saring", *_FILTERS)) else last
    kinds: tuple[ApplicationKind, ...] = get_args(ApplicationKind)
    channels: tuple[Channel, ...] = get_args(Channel)
    filters = Filters(
        kind=_known(source.get("kind"), kinds),
        channel=_known(source.get("channel"), channels),
        subdistrict=_known(source.get("subdistrict"), places),
        mark=_known(source.get("mark"), RISK_MARKS),
    )
    return Chosen(tab, filters, query.get("after"))


def _known(text: str | None, values: Iterable[T]) -> T | None:
    return next((each for each in values if each == text), None)


def _named(filters: Filters) -> dict[str, str]:
    values = {key: getattr(filters, key) for key in _FILTERS}
    return {key: value for key, value in values.items() if value is not None}


def _address(tab: Tab, filters: Filters) -> str:
    return f"{QUEUE}?{urlencode({'tab': tab, 'saring': '1', **_named(filters)})}"


def _remembered(chosen: Chosen) -> str:
    return urlencode({"tab": chosen.tab, **_named(chosen.filters)})


def _shown_tabs(page: QueuePage, *, paper: bool) -> dict[Tab, str]:
    """A card is made in seconds and not every office prints: shown while there is something."""
    seldom: set[Tab] = {"approved"} if paper else {"approved", "print", "hand_over"}
    return {
        tab: name
        for tab, name in TAB_NAMES.items()
        if tab not in seldom or page.counts[tab] or page.tab == tab
    }


ROUTES = [
    Route(QUEUE, signed_in(get_queue)),
    Route(NEXT, signed_in(post_next), methods=["POST"]),
    Route(f"{CASES}/{{case_id}}/ambil", signed_in(post_claim), methods=["POST"]),
    Route(f"{CASES}/{{case_id}}/ambil-alih", signed_in(post_take_over), methods=["POST"]),
    Route(f"{CASES}/{{case_id}}/detak", signed_in(post_heartbeat), methods=["POST"]),
    Route(f"{CASES}/{{case_id}}/lepas", signed_in(post_release), methods=["POST"]),
]
