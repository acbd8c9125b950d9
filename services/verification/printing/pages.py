"""Pages: the batches, one batch with its sheets and its result."""

from __future__ import annotations

from asyncio import gather
from functools import partial
from urllib.parse import urlencode

from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from services.verification.audit import log
from services.verification.audit.domain import Entry
from services.verification.officers.guard import Visit, signed_in
from services.verification.printing import store
from services.verification.printing.batches import (
    Seen,
    ask_again,
    cancel_batch,
    leave_out,
)
from services.verification.printing.causes import cause_of
from services.verification.printing.confirming import AT_ONCE, confirm_batch, settle
from services.verification.printing.domain import SHAPES, BatchChanged, PrintBatch
from services.verification.review.pages import CASES
from services.verification.review.paper_cards import names_of, unwanted_of
from services.verification.review.refusals import OwnCase
from shared.clock import now
from shared.errors import AppError, Invalid, NotFound, Unavailable
from shared.ids import uuid7
from shared.observability import get_logger
from shared.storage import CARDS, Damaged

PRINTING = "/petugas/cetak"
BATCH = f"{PRINTING}/daftar/{{batch_id}}"
PAGE_SIZE = 25
_AUDITED_AT_ONCE = 20
_DONE = {
    "made": "Daftar cetak dibuat. Lembarnya sedang digambar.",
    "again": "Lembarnya digambar lagi.",
    "cancelled": "Daftar dibatalkan. Kartunya kembali menunggu dicetak.",
    "confirmed": "Hasil cetak tersimpan.",
    "left_out": "Daftar baru dibuat tanpa kartu yang menghalangi.",
}
_log = get_logger(__name__)


async def get_batches(visit: Visit) -> Response:
    visit.officer.require("print_cards")
    scope = visit.desk.resources.uow.reading()
    after = visit.request.query_params.get("setelah", "")
    last = await store.find(scope, after) if after else None
    found = await store.newest(scope, last, PAGE_SIZE + 1)
    context = {
        "batches": found[:PAGE_SIZE],
        "next": found[PAGE_SIZE - 1].id if len(found) > PAGE_SIZE else "",
        "is_first": last is None,
        "shapes": SHAPES,
        "done": _done(visit),
    }
    return visit.render("print_batches.html", context)


async def get_batch(visit: Visit) -> Response:
    visit.officer.require("print_cards")
    return await show_batch(visit)


async def show_batch(
    visit: Visit, error: AppError | None = None, spoilt: frozenset[str] = frozenset()
) -> Response:
    scope = visit.desk.resources.uow.reading()
    batch = await store.load(scope, visit.request.path_params["batch_id"])
    # While it is drawn only its progress is asked for, every other second.
    case_ids = [line.case_id for line in batch.lines]
    names, misprints = (
        ({}, {})
        if batch.state == "asked"
        else await gather(names_of(scope, case_ids), store.misprints(scope, batch.card_ids))
    )
    context = {
        "batch": batch,
        "shape": SHAPES[batch.shape],
        "base": f"{PRINTING}/daftar/{batch.id}",
        "cases": CASES,
        "names": names,
        "misprints": misprints,
        "unwanted": await unwanted_of(scope, case_ids) if batch.state == "ready" else set(),
        "ticked": spoilt,
        "cause": cause_of(batch.cause),
        "hindering": [line for line in batch.lines if line.card_id in batch.in_the_way],
        "size": _size_text(batch.sheets.size) if batch.sheets else "",
        "is_silent": batch.is_silent(now()),
        "new_id": uuid7(),
        "error": str(error or ""),
        "done": "" if error else _done(visit),
    }
    return visit.render("print_batch.html", context, error.status if error else 200)


async def get_sheets(visit: Visit) -> Response:
    """The sheets as PDF; that somebody has them is recorded for every person on them."""
    visit.officer.require("print_cards")
    resources = visit.desk.resources
    batch = await store.load(resources.uow.reading(), visit.request.path_params["batch_id"])
    if batch.state != "ready" or batch.sheets is None:
        raise NotFound(
            "Lembar cetak ini belum siap atau sudah tidak dipakai. Kembali ke daftar cetak."
        )
    for first in range(0, len(batch.lines), _AUDITED_AT_ONCE):
        entries = [
            Entry(
                visit.officer.actor,
                "card.viewed",
                line.case_id,
                {"batch": batch.number},
                purpose="Mencetak kartu",
                is_view=True,
            )
            for line in batch.lines[first : first + _AUDITED_AT_ONCE]
        ]
        await gather(*(log.record_view(resources.uow, entry) for entry in entries))
    try:
        data = await resources.storage.get(CARDS, batch.sheets.key, batch.sheets.sha256)
    except (Unavailable, NotFound, Damaged) as error:
        _log.error("print_batch.not_shown", error=type(error).__name__)
        raise Unavailable(
            "Lembar cetak belum dapat diunduh karena penyimpanan sedang terganggu. "
            "Coba lagi sebentar lagi."
        ) from error
    headers = {"Content-Disposition": f'attachment; filename="cetak-{batch.number}.pdf"'}
    return Response(data, media_type="application/pdf", headers=headers)


