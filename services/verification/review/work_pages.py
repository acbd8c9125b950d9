"""The form of a case: everything found, and what is to follow."""

from __future__ import annotations

from functools import partial

from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from services.verification.duplicates.compare import deny_shared_phones
from services.verification.officers.guard import Visit, signed_in
from services.verification.review.afterwards import go_on, remember_choice, told_again
from services.verification.review.decisions import (
    Act,
    Findings,
    approve_application,
    forward_for_approval,
    give_back,
    save_checks,
)
from services.verification.review.domain import Case
from services.verification.review.pages import (
    CASES,
    Shown,
    act_of,
    findings_of,
    seen_at_of,
    show_case,
)
from services.verification.review.refusals import NotYours
from services.verification.review.timeline import acts_since
from shared.errors import Conflict, Invalid
from shared.uow import Tx

_PAGES = {"return": "perbaikan", "reject": "tolak", "propose": "usul-tolak"}
_COMPARE = "compare."
_STEPS = {"approve": "approved", "forward": "forwarded", "give_back": "given_back"}
_KEPT = "Isian Anda masih ada di halaman ini, tetapi belum tersimpan."


async def post_findings(visit: Visit) -> Response:
    """One form for everything found; the button pressed says what is to follow."""
    return remember_choice(visit, await _answer(visit))


async def _answer(visit: Visit) -> Response:
    uow = visit.desk.resources.uow
    act, findings, wanted = act_of(visit), findings_of(visit), visit.form.get("do", "save")
    try:
        case, decided = await uow.run(
            partial(_save_and_decide, visit=visit, act=act, findings=findings, do=wanted)
        )
    except Conflict as error:
        told = await told_again(visit, _STEPS.get(wanted, ""))
        if told is not None:
            return told
        since = await acts_since(uow.reading(), act.case_id, seen_at_of(visit), visit.officer.id)
        shown = Shown(typed=findings, error=f"{error} {_KEPT}", status=409, since=since)
        return await show_case(visit, shown)
    except (Invalid, NotYours) as error:
        return await _refused(visit, act, findings, error)
    if decided is not None:
        return await go_on(visit, _STEPS[wanted], decided, case.lane)
    try:
        return await _follow(visit, case, wanted)
    except (Invalid, NotYours) as error:
        return await show_case(visit, Shown(error=str(error), status=error.status))


async def _save_and_decide(
    tx: Tx, visit: Visit, act: Act, findings: Findings, do: str
) -> tuple[Case, Case | None]:
    """In one transaction, so that a decision is never left half way: the case with its findings,
    and as it is after the step, if the button asks for one.
    """
    case = await save_checks(tx, act, findings)
    return case, await _act(tx, visit, case, do) if do in _STEPS else None


async def _refused(
    visit: Visit, act: Act, findings: Findings, error: Invalid | NotYours
) -> Response:
    """What was found is kept, though the step is not taken."""
    try:
        await visit.desk.resources.uow.run(partial(save_checks, act=act, findings=findings))
    except (Invalid, NotYours):
        return await show_case(visit, Shown(typed=findings, error=str(error), status=error.status))
    return await show_case(visit, Shown(error=str(error), status=error.status))


async def _follow(visit: Visit, case: Case, wanted: str) -> Response:
    """What the button says, with the findings saved."""
    if wanted in _PAGES:
        return RedirectResponse(f"{CASES}/{case.id}/{_PAGES[wanted]}", 303)
    if wanted.startswith(_COMPARE):
        other = wanted.removeprefix(_COMPARE)
        return RedirectResponse(f"{CASES}/{case.id}/kembar/{other}", 303)
    if wanted == "not_twins":
        deny = partial(deny_shared_phones, officer=visit.officer, case_id=case.id)
        await visit.desk.resources.uow.run(deny)
        return RedirectResponse(f"{CASES}/{case.id}?done=not_twins", 303)
    if wanted == "next":
        return await go_on(visit, "kept", case, case.lane, asked=True)
    return RedirectResponse(f"{CASES}/{case.id}?done=saved", 303)


async def _act(tx: Tx, visit: Visit, case: Case, do: str) -> Case:
    act = Act(case.id, case.version, visit.officer)
    if do == "approve":
        return await approve_application(tx, act, visit.desk.resources.office)
    if do == "forward":
        return await forward_for_approval(tx, act, visit.form.get("forward_note"))
    return await give_back(tx, act, visit.form.get("back_note"))


ROUTES = [
    Route(f"{CASES}/{{case_id}}/periksa", signed_in(post_findings), methods=["POST"]),
]
