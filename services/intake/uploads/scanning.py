"""Ask a virus scanner (clamd) about a file, by its INSTREAM command. Without a verdict: no."""

from __future__ import annotations

import asyncio
import contextlib

from services.intake.refusals import Refused
from shared.observability import get_logger

_SECONDS = 20.0
_PIECE = 64 * 1024
_log = get_logger(__name__)


async def scan(address: str, data: bytes) -> None:
    """`address` is a unix socket or host:port. Raises `Refused`: infected, or not scanned."""
    try:
        async with asyncio.timeout(_SECONDS):
            verdict = await _ask(address, data)
    except (OSError, TimeoutError, ValueError) as error:
        _log.error("scanner.unreachable", error=type(error).__name__)
        raise Refused("not_scanned") from error
    if verdict.endswith(" FOUND"):
        _log.warning("document.infected", verdict=verdict[:200])
        raise Refused("infected")
    if not verdict.endswith(": OK"):
        _log.error("scanner.no_verdict", answer=verdict[:200])
        raise Refused("not_scanned")


async def _ask(address: str, data: bytes) -> str:
    if address.startswith("/"):
        reader, writer = await asyncio.open_unix_connection(address)
    else:
        host, _, port = address.rpartition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
    try:
        writer.write(b"zINSTREAM\0")
        for start in range(0, len(data), _PIECE):
            piece = data[start : start + _PIECE]
            writer.write(len(piece).to_bytes(4, "big") + piece)
            await writer.drain()
        writer.write(bytes(4))
        await writer.drain()
        answer = await reader.read(4096)
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
    return answer.rstrip(b"\0\n").decode("utf-8", "replace")
