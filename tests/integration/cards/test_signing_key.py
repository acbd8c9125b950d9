"""The service as a process: without a signing key it is not ready, and with one it publishes."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from pathlib import Path

from deploy.local.stack import Servers, Services
from services.cards.keys import __main__ as commands


def readiness(address: str) -> tuple[int, dict[str, bool]]:
    """Status and answer of /readyz; 0 while nobody listens."""
    try:
        with urllib.request.urlopen(f"{address}/readyz", timeout=5) as answer:  # noqa: S310  # our own
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)
    except OSError:
        return 0, {}


def wait_for(address: str, status: int) -> dict[str, bool]:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        found, checks = readiness(address)
        if found == status and checks["mongodb"]:
            return checks
        time.sleep(0.2)
    raise AssertionError(f"never {status}: {readiness(address)}")


def test_it_waits_for_its_key_and_says_so(servers: Servers, tmp_path: Path) -> None:
    ring = tmp_path / "signing_keys.json"
    services = Services(servers, extra={"cards": {"SIGNING_KEYS_FILE": str(ring)}})
    services.start("cards", wait=False)
    try:
        assert wait_for(services.url("cards"), 503)["signing_key"] is False
        log = (servers.run.folder / "log" / "cards.log").read_text()
        assert f"{ring}: No such file or directory" in log
        assert commands.main(["--file", str(ring), "new"]) == 0
        assert wait_for(services.url("cards"), 200)["signing_key"] is True
    finally:
        services.stop()
    log = (servers.run.folder / "log" / "cards.log").read_text()
    assert "keys.published" in log
    assert "PRIVATE KEY" not in log
