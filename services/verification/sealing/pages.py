"""Pages: which cards an official signs now, and the one place where the pass phrase is typed."""

from __future__ import annotations

from urllib.parse import urlencode

from pydantic import SecretStr
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from services.verification.bsre import (
    BadAnswer,
    Bsre,
    NotRegistered,
    NotSecure,
    Refused,
    SealingStopped,
    Signatory,
    SignerAway,
    WrongPassphrase,
)
from services.verification.officers.guard import Visit, signed_in
from services.verification.officers.sessions import require_recent
from services.verification.review.pages import CASES
from services.verification.review.unsealed_cards import (
    COUNT_MOST,
    UnsealedCard,
    count_unsealed,
    unsealed_cards,
    unsealed_page,
)
from services.verification.sealing.batch import (
    CARDS_MOST,
    Progress,
    SealingDesk,
    StoreAway,
    require_recorded_nik,
    seal_cards,
)
from shared import code_lists
from shared.errors import AppError, Invalid, NotFound

SEALING = "/petugas/tanda-tangan"
SHOWN = 100  # rows with a box to tick
PASSPHRASE_LONGEST = 200
_TICK = "kartu."
_STOPS: dict[str, type[SealingStopped]] = {
    each.code: each
    for each in (
        *(WrongPassphrase, NotRegistered, SignerAway, NotSecure, Refused, BadAnswer),
        StoreAway,
    )
}


class NotInUse(NotFound):
    """Kantor ini tidak memakai tanda tangan elektronik BSrE di meja petugas."""


class NotSetUp(NotFound):
    """Tanda tangan elektronik BSrE belum siap dipakai. Minta penyedia sistem mengaturnya."""


async def get_cards(visit: Visit) -> Response:
    visit.officer.require("sign_cards")
    _bsre(visit)
    require_recorded_nik(visit.officer)
    return await _list(visit)


async def post_cards(visit: Visit) -> Response:
    """Choose the cards; then, from the page that asks for the pass phrase, sign them.

    The pass phrase leaves the form before anything may show that form again.
    """
    passphrase = SecretStr(visit.form.pop("passphrase", ""))
    nik = visit.form.pop("nik", "")
    visit.officer.require("sign_cards")
    bsre = _bsre(visit)
    require_recent(visit.session)
    require_recorded_nik(visit.officer)
    try:
        cards = await _chosen(visit)
    except Invalid as error:
        return await _list(visit, error)
    if visit.form.get("do") != "sign":
        return _ask(visit, cards)
    try:
        signatory = _signatory(nik, passphrase)
        desk = SealingDesk(visit.desk.resources, bsre)
        progress = await seal_cards(desk, visit.session, cards, signatory)
    except Invalid as error:
        return _ask(visit, cards, error, nik)
    stopped = progress.stopped
    if isinstance(stopped, (WrongPassphrase, NotRegistered)) and not progress.sealed:
        return _ask(visit, cards, stopped, nik)
    return RedirectResponse(f"{SEALING}?{urlencode(_told(progress))}", 303)


def _told(progress: Progress) -> dict[str, str]:
    """What the list says next: numbers and a code, nothing about anybody."""
    told = {"jadi": progress.sealed, "lewat": progress.skipped, "sisa": len(progress.left)}
    values = {name: str(number) for name, number in told.items() if number or name == "jadi"}
    return values | ({"sebab": progress.stopped.code} if progress.stopped else {})


async def _chosen(visit: Visit) -> list[UnsealedCard]:
    scope = visit.desk.resources.uow.reading()
    form = visit.form
    if form.get("which") == "first":
        text = form.get("first", "").strip()
        count = int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0
        if not 1 <= count <= CARDS_MOST:
            raise Invalid(f"Tulis berapa kartu teratas yang ditandatangani, 1 sampai {CARDS_MOST}.")
        cards = await unsealed_page(scope, visit.officer, count)
    else:
        ticked = [name.removeprefix(_TICK) for name in form if name.startswith(_TICK)]
        if not ticked:
            raise Invalid("Pilih paling sedikit satu kartu.")
        if len(ticked) > CARDS_MOST:
            raise Invalid(f"Paling banyak {CARDS_MOST} kartu sekali jalan. Kurangi centangnya.")
        cards = await unsealed_cards(scope, visit.officer, ticked)
    if not cards:
        raise Invalid(
            "Kartu yang Anda pilih sudah ditandatangani atau tidak berlaku lagi. Pilih kartu lain."
        )
    return cards


def _signatory(nik: str, passphrase: SecretStr) -> Signatory:
    if not 1 <= len(passphrase) <= PASSPHRASE_LONGEST:
        raise Invalid("Ketik frasa sandi BSrE Anda.")
    return Signatory("".join(filter(str.isdigit, nik)), passphrase)


async def _list(visit: Visit, error: AppError | None = None) -> Response:
    scope = visit.desk.resources.uow.reading()
    cards = await unsealed_page(scope, visit.officer, SHOWN)
    ticked = {name.removeprefix(_TICK) for name in visit.form if name.startswith(_TICK)}
    if visit.request.query_params.get("pilih") == "atas":
        ticked = {card.card_id for card in cards[:CARDS_MOST]}
    context = {
        "cards": cards,
        "total": await count_unsealed(scope),
        "count_most": COUNT_MOST,
        "ticked": ticked,
        "which": visit.form.get("which", "ticked"),
        "first": visit.form.get("first", str(min(CARDS_MOST, len(cards)) or 1)),
        "most": CARDS_MOST,
        "sealing": SEALING,
        "cases": CASES,
        "kinds": code_lists.APPLICATION_KIND,
        "result": _result(visit) if error is None else {},
        "error": str(error or ""),
    }
    return visit.render("sign_choice.html", context, error.status if error else 200)


def _result(visit: Visit) -> dict[str, object]:
    """What became of the last batch, as its redirect says."""
    values = visit.request.query_params
    if "jadi" not in values:
        return {}
    numbers = {
        name: int(text) if (text := values.get(name, "0")).isascii() and text.isdigit() else 0
        for name in ("jadi", "lewat", "sisa")
        if len(values.get(name, "")) < 5
    }
    stop = _STOPS.get(values.get("sebab", ""))
    return {"lewat": 0, "sisa": 0, **numbers, "sebab": str(stop()) if stop else ""}


def _ask(
    visit: Visit, cards: list[UnsealedCard], error: AppError | None = None, nik: str = ""
) -> Response:
    context = {
        "cards": cards,
        "sealing": SEALING,
        "tick": _TICK,
        "nik": nik,
        "longest": PASSPHRASE_LONGEST,
        "error": str(error or ""),
    }
    return visit.render("sign_sure.html", context, error.status if error else 200)


def _bsre(visit: Visit) -> Bsre:
    desk = visit.desk
    if desk.resources.office.seal.adapter != "bsre":
        raise NotInUse
    if desk.bsre is None:
        raise NotSetUp
    return desk.bsre


ROUTES = [
    Route(SEALING, signed_in(get_cards), methods=["GET"]),
    Route(SEALING, signed_in(post_cards), methods=["POST"]),
]
