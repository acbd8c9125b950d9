"""What the browser fetches, counted at the wire by the DevTools protocol."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Page

PATIENCE_SECONDS = 5.0
PAGE_BYTES = 15_000
MOST_REQUESTS = 6


@dataclass
class Load:
    """One page, or one act on it without leaving it: (path, bytes) of each answer that came."""

    path: str
    answers: list[tuple[str, int]] = field(default_factory=list)
    fonts: list[str] = field(default_factory=list)

    @property
    def bytes(self) -> int:
        return sum(size for _, size in self.answers)

    def too_much(self, most_bytes: int = PAGE_BYTES) -> str:
        """Why this is too much for a slow line; empty when it is not."""
        wrong = []
        if self.bytes > most_bytes:
            wrong.append(f"{self.bytes} bytes")
        if len(self.answers) > MOST_REQUESTS:
            wrong.append(f"{len(self.answers)} requests")
        if self.fonts:
            wrong.append(f"web fonts {self.fonts}")
        answers = ", ".join(f"{path} {size}" for path, size in self.answers)
        return f"{self.path}: {', '.join(wrong)}: {answers}" if wrong else ""


@dataclass
class Wire:
    """Counts bytes and requests of one page; what the browser's cache gave counts for nothing.

    The protocol counts no bytes of what a service worker answers, so the page has none; what one
    loads is counted by a relay (relay.py).
    """

    loads: list[Load] = field(default_factory=lambda: [Load("")])
    uncounted: list[str] = field(default_factory=list)
    _asked: dict[str, tuple[Load, str]] = field(default_factory=dict)
    _pending: set[str] = field(default_factory=set)
    _cached: set[str] = field(default_factory=set)

    @classmethod
    async def tap(cls, page: Page) -> Wire:
        wire = cls()
        session = await page.context.new_cdp_session(page)
        session.on("Network.requestWillBeSent", wire._sent)
        session.on("Network.requestServedFromCache", lambda e: wire._cached.add(e["requestId"]))
        session.on("Network.responseReceived", wire._answered)
        session.on("Network.loadingFinished", wire._finished)
        session.on("Network.loadingFailed", lambda e: wire._pending.discard(e["requestId"]))
        await session.send("Network.enable")
        return wire

    def _sent(self, event: dict[str, Any]) -> None:
        number, request = event["requestId"], event["request"]
        if not request["url"].startswith("http"):
            return
        path = urlsplit(request["url"]).path
        if event["type"] == "Document":  # of what the last page still waited for nobody hears more
            self._pending.clear()
        redirect = event.get("redirectResponse")
        if redirect:  # the answer to a POST, which led to this request
            self._came(number, redirect)
        elif event["type"] == "Document" or request["method"] not in {"GET", "HEAD"}:
            self.loads.append(Load(path))
        # A picture that was asked for late may come when the next page is on its way.
        self._asked[number] = (self.loads[-1], path)
        if request["method"] != "PATCH":  # a piece of a file, which may be held on its way
            self._pending.add(number)

    def _answered(self, event: dict[str, Any]) -> None:
        answer = event["response"]
        if answer.get("fromServiceWorker"):
            self.uncounted.append(answer["url"])
        if answer.get("fromDiskCache"):
            self._cached.add(event["requestId"])
        if event["type"] == "Font":
            self.loads[-1].fonts.append(answer["url"])

    def _finished(self, event: dict[str, Any]) -> None:
        number = event["requestId"]
        if number in self._asked and number not in self._cached:
            self._came(number, event)
        self._pending.discard(number)

    def _came(self, number: str, event: dict[str, Any]) -> None:
        load, path = self._asked[number]
        load.answers.append((path, int(event["encodedDataLength"])))

    async def rest(self) -> None:
        """Wait until nothing is on its way."""
        deadline = asyncio.get_running_loop().time() + PATIENCE_SECONDS
        while self._pending and asyncio.get_running_loop().time() < deadline:
            await asyncio.sleep(0.01)
        self._pending.clear()
