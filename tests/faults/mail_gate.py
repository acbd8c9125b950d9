"""Stands between notify and the mail server, and can hold a mail on its way or the answer to it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal

from deploy.local.ports import HOST

Hold = Literal["nothing", "mail", "answer"]
_END_OF_MAIL = b"\r\n.\r\n"


@dataclass
class MailGate:
    """`hold` is "mail": nothing reaches the server; "answer": it has the mail, we never hear so."""

    server_port: int
    hold: Hold = "nothing"
    holding: asyncio.Event = field(default_factory=asyncio.Event)
    _open: asyncio.Event = field(default_factory=asyncio.Event)
    _server: asyncio.Server | None = None
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def listen(self) -> int:
        self._open.set()
        self._server = await asyncio.start_server(self._serve, HOST, 0)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    def close_on(self, what: Hold) -> None:
        """From now on hold every mail (or answer); `holding` is set when one is held."""
        self.hold = what
        self.holding.clear()
        self._open.clear()

    def open(self) -> None:
        self.hold = "nothing"
        self._open.set()

    async def end(self) -> None:
        self.open()
        if self._server is not None:
            self._server.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        try:
            if self.hold == "mail":
                self.holding.set()
                await self._open.wait()
            theirs, ours = await asyncio.open_connection(HOST, self.server_port)
            mail_sent = asyncio.Event()
            try:
                await asyncio.gather(
                    self._ask(reader, ours, mail_sent), self._answer(theirs, writer, mail_sent)
                )
            finally:
                ours.close()
        except (OSError, asyncio.CancelledError):
            pass  # a mail server that is away looks the same through us: the connection ends
        finally:
            writer.close()

    async def _ask(
        self, reader: asyncio.StreamReader, server: asyncio.StreamWriter, mail_sent: asyncio.Event
    ) -> None:
        last = b""
        while data := await reader.read(65536):
            last = (last + data)[-len(_END_OF_MAIL) :]
            if last == _END_OF_MAIL:
                mail_sent.set()
            server.write(data)
            await server.drain()
        with suppress(OSError):
            server.write_eof()

    async def _answer(
        self, server: asyncio.StreamReader, writer: asyncio.StreamWriter, mail_sent: asyncio.Event
    ) -> None:
        while data := await server.read(65536):
            if self.hold == "answer" and mail_sent.is_set():
                self.holding.set()
                await self._open.wait()
            writer.write(data)
            await writer.drain()
        writer.close()
