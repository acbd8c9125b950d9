"""Pages: the queue, and the case with its claim, findings and what is hidden."""

from __future__ import annotations

from functools import partial
from typing import get_args
from urllib.parse import urlencode

from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from services.verification.audit import log
from services.verification.audit.domain import Entry
from services.verification.officers.guard import Visit, signed_in
from services.verification.review import labels, store
from services.verification.review.answers_view import SHOWN_ON_REQUEST
from services.verification.review.case_view import Looking, view_case
from services.verification.review.claims import claim_case, release_case
from services.verification.review.decisions import (
    Act,
    Findings,
    approve_application,
    forward_for_approval,
    save_checks,
)
from services.verification.review.domain import Case, CheckResult
from services.verification.review.queue import TAB_NAMES, TABS, Chosen, Tab, read_queue
from services.verification.review.refusals import NoSuchCase
from shared import code_lists
from shared.contracts.applications import ApplicationKind, DocumentKind
from shared.errors import Invalid

QUEUE = "/petugas/antrean"
CASES = "/petugas/permohonan"
PURPOSES = (
    "Mencocokkan dengan KTP",
    "Mencocokkan dengan Kartu Keluarga",
    "Memeriksa data ganda",
    "Melayani permintaan pemohon",
    "Menyiapkan bantuan bagi penyandang disabilitas",
    "Mencarikan lowongan yang cocok",
)
_REFERENCE_LONGEST = 20
_DONE = {
    "saved": "Hasil pemeriksaan tersimpan.",
    "forwarded": "{reference} diteruskan kepada Pengantar Kerja.",
    "approved": "{reference} disetujui. Kartu sedang dibuat.",
    "returned": "{reference} dikembalikan kepada pemohon untuk diperbaiki.",
    "rejected": "{reference} ditolak.",
    "released": "{reference} dilepas dan menunggu petugas lain.",
}


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
        "done": _done(visit),
        "is_first": "after" not in query,
    }
    return visit.render("queue.html", context)


async def get_case(visit: Visit) -> Response:
    return await show_case(visit)


async def show_case(
    visit: Visit,
    *,
    revealed: frozenset[str] = frozenset(),
    typed: Findings | None = None,
    error: str = "",
) -> Response:
    """The page of a case; looking at it is recorded first."""
    visit.officer.require("read_cases")
    uow = visit.desk.resources.uow
    case_id = case_id_of(visit)
    await store.load(uow.reading(), case_id)
    await log.record_view(uow, Entry(visit.officer.actor, "case.viewed", case_id, is_view=True))
    resources = visit.desk.resources
    looking = Looking(visit.officer, resources.office, revealed, typed)
    view = await view_case(uow.reading(), resources.keys, case_id, looking)
    context = {
        "view": view,
        "case": view.case,
        "kinds": code_lists.APPLICATION_KIND,
        "channels": code_lists.CHANNEL,
        "states": labels.STATE,
        "withdrawal_reasons": labels.WITHDRAWAL,
        "checks": labels.CHECK,
        "likeness": labels.LIKENESS,
        "verdicts": labels.VERDICT,
        "documents": code_lists.DOCUMENT_KIND,
        "purposes": PURPOSES,
        "revealed": revealed,
        "done": _done(visit),
        "error": error,
    }
    return visit.render("case.html", context, 422 if error else 200)


async def post_claim(visit: Visit) -> Response:
    uow = visit.desk.resources.uow
    case_id = case_id_of(visit)
    await uow.run(partial(claim_case, case_id=case_id, officer=visit.officer))
    return RedirectResponse(f"{CASES}/{case_id}", 303)


async def post_release(visit: Visit) -> Response:
    uow = visit.desk.resources.uow
    case = await uow.run(partial(release_case, case_id=case_id_of(visit), officer=visit.officer))
    return to_queue("released", case)


