"""Silent and slow clients are let go; those who are only on a bad line are not."""

from __future__ import annotations

import asyncio
import itertools
import socket
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Message
from uvicorn.server import ServerState

from shared.web import slow_clients
from shared.web.slow_clients import BodyInTime, HeadInTime


async def echo(request: Request) -> Response:
    return PlainTextResponse(await request.body())


APP = Starlette(routes=[Route("/", echo, methods=["POST"])])
HEAD = b"POST / HTTP/1.1\r\nHost: contoh\r\nContent-Length: 10\r\n\r\n"


@pytest.fixture
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slow_clients, "HEAD_SECONDS", 0.15)
    monkeypatch.setattr(slow_clients, "SILENT_SECONDS", 0.15)


@pytest.fixture
def line(_soon: None) -> Iterator[Any]:
    """One connection to a small app, over a pair of sockets."""
    config = uvicorn.Config(BodyInTime(APP), lifespan="off", log_config=None, access_log=False)
    config.load()
    near, far = socket.socketpair()

    async def connect() -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        loop = asyncio.get_running_loop()
        await loop.connect_accepted_socket(lambda: HeadInTime(config, ServerState(), {}), far)
        return await asyncio.open_connection(sock=near)

    yield SimpleNamespace(connect=connect)
    near.close()
    far.close()


async def test_a_request_is_answered_and_the_connection_used_again(line: Any) -> None:
    reader, writer = await line.connect()
    for _ in range(3):
        writer.write(HEAD + b"0123456789")
        assert (await reader.readuntil(b"0123456789")).startswith(b"HTTP/1.1 200")
        await asyncio.sleep(0.2)  # longer than a head may take, shorter than a pause


@pytest.mark.parametrize("begin", [b"", b"GET / HT", HEAD[:-4], b"\r\n"])
async def test_a_head_that_does_not_come_closes_the_connection(line: Any, begin: bytes) -> None:
    reader, writer = await line.connect()
    writer.write(begin)
    assert await asyncio.wait_for(reader.read(), 30) == b""


async def test_line_ends_do_not_hold_a_connection_after_its_first_request(line: Any) -> None:
    reader, writer = await line.connect()
    writer.write(HEAD + b"0123456789")
    await reader.readuntil(b"0123456789")
    writer.write(b"\r\n")
    assert await asyncio.wait_for(reader.read(), 30) == b""


async def test_a_head_without_end_closes_the_connection(
    line: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slow_clients, "HEAD_SECONDS", 60)
    reader, writer = await line.connect()
    writer.write(b"GET / HTTP/1.1\r\nX-Long: " + b"x" * (slow_clients.HEAD_MOST + 1))
    assert await asyncio.wait_for(reader.read(), 30) == b""


async def test_a_body_that_stops_is_answered_with_408(line: Any) -> None:
    reader, writer = await line.connect()
    writer.write(HEAD + b"01234")
    assert (await asyncio.wait_for(reader.read(20), 30)).startswith(b"HTTP/1.1 408")


@pytest.mark.parametrize(("piece", "status"), [(100, 408), (1000, 200)])
async def test_a_trickle_is_ended_and_a_slow_line_is_served(
    monkeypatch: pytest.MonkeyPatch, piece: int, status: int
) -> None:
    """Sixty pieces, one each second by the clock of the module."""
    clock = itertools.count()
    monkeypatch.setattr(slow_clients, "monotonic", lambda: next(clock))
    pieces = iter(range(60, -1, -1))
    sent: list[Any] = []

    async def receive() -> Message:
        left = next(pieces)
        return {"type": "http.request", "body": b"0" * piece, "more_body": left > 0}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/", "headers": [], "query_string": b""}
    await BodyInTime(APP)(scope, receive, send)
    assert sent[0]["status"] == status
