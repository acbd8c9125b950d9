"""Pages: one card with its reports and history, and the form that takes a report."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import get_args
from urllib.parse import urlencode

from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from services.verification.audit import log
from services.verification.audit.domain import Entry
from services.verification.officers.guard import Visit, signed_in
from services.verification.register import labels, store
from services.verification.register.card_list import CARD_TABS, TAB_NAMES, read_cards
from services.verification.register.card_view import view_card
from services.verification.register.domain import Registration
from services.verification.register.recording import CardAct, record_report
from services.verification.register.refusals import NoSuchCard
from shared.clock import today
from shared.contracts.registry import ReportAnswer
from shared.dates import time_of_day
from shared.errors import Conflict, Forbidden, Invalid

CARDS = "/petugas/kartu"
CARD = f"{CARDS}/{{card_id}}"
_TIME = re.compile(r"\d\d\.\d\d")
_DONE = {
    "reported": "Laporan tercatat. Isi juga baris laporan di kartunya, lalu tanda tangani.",
    "data_changed": "Laporan tercatat. Data di kartu belum berubah: buat permohonan perbaikan data "
    'lewat "Layani di loket" dengan nomor kartu ini.',
    "placed": "Penempatan tercatat. Kartu ini tidak aktif lagi.",
    "removed": "Pemegang kartu dihapuskan dari daftar. Kartu ini tidak aktif lagi.",
    "recalled": "Pencabutan tercatat. Halaman cek kartu menampilkannya dalam satu menit.",
}
_AGAIN = {
    "reported": "Laporan ini sudah Anda catat pukul {} WIB.",
    "placed": "Penempatan ini sudah Anda catat pukul {} WIB.",
    "removed": "Pemegang kartu sudah Anda hapus dari daftar pukul {} WIB.",
    "recalled": "Kartu ini sudah Anda cabut pukul {} WIB.",
}


@dataclass(frozen=True)
class Told:
    """What went wrong, beside the card."""

    error: str = ""
    status: int = 422


async def get_cards(visit: Visit) -> Response:
    resources, query = visit.desk.resources, visit.request.query_params
    tab = next((each for each in CARD_TABS if each == query.get("tab")), CARD_TABS[0])
    page = await read_cards(
        resources.uow.reading(),
        visit.officer,
        tab,
        query.get("after"),
        resources.office.card.report_grace_days,
    )
    context = {
        "page": page,
        "tabs": TAB_NAMES,
        "standings": labels.STANDING,
        "is_first": "after" not in query,
        "grace_days": resources.office.card.report_grace_days,
    }
    return visit.render("cards.html", context)


async def get_card(visit: Visit) -> Response:
    return await show_card(visit)


async def post_report(visit: Visit) -> Response:
    visit.officer.require("take_reports")
    answer = visit.form.get("answer", "")
    if answer in {"employed", "withdrew"}:
        return await _lead_on(visit, answer)
    known: tuple[ReportAnswer, ...] = get_args(ReportAnswer)
    chosen = next((each for each in known if each == answer), None)
    if chosen is None:
        return await show_card(visit, Told("Pilih dulu jawaban pemegang kartu."))
    grace_days = visit.desk.resources.office.card.report_grace_days
    work = partial(record_report, act=act_of(visit), answer=chosen, grace_days=grace_days)
    try:
        await visit.desk.resources.uow.run(work)
    except (Conflict, Forbidden, Invalid) as error:
        return await told_again(visit, "reported") or await show_card(
            visit, Told(str(error), error.status)
        )
    return to_card(visit, "reported" if chosen == "still_looking" else chosen)


async def show_card(visit: Visit, told: Told = Told()) -> Response:
    """The page of a card; looking at it is recorded first."""
    visit.officer.require("read_cases")
    resources = visit.desk.resources
    registration = await viewed(visit)
    grace_days = resources.office.card.report_grace_days
    view = await view_card(resources.uow.reading(), registration, visit.officer, grace_days)
    context = {
        "view": view,
        "registration": registration,
        "card": registration.card,
        "base": f"{CARDS}/{card_id_of(visit)}",
        "is_older": registration.card.card_id != card_id_of(visit),
        "standings": labels.STANDING,
        "answers": labels.ANSWER,
        "removals": labels.REMOVAL,
        "revocations": labels.REVOCATION,
        "kinds": labels.CARD_KIND,
        "chosen": visit.form.get("answer", ""),
        "today": today(),
        "grace_days": grace_days,
        "done": _done_of(visit),
        "error": told.error,
    }
    return visit.render("card.html", context, told.status if told.error else 200)


async def viewed(visit: Visit) -> Registration:
    """The registration of the card in the address; that it was read is recorded first."""
    uow = visit.desk.resources.uow
    registration = await store.load(uow.reading(), card_id_of(visit))
    entry = Entry(
        visit.officer.actor,
        "registration.viewed",
        registration.card.application_id,
        is_view=True,
    )
    await log.record_view(uow, entry)
    return registration


def card_id_of(visit: Visit) -> str:
    card_id: str = visit.request.path_params["card_id"]
    return card_id


def act_of(visit: Visit) -> CardAct:
    """Who acts on which version: the one that his page showed."""
    text = visit.form.get("version", "")
    if not (text.isascii() and text.isdigit()):
        raise NoSuchCard
    return CardAct(card_id_of(visit), int(text[:9]), visit.session)


def to_card(visit: Visit, done: str, time: str = "") -> Response:
    query = urlencode({"done": done, **({"pukul": time} if time else {})})
    return RedirectResponse(f"{CARDS}/{card_id_of(visit)}?{query}", 303)


async def told_again(visit: Visit, act: str) -> Response | None:
    """The answer to a second press: the act is this officer's own and was done before."""
    scope = visit.desk.resources.uow.reading()
    registration = await store.load(scope, card_id_of(visit))
    last = registration.last_step
    if last is None or (last.act, last.officer_id) != (act, visit.officer.id):
        return None
    if registration.version != act_of(visit).version + 1:
        return None
    return to_card(visit, act, time_of_day(last.at))


async def _lead_on(visit: Visit, answer: str) -> Response:
    """Who works or looks no more leaves the list: a placement officer's decision."""
    if not visit.officer.may("end_registrations"):
        who = "sudah bekerja" if answer == "employed" else "tidak mencari kerja lagi"
        text = (
            f"Pemegang kartu {who}: Pengantar Kerja yang mencatatnya. "
            "Antar orangnya ke Pengantar Kerja, atau sebutkan nomor kartu ini."
        )
        return await show_card(visit, Told(text))
    path = "ditempatkan" if answer == "employed" else "dihapuskan?alasan=withdrew"
    return RedirectResponse(f"{CARDS}/{card_id_of(visit)}/{path}", 303)


def _done_of(visit: Visit) -> str:
    query = visit.request.query_params
    done, time = query.get("done", ""), query.get("pukul", "")
    if _TIME.fullmatch(time):
        return _AGAIN.get(done, "").format(time)
    return _DONE.get(done, "")


ROUTES = [
    Route(CARDS, signed_in(get_cards)),
    Route(CARD, signed_in(get_card)),
    Route(f"{CARD}/lapor", signed_in(post_report), methods=["POST"]),
]
