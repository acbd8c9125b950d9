"""`make up` as people use it: the whole system by one command, and ends that leave nothing."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

from deploy.local import SERVICES, processes
from deploy.local.environment import ROOT
from deploy.local.state import State, StateFile


@dataclass
class System:
    """Commands on one data folder, on any free ports."""

    folder: Path
    env: dict[str, str] = field(default_factory=dict)

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "deploy.local", "--data", str(self.folder), *arguments]

    def environment(self) -> dict[str, str]:
        any_port = {"PUBLIC_PORT": "0", "OFFICERS_PORT": "0", "INBOX_PORT": "0"}
        return {**os.environ, **any_port, **self.env}

    def __call__(self, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments),
            cwd=ROOT,
            env=self.environment(),
            input=typed,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def state(self) -> State:
        state = StateFile(self.folder).running()
        assert state is not None
        return state

    def alive(self) -> list[str]:
        everything = psutil.process_iter(["cmdline", "environ"])
        here = str(self.folder)
        return [
            str(each.info["cmdline"])
            for each in everything
            if here in " ".join(each.info["cmdline"] or [])
            or here in " ".join((each.info["environ"] or {}).values())
        ]


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    system = System(tmp_path_factory.mktemp("local") / "data")
    yield system
    system("down")


def test_up_shows_what_people_need_and_everything_answers(system: System) -> None:
    up = system("up", "--detach")
    assert up.returncode == 0, up.stdout + up.stderr
    shown = dict(re.findall(r"^  (\w+ \w+) {2,}(http://\S+)$", up.stdout, re.MULTILINE))
    assert list(shown) == ["Halaman warga", "Meja petugas", "Kotak surat"]
    assert len(re.findall(r"Masuk petugas +\w+ / [a-z]+-[a-z]+-[a-z]+-\d{4}", up.stdout)) == 3
    assert "make down" in up.stdout
    for address in shown.values():
        with urllib.request.urlopen(address, timeout=5) as response:  # noqa: S310
            assert response.status == 200


def test_up_again_says_where_it_runs(system: System) -> None:
    before = system.state()
    for again in (system("up"), system("up", "--detach")):
        assert again.returncode == 0
        assert "Sudah berjalan" in again.stdout
        assert before.addresses["public"] in again.stdout
    assert system.state() == before


def test_status_lists_all_parts(system: System) -> None:
    status = system("status")
    assert status.returncode == 0
    for name in (*SERVICES, "rabbitmq", "mongodb", "seaweedfs", "mail_inbox"):
        assert re.search(rf"^  {name} +berjalan", status.stdout, re.MULTILINE)


def test_a_service_that_dies_is_started_again(system: System) -> None:
    (first,) = [each for each in system.state().started if each.name == "notify"]
    os.kill(first.pid, signal.SIGKILL)
    processes.wait_until(lambda: _count(system, "notify") == 2, 20, "not started again")
    assert "layanan notify berhenti sendiri" in (system.folder / "log" / "up.log").read_text()
    assert not first.alive()


def _count(system: System, name: str) -> int:
    return sum(each.name == name for each in system.state().started)


def test_reset_refuses_while_it_runs(system: System) -> None:
    assert system("reset", "--yes").returncode == 1
    assert system("status").returncode == 0


def test_after_a_power_cut_up_tidies_and_starts(system: System) -> None:
    before = system.state()
    os.kill(before.supervisor.pid, signal.SIGKILL)
    processes.wait_until(lambda: not before.supervisor.alive(), 5, "still there")
    up = system("up", "--detach")
    assert up.returncode == 0, up.stdout
    assert "Sisa dari kali lalu dihentikan" in up.stdout
    assert not any(each.alive() for each in before.started)
    assert system.state().addresses == before.addresses
    assert "Membuat akun petugas" not in up.stdout


def test_down_stops_all_and_twice_is_no_error(system: System) -> None:
    assert system.alive()
    down = system("down")
    assert down.returncode == 0
    assert "Data tetap ada" in down.stdout
    assert system.alive() == []
    again = system("down")
    assert (again.returncode, again.stdout) == (0, "Tidak ada yang berjalan.\n")
    assert system("status").returncode == 3


@pytest.mark.parametrize("seconds", [0.1, 1.0, 3.0])
def test_ctrl_c_at_any_moment_leaves_nothing(system: System, seconds: float) -> None:
    system("down")
    with subprocess.Popen(
        system.command("up"), cwd=ROOT, env=system.environment(), stdout=subprocess.PIPE, text=True
    ) as up:
        assert up.stdout is not None
        assert "Menyalakan server" in up.stdout.readline()
        time.sleep(seconds)
        up.send_signal(signal.SIGINT)
        told, _ = up.communicate(timeout=60)
    assert "Menghentikan" in told
    assert up.returncode == 0
    assert system.alive() == []


def test_a_server_that_cannot_start_is_named_with_its_log(system: System) -> None:
    system("down")
    config = system.folder / "mongodb" / "db" / "storage.bson"
    sound = config.read_bytes()
    config.write_bytes(b"damaged")
    try:
        up = system("up", "--detach")
    finally:
        config.write_bytes(sound)
    assert up.returncode == 1
    assert "GAGAL: mongodb berhenti sendiri" in up.stdout
    assert str(system.folder / "mongodb" / "mongod.log") in up.stdout
    assert "Traceback" not in up.stdout
    assert system.alive() == []


def test_reset_asks_and_deletes(system: System) -> None:
    assert system("reset", typed="tidak\n").returncode == 1
    assert (system.folder / "mongodb").exists()
    (system.folder / "AK1-0123456789X.pdf").touch()
    assert system("reset", typed="ya\n").returncode == 0
    assert [path.name for path in system.folder.iterdir()] == ["lock"]
