"""Pages: the printers of the office, and the test page that shows how far one shifts."""

from __future__ import annotations

from functools import partial
from typing import Any
from urllib.parse import urlencode

from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from services.verification.officers.guard import Visit, signed_in
from services.verification.printing import store
from services.verification.printing.domain import SHAPES
from services.verification.printing.keeping import Typed, keep_printer, remove_printer
from services.verification.printing.pages import PRINTING
from services.verification.printing.printers import (
    NAME_LONGEST,
    SIDES,
    Printer,
    PrinterChanged,
    cross_of,
    shift_text,
)
from services.verification.printing.ruler import draw_test_page
from shared.contracts.print_batches import PrinterOffset
from shared.errors import AppError, Invalid
from shared.ids import uuid7

PRINTERS = f"{PRINTING}/printer"
_ONE = f"{PRINTERS}/{{printer_id}}"
_DONE = {
    "added": "Printer ditambahkan. Cetak halaman ujinya, ukur, lalu isi hasil ukurnya di sini.",
    "saved": "Tersimpan. Cetak halaman uji yang disesuaikan untuk memastikan.",
    "removed": "Printer dihapus dari daftar.",
}


async def get_printers(visit: Visit) -> Response:
    visit.officer.require("print_cards")
    return await _list(visit)


async def post_new(visit: Visit) -> Response:
    typed = _typed(visit, visit.form.get("printer_id", ""), 0)
    try:
        printer = await visit.desk.resources.uow.run(
            partial(keep_printer, officer=visit.officer, typed=typed)
        )
    except Invalid as error:
        return await _list(visit, error)
    return RedirectResponse(f"{PRINTERS}/{printer.id}?{urlencode({'done': 'added'})}", 303)


async def get_printer(visit: Visit) -> Response:
    visit.officer.require("print_cards")
    return _printer_form(visit, await _loaded(visit))


async def post_printer(visit: Visit) -> Response:
    visit.officer.require("print_cards")
    printer_id = visit.request.path_params["printer_id"]
    version = _version(visit)
    try:
        await visit.desk.resources.uow.run(
            partial(keep_printer, officer=visit.officer, typed=_typed(visit, printer_id, version))
        )
    except (Invalid, PrinterChanged) as error:
        return _printer_form(visit, await _loaded(visit), error)
    return RedirectResponse(f"{PRINTERS}/{printer_id}?{urlencode({'done': 'saved'})}", 303)


async def post_remove(visit: Visit) -> Response:
    work = partial(
        remove_printer,
        officer=visit.officer,
        printer_id=visit.request.path_params["printer_id"],
        version=_version(visit),
    )
    try:
        await visit.desk.resources.uow.run(work)
    except PrinterChanged as error:
        return _printer_form(visit, await _loaded(visit), error)
    return RedirectResponse(f"{PRINTERS}?{urlencode({'done': 'removed'})}", 303)


async def get_test_page(visit: Visit) -> Response:
    """As the printer does it by itself, or corrected to see that it is right now."""
    visit.officer.require("print_cards")
    printer = await _loaded(visit)
    corrected = "sesuai" in visit.request.query_params
    pdf = draw_test_page(printer.shape, printer.offset if corrected else PrinterOffset())
    name = "uji-sesuai.pdf" if corrected else "uji.pdf"
    return Response(
        pdf,
        media_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


async def _list(visit: Visit, error: AppError | None = None) -> Response:
    scope = visit.desk.resources.uow.reading()
    context = {
        "printers": await store.printers(scope),
        "printer_id": uuid7(),
        "typed": visit.form,
        "error": str(error or ""),
        "done": "" if error else _done(visit),
        **_common(),
    }
    return visit.render("printers.html", context, error.status if error else 200)


def _printer_form(visit: Visit, printer: Printer, error: AppError | None = None) -> Response:
    measured = {side: printer.measured(side) for side in SIDES}
    context = {
        "printer": printer,
        "name": visit.form.get("name", printer.name),
        "typed": {side: visit.form.get(side, text) for side, text in measured.items()},
        "cross": cross_of(printer.shape),
        "two_sided": SHAPES[printer.shape].turned_on is not None,
        "error": str(error or ""),
        "done": "" if error else _done(visit),
        **_common(),
    }
    return visit.render("printer.html", context, error.status if error else 200)


def _common() -> dict[str, Any]:
    return {
        "shapes": SHAPES,
        "printing": PRINTING,
        "base": PRINTERS,
        "shift_text": shift_text,
        "name_longest": NAME_LONGEST,
    }


async def _loaded(visit: Visit) -> Printer:
    scope = visit.desk.resources.uow.reading()
    return await store.load_printer(scope, visit.request.path_params["printer_id"])


def _typed(visit: Visit, printer_id: str, version: int) -> Typed:
    form = visit.form
    return Typed(
        printer_id,
        version,
        form.get("name", ""),
        form.get("shape", ""),
        {side: form.get(side, "") for side in SIDES},
    )


def _version(visit: Visit) -> int:
    text = visit.form.get("version", "")
    return int(text[:9]) if text.isascii() and text.isdigit() and int(text[:9]) else -1


def _done(visit: Visit) -> str:
    return _DONE.get(visit.request.query_params.get("done", ""), "")


ROUTES = [
    Route(PRINTERS, signed_in(get_printers), methods=["GET"]),
    Route(PRINTERS, signed_in(post_new), methods=["POST"]),
    Route(_ONE, signed_in(get_printer), methods=["GET"]),
    Route(_ONE, signed_in(post_printer), methods=["POST"]),
    Route(f"{_ONE}/hapus", signed_in(post_remove), methods=["POST"]),
    Route(f"{_ONE}/uji.pdf", signed_in(get_test_page), methods=["GET"]),
]
