"""Contracts only grow: every golden file still parses; catalog, topology and AsyncAPI agree."""

from __future__ import annotations

import inspect
import json
from pathlib import Path
from typing import Any

import pytest

from shared.contracts import (
    applications,
    cards,
    catalog,
    drafts,
    notices,
    print_batches,
    registry,
    repairs,
    reviews,
    surveys,
    texts,
)
from shared.contracts.envelope import Contract, EventData
from shared.messaging.topology import QUEUES
from tests.contract.samples import envelope, samples
from tools import asyncapi

GOLDEN = Path(__file__).parent / "golden"
CONTRACT_MODULES = (
    applications,
    cards,
    drafts,
    notices,
    print_batches,
    registry,
    repairs,
    reviews,
    surveys,
    texts,
)


def golden_files() -> list[Path]:
    """`<type>.json` is as first published, `<type>+<date>.json` as grown since then.

    A second time on one day is `<type>+<date>.2.json`.
    """
    return sorted(GOLDEN.glob("*.json"))


def holds(now: Any, then: Any) -> bool:
    """Whether all that was there then is there now; new optional fields may stand beside it."""
    if isinstance(then, dict):
        return all(name in now and holds(now[name], value) for name, value in then.items())
    if isinstance(then, list):
        return len(now) == len(then) and all(map(holds, now, then))
    return bool(now == then)


def test_the_catalog_has_every_event_class() -> None:
    defined = {
        found
        for module in CONTRACT_MODULES
        for _, found in inspect.getmembers(module, inspect.isclass)
        if issubclass(found, EventData) and found is not EventData
    }
    assert defined == set(catalog.OWNERS)
    assert len(catalog.BY_TYPE) == len(catalog.OWNERS)


def test_every_type_has_a_golden_file() -> None:
    assert {path.stem.partition("+")[0] for path in golden_files()} == set(catalog.BY_TYPE)


@pytest.mark.parametrize("path", golden_files(), ids=lambda path: path.stem)
def test_golden_files_of_every_version_still_parse(path: Path) -> None:
    event = catalog.parse_event(path.read_bytes())
    assert event is not None
    again = json.loads(event.model_dump_json(exclude_none=True))
    assert holds(again, json.loads(path.read_text("utf-8")))


@pytest.mark.parametrize("data", samples(), ids=lambda data: data.TYPE)
def test_an_event_written_today_looks_like_its_golden_file(data: EventData) -> None:
    written = json.loads(envelope(data).model_dump_json(exclude_none=True))
    mine = (path for path in golden_files() if path.stem.partition("+")[0] == data.TYPE)
    newest = max(mine, key=lambda path: path.stem)
    assert written == json.loads(newest.read_text("utf-8"))


def test_unknown_fields_of_a_newer_release_are_ignored() -> None:
    raw = json.loads((GOLDEN / "card.allocated.v1.json").read_text("utf-8"))
    raw["data"]["invented_later"] = 1
    raw["newextension"] = "x"
    event = catalog.parse_event(json.dumps(raw).encode())
    assert event is not None
    assert event.data.registration_number == "1404241126000001"


def test_an_unknown_type_is_no_error() -> None:
    raw = json.loads((GOLDEN / "card.allocated.v1.json").read_text("utf-8"))
    raw["type"] = "card.teleported.v9"
    assert catalog.parse_event(json.dumps(raw).encode()) is None


def test_every_event_is_heard_by_a_queue_and_no_queue_hears_the_unknown() -> None:
    heard = {data for queue in QUEUES for data in queue.hears}
    assert heard == set(catalog.OWNERS)


def test_contracts_hold_data_only() -> None:
    for module in CONTRACT_MODULES:
        for _, found in inspect.getmembers(module, inspect.isclass):
            if found.__module__ != module.__name__:
                continue
            own = [
                name
                for name, value in vars(found).items()
                if inspect.isfunction(value) and not name.startswith("__")
            ]
            assert own == [], f"{found.__name__} has behaviour: {own}"


def test_sensitive_fields_are_sealed_in_events() -> None:
    sealed: dict[type[Contract], set[str]] = {
        applications.Person: {"nik", "disability"},
        applications.Contact: {"mobile", "email"},
        reviews.Holder: {"nik", "mobile"},
    }
    for model, names in sealed.items():
        for name in names:
            assert "Sealed" in str(model.model_fields[name].annotation), (model, name)


def test_asyncapi_is_up_to_date() -> None:
    assert asyncapi.TARGET.read_text("utf-8") == asyncapi.text(), "run: python -m tools.asyncapi"
