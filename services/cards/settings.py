"""Settings of cards."""

from __future__ import annotations

from pathlib import Path

from pydantic import SecretStr, field_validator

from services.cards.keys.settings import KeySettings
from services.cards.token import check_address
from shared.settings import ServiceSettings


class CardsSettings(KeySettings, ServiceSettings):
    """`public_url` is where the QR leads; `render_workers` are processes that draw cards.

    `publish_every_seconds`: a status list is written at most so often. The PKCS#12 of the office
    is needed when the office file says that cards are sealed with it.
    """

    service: str = "cards"
    public_url: str = "http://127.0.0.1:8080"
    render_workers: int = 2
    publish_every_seconds: float = 45.0
    seal_certificate_file: Path | None = None
    seal_certificate_password: SecretStr = SecretStr("")

    @field_validator("public_url")
    @classmethod
    def _fits_into_the_code(cls, url: str) -> str:
        check_address(url)
        return url
