"""Pages: asking for corrections and rejecting, each with a preview of what the applicant reads."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal

from starlette.responses import Response
from starlette.routing import Route

from services.verification.audit import log
from services.verification.audit.domain import Entry
from services.verification.officers.guard import Visit, signed_in
from services.verification.review import domain, reasons, store
from services.verification.review.afterwards import go_on, told_again
from services.verification.review.checklists import CHECKLISTS
from services.verification.review.decisions import (
    due_on,
    propose_rejection,
    reject_application,
    return_application,
)
from services.verification.review.domain import Case, Check
from services.verification.review.pages import CASES, act_of, case_id_of
from services.verification.review.reasons import ReasonList
from services.verification.review.refusals import NotYours
from services.verification.texts import Asked, Refused, preview, reasons_in_force
from shared import code_lists
from shared.clock import now
from shared.contracts.applications import DocumentKind
from shared.errors import AppError, Conflict, Invalid
from shared.texts.composing import Composed

_UNCLEAR = {"documents.photo": "photo_not_accepted"}
_WRONG_DATA = {"identity_card": "identity", "diploma": "education"}


@dataclass(frozen=True)
class Draft:
    """What the officer chose so far."""

    chosen: dict[str, str]
    note: str = ""


@dataclass(frozen=True)
class Rejection:
    """A rejection that takes effect, or one that is proposed to a placement officer."""

    step: Literal["rejected", "proposed"]
    path: str
    title: str
    button: str

    def work(self, visit: Visit) -> Callable[..., Awaitable[Case]]:
        if self.step == "proposed":
            return propose_rejection
        return partial(reject_application, office=visit.desk.resources.office)


REJECTION = Rejection("rejected", "tolak", "Tolak permohonan", "Ya, tolak permohonan")
PROPOSAL = Rejection("proposed", "usul-tolak", "Usulkan penolakan", "Kirim usul ke Pengantar Kerja")


async def get_return(visit: Visit) -> Response:
    case = await _held_case(visit)
    chosen = _suggested(case, await _listed(visit))
    return await _return_form(visit, case, Draft(chosen))


async def post_return(visit: Visit) -> Response:
    prefix = "item."
    chosen = {
        name.removeprefix(prefix): code
        for name, code in visit.form.items()
        if name.startswith(prefix) and code
    }
    draft = Draft(chosen, visit.form.get("note", ""))
    uow, office = visit.desk.resources.uow, visit.desk.resources.office
    act = act_of(visit)
    try:
        items = (await _listed(visit)).returned_items(chosen)
        note = reasons.checked_note(draft.note)
    except Invalid as error:
        return await _return_form(visit, await _held_case(visit), draft, error)
    match visit.form.get("do"):
        case "send":
            seen = await _seen_case(visit)
            lane = seen.lane
            message = await preview(visit.desk, seen, Asked(items, note, due_on(now(), office)))
            if _is_not_what_he_saw(visit, message):
                return _return_preview(visit, seen, draft, message)
            work = partial(return_application, act=act, chosen=chosen, note=note, office=office)
            try:
                case = await uow.run(work)
            except Conflict as error:
                told = await told_again(visit, "returned")
                return told or await _return_form(visit, await _seen_case(visit), draft, error)
            return await go_on(visit, "returned", case, lane)
        case "preview":
            case = await _held_case(visit)
            message = await preview(visit.desk, case, Asked(items, note, due_on(now(), office)))
            return _return_preview(visit, case, draft, message)
    return await _return_form(visit, await _held_case(visit), draft)


async def _return_form(
    visit: Visit, case: Case, draft: Draft, error: AppError | None = None
) -> Response:
    has = {f"documents.{each.kind}" for each in case.current.documents}
    context = {
        "case": case,
        "full_name": case.current.answers.person.full_name,
        "items": code_lists.ITEM,
        "reasons": (await _listed(visit)).returns,
        "has": has,
        "missing": [
            each for each in code_lists.ITEM if each.startswith("documents.") and each not in has
        ],
        "draft": draft,
        "note_longest": reasons.NOTE_LONGEST,
        "error": str(error or ""),
    }
    return visit.render("return.html", context, error.status if error else 200)


def _return_preview(visit: Visit, case: Case, draft: Draft, message: Composed) -> Response:
    context = {
        "case": case,
        "version": visit.form.get("version", ""),
        "full_name": case.current.answers.person.full_name,
        "message": message,
        "is_new": _is_not_what_he_saw(visit, message),
        "draft": draft,
    }
    return visit.render("return_preview.html", context)


async def get_reject(visit: Visit) -> Response:
    visit.officer.require("decide_cases")
    case = await _held_case(visit)
    proposal = case.forwarded.proposal if case.forwarded else None
    known = Draft({"reason": proposal.reason_code}, proposal.note or "") if proposal else Draft({})
    return await _reject_form(visit, case, REJECTION, known)


async def post_reject(visit: Visit) -> Response:
    visit.officer.require("decide_cases")
    return await _post_rejection(visit, REJECTION)


async def get_proposal(visit: Visit) -> Response:
    return await _reject_form(visit, await _held_case(visit), PROPOSAL, Draft({}))


async def post_proposal(visit: Visit) -> Response:
    visit.officer.require("check_cases")
    return await _post_rejection(visit, PROPOSAL)


async def _post_rejection(visit: Visit, kind: Rejection) -> Response:
    code = visit.form.get("reason", "")
    draft = Draft({"reason": code}, visit.form.get("note", ""))
    act = act_of(visit)
    try:
        reason = (await _listed(visit)).rejection(code)
        note = reasons.checked_note(draft.note)
    except Invalid as error:
        return await _reject_form(visit, await _held_case(visit), kind, draft, error)
    wish = visit.form.get("do")
    if wish not in {"preview", "send"}:
        return await _reject_form(visit, await _held_case(visit), kind, draft)
    case = await (_held_case if wish == "preview" else _seen_case)(visit)
    message = await preview(visit.desk, case, Refused(reason.text, note))
    if wish == "preview" or _is_not_what_he_saw(visit, message):
        return _reject_preview(visit, case, kind, draft, message)
    lane = case.lane
    work = partial(kind.work(visit), act=act, reason_code=code, note=note)
    try:
        case = await visit.desk.resources.uow.run(work)
    except Conflict as error:
        told = await told_again(visit, kind.step)
        return told or await _reject_form(visit, await _seen_case(visit), kind, draft, error)
    except NotYours as error:
        return await _reject_form(visit, await _seen_case(visit), kind, draft, error)
    return await go_on(visit, kind.step, case, lane)


def _reject_preview(
    visit: Visit, case: Case, kind: Rejection, draft: Draft, message: Composed
) -> Response:
    context = {
        "case": case,
        "kind": kind,
        "version": visit.form.get("version", ""),
        "full_name": case.current.answers.person.full_name,
        "message": message,
        "is_new": _is_not_what_he_saw(visit, message),
        "draft": draft,
    }
    return visit.render("reject_preview.html", context)


async def _reject_form(
    visit: Visit, case: Case, kind: Rejection, draft: Draft, error: AppError | None = None
) -> Response:
    context = {
        "case": case,
        "kind": kind,
        "full_name": case.current.answers.person.full_name,
        "reasons": (await _listed(visit)).rejections,
        "draft": draft,
        "note_longest": reasons.NOTE_LONGEST,
        "error": str(error or ""),
    }
    return visit.render("reject.html", context, error.status if error else 200)


def _is_not_what_he_saw(visit: Visit, message: Composed) -> bool:
    """Whether a text was changed, or midnight passed, since the officer's preview."""
    return visit.form.get("seen", message.mark) != message.mark


