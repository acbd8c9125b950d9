"""Information pages over HTTP: reachable from everywhere, cached, and the same for everybody."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import httpx2
import pytest

from services.intake.information.library import REQUIRED, address_of
from tests.integration.intake.conftest import Served

PAGES = [address_of(name) for name in REQUIRED if name != "pemberitahuan"]


@pytest.fixture
async def site(served: Served) -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(base_url=served.url, timeout=30) as client:
        yield client


@pytest.mark.parametrize("path", ["/", "/bantuan"])
async def test_every_page_is_linked(site: httpx2.AsyncClient, path: str) -> None:
    """Twice: in the page itself, and in the footer that all pages have."""
    html = (await site.get(path)).text
    for page in PAGES:
        assert html.count(f'href="{page}"') >= 2, page


async def test_all_links_between_pages_lead_somewhere(site: httpx2.AsyncClient) -> None:
    links = set()
    for path in ("/", "/bantuan", *PAGES):
        answer = await site.get(path)
        assert answer.status_code == 200, path
        links |= set(re.findall(r'href="(/[^"#]*)["#]', answer.text))
        anchors = set(re.findall(r'href="#([^"]+)"', answer.text))
        assert anchors <= set(re.findall(r'id="([^"]+)"', answer.text)), path
    for link in links:
        assert (await site.get(link)).status_code == 200, link


async def test_help_stands_in_one_place_on_every_page(site: httpx2.AsyncClient) -> None:
    """WCAG 3.2.6: first in the header's links, and again as the first part of the footer."""
    for path in ("/", "/bantuan", "/status", "/daftar", "/tidak-ada", "/keluar", *PAGES):
        html = (await site.get(path)).text
        before, _, after = html.partition('<main class="spk-main"')
        assert re.search(r'<div class="spk-header__links">\s*<a [^>]*href="/bantuan"', before), path
        assert re.search(r"<footer[^>]*>\s*<div[^>]*>\s*<div>\s*<h2>Bantuan</h2>", after), path


async def test_a_page_is_kept_for_a_short_time_and_asked_for_again(
    site: httpx2.AsyncClient,
) -> None:
    first = await site.get("/informasi/syarat")
    assert first.headers["cache-control"] == "public, max-age=300"
    assert first.headers["vary"] == "Accept-Encoding, Cookie"
    assert first.headers["content-encoding"] in {"br", "gzip"}
    again = await site.get("/informasi/syarat", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    assert not again.content
    other = await site.get("/informasi/kontak", headers={"If-None-Match": first.headers["etag"]})
    assert other.status_code == 200
    plain = await site.get("/informasi/syarat", headers={"Accept-Encoding": "identity"})
    assert plain.text == first.text


async def test_who_holds_a_session_keeps_the_way_out(site: httpx2.AsyncClient) -> None:
    held = await site.get("/informasi/syarat", headers={"Cookie": "status=apa-saja"})
    assert 'action="/keluar"' in held.text
    assert held.headers["cache-control"] == "private, no-cache"
    free = await site.get("/informasi/syarat")
    assert 'action="/keluar"' not in free.text
    assert held.headers["etag"] != free.headers["etag"]


async def test_addresses_have_one_form(site: httpx2.AsyncClient) -> None:
    for path, to in (("/informasi", "/bantuan"), ("/informasi/privasi", "/privasi")):
        answer = await site.get(path)
        assert (answer.status_code, answer.headers["location"]) == (308, to)
    for path in ("/informasi/pemberitahuan", "/informasi/tidak-ada"):
        assert (await site.get(path)).status_code == 404


async def test_the_notice_before_the_form_is_the_one_of_the_privacy_page(
    site: httpx2.AsyncClient,
) -> None:
    before = (await site.get("/daftar")).text
    notice = re.findall(r"<li>(.*?)</li>", before.partition("Pemberitahuan data pribadi")[2])[:4]
    privacy = (await site.get("/privasi")).text
    assert len(notice) == 4
    assert all(f"<li>{line}</li>" in privacy for line in notice)
