"""Settings of notify: the mail server and what messages point to."""

from __future__ import annotations

from email.utils import parseaddr
from typing import Literal

from pydantic import Field, SecretStr, field_validator

from shared.settings import ServiceSettings

CONSOLE = "console"


class NotifySettings(ServiceSettings):
    """`SMTP_HOST=console` prints messages instead of sending them, for development."""

    service: str = "notify"
    smtp_host: str
    smtp_port: int = 587
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_tls: Literal["none", "starttls", "tls"] = "starttls"
    smtp_timeout_seconds: float = Field(default=20.0, description="for each SMTP command")
    mail_from: str
    public_url: str

    @field_validator("mail_from")
    @classmethod
    def _has_an_address(cls, value: str) -> str:
        if "@" not in parseaddr(value)[1]:
            raise ValueError('MAIL_FROM must look like "Name <name@example.org>"')
        return value
