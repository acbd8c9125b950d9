"""Our own stylesheets, scripts and vendored ones: compressed copies, cached by content."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from starlette.datastructures import Headers
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

FOLDER = Path(__file__).parent / "static"
PREFIX = "/petugas/static"
_COPIES = ((".br", "br"), (".gz", "gzip"))
_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}


@cache
def asset(name: str) -> str:
    """The address of a file, different when its content is."""
    digest = hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()[:10]
    return f"{PREFIX}/{name}?v={digest}"


@cache
def _copies() -> frozenset[str]:
    return frozenset(
        file.relative_to(FOLDER).as_posix()
        for suffix, _ in _COPIES
        for file in FOLDER.rglob(f"*{suffix}")
    )


class CompressedFiles:
    """Serves `FOLDER`; picks the compressed copy beside a file when the browser takes it."""

    def __init__(self) -> None:
        self.files = StaticFiles(directory=FOLDER)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = self.files.get_path(scope)
        accepted = Headers(scope=scope).get("accept-encoding", "")
        encoding = ""
        for suffix, name in _COPIES:
            if name in accepted and f"{path}{suffix}" in _copies():
                path, encoding = f"{path}{suffix}", name
                break
        response = await self.files.get_response(path, scope)
        if encoding:
            response.headers["Content-Encoding"] = encoding
            original = Path(path).stem
            response.headers["Content-Type"] = _TYPES[Path(original).suffix]
        response.headers["Vary"] = "Accept-Encoding"
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        await response(scope, receive, send)
