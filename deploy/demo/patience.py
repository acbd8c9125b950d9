"""HTTP as a patient person does it: try again when the line or the server is away."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import httpx2

PAUSE_SECONDS = 0.3
_AWAY = frozenset({502, 503, 504})


class StepFailed(Exception):
    """A step of the journey did not work; the message says which and what was answered."""


@dataclass
class Line:
    """A client that repeats a request for up to `patience` seconds.

    Repeating is safe: every write carries an Idempotency-Key or is idempotent by itself.
    """

    client: httpx2.AsyncClient
    patience: float = 0.0

    async def request(self, method: str, url: str, **options: Any) -> httpx2.Response:
        """The first answer that is not "away"; raises `StepFailed` when patience ends."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self.patience
        while True:
            try:
                answer = await self.client.request(method, url, **options)
            except httpx2.TransportError as error:
                problem = f"{type(error).__name__}: {error}"
            else:
                if answer.status_code not in _AWAY and not _still_running(answer):
                    return answer
                problem = f"{answer.status_code} {answer.text[:200]}"
            if loop.time() > deadline:
                raise StepFailed(f"{method} {url}: {problem}")
            await asyncio.sleep(PAUSE_SECONDS)


def _still_running(answer: httpx2.Response) -> bool:
    """Whether an earlier try with the same Idempotency-Key has not been answered yet."""
    return answer.status_code == httpx2.codes.CONFLICT and '"key_running"' in answer.text


def expect(answer: httpx2.Response, *statuses: int) -> httpx2.Response:
    """The answer, when its status is one of `statuses`; raises `StepFailed` otherwise."""
    if answer.status_code not in statuses:
        request = answer.request
        raise StepFailed(
            f"{request.method} {request.url.path}: {answer.status_code} {answer.text[:500]}"
        )
    return answer
