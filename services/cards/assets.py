"""What WeasyPrint may fetch while it draws a card: `asset:` names from memory, nothing else."""

from typing import Any

from weasyprint.urls import URLFetcher, URLFetcherResponse


class AssetFetcher(URLFetcher):  # type: ignore[misc]  # weasyprint is untyped
    def __init__(self) -> None:
        super().__init__(allowed_protocols={"asset"}, allow_redirects=False, fail_on_errors=True)
        self.assets: dict[str, bytes] = {}

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:  # noqa: ARG002
        scheme, _, name = url.partition(":")
        if scheme != "asset" or name not in self.assets:
            raise ValueError(f"not an asset of this card: {url[:80]}")
        return URLFetcherResponse(url, self.assets[name])
