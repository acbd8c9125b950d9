"""Page: which of the waiting cards go into a batch, and how they are printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import get_args
from urllib.parse import urlencode

from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from services.verification.officers.guard import Visit, signed_in
from services.verification.printing import store
from services.verification.printing.batches import Asked, Gone, make_batch
from services.verification.printing.domain import CARDS_MOST, SHAPES
from services.verification.printing.pages import PRINTING
from services.verification.printing.printers import NoSuchPrinter, Printer
from services.verification.review.pages import CASES, QUEUE
from services.verification.review.paper_cards import (
    PaperCard,
    count_waiting,
    waiting_cards,
    waiting_page,
)
from services.verification.search.store import subdistricts
from shared import code_lists
from shared.contracts.applications import ApplicationKind, Channel
from shared.errors import AppError, Conflict, Invalid
from shared.ids import uuid7
from shared.uow import Scope

CHOOSE = f"{PRINTING}/baru"
SHOWN = 100  # rows with a box to tick
TICKED_FIRST = 50
_FILTERS = {"kind": "kind", "channel": "channel", "subdistrict": "subdistrict_code"}


async def get_choice(visit: Visit) -> Response:
    visit.officer.require("print_cards")
    values = dict(visit.request.query_params)
    if only := await _only(visit, values):
        return await _form(visit, values, set(only))
    return await _form(visit, values, set())


async def post_choice(visit: Visit) -> Response:
    visit.officer.require("print_cards")
    form = visit.form
    prefix = "permohonan."
    ticked = [name.removeprefix(prefix) for name in form if name.startswith(prefix)]
    try:
        chosen = await _first(visit) if form.get("which") == "first" else ticked
        asked = Asked(form.get("batch_id", ""), tuple(chosen), form.get("printed_as", ""))
        batch = await make_batch(visit.desk.resources.uow, visit.officer, asked)
    except (Invalid, Gone, NoSuchPrinter, Conflict) as error:
        return await _form(visit, form, set(ticked), error)
    return RedirectResponse(f"{PRINTING}/daftar/{batch.id}?{urlencode({'done': 'made'})}", 303)


async def _only(visit: Visit, values: Mapping[str, str]) -> list[str]:
    """The cases that alone are offered: of one card, or of what came out spoilt in a batch."""
    if "dari" not in values:
        return [values["kartu"]] if values.get("kartu") else []
    batch = await store.find(visit.desk.resources.uow.reading(), values["dari"])
    return [line.case_id for line in batch.lines if line.card_id in batch.spoilt] if batch else []


async def _first(visit: Visit) -> list[str]:
    """So many from the top of the list, as it is now."""
    text = visit.form.get("first", "").strip()
    count = int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0
    if not 1 <= count <= CARDS_MOST:
        raise Invalid(f"Tulis berapa kartu teratas yang dicetak, 1 sampai {CARDS_MOST}.")
    scope = visit.desk.resources.uow.reading()
    held = await store.held_cases(scope)
    cards = await waiting_page(scope, visit.officer, _chosen(visit.form), held, count)
    return [card.case_id for card in cards]


async def _form(
    visit: Visit,
    values: Mapping[str, str],
    ticked: set[str],
    error: AppError | None = None,
) -> Response:
    """What waits, or some of it alone: `_only`."""
    resources = visit.desk.resources
    scope = resources.uow.reading()
    held = await store.held_cases(scope)
    filters = _chosen(values)
    only = await _only(visit, values)
    cards: list[PaperCard]
    if only:
        free = [case_id for case_id in only if case_id not in held]
        cards = await waiting_cards(scope, visit.officer, free)
        total = len(cards)
    else:
        cards = await waiting_page(scope, visit.officer, filters, held, SHOWN)
        total = await count_waiting(scope, visit.officer, filters, held)
    if values.get("pilih") == "atas":
        ticked = {card.case_id for card in cards[:TICKED_FIRST]}
    named = {name: values[name] for name, key in _FILTERS.items() if key in filters}
    holding = await store.holding(scope, only[0]) if only and not cards else None
    printers = await store.printers(scope)
    context = {
        "cards": cards,
        "total": total,
        "ticked": ticked,
        "only": only,
        "kept": {name: values[name] for name in ("kartu", "dari") if values.get(name)},
        "holding": holding,
        "misprints": await store.misprints(scope, [card.card_id for card in cards]),
        "printers": printers,
        "shapes": SHAPES,
        "printed_as": values.get("printed_as") or await _usual(scope, printers),
        "which": values.get("which", "ticked"),
        "first": values.get("first", str(min(TICKED_FIRST, total) or 1)),
        "batch_id": uuid7(),
        "most": CARDS_MOST,
        "ticked_first": TICKED_FIRST,
        "filters": named,
        "address": f"{CHOOSE}?{urlencode(named)}",
        "printing": PRINTING,
        "cases": CASES,
        "queue": QUEUE,
        "kinds": code_lists.APPLICATION_KIND,
        "channels": code_lists.CHANNEL,
        "places": await subdistricts(scope, resources.office.identity.area_code),
        "error": str(error or ""),
    }
    return visit.render("print_choice.html", context, error.status if error else 200)


async def _usual(scope: Scope, printers: Sequence[Printer]) -> str:
    """As the office printed last."""
    last = await store.newest(scope, None, 1)
    if not last:
        return ""
    names = {(printer.name, printer.shape): f"printer:{printer.id}" for printer in printers}
    return names.get((last[0].printer, last[0].shape), f"shape:{last[0].shape}")


def _chosen(values: Mapping[str, str]) -> dict[str, str]:
    """What the database is asked; what is unknown filters nothing."""
    kinds: tuple[ApplicationKind, ...] = get_args(ApplicationKind)
    channels: tuple[Channel, ...] = get_args(Channel)
    found: dict[str, str] = {}
    if values.get("kind") in kinds:
        found["kind"] = values["kind"]
    if values.get("channel") in channels:
        found["channel"] = values["channel"]
    place = values.get("subdistrict", "")
    if place and place.replace(".", "").isdigit() and len(place) <= 12:
        found["subdistrict_code"] = place
    return found


ROUTES = [
    Route(CHOOSE, signed_in(get_choice), methods=["GET"]),
    Route(CHOOSE, signed_in(post_choice), methods=["POST"]),
]
