"""A card fetches nothing but its own assets, and a missing one stops it."""

import pytest
from weasyprint.urls import URLFetcherResponse

from services.cards import rendering
from services.cards.assets import AssetFetcher


def test_only_assets_are_served() -> None:
    fetcher = AssetFetcher()
    fetcher.assets = {"photo": b"bytes"}
    answer = fetcher("asset:photo")
    assert isinstance(answer, URLFetcherResponse)
    assert answer.read() == b"bytes"


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/hostname",
        "http://127.0.0.1/",
        "https://example.org/a.png",
        "asset:other",
        "data:text/plain,a",
        "ASSET:photo",
        "asset:",
    ],
)
def test_everything_else_is_refused(url: str) -> None:
    fetcher = AssetFetcher()
    fetcher.assets = {"photo": b"bytes"}
    with pytest.raises(ValueError, match="not an asset"):
        fetcher(url)


def test_missing_asset_becomes_an_ordinary_error() -> None:
    page = '<img src="asset:gone">'
    with pytest.raises(rendering.RenderError):
        rendering._write(page, "", {})


def test_foreign_address_in_a_page_becomes_an_ordinary_error() -> None:
    with pytest.raises(rendering.RenderError):
        rendering._write('<img src="file:///etc/hostname">', "", {})
