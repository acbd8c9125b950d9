"""What all tests may ask for: real servers on free ports, started once, stopped at the end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright import async_api, sync_api
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from deploy.local.stack import Servers
from tests.chromium import PATIENCE
from tests.scheduling import FoldersFirst

async_api.expect.set_options(timeout=PATIENCE)
sync_api.expect.set_options(timeout=PATIENCE)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadFileScheduling | None:
    """For `--dist loadfile`; None leaves it to xdist."""
    if config.getoption("dist") != "loadfile":
        return None
    config.option.loadscopereorder = False
    return FoldersFirst(config, log)


@contextmanager
def started(folder: Path) -> Iterator[Servers]:
    servers = Servers.start(folder, test_commands=True)
    try:
        yield servers
    finally:
        servers.stop()


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """RabbitMQ, MongoDB, S3 and a mail inbox, provisioned, with the topology declared.

    `servers.run` has the addresses: mongo_url(user), rabbit_url(user), s3_endpoint, s3_key(user),
    inbox_url; users are the services' names, and "deploy" may everything.
    """
    with started(tmp_path_factory.mktemp("servers")) as running:
        yield running
