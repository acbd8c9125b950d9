"""Pages: the case with its findings and what is hidden."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import get_args
from urllib.parse import urlencode

from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from services.verification.audit import log
from services.verification.audit.domain import Entry
from services.verification.notes.noting import notes_of
from services.verification.officers.guard import Visit, signed_in
from services.verification.register.labels import REVOCATION, STANDING
from services.verification.review import labels, store
from services.verification.review.answers_view import SHOWN_ON_REQUEST
from services.verification.review.case_view import Looking, view_case
from services.verification.review.checklists import CHECKLISTS
from services.verification.review.decisions import Act, Findings, Found
from services.verification.review.domain import Case, CheckResult
from services.verification.review.refusals import NoSuchCase
from services.verification.review.timeline import Line
from shared import code_lists
from shared.clock import now
from shared.contracts.applications import DocumentKind

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
NEXT_COOKIE = "petugas_lanjut"
_REFERENCE = re.compile(r"[0-9A-Za-z-]{1,20}")
_TIME = re.compile(r"\d\d\.\d\d")
_ID = re.compile(r"[0-9a-f-]{36}")
_DONE = {
    "saved": "Hasil pemeriksaan tersimpan.",
    "kept": "Hasil pemeriksaan {reference} tersimpan.",
    "forwarded": "{reference} diteruskan kepada Pengantar Kerja.",
    "approved": "{reference} disetujui. Kartu sedang dibuat.",
    "returned": "{reference} dikembalikan kepada pemohon untuk diperbaiki.",
    "rejected": "{reference} ditolak.",
    "proposed": "Usul penolakan {reference} diteruskan kepada Pengantar Kerja.",
    "given_back": "{reference} dikembalikan kepada verifikator.",
    "not_twins": "Keputusan Anda tersimpan: bukan orang yang sama.",
    "released": "{reference} dilepas dan menunggu petugas lain.",
    "printed": "Kartu {reference} siap diserahkan.",
    "collected": "Kartu {reference} sudah diserahkan.",
    "freed": "{reference} kembali ke antrean dan menunggu petugas lain.",
    "nothing_waits": "Tidak ada permohonan lain yang menunggu Anda sekarang.",
}
_AGAIN = {
    "forwarded": "{reference} sudah Anda teruskan pukul {time} WIB.",
    "proposed": "Penolakan {reference} sudah Anda usulkan pukul {time} WIB.",
    "given_back": "{reference} sudah Anda kembalikan kepada verifikator pukul {time} WIB.",
    "approved": "{reference} sudah Anda setujui pukul {time} WIB.",
    "returned": "{reference} sudah Anda kembalikan kepada pemohon pukul {time} WIB.",
    "rejected": "{reference} sudah Anda tolak pukul {time} WIB.",
    "printed": "Kartu {reference} sudah Anda tandai tercetak pukul {time} WIB.",
    "collected": "Kartu {reference} sudah Anda serahkan pukul {time} WIB.",
}


@dataclass(frozen=True)
class Shown:
    """What a page shows beside the case: what the officer typed, and what went wrong."""

    revealed: frozenset[str] = frozenset()
    typed: Findings | None = None
    error: str = ""
    status: int = 422
    since: Sequence[Line] = ()  # what others did since the page was shown


async def get_case(visit: Visit) -> Response:
    return await show_case(visit)


async def show_case(visit: Visit, shown: Shown = Shown()) -> Response:
    """The page of a case; looking at it is recorded first."""
    visit.officer.require("read_cases")
    uow = visit.desk.resources.uow
    case_id = case_id_of(visit)
    await store.load(uow.reading(), case_id)
    await log.record_view(uow, Entry(visit.officer.actor, "case.viewed", case_id, is_view=True))
    resources = visit.desk.resources
    looking = Looking(visit.officer, resources.office, shown.revealed, shown.typed)
    view = await view_case(uow.reading(), resources.keys, case_id, looking)
    context = {
        "view": view,
        "case": view.case,
        "notes": await notes_of(uow.reading(), resources.keys, visit.officer, case_id),
        "kinds": code_lists.APPLICATION_KIND,
        "channels": code_lists.CHANNEL,
        "states": labels.STATE,
        "standings": STANDING,
        "withdrawal_reasons": labels.WITHDRAWAL,
        "revocation_reasons": REVOCATION,
        "results": labels.CHECK_SHORT,
        "likeness": labels.LIKENESS,
        "verdicts": labels.VERDICT,
        "documents": code_lists.DOCUMENT_KIND,
        "purposes": PURPOSES,
        "revealed": shown.revealed,
        "typed_note": visit.form.get("forward_note", "") or visit.form.get("back_note", ""),
        "handover": visit.form,
        "take_over_reason": visit.form.get("reason", ""),
        "goes_on": goes_on(visit),
        "done": done_of(visit),
        "done_case": done_case_of(visit),
        "error": shown.error,
        "since": shown.since,
        "seen_at": now().isoformat(),
    }
    return visit.render("case.html", context, shown.status if shown.error else 200)


async def post_reveal(visit: Visit) -> Response:
    """Show a hidden field, for a purpose that is recorded with the view."""
    visit.officer.require("read_cases")
    field = visit.form.get("field", "")
    purpose = visit.form.get(f"purpose.{field}", "")
    # The button stands in the form of the findings: what is typed there must not be lost.
    typed = findings_of(visit) if "version" in visit.form else None
    if field not in SHOWN_ON_REQUEST or purpose not in PURPOSES:
        error = "Pilih keperluan sebelum menampilkan data ini."
        return await show_case(visit, Shown(typed=typed, error=error))
    entry = Entry(
        visit.officer.actor,
        "field.revealed",
        case_id_of(visit),
        {"field": field},
        purpose=purpose,
        is_view=True,
    )
    await log.record_view(visit.desk.resources.uow, entry)
    return await show_case(visit, Shown(frozenset({field}), typed))


def case_id_of(visit: Visit) -> str:
    case_id: str = visit.request.path_params["case_id"]
    return case_id


def act_of(visit: Visit) -> Act:
    """Who acts on which version: the one that his page showed."""
    text = visit.form.get("version", "")
    if not (text.isascii() and text.isdigit()):
        raise NoSuchCase
    return Act(case_id_of(visit), int(text[:9]), visit.officer)


def seen_at_of(visit: Visit) -> datetime:
    """When the page was shown whose form this is."""
    try:
        return datetime.fromisoformat(visit.form.get("seen_at", "")).astimezone(UTC)
    except (ValueError, OverflowError):
        return now()


def to_queue(done: str, case: Case) -> Response:
    """Back to the list that the officer works through."""
    query = {"done": done, "ref": case.reference}
    if case.forwarded is not None and done not in {"forwarded", "proposed"}:
        query["tab"] = "approval"
    return RedirectResponse(f"{QUEUE}?{urlencode(query)}", 303)


def findings_of(visit: Visit) -> Findings:
    """What the form says about each document, and the answers to the warnings."""
    checks: dict[DocumentKind, Found] = {}
    for kind, items in CHECKLISTS.items():
        given = {each.code: visit.form.get(f"check.{kind}.{each.code}") for each in items}
        checks[kind] = Found(
            {code: result for code, text in given.items() if (result := _result(text))},
            visit.form.get(f"check.{kind}") == "matches",
            visit.form.get(f"note.{kind}", ""),
        )
    prefix = "answer."
    answers = {
        name.removeprefix(prefix): value
        for name, value in visit.form.items()
        if name.startswith(prefix)
    }
    return Findings(checks, answers)


def _result(text: str | None) -> CheckResult | None:
    return next((each for each in get_args(CheckResult) if each == text), None)


def goes_on(visit: Visit) -> bool:
    """Whether the next case opens by itself: as the form says, else as it said last."""
    if "lanjut_ada" in visit.form:
        return "lanjut" in visit.form
    return visit.request.cookies.get(NEXT_COOKIE) != "tidak"


def done_of(visit: Visit) -> str:
    """What was done on the page before, in words."""
    query = visit.request.query_params
    reference, time = query.get("ref", ""), query.get("pukul", "")
    again = _TIME.fullmatch(time) is not None
    text = (_AGAIN if again else _DONE).get(query.get("done", ""), "")
    known = _REFERENCE.fullmatch(reference) is not None
    if text and "habis" in query:
        text += " Tidak ada permohonan lain yang menunggu Anda."
    return text.format(reference=reference if known else "Permohonan", time=time)


def done_case_of(visit: Visit) -> str:
    """The case it was done with, for a link back."""
    case_id = visit.request.query_params.get("dari", "")
    return case_id if _ID.fullmatch(case_id) else ""


ROUTES = [
    Route(f"{CASES}/{{case_id}}", signed_in(get_case)),
    Route(f"{CASES}/{{case_id}}/tampilkan", signed_in(post_reveal), methods=["POST"]),
]
