"""Page images of documents and the card's PDF: streamed through us, each view recorded first."""

from __future__ import annotations

from starlette.responses import Response
from starlette.routing import Route

from services.verification.audit import log
from services.verification.audit.domain import Entry
from services.verification.officers.guard import Visit, signed_in
from services.verification.review import store
from services.verification.review.pages import CASES, case_id_of
from shared.errors import NotFound, Unavailable
from shared.mongo import Document
from shared.observability import get_logger
from shared.storage import CARDS, DOCUMENTS, SEALED, Damaged, Storage
from shared.web import page_numbers

page_numbers.register()

_log = get_logger(__name__)

_INERT = {"Content-Security-Policy": "sandbox; default-src 'none'"}
# A browser shows a PDF as an object of its own page, and not at all in a sandbox.
_PDF = {
    "Content-Security-Policy": "default-src 'none'; object-src 'self'; "
    "style-src 'unsafe-inline'; frame-ancestors 'none'"
}
_SORRY = """<svg xmlns="http://www.w3.org/2000/svg" width="600" height="240"
viewBox="0 0 600 240"><rect width="600" height="240" fill="#f6f8fb"/>
<g text-anchor="middle" font-family="sans-serif" fill="#49566c">
<text x="300" y="112" font-size="22">Berkas belum dapat ditampilkan.</text>
<text x="300" y="146" font-size="16">{}</text></g></svg>"""
_NOT_NOW = "Penyimpanan sedang terganggu. Muat ulang sebentar lagi."
_BROKEN = "Isinya rusak di penyimpanan. Laporkan kepada administrator."


async def get_page_image(visit: Visit) -> Response:
    """One page of a document of any version of the case."""
    visit.officer.require("read_cases")
    resources = visit.desk.resources
    case = await store.load(resources.uow.reading(), case_id_of(visit))
    number: int = visit.request.path_params["number"]
    document = case.document(visit.request.path_params["document_id"])
    if document is None or not 1 <= number <= len(document.pages):
        raise NotFound("Berkas ini tidak ditemukan.")
    detail = {"document_id": document.document_id, "kind": document.kind, "page": number}
    entry = Entry(visit.officer.actor, "document.viewed", case.id, detail, is_view=True)
    await log.record_view(resources.uow, entry)
    page = document.pages[number - 1]
    try:
        data = await resources.storage.get(DOCUMENTS, page.key, page.sha256)
    except (Unavailable, NotFound, Damaged) as error:
        _log.error("document.not_shown", error=type(error).__name__)
        # An image again, so that it stands where the page image would.
        text = _SORRY.format(_BROKEN if isinstance(error, Damaged) else _NOT_NOW)
        return Response(text, 503, media_type="image/svg+xml", headers=_INERT)
    return Response(data, media_type="image/jpeg", headers=_INERT)


async def get_card(visit: Visit) -> Response:
    """The issued card as PDF."""
    visit.officer.require("read_cases")
    resources = visit.desk.resources
    scope = resources.uow.reading()
    case = await store.load(scope, case_id_of(visit))
    card = await store.card_of(scope, case.id)
    if card is None or card["state"] != "issued":
        raise NotFound("Kartu untuk permohonan ini belum terbit.")
    entry = Entry(visit.officer.actor, "card.viewed", case.id, is_view=True)
    await log.record_view(resources.uow, entry)
    try:
        data = await _pdf_of(resources.storage, card)
    except (Unavailable, NotFound, Damaged) as error:
        _log.error("card.not_shown", error=type(error).__name__)
        raise Unavailable(
            "Kartu belum dapat ditampilkan karena penyimpanan sedang terganggu. "
            "Coba lagi sebentar lagi."
        ) from error
    name = f"{case.reference}.pdf"
    headers = {**_PDF, "Content-Disposition": f'inline; filename="{name}"'}
    return Response(data, media_type="application/pdf", headers=headers)


async def _pdf_of(storage: Storage, card: Document) -> bytes:
    """With the seal of an official, once it has one."""
    sealed = card.get("sealed")
    if sealed is not None:
        return await storage.get(SEALED, sealed["key"], sealed["sha256"])
    return await storage.get(CARDS, card["object_key"], card["sha256"])


ROUTES = [
    Route(f"{CASES}/{{case_id}}/berkas/{{document_id}}/{{number:page}}", signed_in(get_page_image)),
    Route(f"{CASES}/{{case_id}}/kartu", signed_in(get_card)),
]
