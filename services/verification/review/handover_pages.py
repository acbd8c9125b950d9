"""Forms of a case whose card exists: printed, and handed over."""

from __future__ import annotations

from functools import partial
from urllib.parse import urlencode

from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from services.verification.officers.guard import Visit, signed_in
from services.verification.review.afterwards import told_again
from services.verification.review.domain import Case, Lane
from services.verification.review.handover import Asked, hand_over_card, print_card
from services.verification.review.pages import CASES, QUEUE, Shown, act_of, show_case
from services.verification.review.refusals import NotYours
from shared.errors import Conflict, Invalid


async def post_printed(visit: Visit) -> Response:
    work = partial(print_card, act=act_of(visit))
    try:
        case = await visit.desk.resources.uow.run(work)
    except (Conflict, NotYours) as error:
        told = await told_again(visit, "printed")
        return told or await show_case(visit, Shown(error=str(error), status=error.status))
    return _to_list("printed", case, "print")


async def post_handed_over(visit: Visit) -> Response:
    form = visit.form
    asked = Asked(
        by_other=form.get("collector") == "other",
        name=form.get("collector_name", ""),
        relation=form.get("collector_relation", ""),
        is_identity_checked="identity_checked" in form,
    )
    work = partial(hand_over_card, act=act_of(visit), asked=asked)
    try:
        case = await visit.desk.resources.uow.run(work)
    except (Conflict, NotYours) as error:
        told = await told_again(visit, "collected")
        return told or await show_case(visit, Shown(error=str(error), status=error.status))
    except Invalid as error:
        return await show_case(visit, Shown(error=str(error)))
    return _to_list("collected", case, "hand_over")


def _to_list(done: str, case: Case, lane: Lane) -> Response:
    """To the list that the officer works through."""
    query = urlencode({"done": done, "ref": case.reference, "dari": case.id, "tab": lane})
    return RedirectResponse(f"{QUEUE}?{query}", 303)


ROUTES = [
    Route(f"{CASES}/{{case_id}}/dicetak", signed_in(post_printed), methods=["POST"]),
    Route(f"{CASES}/{{case_id}}/serahkan", signed_in(post_handed_over), methods=["POST"]),
]
