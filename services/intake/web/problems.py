"""Errors of the API as application/problem+json (RFC 9457), with the texts people read."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from http import HTTPStatus
from typing import Any

from fastapi.exceptions import RequestValidationError
from pymongo.errors import PyMongoError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from services.intake.refusals import Refused
from services.intake.web.posted import FileTooBig
from shared.errors import AppError, Unavailable
from shared.mongo import is_outage
from shared.observability import get_logger
from shared.office import Office

MEDIA_TYPE = "application/problem+json"
_RETRY_SECONDS = 5
_TEXTS = {
    400: "Permintaan ini tidak dapat dibaca. Periksa isinya, lalu coba lagi.",
    401: "Masuk dulu: sertakan token yang masih berlaku.",
    404: "Alamat ini tidak ada.",
    405: "Cara memanggil alamat ini tidak benar.",
    408: "Isi permintaan tidak datang seluruhnya. Periksa sambungan, lalu coba lagi.",
    413: "Isi permintaan terlalu besar.",
}
_STORE_AWAY = "Penyimpanan berkas sedang tidak dapat dihubungi. Berkas belum tersimpan, coba lagi."
_CLIENT_GONE = 499
_log = get_logger(__name__)

Handler = Callable[[Request, Any], Coroutine[Any, Any, Response]]


class ProblemError(AppError):
    """A problem of the HTTP side of a request."""

    def __init__(self, status: int, code: str, message: str | None = None) -> None:
        super().__init__(message or _TEXTS.get(status))
        self.status = status
        self.code = code


def problem(status: int, code: str, detail: str, **more: Any) -> JSONResponse:
    """`errors` maps fields to texts."""
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
        **more,
    }
    return JSONResponse(body, status, media_type=MEDIA_TYPE)


def invalid(errors: Mapping[str, str]) -> JSONResponse:
    """Entries of a page that are not right."""
    return problem(
        422, "invalid", "Isian belum benar. Perbaiki bagian yang disebut.", errors=dict(errors)
    )


class Problems:
    """Turns errors into problems; `handlers` goes to FastAPI."""

    def __init__(self, office: Office) -> None:
        self._call_office = (
            "Layanan sedang tidak dapat dihubungi. Coba lagi beberapa menit lagi, atau hubungi "
            f"kantor: {office.identity.telephone}."
        )

    def handlers(self) -> dict[int | type[Exception], Handler]:
        return {
            AppError: self.on_app_error,
            Refused: self.on_refused,
            FileTooBig: self.on_too_big,
            HTTPException: self.on_http_error,
            RequestValidationError: self.on_unreadable,
            PyMongoError: self.on_database_error,
            ClientDisconnect: self.on_gone,
            Exception: self.on_error,
        }

    async def on_app_error(self, request: Request, error: AppError) -> Response:
        if isinstance(error, Unavailable):
            return _later(problem(503, error.code, _STORE_AWAY))
        if error.status >= 500:  # its text is for the log
            return await self.on_error(request, error)
        known = {name: getattr(error, name, None) for name in ("errors", "reference")}
        more = {name: value for name, value in known.items() if value is not None}
        response = problem(error.status, error.code, str(error), **more)
        if hasattr(error, "seconds"):
            response.headers["Retry-After"] = str(error.seconds)
        if error.status == HTTPStatus.UNAUTHORIZED:
            response.headers["WWW-Authenticate"] = "Bearer"
        return response

    async def on_refused(self, _: Request, error: Refused) -> Response:
        return problem(error.status, error.code, error.message, errors={"file": error.message})

    async def on_too_big(self, _: Request, __: FileTooBig) -> Response:
        refused = Refused("too_big")
        return problem(413, refused.code, refused.message, errors={"file": refused.message})

    async def on_http_error(self, _: Request, error: HTTPException) -> Response:
        text = _TEXTS.get(error.status_code, _TEXTS[400])
        response = problem(error.status_code, f"http_{error.status_code}", text)
        response.headers.update(error.headers or {})  # of a 405: what is allowed
        return response

    async def on_unreadable(self, _: Request, __: RequestValidationError) -> Response:
        return problem(422, "unreadable", _TEXTS[400])

    async def on_database_error(self, request: Request, error: PyMongoError) -> Response:
        if is_outage(error):
            _log.warning(
                "mongo.unreachable",
                error=type(error).__name__,
                code=getattr(error, "code", None),
            )
            return _later(problem(503, "unavailable", self._call_office))
        return await self.on_error(request, error)

    async def on_gone(self, _: Request, __: ClientDisconnect) -> Response:
        return Response(status_code=_CLIENT_GONE)  # nobody is there to read it

    async def on_error(self, _: Request, error: Exception) -> Response:
        _log.error("request.broken", exc_info=error)
        return problem(500, "error", self._call_office)


def _later(response: JSONResponse) -> JSONResponse:
    response.headers["Retry-After"] = str(_RETRY_SECONDS)
    return response
