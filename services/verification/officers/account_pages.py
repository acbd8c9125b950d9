"""Pages for administrators: the accounts of all officers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from services.verification.officers import administration, sessions
from services.verification.officers.administration import Change, Details, Handover
from services.verification.officers.browsers import browser_name
from services.verification.officers.domain import NAME_LONGEST, ROLE_DUTIES, ROLE_NAMES, Officer
from services.verification.officers.guard import Visit, signed_in
from services.verification.officers.pages import ACCOUNTS
from services.verification.settings import index_key_of
from shared.errors import Conflict, Invalid, NotFound

_ONE = f"{ACCOUNTS}/{{officer_id}}"
_DONE = {
    "changed": "Perubahan akun tersimpan.",
    "disabled": "Akun dinonaktifkan. Semua sesinya sudah diakhiri.",
    "enabled": "Akun aktif lagi.",
    "totp": "Kode masuk dihapus. Pemilik akun memasang yang baru saat masuk berikutnya.",
    "session": "Sesi itu sudah diakhiri.",
    "sessions": "Semua sesi petugas ini sudah diakhiri.",
}


@dataclass(frozen=True)
class Question:
    """Asked on a page of its own before an act that is hard to take back."""

    path: str
    title: str
    button: str
    what_follows: tuple[str, ...]
    css: str = "btn-primary"


_DISABLE = Question(
    "nonaktif",
    "Nonaktifkan akun ini?",
    "Ya, nonaktifkan",
    (
        "Petugas ini langsung keluar dari semua perangkat dan tidak bisa masuk lagi.",
        "Permohonan yang sedang ia pegang bebas lagi paling lama 15 menit kemudian.",
        "Catatan pekerjaannya tetap ada. Akun bisa diaktifkan lagi kapan saja.",
    ),
    "btn-danger-outline",
)
_NEW_PASSWORD = Question(
    "sandi",
    "Buat kata sandi awal baru?",
    "Ya, buat kata sandi",
    (
        "Kata sandi lama langsung berhenti berlaku, dan semua sesinya berakhir.",
        "Kata sandi awal yang baru tampil sekali saja. Siapkan kertas untuk menulisnya.",
    ),
)


async def get_accounts(visit: Visit) -> Response:
    officers = await administration.everyone(visit.desk.resources.uow.reading(), visit.officer)
    return visit.render("accounts.html", {"officers": officers})


async def get_new(visit: Visit) -> Response:
    visit.officer.require("manage_accounts")
    return _new_form(visit, "")


async def post_new(visit: Visit) -> Response:
    uow = visit.desk.resources.uow
    username = visit.form.get("username", "")
    try:
        made = await administration.create(
            uow, visit.session, username, _details(visit), _index_key(visit)
        )
    except Invalid as error:
        return _new_form(visit, str(error))
    return _handover(visit, made, is_new=True)


async def get_one(visit: Visit) -> Response:
    return await _page(visit)


async def post_change(visit: Visit) -> Response:
    work = partial(
        administration.change,
        act=_act(visit),
        details=_details(visit),
        index_key=_index_key(visit),
    )
    try:
        officer = await visit.desk.resources.uow.run(work)
    except (Invalid, Conflict) as error:
        if isinstance(error, administration.AccountChanged):
            raise
        return await _page(visit, str(error))
    return _back(officer, "changed")


async def post_disable(visit: Visit) -> Response:
    work = partial(administration.disable, act=_act(visit))
    try:
        officer = await visit.desk.resources.uow.run(work)
    except Conflict as error:
        if isinstance(error, administration.AccountChanged):
            raise
        return await _page(visit, str(error))
    return _back(officer, "disabled")


async def get_disable(visit: Visit) -> Response:
    return await _ask(visit, _DISABLE)


async def get_reset_password(visit: Visit) -> Response:
    return await _ask(visit, _NEW_PASSWORD)


async def post_enable(visit: Visit) -> Response:
    work = partial(administration.enable, act=_act(visit))
    return _back(await visit.desk.resources.uow.run(work), "enabled")


async def post_reset_password(visit: Visit) -> Response:
    made = await administration.reset_password(visit.desk.resources.uow, _act(visit))
    return _handover(visit, made, is_new=False)


async def post_reset_totp(visit: Visit) -> Response:
    work = partial(administration.reset_totp, act=_act(visit))
    return _back(await visit.desk.resources.uow.run(work), "totp")


async def post_end_session(visit: Visit) -> Response:
    """One session, or all when none is named."""
    uow = visit.desk.resources.uow
    officer = await administration.one(uow.reading(), visit.officer, _officer_id(visit))
    session_id = visit.form.get("session")
    if session_id is None:
        await uow.run(partial(sessions.end_others, by=visit.session, officer_id=officer.id))
        return _back(officer, "sessions")
    work = partial(sessions.end_one, by=visit.session, officer_id=officer.id, session_id=session_id)
    await uow.run(work)
    return _back(officer, "session")


async def _ask(visit: Visit, question: Question) -> Response:
    scope = visit.desk.resources.uow.reading()
    shown = await administration.one(scope, visit.officer, _officer_id(visit))
    return visit.render("account_sure.html", {"shown": shown, "question": question})


def _new_form(visit: Visit, error: str) -> Response:
    context = {
        **_form_context(_details(visit)),
        "has_nik": False,
        "username": visit.form.get("username", ""),
        "error": error,
    }
    return visit.render("account_new.html", context, 422 if error else 200)


async def _page(visit: Visit, error: str = "") -> Response:
    scope = visit.desk.resources.uow.reading()
    shown = await administration.one(scope, visit.officer, _officer_id(visit))
    details = Details(
        shown.name, list(shown.roles), shown.nip, provider_name=shown.provider_name or ""
    )
    context = {
        **_form_context(_details(visit) if error else details),
        "shown": shown,
        "has_nik": shown.nik_index is not None,
        "has_provider": visit.desk.provider is not None,
        "is_self": shown.id == visit.officer.id,
        "sessions": await sessions.open_sessions(scope, visit.officer, shown.id),
        "browser_name": browser_name,
        "done": _DONE.get(visit.request.query_params.get("done", ""), ""),
        "error": error,
    }
    return visit.render("account_edit.html", context, 422 if error else 200)


def _form_context(details: Details) -> dict[str, Any]:
    return {
        "details": details,
        "role_names": ROLE_NAMES,
        "role_duties": ROLE_DUTIES,
        "name_longest": NAME_LONGEST,
    }


def _handover(visit: Visit, made: Handover, *, is_new: bool) -> Response:
    context = {
        "shown": made.officer,
        "password": made.password,
        "is_new": is_new,
        "days": administration.ONE_TIME_LASTS.days,
    }
    return visit.render("account_handover.html", context)


def _details(visit: Visit) -> Details:
    prefix = "role."
    roles = [name.removeprefix(prefix) for name in visit.form if name.startswith(prefix)]
    form = visit.form
    return Details(
        form.get("name", ""),
        roles,
        form.get("nip"),
        form.get("nik", ""),
        "forget_nik" in form,
        form.get("provider_name"),
    )


def _index_key(visit: Visit) -> str:
    return index_key_of(visit.desk.resources.settings)


def _officer_id(visit: Visit) -> str:
    officer_id: str = visit.request.path_params["officer_id"]
    return officer_id


def _act(visit: Visit) -> Change:
    """Who changes which version: the one that his page showed."""
    text = visit.form.get("version", "")
    if not (text.isascii() and text.isdigit()):
        raise NotFound
    return Change(visit.session, _officer_id(visit), int(text[:9]))


def _back(officer: Officer, done: str) -> Response:
    return RedirectResponse(f"{ACCOUNTS}/{officer.id}?done={done}", 303)


ROUTES = [
    Route(ACCOUNTS, signed_in(get_accounts), methods=["GET"]),
    Route(f"{ACCOUNTS}/baru", signed_in(get_new), methods=["GET"]),
    Route(f"{ACCOUNTS}/baru", signed_in(post_new), methods=["POST"]),
    Route(_ONE, signed_in(get_one), methods=["GET"]),
    Route(_ONE, signed_in(post_change), methods=["POST"]),
    Route(f"{_ONE}/nonaktif", signed_in(get_disable), methods=["GET"]),
    Route(f"{_ONE}/nonaktif", signed_in(post_disable), methods=["POST"]),
    Route(f"{_ONE}/aktif", signed_in(post_enable), methods=["POST"]),
    Route(f"{_ONE}/sandi", signed_in(get_reset_password), methods=["GET"]),
    Route(f"{_ONE}/sandi", signed_in(post_reset_password), methods=["POST"]),
    Route(f"{_ONE}/kode", signed_in(post_reset_totp), methods=["POST"]),
    Route(f"{_ONE}/sesi", signed_in(post_end_session), methods=["POST"]),
]
