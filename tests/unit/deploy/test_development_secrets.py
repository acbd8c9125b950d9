"""The passwords of the demonstration officers."""

from __future__ import annotations

from pathlib import Path

from deploy.local.development_secrets import ensure_secrets
from services.verification.officers.domain import checked_password


def test_the_desk_accepts_every_password_that_is_made(tmp_path: Path) -> None:
    """One word thrice it refuses: once in thirty times, `make up` found no way to start."""
    for number in range(20):
        for officer in ensure_secrets(tmp_path / str(number)).officers():
            *words, digits = officer.password.split("-")
            assert len(set(words)) == len(words) == 3
            assert 1000 <= int(digits) <= 9999
            assert checked_password(officer.password, officer.username, officer.name)
