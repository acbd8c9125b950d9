"""The state file: one supervisor, and leftovers of a dead one do not block the next."""

from __future__ import annotations

import os
from pathlib import Path

from deploy.local import processes
from deploy.local.processes import Identity
from deploy.local.state import State, StateFile

DEAD = Identity("up", 1, "an-earlier-boot:5")


def test_a_living_supervisor_is_found(tmp_path: Path) -> None:
    file = StateFile(tmp_path)
    me = Identity("up", os.getpid(), processes.birth_of(os.getpid()) or "")
    state = State(me, ready=True, addresses={"Meja petugas": "http://127.0.0.1:1"}, started=[DEAD])
    file.write(state)
    assert file.running() == state
    assert file.stop_leftovers() == []
    file.forget()
    assert file.running() is None


def test_leftovers_of_a_dead_supervisor_are_stopped(tmp_path: Path) -> None:
    left = processes.start("mongodb", ["sleep", "60"], {}, tmp_path / "log", tmp_path)
    file = StateFile(tmp_path)
    file.write(State(DEAD, started=[left.identity, DEAD]))
    assert file.running() is None
    assert file.stop_leftovers() == ["mongodb"]
    assert not left.identity.alive()
    assert not file.path.exists()


def test_a_torn_state_file_is_no_obstacle(tmp_path: Path) -> None:
    file = StateFile(tmp_path)
    for torn in ("", '{"supervisor": {"name": "up"', '{"supervisor": 1}', "[]"):
        file.path.write_text(torn)
        assert file.running() is None
        assert file.stop_leftovers() == []


def test_one_supervisor_at_a_time(tmp_path: Path) -> None:
    file = StateFile(tmp_path / "new")
    first = file.lock()
    assert first is not None
    assert file.lock() is None
    first.close()
    again = file.lock()
    assert again is not None
    again.close()
