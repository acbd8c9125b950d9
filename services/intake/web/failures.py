"""Pages for what goes wrong: each says what happened and what to do next."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from pymongo.errors import PyMongoError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response

from services.intake.quotas import TooMany, in_words
from services.intake.web.rendering import Link, Pages
from shared.errors import AppError, Unavailable
from shared.mongo import is_outage
from shared.observability import get_logger

_log = get_logger(__name__)
HOME = Link("/", "Ke halaman depan")
Handler = Callable[[Request, Any], Awaitable[Response]]


class FormExpired(AppError):
    """The form carries no valid token: the session it came from is over."""

    status = 403
    code = "form_expired"


class SessionOver(AppError):
    """The phone has no draft or status session, or it ended."""

    status = 401
    code = "session_over"

    def __init__(self, *, draft: bool) -> None:
        super().__init__()
        self.draft = draft


def limited(response: Response, error: TooMany) -> Response:
    """A form shown again because it came too often: nothing typed is lost."""
    response.status_code = error.status
    response.headers["Retry-After"] = str(error.seconds)
    return response


class Failures:
    """Turns errors into pages; `handlers` goes to Starlette."""

    def __init__(self, pages: Pages) -> None:
        self.pages = pages

    def handlers(self) -> Mapping[Any, Handler]:
        return {
            404: self.on_not_found,
            405: self.on_not_found,
            408: self.on_too_slow,
            413: self.on_too_big,
            FormExpired: self.on_form_expired,
            SessionOver: self.on_session_over,
            ClientDisconnect: self.on_gone,
            HTTPException: self.on_http_error,
            PyMongoError: self.on_database_error,
            AppError: self.on_app_error,
            Exception: self.on_error,
        }

    async def on_not_found(self, request: Request, _: Any) -> Response:
        path = request.url.path
        if request.method == "GET" and path.endswith("/") and path.strip("/"):
            return RedirectResponse(f"/{path.strip('/')}", 307)  # typed with a slash too many
        return self.pages.message(
            request,
            404,
            "Halaman tidak ditemukan",
            "Alamat yang Anda buka tidak ada. Periksa lagi alamatnya, atau mulai dari halaman "
            "depan.",
            links=(HOME, Link("/status", "Cek status pendaftaran")),
        )

    async def on_too_big(self, request: Request, _: Any) -> Response:
        return self.pages.message(
            request,
            413,
            "Berkas terlalu besar",
            "Ukuran berkas paling besar 5 MB.",
            "Foto ulang dengan ukuran lebih kecil, atau pilih berkas lain. Jawaban dan berkas "
            "Anda yang lain tetap tersimpan.",
            links=(Link("/daftar/dokumen", "Kembali ke unggah berkas"),),
        )

    async def on_too_slow(self, request: Request, _: Any) -> Response:
        return self.pages.message(
            request,
            408,
            "Sambungan terputus",
            "Kiriman dari HP Anda tidak sampai seluruhnya. Jawaban dan berkas yang sudah disimpan "
            "tidak hilang.",
            "Periksa sinyal, kembali ke halaman sebelumnya, lalu kirim lagi.",
            links=(HOME,),
        )

    async def on_too_many(self, request: Request, error: AppError) -> Response:
        seconds: int = getattr(error, "seconds", 60)
        lines = ["Jawaban dan berkas yang sudah disimpan tidak hilang."]
        if request.method == "POST":
            lines.append(
                "Isian yang baru Anda ketik masih ada di HP Anda: setelah menunggu, gunakan tombol "
                "kembali, lalu kirim lagi."
            )
        wait = f"Demi keamanan data Anda, tunggu {in_words(seconds)}, lalu coba lagi."
        text = str(error) if isinstance(error, TooMany) else wait
        response = self.pages.message(
            request, 429, "Terlalu banyak percobaan", text, *lines, links=(HOME,)
        )
        response.headers["Retry-After"] = str(seconds)
        return response

    async def on_form_expired(self, request: Request, _: Any) -> Response:
        return self.pages.message(
            request,
            403,
            "Halaman ini sudah tidak berlaku",
            "Mungkin Anda sudah keluar, atau halaman ini dibuka terlalu lama.",
            "Buka lagi halaman dari daftar tugas, lalu kirim ulang. Jawaban yang sudah disimpan "
            "tidak hilang.",
            links=(Link("/daftar/daftar-tugas", "Buka daftar tugas"), HOME),
        )

    async def on_session_over(self, request: Request, error: SessionOver) -> Response:
        if error.draft:
            return self.pages.page(
                request, "session_over.html", status=401, title="Sesi pendaftaran sudah berakhir"
            )
        return self.pages.message(
            request,
            401,
            "Masukkan lagi nomor pendaftaran Anda",
            "Untuk menjaga data Anda, halaman status tertutup setelah beberapa waktu.",
            "Data Anda aman. Masukkan lagi nomor pendaftaran dan tanggal lahir.",
            links=(Link("/status", "Buka cek status"), HOME),
        )

    async def on_gone(self, _: Request, __: Any) -> Response:
        return Response(status_code=499)  # nobody is there to read it

    async def on_http_error(self, request: Request, error: HTTPException) -> Response:
        if error.status_code >= 500:
            return await self.on_error(request, error)
        return self.pages.message(
            request,
            error.status_code,
            "Permintaan ini tidak dapat diproses",
            "Kembali ke halaman sebelumnya, periksa isian Anda, lalu coba lagi.",
            links=(HOME,),
        )

    async def on_app_error(self, request: Request, error: AppError) -> Response:
        if error.status == 404:
            return await self.on_not_found(request, error)
        if error.status == 429:
            return await self.on_too_many(request, error)
        if isinstance(error, Unavailable) or error.status == 503:
            return await self.on_unavailable(request, error)
        if error.status >= 500:
            return await self.on_error(request, error)
        return self.pages.message(
            request, error.status, "Permintaan ini tidak dapat diproses", str(error), links=(HOME,)
        )

    async def on_database_error(self, request: Request, error: PyMongoError) -> Response:
        if is_outage(error):
            return await self.on_unavailable(request, error)
        return await self.on_error(request, error)

    async def on_unavailable(self, request: Request, error: Exception) -> Response:
        _log.warning("page.unavailable", error=repr(error))
        lines = ["Sistem kami sedang terganggu sebentar. Data yang sudah disimpan tetap aman."]
        if request.method == "POST":
            lines.append(
                "Isian yang baru Anda ketik belum tersimpan, tetapi masih ada di HP Anda: gunakan "
                "tombol kembali, tunggu satu atau dua menit, lalu kirim lagi."
            )
        else:
            lines.append("Tunggu satu atau dua menit, lalu muat ulang halaman ini.")
        response = self.pages.message(request, 503, "Layanan sedang terganggu", *lines)
        response.headers["Retry-After"] = "60"
        return response

    async def on_error(self, request: Request, error: Exception) -> Response:
        _log.error("page.failed", exc_info=error)
        return self.pages.message(
            request,
            500,
            "Ada kesalahan di sistem kami",
            "Ini bukan kesalahan Anda. Gunakan tombol kembali, lalu coba lagi. Data yang sudah "
            "disimpan tetap aman.",
            "Bila masih terjadi, hubungi kami.",
            links=(HOME,),
        )
