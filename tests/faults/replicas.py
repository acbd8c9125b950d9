"""A second copy of every service on ports of its own, and clients that use both in turn."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field

import httpx2

from deploy.local import SERVICES
from deploy.local.ports import HOST, free_port
from deploy.local.stack import Servers, Services


@dataclass
class SecondCopies(Services):
    """The same services again: same settings, same log, another port."""

    ports: dict[str, int] = field(default_factory=dict)

    @classmethod
    def beside(cls, servers: Servers, extra: dict[str, dict[str, str]]) -> SecondCopies:
        taken: set[int] = set()
        ports = {name: free_port(taken) for name in SERVICES}
        own = {name: {**extra.get(name, {}), "PORT": str(ports[name])} for name in SERVICES}
        return cls(servers, extra=own, ports=ports)

    def url(self, name: str) -> str:
        return f"http://{HOST}:{self.ports[name]}"


class InTurn(httpx2.AsyncBaseTransport):
    """Sends each request to the next of several ports, as a load balancer would."""

    def __init__(self, ports: list[int]) -> None:
        self._turns = itertools.cycle(ports)
        self._transport = httpx2.AsyncHTTPTransport()

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        request.url = request.url.copy_with(port=next(self._turns))
        return await self._transport.handle_async_request(request)

    async def aclose(self) -> None:
        await self._transport.aclose()
