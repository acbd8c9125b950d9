"""Which ports a run takes, and what it says about taken ones."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from deploy.local import ports
from deploy.local.ports import PREFERRED, choose_ports, free_ports, wanted_ports

LIMIT_OF_WEED = 55_535


@pytest.fixture
def occupied(monkeypatch: pytest.MonkeyPatch) -> set[int]:
    taken: set[int] = set()
    monkeypatch.setattr(ports, "is_free", lambda port: port not in taken)
    monkeypatch.setattr(ports, "holder_of", lambda _: "nginx (pid 12)")
    return taken


def test_free_ports_differ_and_leave_room_for_companions(occupied: set[int]) -> None:
    chosen = asdict(free_ports())
    companions = [chosen[name] + 10_000 for name in chosen if name.startswith("s3")]
    everything = [*chosen.values(), *companions]
    assert len(set(everything)) == len(everything) == 18
    assert max(companions) < LIMIT_OF_WEED


def test_a_port_whose_companion_is_taken_is_not_used(occupied: set[int]) -> None:
    occupied.update(range(30_000, 32_690))
    chosen = asdict(free_ports())
    assert all(chosen[name] + 10_000 not in occupied for name in chosen if name.startswith("s3"))


def test_ports_stay_from_run_to_run(tmp_path: Path, occupied: set[int]) -> None:
    first, told = choose_ports(tmp_path / "ports.json", PREFERRED)
    assert told == []
    assert (first.intake, first.verification, first.mail_inbox) == (8080, 8090, 8025)
    again, _ = choose_ports(tmp_path / "ports.json", PREFERRED)
    assert again == first


def test_a_torn_file_is_no_obstacle(tmp_path: Path, occupied: set[int]) -> None:
    (tmp_path / "ports.json").write_text('{"intake": 80')
    chosen, _ = choose_ports(tmp_path / "ports.json", PREFERRED)
    assert json.loads((tmp_path / "ports.json").read_text()) == asdict(chosen)


def test_a_taken_port_is_named_with_its_holder(tmp_path: Path, occupied: set[int]) -> None:
    first, _ = choose_ports(tmp_path / "ports.json", PREFERRED)
    occupied.update({8080, 8081, first.mongodb})
    second, told = choose_ports(tmp_path / "ports.json", PREFERRED)
    assert second.intake == 8082
    assert told == ["porta 8080 (intake) dipakai oleh nginx (pid 12); memakai 8082"]
    assert second.mongodb != first.mongodb
    assert second.rabbitmq == first.rabbitmq
    assert json.loads((tmp_path / "ports.json").read_text()) == asdict(second)


def test_variables_change_the_wanted_ports() -> None:
    assert wanted_ports({}) == PREFERRED
    assert wanted_ports({"PUBLIC_PORT": "9000", "INBOX_PORT": "0", "OFFICERS_PORT": ""}) == {
        "intake": 9000,
        "verification": 8090,
    }
