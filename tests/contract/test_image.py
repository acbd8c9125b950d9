"""deploy/Dockerfile: an ordinary user, what it copies, what it installs and imports."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib import metadata

from deploy.local import SERVICES
from tests.contract.compose_files import ROOT


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


class TestImage:
    text = (ROOT / "deploy/Dockerfile").read_text()

    def test_runs_as_an_ordinary_user(self) -> None:
        users = re.findall(r"^USER (\S+)$", self.text, re.MULTILINE)
        assert users == ["10001:10001"]

    def test_copies_what_exists_and_what_dockerignore_lets_through(self) -> None:
        allowed = {
            line.removeprefix("!")
            for line in (ROOT / ".dockerignore").read_text().splitlines()
            if line.startswith("!")
        }
        copied = re.findall(r"^COPY (?!--from)(\S+) ", self.text, re.MULTILINE)
        assert {each.rstrip("/") for each in copied} == allowed
        for each in copied:
            assert (ROOT / each).exists()

    def test_has_the_libraries_that_draw_the_card(self) -> None:
        listed = (ROOT / "deploy/local/debian-packages.txt").read_text().splitlines()
        needed = [line.split()[0] for line in listed if line.endswith("# weasyprint")]
        assert needed
        for package in [*needed, "fontconfig"]:
            assert package in self.text

    def test_what_it_runs_imports_no_package_of_development(self) -> None:
        """The image has the packages of requirements.lock only."""
        lock = (ROOT / "requirements.lock").read_text()
        locked = {_normal(name) for name in re.findall(r"^([\w.-]+)(?:\[|==)", lock, re.MULTILINE)}
        absent = [
            module
            for module, owners in metadata.packages_distributions().items()
            if not {_normal(owner) for owner in owners} & locked
        ]
        run = [f"services.{service}.main" for service in SERVICES]
        run += [f"deploy.compose.{name}" for name in ("healthcheck", "make_secrets", "provision")]
        script = (
            "import importlib, sys\n"
            f"sys.modules.update(dict.fromkeys({absent!r}))\n"
            f"for name in {run!r}: importlib.import_module(name)\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr

    def test_installs_by_hash(self) -> None:
        assert "--require-hashes" in self.text
        lock = (ROOT / "requirements.lock").read_text()
        pinned = re.findall(r"^[\w.-]+(?:\[[\w,-]+\])?==\S+", lock, re.MULTILINE)
        assert pinned
        assert lock.count("--hash=sha256:") >= len(pinned)
