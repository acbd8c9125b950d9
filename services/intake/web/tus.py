"""Resumable uploads: tus 1.0.0 core with creation, expiration and checksum, at /unggah.

Any tus client can use it: with the Bearer token of a draft or of a status session, or from our own
pages with their cookies and the token of the form (`X-CSRF-Token`). The metadata names the `kind`
of document. The last PATCH answers 204 when the document was accepted, else 422 with the reason.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import contextlib
import hashlib
import hmac
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC
from email.utils import format_datetime

from pymongo.errors import PyMongoError
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from services.intake.cleaning import MAX_BYTES
from services.intake.documents import document_kind
from services.intake.quotas import admit_upload
from services.intake.refusals import Refused
from services.intake.uploads import receiving
from services.intake.uploads.finishing import finish
from services.intake.uploads.store import Owner, UploadSession
from services.intake.web import sessions
from services.intake.web.posted import address_of
from services.intake.web.problems import ProblemError, Problems, problem
from services.intake.web.site import Site
from shared.contracts.applications import DocumentRef
from shared.errors import AppError, NotFound
from shared.web import csrf

UPLOADS = "/unggah"
VERSION = "1.0.0"
_EXTENSIONS = "creation,expiration,checksum"
_SUMS = {"sha1": hashlib.sha1, "sha256": hashlib.sha256}
_CHUNK_TYPE = "application/offset+octet-stream"
_CHECKSUM_MISMATCH = 460
_LENGTH_DIGITS = 12
Act = Callable[[Request], Awaitable[Response]]


class TusUploads:
    def __init__(self, site: Site) -> None:
        self.site = site
        self.intake = site.intake
        self.problems = Problems(site.intake.office)
        self._running: dict[str, asyncio.Task[DocumentRef]] = {}

    def routes(self) -> list[Route]:
        one = UPLOADS + "/{upload_id}"
        return [
            Route(UPLOADS, self.options, methods=["OPTIONS"]),
            Route(one, self.options, methods=["OPTIONS"]),
            Route(UPLOADS, self._answering(self.create), methods=["POST"]),
            Route(one, self._answering(self.look), methods=["HEAD"]),
            Route(one, self._answering(self.append), methods=["PATCH"]),
            Route(one, self._answering(self.overridden), methods=["POST"]),
        ]

    async def options(self, _: Request) -> Response:
        return Response(
            status_code=204,
            headers={
                "Tus-Resumable": VERSION,
                "Tus-Version": VERSION,
                "Tus-Max-Size": str(MAX_BYTES),
                "Tus-Extension": _EXTENSIONS,
                "Tus-Checksum-Algorithm": ",".join(_SUMS),
            },
        )

    async def create(self, request: Request) -> Response:
        owner = await self._creator(request)
        length = _number(request, "upload-length")
        metadata = read_metadata(request.headers.get("upload-metadata", ""))
        if "kind" not in metadata:
            raise ProblemError(400, "unreadable", "Sebutkan `kind` di Upload-Metadata.")
        await admit_upload(self.intake, address_of(request))
        kind = document_kind(metadata["kind"])
        declared = metadata.get("filename") or metadata.get("filetype")
        session = await receiving.begin(self.intake, owner, kind, length, declared)
        headers = {"Location": f"{UPLOADS}/{session.id}", **_expires(session)}
        return Response(status_code=201, headers=headers)

    async def look(self, request: Request) -> Response:
        """How far it came. One that is complete but was never examined is examined now: a client
        that finds all its bytes here will not send any more.
        """
        owner, session = await self._found(request)
        if session.is_complete and session.state == "receiving":
            # A HEAD says how much is here, a PATCH whether it was accepted.
            with contextlib.suppress(Refused):
                await self._finish(owner, session)
        headers = {
            "Upload-Offset": str(session.offset),
            "Upload-Length": str(session.length),
            "Upload-Metadata": write_metadata(session),
            **_expires(session),
        }
        return Response(headers=headers)

    async def append(self, request: Request) -> Response:
        if request.headers.get("content-type") != _CHUNK_TYPE:
            return problem(415, "wrong_content_type", f"Content-Type: {_CHUNK_TYPE}")
        owner, session = await self._found(request)
        if _number(request, "upload-offset") != session.offset:
            return self._moved(session)
        announced = request.headers.get("content-length", "0")
        if session.offset + (int(announced) if announced.isdecimal() else 0) > session.length:
            raise Refused("too_big")
        stream: AsyncIterator[bytes] = request.stream()
        if "upload-checksum" in request.headers:
            body = await _checked_body(request)
            if body is None:
                response = problem(400, "checksum_mismatch", "Bagian ini rusak di jalan.")
                response.status_code = _CHECKSUM_MISMATCH  # known to tus alone
                return response
            stream = _one(body)
        session = await receiving.append(self.intake, session, stream)
        if session.is_complete:
            await self._finish(owner, session)
        headers = {"Upload-Offset": str(session.offset), **_expires(session)}
        return Response(status_code=204, headers=headers)

    async def overridden(self, request: Request) -> Response:
        """For networks that let neither PATCH nor HEAD pass."""
        method = request.headers.get("x-http-method-override", "").upper()
        if method not in {"PATCH", "HEAD"}:
            raise ProblemError(405, "http_405")
        return await (self.append if method == "PATCH" else self.look)(request)

    async def _finish(self, owner: Owner, session: UploadSession) -> None:
        """Its end, repeated when it had one. Raises `Refused` with the reason."""
        if session.state == "receiving":
            try:
                await self._examined(owner, session)
            except NotFound:
                session = await receiving.find_upload(self.intake, owner, session.id)
                if session.state == "receiving":
                    raise
        if session.refusal is not None:
            raise Refused(session.refusal)

    async def _examined(self, owner: Owner, session: UploadSession) -> None:
        """Once for all who wait here: a phone that lost the line while its file was examined comes
        back before that is over.
        """
        running = self._running.get(session.id)
        if running is None:
            running = asyncio.create_task(finish(self.intake, owner, session))
            self._running[session.id] = running
            running.add_done_callback(lambda _: self._running.pop(session.id, None))
        await asyncio.shield(running)

    def _moved(self, session: UploadSession) -> Response:
        response = problem(409, "wrong_offset", str(receiving.WrongOffset()))
        response.headers["Upload-Offset"] = str(session.offset)
        return response

    async def _creator(self, request: Request) -> Owner:
        """Whose upload it will be. With cookies, the token of the form says of which session."""
        owners = await self._owners(request)
        if sessions.bearer(request) is None:
            token = request.headers.get(csrf.HEADER)
            owners = [each for each in owners if csrf.is_csrf_token(self.site.key, each.id, token)]
            if not owners:
                raise ProblemError(403, "form_expired", "Muat ulang halaman ini, lalu coba lagi.")
        return owners[0]

    async def _found(self, request: Request) -> tuple[Owner, UploadSession]:
        for owner in await self._owners(request):
            try:
                upload_id = request.path_params["upload_id"]
                return owner, await receiving.find_upload(self.intake, owner, upload_id)
            except NotFound:
                continue
        raise NotFound("Unggahan ini tidak ada atau sudah lewat waktunya. Pilih berkasnya lagi.")

    async def _owners(self, request: Request) -> list[Owner]:
        """Who asks; a browser may hold a draft and a status session. Raises 401 for nobody.

        An application has the id, and so the form token, of the draft it was: it goes first.
        """
        settings, token = self.intake.settings, sessions.bearer(request)
        if token is None:
            holder = sessions.draft_holder(settings, request)
            session = sessions.status_session(settings, request)
        else:
            holder = sessions.read_draft_token(settings, token)
            session = sessions.read_status_token(settings, token)
        amended = await sessions.open_application(self.intake, session)
        owners = [Owner(amended)] if amended else []
        if holder:
            owners.append(Owner(holder.draft_id, holder))
        if not owners:
            raise ProblemError(401, "token_needed")
        return owners

    def _answering(self, act: Act) -> Act:
        """Every answer names the version; errors are problems, as in the API."""

        async def answer(request: Request) -> Response:
            if request.headers.get("tus-resumable") != VERSION:
                response: Response = problem(412, "wrong_version", f"Tus-Resumable: {VERSION}")
                response.headers["Tus-Version"] = VERSION
            else:
                response = await self._answer(request, act)
            response.headers["Tus-Resumable"] = VERSION
            response.headers["Cache-Control"] = "no-store"
            return response

        return answer

    async def _answer(self, request: Request, act: Act) -> Response:
        try:
            return await act(request)
        except Refused as error:
            if error.code == "too_big":
                return problem(413, error.code, error.message)
            return await self.problems.on_refused(request, error)
        except AppError as error:
            return await self.problems.on_app_error(request, error)
        except PyMongoError as error:
            return await self.problems.on_database_error(request, error)
        except ClientDisconnect as error:
            return await self.problems.on_gone(request, error)


def read_metadata(text: str) -> dict[str, str]:
    """`kind a3Rw,filename …`, each value in base64."""
    found: dict[str, str] = {}
    for pair in text.split(","):
        name, _, value = pair.strip().partition(" ")
        try:
            found[name] = base64.b64decode(value, validate=True).decode()[:200]
        except (binascii.Error, ValueError) as error:
            raise ProblemError(400, "unreadable") from error
    return found


def write_metadata(session: UploadSession) -> str:
    pairs = {"kind": session.kind, "filename": session.declared or ""}
    return ",".join(
        f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in pairs.items()
    )


def _number(request: Request, header: str) -> int:
    text = request.headers.get(header, "")
    if not (text.isascii() and text.isdecimal() and len(text) <= _LENGTH_DIGITS):
        raise ProblemError(400, "unreadable", f"{header.title()} harus berupa angka.")
    return int(text)


def _expires(session: UploadSession) -> dict[str, str]:
    return {"Upload-Expires": format_datetime(session.expires_at.astimezone(UTC), usegmt=True)}


async def _checked_body(request: Request) -> bytes | None:
    """The whole chunk, or None when it is not what its sum says."""
    algorithm, _, text = request.headers["upload-checksum"].partition(" ")
    if algorithm not in _SUMS:
        raise ProblemError(400, "unreadable", f"Upload-Checksum: {', '.join(_SUMS)}")
    body = bytearray()
    async for data in request.stream():
        body += data
        if len(body) > MAX_BYTES:
            raise Refused("too_big")
    made = base64.b64encode(_SUMS[algorithm](body).digest()).decode()
    return bytes(body) if hmac.compare_digest(made.encode(), text.strip().encode()) else None


async def _one(body: bytes) -> AsyncIterator[bytes]:
    yield body
