"""Probes and metrics answer to neighbours, not to the public behind the proxy."""

from __future__ import annotations

import httpx2
import pytest
from starlette.applications import Starlette

from shared.health import health_routes


async def good() -> bool:
    return True


@pytest.fixture
def client() -> httpx2.AsyncClient:
    app = Starlette(routes=list(health_routes({"mongodb": good}, {"rabbitmq": good})))
    transport = httpx2.ASGITransport(app=app)
    return httpx2.AsyncClient(transport=transport, base_url="http://service.test")


@pytest.mark.parametrize("path", ["/readyz", "/readyz?all=1", "/metrics"])
async def test_what_a_proxy_passed_on_learns_nothing(client: httpx2.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 200
    for header in ("X-Forwarded-For", "X-Forwarded-Proto", "Forwarded"):
        answer = await client.get(path, headers={header: "192.0.2.1"})
        assert answer.status_code == 404
        assert "mongodb" not in answer.text
        assert "http_request" not in answer.text


async def test_whether_it_lives_is_no_secret(client: httpx2.AsyncClient) -> None:
    assert (await client.get("/livez", headers={"X-Forwarded-For": "192.0.2.1"})).text == "ok"