async def _held_case(visit: Visit) -> Case:
    """The case, which the officer must hold to get this far."""
    visit.officer.require("check_cases")
    case = await _seen_case(visit)
    domain.require_claim(case, visit.officer, now())
    return case


async def _seen_case(visit: Visit) -> Case:
    """The case, held or not; looking at it is recorded."""
    visit.officer.require("check_cases")
    uow = visit.desk.resources.uow
    case = await store.load(uow.reading(), case_id_of(visit))
    await log.record_view(uow, Entry(visit.officer.actor, "case.viewed", case.id, is_view=True))
    return case


async def _listed(visit: Visit) -> ReasonList:
    return await reasons_in_force(visit.desk.resources.uow.reading())


def _suggested(case: Case, listed: ReasonList) -> dict[str, str]:
    """Preselect what the checks and the system found, in reasons that are offered now."""
    return {item: listed.first_of(item, *wanted) for item, wanted in _wanted(case).items()}


def _wanted(case: Case) -> dict[str, tuple[str, ...]]:
    """Items to redo, each with the reasons that fit, the best one first."""
    chosen: dict[str, tuple[str, ...]] = {}
    if any(each.rule == "outside_domicile" for each in case.warnings):
        chosen["documents.domicile_letter"] = ("domicile_letter_missing",)
    for document in case.current.documents:
        check = case.check_of(document)
        if check is None or check.result in {None, "matches"}:
            continue
        wrong = _wrong_answers(document.kind, check)
        chosen |= wrong
        if not wrong:
            item = f"documents.{document.kind}"
            chosen[item] = (f"{document.kind}_unclear", _UNCLEAR.get(item, ""))
    return chosen


def _wrong_answers(kind: DocumentKind, check: Check) -> dict[str, tuple[str, ...]]:
    """What the applicant typed wrongly, by the document; nothing if the document is at fault."""
    if check.result != "does_not_match":
        return {}
    if not check.items:
        wrong = _WRONG_DATA.get(kind)
        return {wrong: ()} if wrong else {}
    failed = [each for each in CHECKLISTS[kind] if check.items.get(each.code) == "does_not_match"]
    if any(each.asks is None for each in failed):
        return {}
    return {item: (code,) for item, code in (each.asks for each in failed if each.asks)}


ROUTES = [
    Route(f"{CASES}/{{case_id}}/perbaikan", signed_in(get_return), methods=["GET"]),
    Route(f"{CASES}/{{case_id}}/perbaikan", signed_in(post_return), methods=["POST"]),
    Route(f"{CASES}/{{case_id}}/tolak", signed_in(get_reject), methods=["GET"]),
    Route(f"{CASES}/{{case_id}}/tolak", signed_in(post_reject), methods=["POST"]),
    Route(f"{CASES}/{{case_id}}/usul-tolak", signed_in(get_proposal), methods=["GET"]),
    Route(f"{CASES}/{{case_id}}/usul-tolak", signed_in(post_proposal), methods=["POST"]),
]
