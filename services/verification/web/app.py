"""Routes of all pages, error pages and middleware."""

from __future__ import annotations

from urllib.parse import urlsplit

from pymongo.errors import PyMongoError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from services.verification.counter import pages as counter
from services.verification.counter_key import counter_of
from services.verification.figures import pages as figures
from services.verification.notes import pages as notes
from services.verification.officers import account_pages, own_pages
from services.verification.officers import pages as officers
from services.verification.officers.guard import page_context
from services.verification.page import Desk, desk_of
from services.verification.printing import choosing_pages, printer_pages
from services.verification.printing import pages as printing
from services.verification.register import ending_pages
from services.verification.register import pages as register
from services.verification.review import (
    access_pages,
    duplicate_pages,
    files,
    handover_pages,
    outcome_pages,
    queue_pages,
    search_pages,
    work_pages,
)
from services.verification.review import pages as review
from services.verification.sealing import pages as sealing
from services.verification.settings import VerificationSettings, bsre_of, provider_of
from services.verification.stuck import pages as stuck
from services.verification.texts import pages as texts
from services.verification.texts import reason_pages
from services.verification.web.static_files import PREFIX, CompressedFiles
from services.verification.web.templating import make_templates
from shared.errors import AppError
from shared.observability import get_logger
from shared.service import Resources
from shared.web.csrf import SameOrigin
from shared.web.headers import SecurityHeaders
from shared.web.observe import Observe

_log = get_logger(__name__)
_TITLES = {
    403: "Tidak diizinkan",
    404: "Tidak ditemukan",
    405: "Tidak ditemukan",
    409: "Permohonan sudah berubah",
    413: "Isian terlalu panjang",
    422: "Isian belum benar",
    503: "Sistem sedang terganggu",
}
_TITLES_BY_CODE = {
    "account_changed": "Akun sudah berubah",
    "claimed": "Sedang diperiksa petugas lain",
    "nik_not_recorded": "Belum bisa menandatangani kartu",
    "not_claimed": "Permohonan belum diambil",
    "stale_form": "Halaman sudah kedaluwarsa",
}
_BROKEN = "Terjadi kesalahan di sistem kami. Kesalahan ini sudah dicatat. Coba lagi sebentar lagi."
_BUSY = "Sistem sedang tidak dapat dihubungi. Data Anda tidak berubah. Coba lagi sebentar lagi."


def make_app(resources: Resources, settings: VerificationSettings) -> ASGIApp:
    """The officers' desk as an ASGI app; everything lies under /petugas."""
    https = urlsplit(settings.public_url).scheme == "https"
    app = Starlette(
        routes=[
            Route("/", _to_start),
            Route("/petugas/", _to_start),
            *officers.ROUTES,
            *own_pages.ROUTES,
            *account_pages.ROUTES,
            *review.ROUTES,
            *queue_pages.ROUTES,
            *handover_pages.ROUTES,
            *work_pages.ROUTES,
            *outcome_pages.ROUTES,
            *search_pages.ROUTES,
            *duplicate_pages.ROUTES,
            *files.ROUTES,
            *access_pages.ROUTES,
            *register.ROUTES,
            *ending_pages.ROUTES,
            *figures.ROUTES,
            *notes.ROUTES,
            *reason_pages.ROUTES,
            *texts.ROUTES,
            *stuck.ROUTES,
            *printing.ROUTES,
            *choosing_pages.ROUTES,
            *printer_pages.ROUTES,
            *sealing.ROUTES,
            *counter.ROUTES,
            Mount(PREFIX, CompressedFiles()),
        ],
        middleware=[
            Middleware(Observe),
            Middleware(SameOrigin),
        ],
        exception_handlers={
            AppError: _app_error,
            PyMongoError: _database_error,
            HTTPException: _http_error,
            Exception: _unexpected_error,
        },
    )
    app.router.redirect_slashes = False  # such a redirect repeats the Host header
    app.state.desk = Desk(
        resources,
        make_templates(),
        settings.session_key.get_secret_value(),
        https,
        settings.totp_required,
        counter_of(settings.counter_key.get_secret_value(), settings.applicants_url),
        provider_of(settings),
        bsre_of(settings) if resources.office.seal.adapter == "bsre" else None,
    )
    # Around the whole app: Starlette makes the page of a crash outside its middleware.
    return SecurityHeaders(app, https=https)


async def _to_start(_: Request) -> Response:
    return RedirectResponse(officers.START, 303)


async def _app_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, AppError):
        raise error
    text = str(error)
    if error.status >= 500 and text == type(error).__doc__:  # written for the log, in English
        text = _BUSY if error.status == 503 else _BROKEN
    return _error_page(request, error.status, text, _TITLES_BY_CODE.get(error.code))


async def _database_error(request: Request, error: Exception) -> Response:
    _log.error(
        "request.failed_by_database",
        error=type(error).__name__,
        code=getattr(error, "code", None),
    )
    return _error_page(request, 503, _BUSY)


async def _http_error(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 404
    return _error_page(request, status, "Halaman ini tidak ada. Kembali ke antrean.")


async def _unexpected_error(request: Request, _: Exception) -> Response:
    return _error_page(request, 500, _BROKEN)


def _error_page(request: Request, status: int, message: str, title: str | None = None) -> Response:
    context = {
        **page_context(request),
        "title": title or _TITLES.get(status, "Terjadi kesalahan"),
        "message": message,
        "status": status,
        "case_id": request.path_params.get("case_id") if status != 404 else None,
    }
    return desk_of(request).render("error.html", context, status)
