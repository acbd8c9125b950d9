"""The console channel, and the mail that the e-mail channel makes."""

from __future__ import annotations

import io
from email import message_from_bytes
from email.policy import default

import pytest

from services.notify.channels import Channel
from services.notify.channels.console import ConsoleChannel
from services.notify.channels.email import EmailChannel, SmtpServer
from services.notify.main import channels
from services.notify.settings import NotifySettings
from tests.unit.notify.channel_contract import ChannelContract, message

NOWHERE = SmtpServer("mail.example", 25, "", "", "none", 1.0)
EMAIL = EmailChannel(NOWHERE, '"Dinas, Contoh" <kirim@disnaker.example>', "layanan@dinas.example")


class TestConsole(ChannelContract):
    @pytest.fixture
    def channel(self) -> Channel:
        return ConsoleChannel(io.StringIO())

    async def test_prints_the_message(self) -> None:
        output = io.StringIO()
        await ConsoleChannel(output).send(message(text="isi pesan"))
        assert "isi pesan" in output.getvalue()


class TestMail:
    def test_repeats_carry_the_same_message_id(self) -> None:
        first, second = EMAIL.mail(message()), EMAIL.mail(message(text="lain"))
        assert first["Message-ID"] == second["Message-ID"]
        assert first["Message-ID"] == f"<{message().notice_id}@disnaker.example>"

    def test_headers(self) -> None:
        mail = EMAIL.mail(message(subject="Kartu “AK-1” é"))
        assert str(mail["From"]) == '"Dinas, Contoh" <kirim@disnaker.example>'
        assert mail["Reply-To"] == "layanan@dinas.example"
        assert mail["Auto-Submitted"] == "auto-generated"
        assert mail["Subject"] == "Kartu “AK-1” é"

    def test_text_and_html_survive_a_seven_bit_server(self) -> None:
        raw = EMAIL.mail(message()).as_bytes()
        assert raw.isascii()
        assert max(len(line) for line in raw.splitlines()) < 998
        mail = message_from_bytes(raw, policy=default)
        plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
        assert plain is not None
        assert html is not None
        assert "Mu'min <&> 😀" in plain.get_content()
        assert "Mu&#39;min &lt;&amp;&gt; 😀" in html.get_content()

    def test_a_subject_cannot_add_a_header(self) -> None:
        with pytest.raises(ValueError, match="linefeed"):
            EMAIL.mail(message(subject="x\nBcc: z@z.example"))


class TestChoice:
    def settings(self, **values: str) -> NotifySettings:
        needed = {
            "mongo_url": "mongodb://x",
            "rabbit_url": "amqp://x",
            "mail_from": "a@b.example",
            "public_url": "http://x",
            "smtp_host": "mail.example",
            **values,
        }
        return NotifySettings.model_validate(needed)

    def test_email_by_smtp(self) -> None:
        chosen = channels(self.settings(smtp_tls="tls", smtp_port="465"), "r@b.example")["email"]
        assert isinstance(chosen, EmailChannel)
        assert (chosen.server.port, chosen.server.tls) == (465, "tls")

    def test_console_only_when_asked_for(self) -> None:
        chosen = channels(self.settings(smtp_host="console"), "")["email"]
        assert isinstance(chosen, ConsoleChannel)

    def test_sender_without_address_is_refused_at_start(self) -> None:
        with pytest.raises(ValueError, match="MAIL_FROM"):
            self.settings(mail_from="Dinas")
