"""The whole system as processes, for acceptance tests."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

from deploy.demo.drawing import diploma, identity_card, portrait
from deploy.demo.people import SamplePerson
from deploy.local.commands import make_officers
from deploy.local.stack import Servers, Services
from shared.messaging.topology import QUEUES
from tests.integration.queues import empty


@dataclass
class System:
    """Four services on running servers, with three officers."""

    servers: Servers
    services: Services

    @property
    def public(self) -> str:
        return self.servers.run.public_url

    @property
    def officers(self) -> str:
        return self.servers.run.officers_url

    def officer(self, role: str) -> tuple[str, str]:
        """User name and password of an officer with that role."""
        for each in self.servers.run.secrets.officers():
            if role in each.roles:
                return each.username, each.password
        raise LookupError(role)

    def mails(self, reference: str) -> list[dict[str, Any]]:
        """Messages in the inbox that name the reference, newest first."""
        listed = httpx2.get(f"{self.servers.run.inbox_url}/api/messages").json()
        return [mail for mail in listed if reference in mail["text"]]

    def logs(self) -> str:
        """Everything that the services have logged so far."""
        folder = self.servers.run.folder / "log"
        names = ("intake", "verification", "cards", "notify")
        return "".join((folder / f"{name}.log").read_text("utf-8") for name in names)


@contextmanager
def serving(servers: Servers, *names: str) -> Iterator[Services]:
    """Some services; each visitor's address is believed, and nobody waits in line."""
    _forget_others(servers)
    calm = {"TRUSTED_PROXIES": "127.0.0.1", "ADMISSION_DELAY_SECONDS": "60"}
    services = Services(servers, extra={"intake": calm})
    try:
        services.start_all(names=names)
        yield services
    finally:
        services.stop()


@contextmanager
def running(servers: Servers) -> Iterator[System]:
    """The four services on the session's servers."""
    _forget_others(servers)
    services = Services(servers, extra={"intake": {"ADMISSION_DELAY_SECONDS": "60"}})
    try:
        services.start_all()
        make_officers(servers.run)  # another module may have emptied the table of accounts
        yield System(servers, services)
    finally:
        services.stop()


def _forget_others(servers: Servers) -> None:
    """What other modules sent to services that did not run, about people these do not know: notify
    would wait for their addresses and hold its queue.
    """
    emptying = empty(servers, *(each.name for each in QUEUES))
    with ThreadPoolExecutor(1) as aside:  # this thread may have the loop of a browser
        aside.submit(asyncio.run, emptying).result()


def write_documents(person: SamplePerson, folder: Path) -> dict[str, Path]:
    """KTP, diploma (PDF) and portrait of a made-up person, as files to be chosen."""
    folder.mkdir(parents=True, exist_ok=True)
    drawn = {
        "identity_card": ("ktp.jpg", identity_card(person)),
        "diploma": ("ijazah.pdf", diploma(person)),
        "photo": ("foto.jpg", portrait(int(person.nik), sex=person.sex)),
    }
    files = {}
    for kind, (name, data) in drawn.items():
        files[kind] = folder / name
        files[kind].write_bytes(data)
    return files
