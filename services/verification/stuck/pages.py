"""Pages: stuck work, and what was set aside. Every act is a plain form that leads back here."""

from __future__ import annotations

from functools import partial
from urllib.parse import urlencode

from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from services.verification.officers.guard import Visit, signed_in
from services.verification.settings import VerificationSettings
from services.verification.stuck import failures, view
from services.verification.stuck.domain import NOTE_LONGEST, Gone, Kind
from services.verification.stuck.letters import LetterDesk
from services.verification.stuck.store import LETTERS_KEPT
from shared.clock import now
from shared.errors import AppError, Forbidden

STUCK = "/petugas/macet"
ASIDE = f"{STUCK}/disisihkan"
_DONE = {
    "card": "Kartu sedang dibuat lagi. Bila berhasil, ia hilang dari daftar ini.",
    "notice": "Pesan sedang dikirim lagi. Bila berhasil, ia hilang dari daftar ini.",
    "cards": "{} kartu sedang dibuat lagi.",
    "notices": "{} pesan sedang dikirim lagi.",
    "letters": "{} data dikirim ulang. Bila gagal lagi, ia kembali ke daftar ini.",
    "aside": "Disisihkan. Lihat di tab Disisihkan bila perlu diurus lagi.",
    "up": "Kembali ke daftar yang perlu ditangani.",
    "back": "Data dikirim ulang. Bila gagal lagi, ia ada di daftar yang perlu ditangani.",
}
_NONE_LEFT = "Tidak ada lagi yang menunggu. Mungkin rekan Anda sudah menanganinya."
_REST = " Masih ada {} lagi: tekan tombolnya sekali lagi."


async def get_stuck(visit: Visit) -> Response:
    return await _stuck(visit)


async def get_aside(visit: Visit) -> Response:
    return await _aside(visit)


async def post_retry(visit: Visit) -> Response:
    """One failed card or message, or all of a kind."""
    uow, form = visit.desk.resources.uow, visit.form
    visit.officer.require("repair_stuck_work")
    kinds: dict[str | None, Kind] = {"card": "card", "notice": "notice"}
    try:
        if (kind := kinds.get(form.get("all"))) is not None:
            done = await uow.run(partial(failures.ask_all, officer=visit.officer, kind=kind))
            return _back(f"{kind}s", done.count, done.left)
        failure_id = form.get("item", "")
        failure = await uow.run(
            partial(failures.ask_again, officer=visit.officer, failure_id=failure_id)
        )
    except AppError as error:
        return await _stuck(visit, error)
    return _back(failure.kind)


async def post_set_aside(visit: Visit) -> Response:
    work = partial(
        failures.set_aside,
        officer=visit.officer,
        failure_id=visit.form.get("item", ""),
        note=visit.form.get("note", ""),
    )
    try:
        await visit.desk.resources.uow.run(work)
    except AppError as error:
        return await _stuck(visit, error)
    return _back("aside")


async def post_take_up(visit: Visit) -> Response:
    failure_id = visit.form.get("item", "")
    work = partial(failures.take_up, officer=visit.officer, failure_id=failure_id)
    try:
        await visit.desk.resources.uow.run(work)
    except AppError as error:
        return await _aside(visit, error)
    return _back("up", page=ASIDE)


async def post_replay(visit: Visit) -> Response:
    """One dead letter, or all of its queue."""
    letters, form = _letters(visit), visit.form
    queue = form.get("queue", "")
    try:
        if "all" in form:
            return _back("letters", await letters.replay_all(queue))
        await letters.replay(queue, form.get("item", ""))
    except AppError as error:
        return await _stuck(visit, error)
    return _back("letters", 1)


async def post_set_letter_aside(visit: Visit) -> Response:
    form = visit.form
    try:
        await _letters(visit).set_aside(
            form.get("queue", ""), form.get("item", ""), form.get("note", "")
        )
    except AppError as error:
        return await _stuck(visit, error)
    return _back("aside")


async def post_put_back(visit: Visit) -> Response:
    try:
        await _letters(visit).put_back(visit.form.get("item", ""))
    except AppError as error:
        return await _aside(visit, error)
    return _back("back", page=ASIDE)


async def _stuck(visit: Visit, error: AppError | None = None) -> Response:
    _raise_refusal(error)
    scope = visit.desk.resources.uow.reading()
    shown = await view.overview(scope, _letters(visit), now())
    return _render(visit, shown, error, is_aside=False)


async def _aside(visit: Visit, error: AppError | None = None) -> Response:
    _raise_refusal(error)
    scope = visit.desk.resources.uow.reading()
    shown = await view.overview_aside(scope, visit.officer, now())
    return _render(visit, shown, error, is_aside=True)


def _raise_refusal(error: AppError | None) -> None:
    """Who may not, sees no list."""
    if isinstance(error, Forbidden):
        raise error


def _render(
    visit: Visit, shown: view.Overview, error: AppError | None, *, is_aside: bool
) -> Response:
    context = {
        "shown": shown,
        "is_aside": is_aside,
        "error": str(error) if error else "",
        "done": "" if error else _done(visit),
        # What was typed as the reason stays where it was typed.
        "typed_for": visit.form.get("item", "") if error else "",
        "typed": visit.form.get("note", "")[: 2 * NOTE_LONGEST],
        "note_longest": NOTE_LONGEST,
        "days_kept": LETTERS_KEPT.days,
        "may_open": visit.officer.may("read_cases"),
    }
    # One that is gone is no missing page: the list below is what there is now.
    status = error.status if error and not isinstance(error, Gone) else 409 if error else 200
    return visit.render("stuck.html", context, status)


def _done(visit: Visit) -> str:
    query = visit.request.query_params
    text = _DONE.get(query.get("done", ""), "")
    count, left = _number(query.get("n")), _number(query.get("left"))
    if "{}" in text and not count:
        return _NONE_LEFT
    return text.format(count) + (_REST.format(left) if left else "")


def _number(text: str | None) -> int:
    return int(text[:6]) if text and text.isascii() and text.isdigit() else 0


def _back(done: str, count: int = 0, left: int = 0, page: str = STUCK) -> Response:
    return RedirectResponse(f"{page}?{urlencode({'done': done, 'n': count, 'left': left})}", 303)


def _letters(visit: Visit) -> LetterDesk:
    resources = visit.desk.resources
    if not isinstance(resources.settings, VerificationSettings):
        raise TypeError("verification runs with its own settings")
    url = resources.settings.stuck_work_rabbit_url.get_secret_value()
    return LetterDesk(url, resources.uow, visit.officer)


ROUTES = [
    Route(STUCK, signed_in(get_stuck), methods=["GET"]),
    Route(ASIDE, signed_in(get_aside), methods=["GET"]),
    Route(f"{STUCK}/ulang", signed_in(post_retry), methods=["POST"]),
    Route(f"{STUCK}/sisihkan", signed_in(post_set_aside), methods=["POST"]),
    Route(f"{STUCK}/urus-lagi", signed_in(post_take_up), methods=["POST"]),
    Route(f"{STUCK}/data/ulang", signed_in(post_replay), methods=["POST"]),
    Route(f"{STUCK}/data/sisihkan", signed_in(post_set_letter_aside), methods=["POST"]),
    Route(f"{STUCK}/data/urus-lagi", signed_in(post_put_back), methods=["POST"]),
]
