"""A real SMTP server whose answers follow a script."""
# ruff: noqa: ARG002  # the signatures are aiosmtpd's

from __future__ import annotations

import asyncio
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

HOST = "127.0.0.1"


@dataclass
class Mailbox:
    """What arrived, and what to answer next: each mail takes one line of the script, then 250.

    `rcpt 550` answers at RCPT TO, `data 450` at the end of DATA, `drop` breaks the connection when
    the mail has been read, `lost` keeps the mail and breaks the connection before answering.
    """

    script: list[str] = field(default_factory=list)
    mails: list[EmailMessage] = field(default_factory=list)
    tried: int = 0
    logins: list[bytes] = field(default_factory=list)
    accepted: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle_RCPT(  # noqa: N802 - the name is aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.script and self.script[0].startswith("rcpt "):
            self.tried += 1
            return f"{self.script.pop(0).removeprefix('rcpt ')} says the script"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.tried += 1
        line = self.script.pop(0) if self.script else ""
        if line.startswith("data "):
            return f"{line.removeprefix('data ')} says the script"
        if line != "drop":
            content = envelope.content
            assert isinstance(content, bytes)
            self.mails.append(message_from_bytes(content, policy=default))
            self.accepted.set()
        if line in {"drop", "lost"}:
            assert isinstance(server.transport, asyncio.WriteTransport)
            server.transport.abort()
        return f"250 queued as {self.tried}"

    def authenticate(
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        mechanism: str,
        data: LoginPassword,
    ) -> AuthResult:
        self.logins.append(data.password)
        return AuthResult(success=data.password == b"benar", handled=False)


@asynccontextmanager
async def listening(mailbox: Mailbox, *, log_in: bool = False) -> AsyncIterator[int]:
    """Serve the mailbox on a free port."""
    loop = asyncio.get_running_loop()

    def protocol() -> SMTP:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # "log-in without TLS": fine on loopback
            return SMTP(
                mailbox,
                hostname="mail.example",
                loop=loop,
                authenticator=mailbox.authenticate if log_in else None,
                auth_required=log_in,
                auth_require_tls=not log_in,
            )

    server = await loop.create_server(protocol, HOST, 0)
    async with server:
        yield server.sockets[0].getsockname()[1]
