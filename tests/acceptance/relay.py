"""A relay before intake that counts every byte on its way to a browser, whoever asked for it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from deploy.local.ports import HOST


@dataclass
class Relay:
    """Counts also what a service worker fetches, which the protocol of a page does not tell."""

    port: int
    url: str = ""
    bytes: int = 0
    is_cut: bool = False
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)

    @classmethod
    @contextlib.asynccontextmanager
    async def before(cls, port: int) -> AsyncIterator[Relay]:
        relay = cls(port)
        server = await asyncio.start_server(relay._carry, HOST, 0)
        relay.url = f"http://{HOST}:{server.sockets[0].getsockname()[1]}"
        try:
            yield relay
        finally:
            server.close()
            relay.cut()

    def cut(self) -> None:
        """No line any more: what is open breaks, and nothing new comes through."""
        self.is_cut = True
        for writer in self._writers:
            writer.transport.abort()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.is_cut:
            writer.transport.abort()
            return
        answers, requests = await asyncio.open_connection(HOST, self.port)
        self._writers |= {writer, requests}
        await asyncio.gather(
            self._pump(reader, requests), self._pump(answers, writer, counted=True)
        )

    async def _pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, counted: bool = False
    ) -> None:
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(65536):
                self.bytes += len(data) if counted else 0
                writer.write(data)
                await writer.drain()
        writer.close()
