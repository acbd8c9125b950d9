"""One error base: what went wrong, and what the caller should do about it."""

from __future__ import annotations


class AppError(Exception):
    """Something went wrong that the user or the operator can do something about."""

    status = 500
    code = "error"

    def __init__(self, message: str | None = None) -> None:
        """The docstring is the message unless one is given."""
        super().__init__(message or self.__doc__)


class NotFound(AppError):
    """Data tidak ditemukan."""

    status = 404
    code = "not_found"


class Conflict(AppError):
    """Data sudah diubah oleh orang lain. Muat ulang halaman ini, lalu coba lagi."""

    status = 409
    code = "conflict"


class Forbidden(AppError):
    """Anda tidak berhak melakukan ini."""

    status = 403
    code = "forbidden"


class Invalid(AppError):
    """Isian belum benar."""

    status = 422
    code = "invalid"


class Unavailable(AppError):
    """A server we depend on does not answer; the same call may work in a moment."""

    status = 503
    code = "unavailable"


class NotYet(AppError):
    """Something that must come first has not arrived; the event is tried again after a pause."""

    status = 503
    code = "not_yet"


class Poison(AppError):
    """No retry can help: the message goes to the dead-letter queue at once."""

    status = 500
    code = "poison"
