"""A stand-in for the office's Esign Client: real TLS, the published wire shape, real signatures."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import re
import ssl
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import uvicorn
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from services.cards.sealing.pades import SealKey, sign
from services.verification.bsre import Bsre, Signatory
from tests.unit.cards.authority import Authority

ACCOUNT = ("dinas", "sandi akun contoh")
NIK = "1404046708010001"
PASSPHRASE = "Frasa-Rahasia-CONTOH-7781"
SIGNATORY = Signatory(NIK, SecretStr(PASSPHRASE))
Mode = Literal["pdf", "base64", "hang", "500", "changed", "stranger", "page"]
_FIELDS = {
    *("file", "nik", "passphrase", "tampilan", "image", "imageTTD", "linkQR", "page", "halaman"),
    *("xAxis", "yAxis", "tag_koordinat", "width", "height", "text", "jenis_response"),
}


@dataclass
class FakeBsre:
    """`fails_after` so many signatures, every further call gets a 500."""

    authority: Authority
    key: SealKey
    stranger: SealKey
    mode: Mode = "pdf"
    fails_after: int | None = None
    url: str = ""
    calls: int = 0
    signed: int = 0
    wrong: list[str] = field(default_factory=list)
    released: asyncio.Event = field(default_factory=asyncio.Event)

    def client(self, tls: ssl.SSLContext | None = None, **values: object) -> Bsre:
        """How the desk knows this server."""
        trusting = tls or ssl.create_default_context(cadata=self.authority.pem.decode())
        roots = (self.authority.certificate,)
        return Bsre(self.url, *ACCOUNT, trusting, roots, **values)  # type: ignore[arg-type]

    def reset(self, mode: Mode = "pdf") -> None:
        self.mode, self.fails_after, self.calls, self.signed = mode, None, 0, 0

    async def answer(self, request: Request) -> Response:
        self.calls += 1
        expected = base64.b64encode(":".join(ACCOUNT).encode()).decode()
        if request.headers.get("authorization") != f"Basic {expected}":
            return JSONResponse({"error": "Unauthorized"}, 401)
        async with request.form() as form:
            self.wrong += wrong_fields({name: form[name] for name in form})
            file = form["file"]
            pdf = await file.read() if isinstance(file, UploadFile) else b""
            nik, passphrase = str(form["nik"]), str(form["passphrase"])
        if nik != NIK:
            return _failure(2011, f"User {nik} belum terdaftar")
        if passphrase != PASSPHRASE:  # what such a server says may repeat what it was sent
            return _failure(2031, f"Passphrase {passphrase} anda salah")
        if self.mode == "hang":
            await self.released.wait()
        if self.mode == "500" or self.fails_after == self.signed:
            return Response(f"Kesalahan pada {passphrase}", 500)
        self.signed += 1
        return await self._signed(pdf)

    async def _signed(self, pdf: bytes) -> Response:
        if self.mode == "page":
            return Response("<!doctype html>Selamat datang", media_type="text/html")
        drawn = pdf.replace(b"612", b"613", 1) if self.mode == "changed" else pdf
        key = self.stranger if self.mode == "stranger" else self.key
        sealed = await asyncio.to_thread(sign, drawn, key)
        if self.mode == "base64":
            return JSONResponse({"base64_signed_file": base64.b64encode(sealed).decode()})
        return Response(sealed, media_type="application/pdf", headers={"id_dokumen": "contoh"})


def wrong_fields(fields: dict[str, UploadFile | str]) -> list[str]:
    """What does not fit the table of the interface."""
    file, nik = fields.get("file"), str(fields.get("nik", ""))
    wrong = [f"unknown: {name}" for name in fields.keys() - _FIELDS]
    if not isinstance(file, UploadFile) or file.content_type != "application/pdf":
        wrong.append("file")
    if not re.fullmatch(r"[0-9]{16}", nik) or not fields.get("passphrase"):
        wrong.append("nik or passphrase")
    match fields.get("tampilan"):
        case "invisible":
            pass
        case "visible":
            has_place = len(str(fields.get("tag_koordinat", ""))) == 1 or "page" in fields
            has_picture = "linkQR" in fields if fields.get("image") == "false" else False
            if not (has_place and has_picture and "width" in fields and "height" in fields):
                wrong.append("visible")
        case _:
            wrong.append("tampilan")
    return wrong


def _failure(code: int, text: str) -> Response:
    return JSONResponse({"error": text, "status_code": code}, 400)


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextlib.asynccontextmanager
async def fake_bsre(
    authority: Authority, stranger: Authority, folder: Path
) -> AsyncIterator[FakeBsre]:
    """It listens until the block ends."""
    fake = FakeBsre(authority, authority.seal_key("Pejabat CONTOH"), stranger.seal_key())
    pem = folder / "server.pem"
    pem.write_bytes(authority.of_server("localhost"))
    app = Starlette(routes=[Route("/api/sign/pdf", fake.answer, methods=["POST"])])
    config = uvicorn.Config(
        app,
        host="localhost",
        port=0,
        lifespan="off",
        log_config=None,
        ssl_certfile=pem,
        ssl_keyfile=str(pem),
        timeout_graceful_shutdown=1,
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    fake.url = f"https://localhost:{port}"
    yield fake
    fake.released.set()
    server.should_exit = True
    await serving
