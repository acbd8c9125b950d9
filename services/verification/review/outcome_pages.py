"""Pages: asking for corrections and rejecting, each with a preview of what the applicant reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from starlette.responses import Response
from starlette.routing import Route

from services.verification.audit import log
from services.verification.audit.domain import Entry
from services.verification.officers.guard import Visit, signed_in
from services.verification.review import domain, reasons, store
from services.verification.review.decisions import Act, reject_application, return_application
from services.verification.review.domain import Case
from services.verification.review.pages import CASES, act_of, case_id_of, to_queue
from shared import code_lists
from shared.clock import now, today
from shared.contracts.reviews import ReturnedItem
from shared.errors import Invalid

_UNCLEAR = {"documents.photo": "photo_not_accepted"}
_WRONG_DATA = {"identity_card": "identity", "diploma": "education"}


@dataclass(frozen=True)
class Draft:
    """What the officer chose so far."""

    chosen: dict[str, str]
    note: str = ""


async def get_return(visit: Visit) -> Response:
    case = await _held_case(visit)
    return _return_form(visit, case, Draft(_suggested(case)))


async def post_return(visit: Visit) -> Response:
    prefix = "item."
    chosen = {
        name.removeprefix(prefix): code
        for name, code in visit.form.items()
        if name.startswith(prefix) and code
    }
    draft = Draft(chosen, visit.form.get("note", ""))
    resources = visit.desk.resources
    act = act_of(visit)
    try:
        items = reasons.returned_items(chosen)
        note = reasons.checked_note(draft.note)
    except Invalid as error:
        return _return_form(visit, await _held_case(visit), draft, error=str(error))
    match visit.form.get("do"):
        case "send":
            office = resources.office
            case = await resources.uow.run(
                partial(return_application, act=act, chosen=chosen, note=note, office=office)
            )
            return to_queue("returned", case)
        case "preview":
            return _return_preview(visit, await _held_case(visit), act, draft, items)
    return _return_form(visit, await _held_case(visit), draft)


def _return_form(visit: Visit, case: Case, draft: Draft, error: str = "") -> Response:
    has = {f"documents.{each.kind}" for each in case.current.documents}
    context = {
        "case": case,
        "full_name": case.current.answers.person.full_name,
        "items": code_lists.ITEM,
        "reasons": reasons.RETURN_REASONS,
        "has": has,
        "missing": [
            each for each in code_lists.ITEM if each.startswith("documents.") and each not in has
        ],
        "draft": draft,
        "note_longest": reasons.NOTE_LONGEST,
        "error": error,
    }
    return visit.render("return.html", context, 422 if error else 200)


def _return_preview(
    visit: Visit, case: Case, act: Act, draft: Draft, items: tuple[ReturnedItem, ...]
) -> Response:
    office = visit.desk.resources.office
    context = {
        "case": case,
        "act": act,
        "full_name": case.current.answers.person.full_name,
        "items": items,
        "item_names": code_lists.ITEM,
        "draft": draft,
        "due_on": today() + timedelta(days=office.applicant.amend_days),
    }
    return visit.render("return_preview.html", context)


async def get_reject(visit: Visit) -> Response:
    visit.officer.require("decide_cases")
    return _reject_form(visit, await _held_case(visit), Draft({}))


async def post_reject(visit: Visit) -> Response:
    visit.officer.require("decide_cases")
    code = visit.form.get("reason", "")
    draft = Draft({"reason": code}, visit.form.get("note", ""))
    act = act_of(visit)
    try:
        reason = reasons.rejection(code)
        note = reasons.checked_note(draft.note)
    except Invalid as error:
        return _reject_form(visit, await _held_case(visit), draft, error=str(error))
    match visit.form.get("do"):
        case "send":
            uow = visit.desk.resources.uow
            case = await uow.run(partial(reject_application, act=act, reason_code=code, note=note))
            return to_queue("rejected", case)
        case "preview":
            case = await _held_case(visit)
            context = {
                "case": case,
                "act": act,
                "full_name": case.current.answers.person.full_name,
                "reason": reason,
                "draft": draft,
            }
            return visit.render("reject_preview.html", context)
    return _reject_form(visit, await _held_case(visit), draft)


def _reject_form(visit: Visit, case: Case, draft: Draft, error: str = "") -> Response:
    context = {
        "case": case,
        "full_name": case.current.answers.person.full_name,
        "reasons": reasons.REJECT_REASONS,
        "draft": draft,
        "note_longest": reasons.NOTE_LONGEST,
        "error": error,
    }
    return visit.render("reject.html", context, 422 if error else 200)


async def _held_case(visit: Visit) -> Case:
    """The case, which the officer must hold to get this far."""
    visit.officer.require("check_cases")
    uow = visit.desk.resources.uow
    case = await store.load(uow.reading(), case_id_of(visit))
    domain.require_claim(case, visit.officer, now())
    await log.record_view(uow, Entry(visit.officer.actor, "case.viewed", case.id, is_view=True))
    return case


def _suggested(case: Case) -> dict[str, str]:
    """Preselect what the checks and the system found."""
    chosen: dict[str, str] = {}
    if any(each.rule == "outside_domicile" for each in case.warnings):
        chosen["documents.domicile_letter"] = "domicile_letter_missing"
    for document in case.current.documents:
        check = case.check_of(document)
        item = f"documents.{document.kind}"
        if check is None or check.result == "matches":
            continue
        wrong = _WRONG_DATA.get(document.kind)
        if check.result == "does_not_match" and wrong is not None:
            chosen[wrong] = reasons.RETURN_REASONS[wrong][0].code
        else:
            first = reasons.RETURN_REASONS[item][0].code
            unclear = f"{document.kind}_unclear"
            codes = {each.code for each in reasons.RETURN_REASONS[item]}
            chosen[item] = unclear if unclear in codes else _UNCLEAR.get(item, first)
    return chosen


ROUTES = [
    Route(f"{CASES}/{{case_id}}/perbaikan", signed_in(get_return), methods=["GET"]),
    Route(f"{CASES}/{{case_id}}/perbaikan", signed_in(post_return), methods=["POST"]),
    Route(f"{CASES}/{{case_id}}/tolak", signed_in(get_reject), methods=["GET"]),
    Route(f"{CASES}/{{case_id}}/tolak", signed_in(post_reject), methods=["POST"]),
]