async def post_result(visit: Visit) -> Response:
    """Which cards came out well."""
    visit.officer.require("print_cards")
    ticked = frozenset(
        name.removeprefix("rusak.") for name in visit.form if name.startswith("rusak.")
    )
    try:
        spoilt = _spoilt(visit.form.get("do", ""), ticked)
        uow = visit.desk.resources.uow
        batch = await uow.run(partial(confirm_batch, seen=_seen(visit), spoilt=spoilt))
        await settle(uow, batch.id, AT_ONCE)
    except (Invalid, BatchChanged, OwnCase) as error:
        return await show_batch(visit, error, ticked)
    return _to(batch, "confirmed")


def _spoilt(wish: str, ticked: frozenset[str]) -> frozenset[str] | None:
    """As the button says; None: not one card is good."""
    if wish == "some" and not ticked:
        raise Invalid('Centang kartu yang rusak, atau tekan "Semua tercetak baik".')
    if wish == "all" and ticked:
        raise Invalid(
            "Ada kartu yang Anda centang sebagai rusak. "
            'Tekan "Simpan, yang dicentang rusak", atau hapus centangnya.'
        )
    if wish not in {"all", "some", "none"}:
        raise Invalid("Pilih salah satu tombol hasil cetak.")
    return None if wish == "none" else ticked


async def post_again(visit: Visit) -> Response:
    try:
        batch = await visit.desk.resources.uow.run(partial(ask_again, seen=_seen(visit)))
    except BatchChanged as error:
        return await show_batch(visit, error)
    return _to(batch, "again")


async def post_cancel(visit: Visit) -> Response:
    try:
        await visit.desk.resources.uow.run(partial(cancel_batch, seen=_seen(visit)))
    except BatchChanged as error:
        return await show_batch(visit, error)
    return RedirectResponse(f"{PRINTING}?{urlencode({'done': 'cancelled'})}", 303)


async def post_leave_out(visit: Visit) -> Response:
    work = partial(leave_out, seen=_seen(visit), new_id=visit.form.get("new_id", ""))
    try:
        batch = await visit.desk.resources.uow.run(work)
    except BatchChanged as error:
        return await show_batch(visit, error)
    if batch.state == "cancelled":
        return RedirectResponse(f"{PRINTING}?{urlencode({'done': 'cancelled'})}", 303)
    return _to(batch, "left_out")


def _size_text(size: int) -> str:
    if size < 1_000_000:
        return f"{max(1, size // 1000)} kB"
    return f"{size / 1_000_000:.1f} MB".replace(".", ",")


def _seen(visit: Visit) -> Seen:
    visit.officer.require("print_cards")
    text = visit.form.get("version", "")
    version = int(text[:9]) if text.isascii() and text.isdigit() else 0
    return Seen(visit.request.path_params["batch_id"], version, visit.officer)


def _to(batch: PrintBatch, done: str) -> Response:
    return RedirectResponse(f"{PRINTING}/daftar/{batch.id}?{urlencode({'done': done})}", 303)


def _done(visit: Visit) -> str:
    return _DONE.get(visit.request.query_params.get("done", ""), "")


ROUTES = [
    Route(PRINTING, signed_in(get_batches), methods=["GET"]),
    Route(BATCH, signed_in(get_batch), methods=["GET"]),
    Route(f"{BATCH}/lembar.pdf", signed_in(get_sheets), methods=["GET"]),
    Route(f"{BATCH}/hasil", signed_in(post_result), methods=["POST"]),
    Route(f"{BATCH}/ulang", signed_in(post_again), methods=["POST"]),
    Route(f"{BATCH}/batal", signed_in(post_cancel), methods=["POST"]),
    Route(f"{BATCH}/tanpa", signed_in(post_leave_out), methods=["POST"]),
]
