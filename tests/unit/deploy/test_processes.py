"""Only what we started is ever stopped, and all of it."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from deploy.local import processes
from deploy.local.processes import Child, Identity, StartFailed


def start(folder: Path, command: list[str]) -> Child:
    return processes.start("trial", command, {}, folder / "trial.log", folder)


def wait_for(path: Path) -> str:
    processes.wait_until(lambda: path.exists() and bool(path.read_text()), 5, "no file")
    return path.read_text()


def test_stop_ends_the_process_and_what_it_started(tmp_path: Path) -> None:
    child = start(tmp_path, ["sh", "-c", "sleep 60 & echo $! > inner; wait"])
    inner = int(wait_for(tmp_path / "inner"))
    assert processes.birth_of(inner) is not None
    assert processes.stop(child.identity, 5)
    assert not child.identity.alive()
    assert processes.birth_of(inner) is None
    assert not processes.stop(child.identity, 5)


def test_a_stubborn_process_is_killed_after_patience(tmp_path: Path) -> None:
    child = start(tmp_path, ["sh", "-c", "trap '' TERM; echo 1 > on; while :; do sleep 1; done"])
    wait_for(tmp_path / "on")
    begun = time.monotonic()
    processes.stop(child.identity, 0.3)
    assert not child.identity.alive()
    assert time.monotonic() - begun >= 0.3


def test_another_process_with_the_same_number_is_left_alone(tmp_path: Path) -> None:
    child = start(tmp_path, ["sleep", "60"])
    recycled = dataclasses.replace(child.identity, born="another-boot:1")
    assert not processes.stop(recycled, 0)
    assert child.identity.alive()
    processes.stop(child.identity, 1)


def test_a_zombie_is_not_alive() -> None:
    with subprocess.Popen(["true"]) as zombie:
        identity = Identity("true", zombie.pid, processes.birth_of(zombie.pid) or "x")
        processes.wait_until(lambda: processes.birth_of(zombie.pid) is None, 5, "still there")
        assert not identity.alive()


def test_an_early_end_tells_the_last_lines_of_the_log(tmp_path: Path) -> None:
    child = start(tmp_path, ["sh", "-c", "echo porta sudah dipakai; exit 3"])
    with pytest.raises(StartFailed, match=r"trial berhenti sendiri \(kode 3\)") as failure:
        processes.wait_ready(child, lambda: False, 5)
    assert "porta sudah dipakai" in str(failure.value)
    assert str(tmp_path / "trial.log") in str(failure.value)


def test_patience_has_an_end(tmp_path: Path) -> None:
    child = start(tmp_path, ["sleep", "60"])
    with pytest.raises(StartFailed, match="belum siap setelah 0 detik"):
        processes.wait_ready(child, lambda: False, 0.1)
    processes.stop(child.identity, 1)


def test_children_do_not_inherit_our_secrets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOME_TOKEN", "secret")
    code = "import os; print(sorted(os.environ))"
    child = start(tmp_path, [sys.executable, "-c", code])
    child.popen.wait(10)
    told = (tmp_path / "trial.log").read_text()
    assert "PATH" in told
    assert "SOME_TOKEN" not in told


def test_our_own_birth_is_known() -> None:
    assert processes.birth_of(os.getpid()) == processes.birth_of(os.getpid()) is not None


def test_a_process_whose_threads_are_still_ending_is_not_gone() -> None:
    """Its ports are taken until the last thread is: the next start would fail."""
    leave_a_thread = (
        "import ctypes, platform, threading, time;"
        "threading.Thread(target=time.sleep, args=(60,)).start();"
        "exit_one = 60 if platform.machine() == 'x86_64' else 93;"
        "ctypes.CDLL(None).syscall(exit_one, 0)"  # ends the first thread alone
    )
    child = subprocess.Popen([sys.executable, "-c", leave_a_thread])
    try:
        stat = Path(f"/proc/{child.pid}/stat")
        deadline = time.monotonic() + 20
        while ") Z " not in stat.read_text("utf-8"):
            assert time.monotonic() < deadline
            time.sleep(0.01)
        assert processes.birth_of(child.pid) is not None
    finally:
        child.kill()
        child.wait()
    assert processes.birth_of(child.pid) is None
