"""Pages for administrators: the words of each message, with preview, versions and going back."""

from __future__ import annotations

from functools import partial
from typing import Any

from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from services.verification.officers.guard import Visit, signed_in
from services.verification.texts import store
from services.verification.texts.changing import (
    WHY_LONGEST,
    BrokenText,
    Change,
    NewerText,
    change_message,
    restore_message,
    tidied,
)
from services.verification.texts.differences import words_between
from services.verification.texts.previewing import composer_of, in_force
from services.verification.texts.reason_store import in_force as reasons_in_force
from shared.errors import NotFound
from shared.texts.builtin import BUILTIN
from shared.texts.checking import BODY_LONGEST, SUBJECT_LONGEST, Problem, problems, sms_parts
from shared.texts.messages import MESSAGES, MessageId
from shared.texts.wording import Wording

TEXTS = "/petugas/teks"
_ONE = f"{TEXTS}/pesan/{{message}}"
_DONE = {
    "saved": "Tersimpan. Pesan berikutnya memakai teks ini.",
    "restored": "Teks lama dipakai lagi, sebagai versi baru.",
}


async def get_texts(visit: Visit) -> Response:
    """Where to begin: every message, and the list of reasons."""
    visit.officer.require("edit_texts")
    scope = visit.desk.resources.uow.reading()
    newest = {message: await store.newest(scope, message) for message in MESSAGES}
    context = {
        "messages": MESSAGES,
        "newest": newest,
        "reasons_version": (await reasons_in_force(scope)).version,
    }
    return visit.render("texts.html", context)


async def get_message(visit: Visit) -> Response:
    visit.officer.require("edit_texts")
    message = _message(visit)
    wording = await in_force(visit.desk.resources.uow.reading(), message)
    return _form(visit, wording, [])


async def post_message(visit: Visit) -> Response:
    visit.officer.require("edit_texts")
    message = _message(visit)
    typed = tidied(visit.form.get("subject", ""), visit.form.get("body", ""))
    composer = composer_of(visit.desk)
    if visit.form.get("do") != "save":
        return _form(visit, typed, problems(MESSAGES[message], typed, composer), is_typed=True)
    work = partial(change_message, act=_act(visit), wording=typed, composer=composer)
    try:
        await visit.desk.resources.uow.run(work)
    except BrokenText as error:
        return _form(visit, typed, error.problems, is_typed=True)
    except NewerText as error:
        return _form(visit, typed, [], is_typed=True, newer=error)
    return RedirectResponse(f"{TEXTS}/pesan/{message}?done=saved", 303)


def _form(
    visit: Visit,
    wording: Wording,
    found: list[Problem],
    *,
    is_typed: bool = False,
    newer: NewerText | None = None,
) -> Response:
    message = MESSAGES[_message(visit)]
    seen = _version(visit) if is_typed else wording.version
    shown = None
    if not problems(message, wording, composer_of(visit.desk)):
        shown = composer_of(visit.desk).sample(message, wording)
    wrong = {
        name: [each.text for each in found if each.field == name]
        for name in ("subject", "body", "why")
    }
    context: dict[str, Any] = {
        "message": message,
        "wording": wording,
        "version": newer.newer.wording.version if newer else seen,
        "why": visit.form.get("why", ""),
        "wrong": wrong,
        "is_wrong": bool(found),
        "newer": str(newer or ""),
        "shown": shown,
        "sms": sms_parts(shown.words) if shown else 0,
        "longest": {"subject": SUBJECT_LONGEST, "body": BODY_LONGEST, "why": WHY_LONGEST},
        "is_typed": is_typed,
        "done": _DONE.get(visit.request.query_params.get("done", ""), ""),
    }
    status = 409 if newer else 422 if found else 200
    return visit.render("message_edit.html", context, status)


async def get_versions(visit: Visit) -> Response:
    return await _versions(visit)


async def post_restore(visit: Visit) -> Response:
    visit.officer.require("edit_texts")
    message = _message(visit)
    work = partial(
        restore_message,
        act=_act(visit),
        version=_number(visit.form.get("restores", "")),
        composer=composer_of(visit.desk),
    )
    try:
        await visit.desk.resources.uow.run(work)
    except BrokenText as error:
        return await _versions(visit, error.problems[0].text, 422)
    except NewerText as error:
        who, number = error.newer.by, error.newer.wording.version
        text = f"{who} baru saja menyimpan versi {number}. Lihat dulu, lalu ulangi bila perlu."
        return await _versions(visit, text, 409)
    return RedirectResponse(f"{TEXTS}/pesan/{message}?done=restored", 303)


async def _versions(visit: Visit, error: str = "", status: int = 200) -> Response:
    visit.officer.require("edit_texts")
    message = _message(visit)
    every = await store.versions(visit.desk.resources.uow.reading(), message)
    before = [*(each.wording for each in every[1:]), BUILTIN[message]]
    compared = [
        {
            "version": each,
            "subject": words_between(old.subject, each.wording.subject),
            "body": words_between(old.body, each.wording.body),
        }
        for each, old in zip(every, before, strict=False)
    ]
    context = {
        "message": MESSAGES[message],
        "compared": compared,
        "first": BUILTIN[message],
        "version": every[0].wording.version if every else 0,
        "error": error,
    }
    return visit.render("message_versions.html", context, status)


def _message(visit: Visit) -> MessageId:
    wanted = visit.request.path_params["message"]
    found = next((each for each in MESSAGES if each == wanted), None)
    if found is None:
        raise NotFound("Pesan ini tidak ada. Kembali ke daftar teks.")
    return found


def _act(visit: Visit) -> Change:
    why = " ".join(visit.form.get("why", "").split())
    return Change(visit.session, _message(visit), _version(visit), why)


def _version(visit: Visit) -> int:
    return _number(visit.form.get("version", ""))


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise NotFound("Versi ini tidak ada. Buka lagi daftar teks.")
    return int(text[:9])


ROUTES = [
    Route(TEXTS, signed_in(get_texts), methods=["GET"]),
    Route(_ONE, signed_in(get_message), methods=["GET"]),
    Route(_ONE, signed_in(post_message), methods=["POST"]),
    Route(f"{_ONE}/versi", signed_in(get_versions), methods=["GET"]),
    Route(f"{_ONE}/kembali", signed_in(post_restore), methods=["POST"]),
]
