"""Settings of cards."""

from __future__ import annotations

from shared.settings import ServiceSettings


class CardsSettings(ServiceSettings):
    """`public_url` is where the QR leads; `render_workers` are processes that draw cards."""

    service: str = "cards"
    public_url: str = "http://127.0.0.1:8080"
    render_workers: int = 2
