"""Read what a browser posts: small forms, and one file at a time, with limits."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qs

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Message, Receive

from services.intake.quotas import admit_upload
from services.intake.web.sessions import counter_of

FORM_MOST = 256 * 1024
FILE_MOST = 5 * 1024 * 1024
_FIELDS_MOST = 1000
_AROUND_FILE = 16 * 1024  # part headers and the small fields beside the file
# A photo of a modern phone has 8 to 12 MB. Such a body is read to its end and thrown away, so that
# the browser is ready to read our answer; beyond this the connection is simply closed.
_DRAINED_MOST = 40 * 1024 * 1024


class FileTooBig(Exception):
    """The posted body is larger than a file may be."""


@dataclass(frozen=True)
class Upload:
    """One posted file and the small fields of its form."""

    fields: dict[str, list[str]]
    file_name: str
    content: bytes


def address_of(request: Request) -> str:
    """Where a request came from; a proxy's word for it is taken only from a trusted one.

    At a counter it is the officer: he types for many people at one address.
    """
    counter = counter_of(request)
    if counter is not None:
        return f"officer {counter.officer_id}"
    return request.client.host if request.client else ""


async def read_form(request: Request) -> dict[str, list[str]]:
    """The fields of a posted form, empty ones too."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > FORM_MOST:
            raise HTTPException(413)
    try:
        return parse_qs(body.decode("ascii"), keep_blank_values=True, max_num_fields=_FIELDS_MOST)
    except ValueError as error:
        raise HTTPException(400) from error


async def read_upload(request: Request) -> Upload:
    """The file of a posted multipart form; raises `TooMany` before reading it, `FileTooBig`."""
    await admit_upload(request.app.state.intake, address_of(request))
    limited = Request(request.scope, _limited(request.receive))
    async with limited.form(max_files=1, max_fields=20) as form:
        fields = {
            name: [value for value in form.getlist(name) if isinstance(value, str)] for name in form
        }
        file = form.get("file")
        if not isinstance(file, UploadFile):
            return Upload(fields, "", b"")
        content = await file.read()
    if len(content) > FILE_MOST:
        raise FileTooBig
    return Upload(fields, file.filename or "", content)


def _limited(receive: Receive) -> Receive:
    """`receive` that stops at the size of a file, after the browser has sent everything."""
    total = 0

    async def counting() -> Message:
        nonlocal total
        message = await receive()
        total += len(message.get("body", b""))
        if total <= FILE_MOST + _AROUND_FILE:
            return message
        while message.get("more_body") and total <= _DRAINED_MOST:
            message = await receive()
            total += len(message.get("body", b""))
        if message.get("more_body"):
            raise HTTPException(413)
        raise FileTooBig

    return counting
