"""Rules of the house that a linter does not know: sizes, owners of events, who imports what."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from shared.contracts.catalog import OWNERS
from shared.messaging.topology import QUEUES

ROOT = Path(__file__).parent.parent.parent
SERVICES = ("intake", "verification", "cards", "notify")
OWNER_OF = {data.__name__: owner for data, owner in OWNERS.items()}
LONGEST = 400
FORBIDDEN_NAMES = {"utils.py", "helpers.py", "manager.py", "base.py"}


def sources(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


@cache
def nodes(path: Path) -> list[ast.Call | ast.Import | ast.ImportFrom]:
    """What several rules look at, in one reading of the file."""
    wanted = (ast.Call, ast.Import, ast.ImportFrom)
    tree = ast.parse(path.read_text("utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, wanted)]


def calls(path: Path) -> Iterator[ast.Call]:
    for node in nodes(path):
        if isinstance(node, ast.Call):
            yield node


@pytest.mark.parametrize("path", sources("services", "shared", "deploy", "tests", "tools"), ids=str)
def test_modules_stay_small_and_say_what_they_are_for(path: Path) -> None:
    text = path.read_text("utf-8")
    assert text.count("\n") <= LONGEST, f"{path} has grown over {LONGEST} lines"
    assert path.name not in FORBIDDEN_NAMES
    if text.strip():
        assert ast.get_docstring(ast.parse(text)), f"{path} does not say what it is for"


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_emits_only_events_it_owns(service: str) -> None:
    for path in sources(f"services/{service}"):
        for call in calls(path):
            if not (isinstance(call.func, ast.Attribute) and call.func.attr == "emit"):
                continue
            for inner in ast.walk(call):
                name = inner.id if isinstance(inner, ast.Name) else None
                if name in OWNER_OF:
                    assert OWNER_OF[name] == service, f"{path}:{call.lineno} emits {name}"


def test_only_the_unit_of_work_inserts_into_the_outbox_and_only_the_relay_publishes() -> None:
    publishers = {"shared/messaging/relay.py", "shared/messaging/broker.py"}
    for path in sources("services", "shared"):
        name = path.relative_to(ROOT).as_posix()
        for call in calls(path):
            called = call.func.attr if isinstance(call.func, ast.Attribute) else None
            if called == "publish" and name != "shared/messaging/dead_letters.py":
                assert name in publishers, f"{name}:{call.lineno} publishes"
    users = [
        path.relative_to(ROOT).as_posix()
        for path in sources("services")
        if "messaging.outbox" in path.read_text("utf-8")
    ]
    assert users == [], "services write events with tx.emit only"


def test_brokers_are_made_in_one_file() -> None:
    makers = [
        path.relative_to(ROOT).as_posix()
        for path in sources("services", "shared", "deploy")
        for call in calls(path)
        if isinstance(call.func, ast.Name) and call.func.id == "RabbitBroker"
    ]
    assert set(makers) == {"shared/messaging/broker.py"}


@pytest.mark.parametrize(
    ("package", "owner"), [("motor", "shared/mongo.py"), ("minio", "shared/storage.py")]
)
def test_a_client_library_is_imported_in_one_file(package: str, owner: str) -> None:
    """The deployment makes buckets and users with the admin's key; services never do."""
    users = set()
    for path in sources("services", "shared"):
        for node in nodes(path):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            if any(name.split(".")[0] == package for name in names):
                users.add(path.relative_to(ROOT).as_posix())
    assert users == {owner}


def test_no_setting_of_a_service_names_another_service() -> None:
    for service in SERVICES:
        text = (ROOT / "services" / service / "settings.py").read_text("utf-8").lower()
        for other in set(SERVICES) - {service}:
            assert f"{other}_url" not in text
            assert f"{other}_host" not in text


def test_every_queue_has_its_consumer_in_its_service() -> None:
    for queue in QUEUES:
        constant = queue.name.upper().replace(".", "_")
        text = (ROOT / "services" / queue.service / "consumers.py").read_text("utf-8")
        assert constant in text, f"nobody consumes {queue.name}"


def test_shared_modules_are_used_by_two_services_or_by_the_floor() -> None:
    """A module enters `shared` when two services use it, or the floor itself does."""
    texts = {path: path.read_text("utf-8") for path in sources("services", "shared", "deploy")}
    for path in sources("shared"):
        if path.name == "__init__.py":
            continue
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        package, _, name = module.rpartition(".")
        users = {
            other.relative_to(ROOT).parts[1] if other.is_relative_to(ROOT / "services") else "floor"
            for other, text in texts.items()
            if other != path
            and (module in text or (f"from {package} import" in text and name in text))
        }
        is_command = '__name__ == "__main__"' in texts[path]
        assert is_command or "floor" in users or len(users) >= 2, f"{module}: used by {users}"
