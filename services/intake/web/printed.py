"""Pages that are the same for everybody: made once, sent from memory, cached for a short time."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass

import brotli
from starlette.requests import Request
from starlette.responses import Response

_SECONDS = 300


@dataclass(frozen=True)
class Printed:
    """A finished page in the three forms a browser may ask for.

    The header has an exit for those who hold a session, hence `Vary: Cookie`; no shared cache
    keeps that variant.
    """

    etag: str
    plain: bytes
    br: bytes
    gz: bytes
    media_type: str = "text/html"

    def answer(self, request: Request, *, public: bool, seconds: int = _SECONDS) -> Response:
        headers = {
            "Cache-Control": f"public, max-age={seconds}" if public else "private, no-cache",
            "Vary": "Accept-Encoding, Cookie",
            "ETag": self.etag,
        }
        if self.etag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        accepted = request.headers.get("accept-encoding", "")
        body = self.plain
        if "br" in accepted:
            body, headers["Content-Encoding"] = self.br, "br"
        elif "gzip" in accepted:
            body, headers["Content-Encoding"] = self.gz, "gzip"
        return Response(body, headers=headers, media_type=self.media_type)


def print_page(text: str, media_type: str = "text/html") -> Printed:
    """The tag is weak: the compressed forms have other bytes."""
    plain = text.encode()
    return Printed(
        etag=f'W/"{hashlib.sha256(plain).hexdigest()[:16]}"',
        plain=plain,
        br=brotli.compress(plain, quality=9),
        gz=gzip.compress(plain, 9, mtime=0),
        media_type=media_type,
    )
