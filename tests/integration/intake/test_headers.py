"""Every kind of answer carries the security headers, and none repeats a made-up host name."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import replace
from typing import Any

import httpx2
import pytest
from starlette.routing import BaseRoute, Mount, Route

from services.intake.intake import Intake
from services.intake.web import sessions
from services.intake.web.app import make_app
from services.intake.web.assets import Assets
from tests.integration.intake.conftest import FILES, Applicant, Served

EVIL = "jahat.example"
FOR_EVERYBODY = ("/.well-known/", "/status/1")
ANSWERS = (
    ("GET", "/", 200),
    ("GET", "/daftar", 200),
    ("GET", "/privasi", 200),
    ("GET", "/status", 200),
    ("GET", "/keluar", 200),
    ("POST", "/keluar", 200),
    ("GET", "/cek/bukan-kode", 404),
    ("GET", "/V", 200),
    ("POST", "/V", 404),
    ("GET", "/status/9999", 404),
    ("GET", "/tidak-ada", 404),
    ("PUT", "/status", 404),
    ("GET", "/status/", 307),
    ("GET", "/daftar/identity", 401),
    ("GET", "/status/kartu.pdf", 401),
    ("POST", "/daftar", 422),
    ("GET", Assets().url("theme.css"), 200),
    ("GET", "/static/tidak-ada.css", 404),
    ("GET", "/api/v1/areas", 200),
    ("GET", "/api/v1/openapi.json", 200),
    ("GET", "/api/v1/areas/", 404),
    ("GET", "/api/v1/status", 401),
    ("POST", "/api/v1/applications", 400),
)


@pytest.fixture
async def browser(served: Served) -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(base_url=served.url, timeout=30) as client:
        yield client


@pytest.mark.parametrize(("method", "path", "status"), ANSWERS)
async def test_every_kind_of_answer_is_protected(
    browser: httpx2.AsyncClient, method: str, path: str, status: int
) -> None:
    answer = await browser.request(method, path, headers={"Host": EVIL})
    assert answer.status_code == status, answer.text
    check_headers(answer)
    assert EVIL not in answer.text
    assert EVIL not in str(answer.headers.multi_items())


def check_headers(answer: httpx2.Response) -> None:
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "base-uri 'none'" in policy
    assert "require-trusted-types-for 'script'" in policy
    assert "unsafe" not in policy
    assert "*" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cross-origin-opener-policy"] == "same-origin"
    shared = answer.headers.get("access-control-allow-origin") == "*"
    assert shared is (answer.status_code < 400 and answer.url.path.startswith(FOR_EVERYBODY))
    owner = "cross-origin" if shared else "same-origin"
    assert answer.headers["cross-origin-resource-policy"] == owner
    assert "microphone=()" in answer.headers["permissions-policy"]
    is_own = not shared and answer.url.path.startswith(("/daftar", "/status", "/unggah"))
    if answer.status_code != 200 or is_own:
        assert answer.headers["cache-control"].startswith("no-")


def every_route(routes: Iterable[BaseRoute], before: str = "") -> Iterator[tuple[str, str]]:
    """Method and path of each, with something in the place of parameters."""
    for route in routes:
        if isinstance(route, Mount):
            yield from every_route(route.routes, before + route.path)
        elif isinstance(route, Route):
            path = re.sub(r"{[^}]*}", "1", before + route.path)
            yield from ((method, path) for method in sorted(route.methods or {"GET"}))


async def test_no_route_is_forgotten(
    browser: httpx2.AsyncClient, intake: Intake, http: httpx2.AsyncClient
) -> None:
    """Asked by a stranger and by the holder of a draft, of whom nothing may be kept anywhere."""
    door: Any = make_app(intake)
    found = list(every_route(door.app.app.routes))
    assert len(found) > 50
    held = {"Cookie": f"{sessions.DRAFT_COOKIE}={(await Applicant.start(http)).token}"}
    for method, path in found:
        for who in ({}, held):
            answer = await browser.request(method, path, headers={"Host": EVIL, **who})
            assert answer.status_code < 500, (method, path)
            check_headers(answer)
            assert EVIL not in f"{answer.text}{answer.headers.multi_items()}", (method, path)
            if who and "html" in answer.headers.get("content-type", ""):
                assert "public" not in answer.headers["cache-control"], (method, path)


async def test_pictures_of_documents_are_protected_and_never_kept(
    http: httpx2.AsyncClient,
) -> None:
    applicant = await Applicant.start(http)
    await applicant.upload("photo", FILES["photo"])
    path = f"/applications/{applicant.id}/documents/photo/pages/0"
    answer = await http.get(path, headers=applicant.headers)
    assert answer.headers["content-type"] == "image/jpeg"
    check_headers(answer)


async def test_other_sites_cannot_post(browser: httpx2.AsyncClient) -> None:
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": f"https://{EVIL}"}):
        answer = await browser.post("/daftar", headers=headers)
        assert answer.status_code == 403
        check_headers(answer)


@pytest.mark.parametrize("path", ["//jahat.example/", "/%5Cjahat.example/", "/.//jahat.example/"])
async def test_a_slash_too_many_leads_nowhere_else(browser: httpx2.AsyncClient, path: str) -> None:
    answer = await browser.get(browser.base_url.copy_with(raw_path=path.encode()))
    place = answer.headers["location"]
    assert place.startswith("/")
    assert not place.startswith(("//", "/\\"))


@pytest.mark.parametrize(
    ("public_url", "is_secure"), [("https://contoh.example", True), ("http://127.0.0.1", False)]
)
async def test_with_https_browsers_are_told_to_stay_with_it(
    intake: Intake, public_url: str, is_secure: bool
) -> None:
    settings = intake.settings.model_copy(update={"public_url": public_url})
    app = make_app(replace(intake, settings=settings))
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url=public_url) as client:
        answer = await client.get("/")
    assert ("strict-transport-security" in answer.headers) is is_secure
