"""A line between browser and service that breaks once: all is sent, and no answer comes back."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass
class CutLine:
    """`pieces` are the sizes of the PATCH requests that went through, the first without answer.

    What is asked about uploads after that is answered when `good` is set.
    """

    target: str
    url: str = ""
    pieces: list[int] = field(default_factory=list)
    good: asyncio.Event = field(default_factory=asyncio.Event)

    @classmethod
    @contextlib.asynccontextmanager
    async def before(cls, target: str) -> AsyncIterator[CutLine]:
        line = cls(target)
        server = await asyncio.start_server(line._carry, "127.0.0.1", 0)
        line.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        yield line
        server.close()

    def break_again(self) -> None:
        self.pieces.clear()
        self.good.clear()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request on each connection: a browser repeats by itself what breaks on an old one."""
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            head = await reader.readuntil(b"\r\n\r\n")
            length = re.search(rb"(?i)\r\ncontent-length: (\d+)", head)
            body = await reader.readexactly(int(length[1])) if length else b""
            answer = await self._ask(head, body)
            if head.startswith(b"PATCH"):
                self.pieces.append(len(body))
                if len(self.pieces) == 1:
                    writer.transport.abort()
                    return
            if self.pieces and b" /unggah/" in head:
                await self.good.wait()
            writer.write(answer)
            await writer.drain()
        writer.close()

    async def _ask(self, head: bytes, body: bytes) -> bytes:
        to = urlsplit(self.target)
        reader, writer = await asyncio.open_connection(to.hostname, to.port)
        once = re.sub(rb"(?i)\r\nconnection: [^\r]*", b"\r\nConnection: close", head)
        writer.write(once + body)
        await writer.drain()
        answer = await reader.read()
        writer.close()
        return answer
