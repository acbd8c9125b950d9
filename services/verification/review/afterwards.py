"""Where an officer comes after an act: the next case by itself, or the list.

The act is committed before; if the process dies here, he finds it done and takes the next himself.
"""

from __future__ import annotations

from functools import partial
from urllib.parse import urlencode

from starlette.responses import RedirectResponse, Response

from services.verification.officers.domain import Officer
from services.verification.officers.guard import Visit
from services.verification.review import store
from services.verification.review.claims import claim_next
from services.verification.review.domain import Case, Lane
from services.verification.review.pages import CASES, NEXT_COOKIE, QUEUE, case_id_of, goes_on
from shared.dates import time_of_day
from shared.errors import Conflict
from shared.uow import Tx

_YEAR = 365 * 24 * 3600


async def go_on(
    visit: Visit, done: str, case: Case, lane: Lane, *, asked: bool = False
) -> Response:
    """To the most urgent case of the lane he works in, else of all that waits for him."""
    query = {"done": done, "ref": case.reference, "dari": case.id}
    wants = asked or goes_on(visit)
    following = await _next(visit, lane) if wants else None
    if following is not None:
        return RedirectResponse(f"{CASES}/{following.id}?{urlencode(query)}", 303)
    if wants:
        query["habis"] = "1"
    return RedirectResponse(f"{QUEUE}?{urlencode({**query, 'tab': lane})}", 303)


async def told_again(visit: Visit, act: str) -> Response | None:
    """The answer to a second press: the act is this officer's own and was done before."""
    scope = visit.desk.resources.uow.reading()
    case = await store.load(scope, case_id_of(visit))
    last = case.last_step
    if last is None or (last.act, last.officer_id) != (act, visit.officer.id):
        return None
    query = urlencode(
        {"done": act, "ref": case.reference, "dari": case.id, "pukul": time_of_day(last.at)}
    )
    held = await store.held(scope, visit.officer.id)
    return RedirectResponse(f"{CASES}/{held}?{query}" if held else f"{QUEUE}?{query}", 303)


def remember_choice(visit: Visit, response: Response) -> Response:
    """Keep in this browser whether the next case opens by itself."""
    if "lanjut_ada" in visit.form:
        response.set_cookie(
            NEXT_COOKIE,
            "ya" if goes_on(visit) else "tidak",
            max_age=_YEAR,
            path="/petugas",
            secure=visit.desk.https,
            httponly=True,
            samesite="lax",
        )
    return response


async def _next(visit: Visit, lane: Lane) -> Case | None:
    try:
        return await visit.desk.resources.uow.run(partial(_take, officer=visit.officer, lane=lane))
    except Conflict:  # a colleague was faster; what was done is done
        return None


async def _take(tx: Tx, officer: Officer, lane: Lane) -> Case | None:
    return await claim_next(tx, officer, lane) or await claim_next(tx, officer)
