"""Pages for administrators: the reasons that officers choose from, with versions and going back."""

from __future__ import annotations

from functools import partial

from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from services.verification.officers.guard import Visit, signed_in
from services.verification.review.reasons import BUILTIN, Reason
from services.verification.texts import reason_store
from services.verification.texts.changing import WHY_LONGEST
from services.verification.texts.differences import group_name, reasons_between
from services.verification.texts.pages import TEXTS
from services.verification.texts.reason_lists import (
    LABEL_LONGEST,
    TEXT_LONGEST,
    Added,
    Change,
    NewerList,
    change_group,
    restore_list,
)
from shared.errors import Invalid, NotFound

REASONS = f"{TEXTS}/alasan"
_GROUP = f"{REASONS}/{{group}}"
_VERSIONS_SHOWN = 30
_DONE = {
    "saved": "Tersimpan. Petugas memilih dari daftar ini mulai sekarang.",
    "restored": "Daftar lama dipakai lagi, sebagai versi baru.",
}


async def get_reasons(visit: Visit) -> Response:
    visit.officer.require("edit_texts")
    listed = await reason_store.in_force(visit.desk.resources.uow.reading())
    context = {
        "listed": listed,
        "group_name": group_name,
        "done": _DONE.get(visit.request.query_params.get("done", ""), ""),
    }
    return visit.render("reasons.html", context)


async def get_group(visit: Visit) -> Response:
    visit.officer.require("edit_texts")
    listed = await reason_store.in_force(visit.desk.resources.uow.reading())
    if visit.request.path_params["group"] not in listed.groups:
        raise NotFound("Daftar alasan ini tidak ada. Kembali ke semua alasan.")
    reasons = listed.groups[visit.request.path_params["group"]]
    return _form(visit, reasons, listed.version)


async def post_group(visit: Visit) -> Response:
    visit.officer.require("edit_texts")
    reasons, added = _typed(visit), _added(visit)
    act = _act(visit, visit.request.path_params["group"])
    work = partial(change_group, act=act, kept=reasons, added=added)
    try:
        await visit.desk.resources.uow.run(work)
    except NewerList as error:
        return _form(visit, reasons, error.newer.reasons.version, error)
    except Invalid as error:
        return _form(visit, reasons, act.version, error)
    return RedirectResponse(f"{REASONS}?done=saved", 303)


def _form(
    visit: Visit,
    reasons: tuple[Reason, ...],
    version: int,
    error: Invalid | NewerList | None = None,
) -> Response:
    group = visit.request.path_params["group"]
    context = {
        "group": group,
        "name": group_name(group),
        "reasons": reasons,
        "version": version,
        "added": _added(visit),
        "why": visit.form.get("why", ""),
        "longest": {"label": LABEL_LONGEST, "text": TEXT_LONGEST, "why": WHY_LONGEST},
        "error": str(error or ""),
    }
    return visit.render("reason_edit.html", context, error.status if error else 200)


async def get_versions(visit: Visit) -> Response:
    return await _versions(visit)


async def post_restore(visit: Visit) -> Response:
    visit.officer.require("edit_texts")
    restores = _number(visit.form.get("restores", ""))
    work = partial(restore_list, act=_act(visit, ""), version=restores)
    try:
        await visit.desk.resources.uow.run(work)
    except NewerList as error:
        who, number = error.newer.by, error.newer.reasons.version
        text = f"{who} baru saja menyimpan versi {number}. Lihat dulu, lalu ulangi bila perlu."
        return await _versions(visit, text, 409)
    except Invalid as error:
        return await _versions(visit, str(error), 422)
    return RedirectResponse(f"{REASONS}?done=restored", 303)


async def _versions(visit: Visit, error: str = "", status: int = 200) -> Response:
    visit.officer.require("edit_texts")
    scope = visit.desk.resources.uow.reading()
    every = await reason_store.versions(scope, _VERSIONS_SHOWN + 1)
    before = [each.reasons for each in every[1:]]
    if len(every) <= _VERSIONS_SHOWN:
        before.append(BUILTIN)
    pairs = zip(every, before, strict=False)
    context = {
        "compared": [(each, reasons_between(old, each.reasons)) for each, old in pairs],
        "version": every[0].reasons.version if every else 0,
        "error": error,
    }
    return visit.render("reason_versions.html", context, status)


def _typed(visit: Visit) -> tuple[Reason, ...]:
    """The rows of the form, by the order that was typed; equal numbers stay as they stood."""
    prefix = "label."
    codes = [each.removeprefix(prefix) for each in visit.form if each.startswith(prefix)]
    rows = [
        Reason(
            code,
            visit.form[f"label.{code}"],
            visit.form.get(f"text.{code}", ""),
            is_retired=f"retired.{code}" in visit.form,
        )
        for code in codes
    ]
    return tuple(sorted(rows, key=lambda each: _place(visit.form.get(f"place.{each.code}", ""))))


def _place(text: str) -> int:
    return int(text[:4]) if text.isascii() and text.isdigit() else 10_000


def _added(visit: Visit) -> Added | None:
    label, text = (visit.form.get(f"new-{each}", "").strip() for each in ("label", "text"))
    return Added(label, text) if label or text else None


def _act(visit: Visit, group: str) -> Change:
    why = " ".join(visit.form.get("why", "").split())
    return Change(visit.session, group, _number(visit.form.get("version", "")), why)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise NotFound("Versi ini tidak ada. Buka lagi daftar alasan.")
    return int(text[:9])


ROUTES = [
    Route(REASONS, signed_in(get_reasons), methods=["GET"]),
    Route(f"{REASONS}/versi", signed_in(get_versions), methods=["GET"]),
    Route(f"{REASONS}/kembali", signed_in(post_restore), methods=["POST"]),
    Route(_GROUP, signed_in(get_group), methods=["GET"]),
    Route(_GROUP, signed_in(post_group), methods=["POST"]),
]
