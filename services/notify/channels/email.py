"""E-mail by SMTP: 4xx and a lost connection are tried again, 5xx is final."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime, parseaddr
from typing import Literal

import aiosmtplib

from services.notify.channels import Accepted, Message, Outcome, Permanent, Retry
from shared.clock import now
from shared.contracts.applications import ContactChannel

_FINAL = range(500, 600)
# What Python's e-mail package raises for an address that is none; its texts hold the address.
_UNREADABLE = (ValueError, IndexError, AttributeError, MessageError)


@dataclass(frozen=True)
class SmtpServer:
    host: str
    port: int
    user: str
    password: str
    tls: Literal["none", "starttls", "tls"]
    timeout_seconds: float


@dataclass(frozen=True)
class EmailChannel:
    """One connection for each message; messages are few and a stale connection is a trap."""

    server: SmtpServer
    mail_from: str
    reply_to: str
    name: ContactChannel = "email"

    async def send(self, message: Message) -> Outcome:
        try:
            mail = self.mail(message)
        except _UNREADABLE:
            return Permanent("bad_address")
        client = self._client()
        try:
            await client.connect()
        except aiosmtplib.SMTPResponseException as error:
            # Greeting, HELO or log-in refused: says nothing about this message.
            return Retry(f"smtp_{error.code}")
        except (aiosmtplib.SMTPException, OSError) as error:
            return Retry(_name(error))
        try:
            return await self._hand_over(client, mail)
        finally:
            # The answer to DATA counts, not how the connection ends after it.
            with contextlib.suppress(aiosmtplib.SMTPException, OSError):
                await client.quit()
            client.close()

    async def _hand_over(self, client: aiosmtplib.SMTP, mail: EmailMessage) -> Outcome:
        try:
            _, answer = await client.send_message(mail)
        except aiosmtplib.SMTPRecipientsRefused as refused:
            return _of_code(refused.recipients[0].code)
        except aiosmtplib.SMTPResponseException as error:
            return _of_code(error.code)
        except aiosmtplib.SMTPNotSupported:
            return Permanent("not_supported")
        except ValueError:
            return Permanent("bad_address")
        except (aiosmtplib.SMTPException, OSError) as error:
            return Retry(_name(error))
        return Accepted(answer[:200])

    def mail(self, message: Message) -> EmailMessage:
        """The mail; its Message-ID follows from the notice, so a repeat can be recognised."""
        name, sender = parseaddr(self.mail_from)
        mail = EmailMessage(policy=SMTP_POLICY)
        mail["From"] = Address(name, addr_spec=sender)
        mail["To"] = Address(addr_spec=message.recipient)
        if self.reply_to:
            mail["Reply-To"] = Address(addr_spec=self.reply_to)
        mail["Subject"] = message.subject
        mail["Date"] = format_datetime(now())
        mail["Message-ID"] = f"<{message.notice_id}@{sender.rpartition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail["Content-Language"] = "id"
        mail.set_content(message.text, cte="quoted-printable")
        mail.add_alternative(message.html, subtype="html", cte="quoted-printable")
        return mail

    def _client(self) -> aiosmtplib.SMTP:
        return aiosmtplib.SMTP(
            hostname=self.server.host,
            port=self.server.port,
            username=self.server.user or None,
            password=self.server.password or None,
            use_tls=self.server.tls == "tls",
            start_tls=self.server.tls == "starttls",
            timeout=self.server.timeout_seconds,
        )


def _of_code(code: int) -> Outcome:
    return Permanent(f"smtp_{code}") if code in _FINAL else Retry(f"smtp_{code}")


def _name(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "timeout"
    if isinstance(error, OSError):
        return "connection"
    return "tls" if "TLS" in str(error) else "protocol"