async def post_findings(visit: Visit) -> Response:
    """One form for everything found; the button pressed says what is to follow."""
    uow = visit.desk.resources.uow
    act, findings = act_of(visit), _findings(visit)
    try:
        case = await uow.run(partial(save_checks, act=act, findings=findings))
    except Invalid as error:
        return await show_case(visit, typed=findings, error=str(error))
    act = Act(case.id, case.version, visit.officer)
    try:
        match visit.form.get("do"):
            case ("return" | "reject") as wanted:
                page = "perbaikan" if wanted == "return" else "tolak"
                return RedirectResponse(f"{CASES}/{case.id}/{page}", 303)
            case "forward":
                note = visit.form.get("forward_note")
                case = await uow.run(partial(forward_for_approval, act=act, note=note))
                return to_queue("forwarded", case)
            case "approve":
                office = visit.desk.resources.office
                case = await uow.run(partial(approve_application, act=act, office=office))
                return to_queue("approved", case)
    except Invalid as error:
        return await show_case(visit, error=str(error))
    return RedirectResponse(f"{CASES}/{case.id}?done=saved", 303)


async def post_reveal(visit: Visit) -> Response:
    """Show a hidden field, for a purpose that is recorded with the view."""
    visit.officer.require("read_cases")
    field = visit.form.get("field", "")
    purpose = visit.form.get(f"purpose.{field}", "")
    # The button stands in the form of the findings: what is typed there must not be lost.
    typed = _findings(visit) if "version" in visit.form else None
    if field not in SHOWN_ON_REQUEST or purpose not in PURPOSES:
        error = "Pilih keperluan sebelum menampilkan data ini."
        return await show_case(visit, typed=typed, error=error)
    entry = Entry(
        visit.officer.actor,
        "field.revealed",
        case_id_of(visit),
        {"field": field},
        purpose=purpose,
        is_view=True,
    )
    await log.record_view(visit.desk.resources.uow, entry)
    return await show_case(visit, revealed=frozenset({field}), typed=typed)


def case_id_of(visit: Visit) -> str:
    case_id: str = visit.request.path_params["case_id"]
    return case_id


def act_of(visit: Visit) -> Act:
    """Who acts on which version: the one that his page showed."""
    text = visit.form.get("version", "")
    if not (text.isascii() and text.isdigit()):
        raise NoSuchCase
    return Act(case_id_of(visit), int(text[:9]), visit.officer)


def to_queue(done: str, case: Case) -> Response:
    """Back to the list that the officer works through."""
    query = {"done": done, "ref": case.reference}
    if case.forwarded is not None and done != "forwarded":
        query["tab"] = "approval"
    return RedirectResponse(f"{QUEUE}?{urlencode(query)}", 303)


def _findings(visit: Visit) -> Findings:
    checks: dict[DocumentKind, tuple[CheckResult | None, str]] = {}
    for kind in get_args(DocumentKind):
        given = visit.form.get(f"check.{kind}")
        result = next((each for each in get_args(CheckResult) if each == given), None)
        checks[kind] = (result, visit.form.get(f"note.{kind}", ""))
    prefix = "answer."
    answers = {
        name.removeprefix(prefix): value
        for name, value in visit.form.items()
        if name.startswith(prefix)
    }
    return Findings(checks, answers)


def _done(visit: Visit) -> str:
    query = visit.request.query_params
    reference = query.get("ref", "")
    known = reference.replace("-", "").isalnum() and len(reference) <= 20
    return _DONE.get(query.get("done", ""), "").format(
        reference=reference if known else "Permohonan"
    )


ROUTES = [
    Route(QUEUE, signed_in(get_queue)),
    Route(f"{CASES}/{{case_id}}", signed_in(get_case)),
    Route(f"{CASES}/{{case_id}}/ambil", signed_in(post_claim), methods=["POST"]),
    Route(f"{CASES}/{{case_id}}/lepas", signed_in(post_release), methods=["POST"]),
    Route(f"{CASES}/{{case_id}}/periksa", signed_in(post_findings), methods=["POST"]),
    Route(f"{CASES}/{{case_id}}/tampilkan", signed_in(post_reveal), methods=["POST"]),
]
