"""What opens a counter session at intake."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.counter_tickets import private_key


@dataclass(frozen=True)
class Counter:
    """The key that signs tickets, and where intake is."""

    key: Ed25519PrivateKey
    applicants_url: str

    @property
    def origin(self) -> str:
        parts = urlsplit(self.applicants_url)
        return f"{parts.scheme}://{parts.netloc}"


def counter_of(key: str, applicants_url: str) -> Counter | None:
    """None where no counter service is set up; raises `ValueError` for a key that is none."""
    return Counter(private_key(key), applicants_url.rstrip("/")) if key else None
