"""Style sheets, scripts and images of the pages: held in memory, sent compressed, cached for ever.

The address of each file changes with its content (vendored files carry their version, our own a
hash), so browsers may keep it as long as they like. A script names another that it imports as it
lies beside it (`from './name.js'`); it is sent with the other's address.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import brotli
from starlette.requests import Request
from starlette.responses import Response

FOLDER = Path(__file__).parent / "static"
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}
_IMPORT = re.compile(rb"(?<=from ')\./([\w-]+\.js)(?=')")
_HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "Vary": "Accept-Encoding",
}


@dataclass(frozen=True)
class Asset:
    """One file, in the three forms a browser may ask for."""

    media_type: str
    etag: str
    plain: bytes
    br: bytes
    gz: bytes

    def response(self, request: Request) -> Response:
        headers = {**_HEADERS, "ETag": self.etag}
        if request.headers.get("if-none-match") == self.etag:
            return Response(status_code=304, headers=headers)
        accepted = request.headers.get("accept-encoding", "")
        if "br" in accepted:
            body, headers["Content-Encoding"] = self.br, "br"
        elif "gzip" in accepted:
            body, headers["Content-Encoding"] = self.gz, "gzip"
        else:
            body = self.plain
        return Response(body, headers=headers, media_type=self.media_type)


class Assets:
    """All files of `static/`; `url` gives the address to write into a page."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._by_path: dict[str, Asset] = {}
        self._urls: dict[str, str] = {}
        for file in sorted(folder.rglob("*")):
            if file.suffix in _TYPES:
                name = file.relative_to(folder).as_posix()
                asset = _load(file, self._urls)
                versioned = name.startswith("vendor/")
                path = name if versioned else f"{asset.etag.strip(chr(34))}/{name}"
                self._by_path[path] = asset
                self._urls[name] = f"/static/{path}"

    def url(self, name: str) -> str:
        return self._urls[name]

    async def serve(self, request: Request) -> Response:
        asset = self._by_path.get(request.path_params["path"])
        if asset is None:
            return Response("Berkas tidak ditemukan.", 404, media_type="text/plain")
        return asset.response(request)


def _load(file: Path, known: Mapping[str, str]) -> Asset:
    """`known` are the addresses of the files before it: a script imports only those."""
    plain = file.read_bytes()
    if file.suffix == ".js":
        plain = _IMPORT.sub(lambda found: known[found[1].decode()].encode(), plain)
    return Asset(
        media_type=_TYPES[file.suffix],
        etag=f'"{hashlib.sha256(plain).hexdigest()[:16]}"',
        plain=plain,
        br=_beside(file, ".br") or brotli.compress(plain, quality=11),
        gz=_beside(file, ".gz") or gzip.compress(plain, 9, mtime=0),
    )


def _beside(file: Path, suffix: str) -> bytes | None:
    """What the vendoring script compressed already."""
    compressed = file.with_name(file.name + suffix)
    return compressed.read_bytes() if compressed.exists() else None
