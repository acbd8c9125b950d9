"""install.sh on machines that lack packages, played by commands of our own on the PATH."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[3] / "deploy" / "local" / "install.sh"


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A machine on which rabbitmq-server and chromium are missing."""
    commands = {
        "dpkg-query": 'case "$*" in *rabbitmq-server|*chromium) exit 1;; *) printf installed;; esac',
        "apt-get": f'echo "$@" >> {tmp_path}/calls; cat "$POLICY_FILE" >> {tmp_path}/policies',
        "id": "echo ${PLAYED_UID}",
    }
    for name, body in commands.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{body}\n")
        (tmp_path / name).chmod(0o755)
    return tmp_path


def install(machine: Path, what: str, uid: str) -> subprocess.CompletedProcess[str]:
    env = {
        **os.environ,
        "PATH": f"{machine}:{os.environ['PATH']}",
        "PLAYED_UID": uid,
        "POLICY_FILE": str(machine / "policy-rc.d"),
    }
    return subprocess.run(
        [SCRIPT, "packages", what], env=env, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    ("what", "missing"), [("up", "rabbitmq-server"), ("test", "rabbitmq-server chromium")]
)
def test_without_root_one_line_names_packages_and_command(
    machine: Path, what: str, missing: str
) -> None:
    result = install(machine, what, "1000")
    assert result.returncode == 2
    assert result.stdout == ""
    assert result.stderr == (
        f"Missing system packages; run: sudo apt-get install --no-install-recommends {missing}\n"
    )
    assert not (machine / "calls").exists()


def test_root_installs_what_is_missing(machine: Path) -> None:
    result = install(machine, "test", "0")
    assert result.returncode == 0, result.stderr
    (call,) = (machine / "calls").read_text().splitlines()
    assert call.split()[0] == "install"
    assert call.endswith(" rabbitmq-server chromium")
    # meanwhile no server of a package might start
    assert (machine / "policies").read_text() == "#!/bin/sh\nexit 101\n"
    assert not (machine / "policy-rc.d").exists()


def test_an_existing_policy_is_left_alone(machine: Path) -> None:
    (machine / "policy-rc.d").write_text("mine")
    install(machine, "up", "0")
    assert (machine / "policy-rc.d").read_text() == "mine"


def test_nothing_missing_nothing_said(machine: Path) -> None:
    (machine / "dpkg-query").write_text("#!/bin/sh\nprintf installed\n")
    result = install(machine, "test", "1000")
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
