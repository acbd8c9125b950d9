"""docker-compose.yml as Compose itself expands it, and the secrets that go with it."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
MAIN = ROOT / "docker-compose.yml"
SEAWEED = ROOT / "docker-compose.seaweedfs.yml"
# Settings whose default is right in a container; a new setting must be put here or in the file.
DEFAULT_IS_RIGHT = {
    "common": {"service", "graceful_seconds", "trusted_proxies"},
    "intake": {"starts_per_hour", "uploads_per_hour", "submissions_per_day"}
    | {"admission_most", "admission_delay_seconds"}
    | {"clean_workers", "clean_seconds", "reachable_channels"},
    # a file that the provider's administrator gives, and those of an office that seals
    "verification": {"oidc_client_secret", "bsre_url", "bsre_username", "bsre_password"}
    | {"bsre_ca_file", "bsre_trust_file", "bsre_tag"},
    "cards": {"publish_every_seconds", "pkcs11_module", "pkcs11_token", "pkcs11_pin"}  # no HSM
    | {"seal_certificate_file", "seal_certificate_password"},
    "notify": {"smtp_timeout_seconds"},
}


@dataclass(frozen=True)
class Compose:
    """The expanded configuration."""

    services: dict[str, dict[str, Any]]
    networks: dict[str, Any]
    volumes: dict[str, Any]

    def environment(self, service: str) -> dict[str, str]:
        found: dict[str, str] = self.services[service].get("environment", {})
        return found

    def published(self, service: str) -> list[tuple[str, str, str]]:
        """(address, port on the host, port in the container)."""
        result = []
        for port in self.services[service].get("ports", []):
            if isinstance(port, dict):
                parts = (port.get("host_ip", ""), str(port["published"]), str(port["target"]))
            else:
                address, host, inside = str(port).removesuffix("/tcp").rsplit(":", 2)
                parts = (address, host, inside)
            result.append(parts)
        return result

    def mounts(self, service: str) -> dict[str, str]:
        """Where in the container → what."""
        found = {}
        for mount in self.services[service].get("volumes", []):
            if isinstance(mount, dict):
                found[mount["target"]] = mount["source"]
            else:
                source, target = str(mount).split(":")[:2]
                found[target] = source
        return found


def expand(*files: Path, **variables: str) -> Compose:
    """`docker-compose config`, which fails on anything that Compose does not understand."""
    binary = shutil.which("docker-compose")
    if binary is None:
        pytest.fail("docker-compose is missing: apt-get install docker-compose")
    names = [part for file in files for part in ("-f", str(file))]
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    # A file of our own: an .env of the person who runs the tests must not decide.
    with tempfile.NamedTemporaryFile() as empty:
        done = subprocess.run(
            [binary, "--env-file", empty.name, *names, "config"],
            cwd=ROOT,
            env={**kept, **variables},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    assert "variable is not set" not in done.stderr, done.stderr
    content = yaml.safe_load(done.stdout)
    return Compose(content["services"], content.get("networks", {}), content.get("volumes", {}))


def variables_of(file: Path) -> dict[str, str]:
    """The variables of an env file."""
    lines = file.read_text("utf-8").splitlines()
    pairs = [line.partition("=") for line in lines if line and not line.startswith("#")]
    return {name: value for name, _, value in pairs}
