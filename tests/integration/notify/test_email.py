"""The e-mail channel against a real SMTP server: answers, broken connections, log-in."""

from __future__ import annotations

import asyncio
import dataclasses

import pytest

from services.notify.channels import Accepted, Channel, Outcome, Permanent, Retry
from services.notify.channels.email import EmailChannel, SmtpServer
from tests.integration.notify.smtp import HOST, Mailbox, listening
from tests.unit.notify.channel_contract import ChannelContract, message

FROM = "Dinas <kirim@disnaker.example>"


class TestEmail(ChannelContract):
    @pytest.fixture
    def channel(self, smtp: SmtpServer) -> Channel:
        return EmailChannel(smtp, FROM, "")

    @pytest.mark.parametrize(
        ("line", "expected"),
        [
            ("rcpt 450", Retry("smtp_450")),
            ("rcpt 421", Retry("smtp_421")),
            ("rcpt 550", Permanent("smtp_550")),
            ("data 421", Retry("smtp_421")),
            ("data 451", Retry("smtp_451")),
            ("data 554", Permanent("smtp_554")),
            ("drop", Retry("connection")),
            ("lost", Retry("connection")),
        ],
    )
    async def test_answers(
        self, channel: Channel, mailbox: Mailbox, line: str, expected: Outcome
    ) -> None:
        mailbox.script.append(line)
        assert await channel.send(message()) == expected
        assert mailbox.script == []
        assert isinstance(await channel.send(message()), Accepted)

    async def test_the_mail_arrives_whole(self, channel: Channel, mailbox: Mailbox) -> None:
        await channel.send(message())
        (mail,) = mailbox.mails
        part = mail.get_body(("plain",))
        assert part is not None
        assert part.get_content().splitlines()[0] == "Halo Mu'min <&> 😀"
        assert mail["Message-ID"] == f"<{message().notice_id}@disnaker.example>"

    async def test_an_address_cannot_smuggle_a_recipient(
        self, channel: Channel, mailbox: Mailbox
    ) -> None:
        outcome = await channel.send(message(recipient="a@b.example>\r\nRCPT TO:<z@z.example"))
        assert outcome == Permanent("bad_address")
        assert mailbox.tried == 0

    @pytest.mark.parametrize(
        "recipient", ["[a]@b.example", "a@[b.example", "a..b@c.example", "@", ""]
    )
    async def test_an_address_that_is_none_ends_the_notice(
        self, channel: Channel, mailbox: Mailbox, recipient: str
    ) -> None:
        assert await channel.send(message(recipient=recipient)) == Permanent("bad_address")
        assert mailbox.tried == 0

    async def test_nobody_listens(self, smtp: SmtpServer) -> None:
        async with listening(Mailbox()) as port:
            closed = dataclasses.replace(smtp, port=port)
        assert await EmailChannel(closed, FROM, "").send(message()) == Retry("connection")

    async def test_a_silent_server(self, smtp: SmtpServer) -> None:
        async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read()
            writer.close()

        server = await asyncio.start_server(say_nothing, HOST, 0)
        async with server:
            port = server.sockets[0].getsockname()[1]
            silent = dataclasses.replace(smtp, port=port, timeout_seconds=0.2)
            assert await EmailChannel(silent, FROM, "").send(message()) == Retry("timeout")

    async def test_starttls_is_not_given_up_silently(self, smtp: SmtpServer) -> None:
        """A server (or somebody between) that offers no TLS gets no mail."""
        outcome = await EmailChannel(dataclasses.replace(smtp, tls="starttls"), FROM, "").send(
            message()
        )
        assert outcome == Retry("tls")

    @pytest.mark.parametrize(
        ("password", "expected"), [("benar", Accepted("queued as 1")), ("salah", Retry("smtp_535"))]
    )
    async def test_log_in(self, password: str, expected: Outcome) -> None:
        """A wrong password is the office's fault, not the message's: it stays and is retried."""
        mailbox = Mailbox()
        async with listening(mailbox, log_in=True) as port:
            server = SmtpServer(HOST, port, "dinas", password, "none", 5.0)
            outcome = await EmailChannel(server, FROM, "").send(message())
        assert outcome == expected
        assert set(mailbox.logins) == {password.encode()}
        assert len(mailbox.mails) == (1 if isinstance(expected, Accepted) else 0)
