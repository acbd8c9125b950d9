"""Settings of intake."""

from __future__ import annotations

from pathlib import Path

from pydantic import SecretStr

from shared.contracts.applications import ContactChannel
from shared.settings import ServiceSettings


class IntakeSettings(ServiceSettings):
    """`session_key` signs tokens of drafts and status; `clean_workers` processes read files.

    `check_key` (base64, 32 bytes) hashes the codes printed on cards. Several, comma-separated,
    newest first, while cards issued under an older one are valid (docs/decisions/0027).
    """

    service: str = "intake"
    session_key: SecretStr
    check_key: SecretStr
    public_url: str = "http://127.0.0.1:8080"
    # Both empty: no counter service. The key reads tickets of the officers' desk, and makes none.
    desk_url: str = ""
    counter_public_key: str = ""
    # How notify reaches people, the first is tried first: codes and messages about drafts go there.
    reachable_channels: tuple[ContactChannel, ...] = ("email",)
    clean_workers: int = 2
    clean_seconds: float = 15.0  # the worst honest file took 2.4
    clamd: str = ""  # virus scanner: path of its unix socket, or host:port; empty: none
    starts_per_hour: int = 120  # of one network; the peak of a whole district is 100
    uploads_per_hour: int = 900  # of one network
    submissions_per_day: int = 5  # with one telephone number; families share one
    admission_most: int = 64  # requests in work in a process; beyond it newcomers wait
    admission_delay_seconds: float = 0.1  # of the event loop; a page meets it about five times
    information_dir: Path | None = None  # texts that the office edits
    working_days_file: Path | None = None
