"""Side by side, and what a Ctrl-C does to it."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from deploy.local.environment import ROOT
from deploy.local.parallel import in_parallel

_WORK = """
import pathlib, sys, time
from deploy.local.parallel import in_parallel

def work():
    print("begun", flush=True)
    time.sleep(1)
    pathlib.Path(sys.argv[1]).touch()

in_parallel([("work", work), ("more", lambda: None)])
"""


def test_all_is_done_and_the_first_failure_told_at_the_end() -> None:
    told: list[str] = []

    def fails() -> None:
        raise ValueError("of the one")

    with pytest.raises(ValueError, match="of the one"):
        in_parallel([("one", fails), ("other", lambda: None)], told.append)
    assert told == ["other"]


def test_a_process_waits_at_its_end_for_what_a_ctrl_c_left_at_work(tmp_path: Path) -> None:
    """Whoever is just starting a server must live to stop it again."""
    done = tmp_path / "done"
    command = [sys.executable, "-c", _WORK, str(done)]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "begun\n"
        time.sleep(0.3)
        running.send_signal(signal.SIGINT)
        running.wait(30)
    assert running.returncode != 0
    assert done.exists()
