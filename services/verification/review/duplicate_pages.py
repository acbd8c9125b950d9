"""Two applications that may be of one person, side by side, and what an officer decides."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from services.verification.audit import log
from services.verification.audit.domain import Entry
from services.verification.duplicates.compare import Judgement, judge, twin_of
from services.verification.duplicates.domain import REASON_LONGEST, Verdict
from services.verification.officers.guard import Visit, signed_in
from services.verification.review import labels, store
from services.verification.review.answers_view import EMPTY, Field, groups_of
from services.verification.review.domain import Case
from services.verification.review.pages import CASES, case_id_of
from shared import code_lists
from shared.errors import Invalid, NotFound
from shared.sealed import KeyRing

_COMPARED = ("identity", "ktp_address", "domicile", "contact", "education")
_PRIVATE = frozenset({"disability"})  # says nothing about who somebody is
_PICTURES = ("photo", "identity_card")


class NoPair(NotFound):
    """Pasangan permohonan ini tidak ditemukan. Kembali ke permohonannya dan pilih dari daftar."""


@dataclass(frozen=True)
class Row:
    label: str
    one: str
    other: str
    is_same: bool


async def get_comparison(visit: Visit) -> Response:
    return await _show(visit)


async def post_judgement(visit: Visit) -> Response:
    visit.officer.require("check_cases")
    one, other = case_id_of(visit), _other_id(visit)
    try:
        work = partial(judge, officer=visit.officer, given=_judgement(visit))
        await visit.desk.resources.uow.run(work)
    except Invalid as error:
        return await _show(visit, str(error))
    return RedirectResponse(f"{CASES}/{one}/kembar/{other}?selesai=1", 303)


def _judgement(visit: Visit) -> Judgement:
    form = visit.form
    verdicts: tuple[Verdict, ...] = ("same", "different")
    verdict = next((each for each in verdicts if each == form.get("verdict")), None)
    if verdict is None:
        raise Invalid("Pilih dahulu: orang yang sama, atau bukan.")
    version = form.get("version", "")
    if not (version.isascii() and version.isdigit()):
        raise NoPair
    return Judgement(
        case_id_of(visit), _other_id(visit), verdict, form.get("reason", ""), int(version[:9])
    )


async def _show(visit: Visit, error: str = "") -> Response:
    visit.officer.require("read_cases")
    uow, keys = visit.desk.resources.uow, visit.desk.resources.keys
    scope = uow.reading()
    one, other = [await store.find(scope, each) for each in (case_id_of(visit), _other_id(visit))]
    twin = await twin_of(scope, case_id_of(visit), _other_id(visit))
    if one is None or other is None or twin is None:
        raise NoPair
    for case in (one, other):
        entry = Entry(
            visit.officer.actor, "case.viewed", case.id, {"reason": "compared"}, is_view=True
        )
        await log.record_view(uow, entry)
    context = {
        "one": one,
        "other": other,
        "twin": twin,
        "rows": _rows(keys, one, other),
        "pictures": [(code_lists.DOCUMENT_KIND[kind], kind) for kind in _PICTURES],
        "likeness": labels.LIKENESS,
        "verdicts": labels.VERDICT,
        "states": labels.STATE,
        "kinds": code_lists.APPLICATION_KIND,
        "may_judge": visit.officer.may("check_cases"),
        "reason": visit.form.get("reason", "")[:REASON_LONGEST],
        "chosen": visit.form.get("verdict", ""),
        "done": "Keputusan Anda tersimpan." if "selesai" in visit.request.query_params else "",
        "error": error,
    }
    return visit.render("comparison.html", context, 422 if error else 200)


def _rows(keys: KeyRing, one: Case, other: Case) -> list[Row]:
    ones, others = _fields(keys, one), _fields(keys, other)
    found = []
    for key in [*ones, *(key for key in others if key not in ones)]:
        left, right = ones.get(key, _NOTHING), others.get(key, _NOTHING)
        is_same = left.value == right.value
        found.append(Row(left.label or right.label, left.shown, right.shown, is_same))
    return found


_NOTHING = Field("", "", "", EMPTY)


def _fields(keys: KeyRing, case: Case) -> dict[str, Field]:
    groups = groups_of(keys, case.id, case.current.answers)
    return {
        field.key: field
        for group in groups
        if group.item in _COMPARED
        for field in group.fields
        if field.key not in _PRIVATE
    }


def _other_id(visit: Visit) -> str:
    other: str = visit.request.path_params["other_id"]
    return other


_PAIR = f"{CASES}/{{case_id}}/kembar/{{other_id}}"
ROUTES = [
    Route(_PAIR, signed_in(get_comparison)),
    Route(_PAIR, signed_in(post_judgement), methods=["POST"]),
]
